// Finds the media of a post: files of the workspace, by their path or by a pattern, and assets of the release.

import { posix } from 'node:path';
import { FileError, fileErrorIn, inputErrorsIn } from '../errors/action-error.ts';
import { pluralize } from '../format.ts';
import { findNamed } from '../media/find/find-files.ts';
import { type AssetRef, findLine, type LinePlaces, RELEASE_LINE } from '../media/find/media-lines.ts';
import { describeIdle } from '../media/find/pattern-mistakes.ts';
import type { FoundFile, Workspace } from '../media/find/workspace.ts';
import { filesWithRows } from '../media/inspect-media.ts';
import type { Finding, KeyPath } from './file/finding.ts';
import { MAX_IMAGES } from './file/front-matter.ts';
import type { WrittenPost } from './file/post.ts';

/** One file of a post. `entry` is the index in its `entries`. */
interface MediaRef {
  readonly entry: number;
  readonly source: FoundFile | AssetRef;
}

export interface FoundMedia {
  /** In display order. */
  readonly refs: readonly MediaRef[];
  readonly findings: readonly Finding[];
}

interface MediaPlaces extends LinePlaces {
  readonly workspace: Workspace;
}

/**
 * The entries of a post file are paths, or `release:` with one pattern. Those of the input `media` are patterns, and `!` lines, which
 * exclude from all others. A file that two entries match takes its place from the first.
 */
export async function findMedia(
  { file: post, entries }: WrittenPost,
  places: MediaPlaces,
): Promise<FoundMedia> {
  const refs = new Map<string, MediaRef>();
  const findings: Finding[] = [];
  const lines = entries.map(({ file }) => file);
  const excludes = post === null ? lines.filter((line) => line.startsWith('!')) : [];
  let idle: readonly string[] = excludes;
  for (const [entry, line] of lines.entries()) {
    if (excludes.includes(line)) continue;
    try {
      const isNamed = post !== null && !RELEASE_LINE.test(line);
      const found = isNamed
        ? { matched: [await findNamed(line, places.workspace, posix.dirname(post))], idle }
        : await findLine(line, excludes, places);
      idle = idle.filter((one) => found.idle.includes(one));
      if (post !== null) checkIsNew(line, found.matched, refs);
      for (const source of found.matched)
        if (!refs.has(source.path)) refs.set(source.path, { entry, source });
    } catch (error) {
      findings.push(toFinding(error, ['media', entry]));
    }
  }
  const sources = [...refs.values()].map(({ source }) => source);
  const count = filesWithRows(sources, { sidecars: true }).length;
  const about = { path: ['media'], isSentence: true };
  if (count > MAX_IMAGES) {
    const problem = `the post has ${pluralize(count, 'file')}, but LinkedIn takes at most ${MAX_IMAGES} images`;
    return { refs: [], findings: [...findings, { ...about, code: 'POST_MEDIA', problem }] };
  }
  // A line without matches may have been excluded as a whole.
  if (findings.length === 0)
    findings.push(...idle.map((line) => ({ ...about, code: null, problem: describeIdle(line) })));
  return { refs: [...refs.values()], findings };
}

/** The finding about a file of a post, or about a pattern. @throws `thrown` if it is another error */
export function toFinding(thrown: unknown, path: KeyPath): Finding {
  const [ofInput] = inputErrorsIn(thrown) ?? [];
  if (ofInput !== undefined) return { code: 'POST_MEDIA', path, problem: ofInput.problem };
  const { code, message, hint } = fileErrorIn(thrown);
  return { code, path, problem: message, isSentence: true, hint };
}

/** A line that was copied, and not changed, would show the same picture twice. @throws FileError */
function checkIsNew(
  line: string,
  sources: readonly MediaRef['source'][],
  refs: ReadonlyMap<string, MediaRef>,
): void {
  const known = sources.map(({ path }) => refs.get(path));
  const [first] = known;
  if (first === undefined || known.includes(undefined)) return;
  const place = `entry ${first.entry + 1} of \`media\``;
  throw new FileError('POST_MEDIA', line, `adds nothing: ${first.source.path} is already in ${place}`);
}
