// Finds the media of a post: files of the workspace, by their path or by a pattern, and assets of the release.

import { posix } from 'node:path';
import { FileError, fileErrorIn, inputErrorsIn } from '../errors/action-error.ts';
import { formatFirst, pluralize } from '../format.ts';
import { findFiles, findNamed } from '../media/find/find-files.ts';
import { matchNames, readNamePatterns } from '../media/find/name-patterns.ts';
import { describeIdle } from '../media/find/pattern-mistakes.ts';
import { describeSkipped, type FoundFile, inNaturalOrder, type Workspace } from '../media/find/workspace.ts';
import { filesWithRows } from '../media/inspect-media.ts';
import type { Run } from '../run.ts';
import type { Finding, KeyPath } from './file/finding.ts';
import { MAX_IMAGES } from './file/front-matter.ts';
import type { WrittenPost } from './file/post.ts';
import { RELEASE_ADVICE } from './file/text-rules.ts';

/** A file of the release, before it is downloaded. */
export interface AssetRef {
  /** `release:TAG/NAME` */
  readonly path: string;
  readonly name: string;
}

/** One file of a post. `entry` is the index in its `entries`. */
export interface MediaRef {
  readonly entry: number;
  readonly source: FoundFile | AssetRef;
}

export interface FoundMedia {
  /** In display order. */
  readonly refs: readonly MediaRef[];
  readonly findings: readonly Finding[];
}

export interface MediaPlaces {
  readonly workspace: Workspace;
  /** The workspace as the author names it. */
  readonly folder: string;
  /** All assets of the release; null without one. */
  readonly assets: readonly AssetRef[] | null;
  readonly run: Pick<Run, 'signal'>;
}

/** An entry of `media` that stands for assets of the release: `release:PATTERN`, in the inputs also after `!`. */
export const RELEASE_LINE = /^(!?\s*)release:(.*)$/;

/**
 * The entries of a post file are paths, or `release:` with one pattern. Those of the input `media` are patterns, and `!` lines, which
 * exclude from all others. A file that two entries match takes its place from the first.
 */
export async function findMedia(post: WrittenPost, places: MediaPlaces): Promise<FoundMedia> {
  const refs = new Map<string, MediaRef>();
  const findings: Finding[] = [];
  const isExclude = (line: string) => post.file === null && line.startsWith('!');
  const excludes = post.entries.map(({ file }) => file).filter(isExclude);
  const idle = new Set(excludes);
  for (const [entry, { file }] of post.entries.entries()) {
    if (isExclude(file)) continue;
    try {
      const own = excludes.filter((line) => RELEASE_LINE.test(line) === RELEASE_LINE.test(file));
      const found = await findEntry([file, ...own], post.file, places);
      for (const line of own) if (!found.idle.includes(toPattern(line))) idle.delete(line);
      if (post.file !== null) checkIsNew(file, found.matched, refs);
      for (const source of found.matched)
        if (!refs.has(source.path)) refs.set(source.path, { entry, source });
    } catch (error) {
      const path = ['media', entry];
      const [ofInput] = inputErrorsIn(error) ?? [];
      if (ofInput === undefined) findings.push(toFinding(error, path));
      else findings.push({ code: 'POST_MEDIA', path, problem: ofInput.problem });
    }
  }
  const sources = [...refs.values()].map(({ source }) => source);
  const files = filesWithRows(sources, { sidecars: true }).length;
  const sentence = { path: ['media'], isSentence: true };
  if (files > MAX_IMAGES) {
    const problem = `the post has ${pluralize(files, 'file')}, but LinkedIn takes at most ${MAX_IMAGES} images`;
    return { refs: [], findings: [...findings, { ...sentence, code: 'POST_MEDIA', problem }] };
  }
  // A line without matches may have been excluded as a whole.
  if (findings.length === 0)
    for (const line of idle) findings.push({ ...sentence, code: null, problem: describeIdle(line) });
  return { refs: [...refs.values()], findings };
}

/** The finding about a file of a post. @throws `thrown` if it is another error */
export function toFinding(thrown: unknown, path: KeyPath): Finding {
  const { code, message, hint } = fileErrorIn(thrown);
  return { code, path, problem: message, isSentence: true, hint };
}

/** A line that was copied, and not changed, would show the same picture twice. @throws FileError */
function checkIsNew(line: string, sources: FoundEntry['matched'], refs: ReadonlyMap<string, MediaRef>): void {
  const known = sources.map(({ path }) => refs.get(path));
  const [first] = known;
  if (first === undefined || known.includes(undefined)) return;
  const place = `entry ${first.entry + 1} of \`media\``;
  throw new FileError('POST_MEDIA', line, `adds nothing: ${first.source.path} is already in ${place}`);
}

/** What an entry stands for, and the `!` lines that exclude nothing from it. */
interface FoundEntry {
  readonly matched: readonly MediaRef['source'][];
  readonly idle: readonly string[];
}

/** `lines`: the entry and the `!` lines for it. @throws InputError; FileError */
async function findEntry(
  lines: readonly [string, ...string[]],
  post: string | null,
  { workspace, folder, assets, run }: MediaPlaces,
): Promise<FoundEntry> {
  const [line] = lines;
  if (RELEASE_LINE.test(line)) return matchAssets(line, lines.map(toPattern).join('\n'), assets);
  if (post !== null) return { matched: [await findNamed(line, workspace, posix.dirname(post))], idle: [] };
  const options = { patterns: lines.join('\n'), workspace: folder, input: 'media' };
  const { files, skipped, unmatched, idle } = await findFiles(options, run);
  if (files.length > 0) return { matched: files, idle };
  const [{ reason, isAdvice } = { reason: '', isAdvice: false }] = unmatched;
  const why = [reason, ...describeSkipped(skipped)].filter((one) => one !== '').join('; ');
  const problem = `matched no file that can be used${why && ` (${why})`}`;
  throw new FileError('POST_MEDIA', `the pattern ${line}`, problem, { hint: isAdvice ? '' : PATTERN_HINT });
}

/** `!release:*.gif` is the pattern `!*.gif` for names of assets. */
function toPattern(line: string): string {
  return line.replace(RELEASE_LINE, '$1$2');
}

const PATTERN_HINT =
  'Correct the pattern. It selects files of the workspace, which actions/checkout fills; `release:PATTERN` selects assets of the release.';

/** @throws FileError; InputError for an invalid pattern */
function matchAssets(line: string, patterns: string, assets: readonly AssetRef[] | null): FoundEntry {
  const invalid = (problem: string) => new FileError('POST_MEDIA', line, problem);
  if (assets === null) throw invalid(`needs a release, but there is none: ${RELEASE_ADVICE}`);
  const { matched, unmatched, idle } = matchNames(readNamePatterns(patterns, 'media'), assets);
  if (matched.length > 0)
    return { matched: matched.toSorted((a, b) => inNaturalOrder(a.name, b.name)), idle };
  const reason = unmatched[0]?.reason ?? '';
  const names = assets.map(({ name }) => name);
  const all = formatFirst(names, 10) || 'none';
  throw invalid(`matches no asset of the release${reason && ` (${reason})`}; its assets are ${all}`);
}
