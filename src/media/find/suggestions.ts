// Explains a pattern or a path without matches: by a known mistake, by the nearest name, or by what its folder contains. Never fails
// a run.

import { lstat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { formatFirst, quoted } from '../../format.ts';
import { similarName } from '../../similar-name.ts';
import { belowMatcher, explainMistake, globMatcher, isPlain, type Pattern } from './patterns.ts';
import { type Listing, relativePosixPath, type Workspace } from './workspace.ts';

export interface Explanation {
  /** Empty without one. */
  readonly reason: string;
  /** Whether the reason says what to write. */
  readonly isAdvice: boolean;
  readonly isFolderMissing?: boolean;
}

/** A pattern without matches. */
export interface UnmatchedPattern extends Explanation {
  /** The pattern as the user wrote it. */
  readonly pattern: string;
}

export function describeUnmatched({
  pattern,
  reason,
}: Pick<UnmatchedPattern, 'pattern' | 'reason'>): string {
  return `the pattern ${quoted(pattern)} matched nothing${reason && ` (${reason})`}`;
}

/** The most patterns to explain. A list may have a thousand names. */
export const MAX_EXPLAINED = 5;
const MAX_NAMES = 10;

interface SearchContext {
  readonly workspace: Workspace;
  readonly excludes: readonly Pattern[];
  /** The absolute paths that other patterns matched. */
  readonly matches: ReadonlySet<string>;
  /** Relative to the workspace: a file below this folder is likelier than others. */
  readonly near?: string;
}

/** Explains each of `unmatched`, in their order. */
export async function explainUnmatched(
  unmatched: readonly Pattern[],
  context: SearchContext,
): Promise<UnmatchedPattern[]> {
  const explained: UnmatchedPattern[] = [];
  for (const [index, { text: pattern, segments }] of unmatched.entries())
    explained.push({
      pattern,
      ...(index < MAX_EXPLAINED
        ? await explain(segments.join('/'), segments, context)
        : { reason: '', isAdvice: false }),
    });
  return explained;
}

/** Why nothing matches the glob of `segments` below the workspace. `line`: as it is written. */
export async function explain(
  line: string,
  segments: readonly string[],
  { workspace, excludes, matches, near = '' }: SearchContext,
): Promise<Explanation> {
  const { root } = workspace;
  const { files, folders } = await workspace.list();
  const taken = new Set([...matches].map((path) => relativePosixPath(root, path)));
  const matchers = excludes.map(({ segments: own }) => belowMatcher(own.join('/')));
  const isNear = (file: string) => near !== '' && file.startsWith(`${near}/`);
  const reason = explainByName(line, segments.join('/') || '**', {
    files: files.toSorted((a, b) => Number(isNear(b)) - Number(isNear(a))),
    isExcluded: (file) => matchers.some((matches) => matches(file)),
    isTaken: (file) => taken.has(file),
  });
  return reason === null
    ? await explainFolder(segments, { root, folders })
    : { reason, isAdvice: true };
}

interface Names {
  /** The likeliest ones first. */
  readonly files: readonly string[];
  isExcluded(file: string): boolean;
  /** Whether another pattern matched it, so that it is hardly the missing one. */
  isTaken(file: string): boolean;
}

/** The known mistake in `line`, or the nearest name; null without either. */
export function explainByName(
  line: string,
  glob: string,
  { files, isExcluded, isTaken }: Names,
): string | null {
  const isMatch = belowMatcher(glob);
  const excluded = files.find((file) => isExcluded(file) && isMatch(file));
  if (excluded !== undefined) return `a \`!\` line excludes ${excluded}`;
  const others = files.filter((file) => !isExcluded(file) && !isTaken(file));
  const otherCase = others.find(belowMatcher(glob, true));
  if (otherCase !== undefined) return `${otherCase} exists, and names are case-sensitive`;
  const mistake = explainMistake(line);
  if (mistake !== null) return mistake;
  const wider = explainWider(glob, others);
  if (wider !== null) return wider;
  const similar = isPlain(posix.basename(glob)) ? similarName(glob, others) : null;
  if (similar === null) return null;
  const [name, found] = [glob, similar].map((path) =>
    posix.basename(path).normalize().toLowerCase(),
  );
  return name === found ? `${similar} exists` : `did you mean ${similar}?`;
}

/** The pattern that also searches subfolders, or for the other ending of Markdown, if it would match a file; null without one. */
function explainWider(glob: string, files: readonly string[]): string | null {
  const { dir, base } = posix.parse(glob);
  if (dir === '' || isPlain(base) || glob.includes('**')) return null;
  const deeper = `${dir}/**/${base}`;
  const renamed = (pattern: string) => pattern.replace(/\.md$/, '.markdown');
  for (const [pattern, why] of [
    [deeper, 'is in a subfolder'],
    [renamed(glob), 'has another ending'],
    [renamed(deeper), 'is in a subfolder'],
  ] as const) {
    const found = files.find(globMatcher(pattern));
    if (found !== undefined) return `${quoted(found)} ${why}; write ${quoted(pattern)}`;
  }
  return null;
}

/** A folder that is misspelled, missing or a link, or what the deepest folder on the way contains. */
async function explainFolder(
  segments: readonly string[],
  { root, folders }: Pick<Workspace, 'root'> & Pick<Listing, 'folders'>,
): Promise<Explanation> {
  const depth = folderDepth(segments);
  const folder = segments.slice(0, depth).join('/');
  const stats = await lstat(join(root, folder)).catch(() => null);
  const isFolderMissing = stats === null;
  const similar = folders.has(folder) ? null : similarName(folder, [...folders.keys()]);
  if (similar !== null) {
    const meant = [similar, ...segments.slice(depth)].join('/');
    return { reason: `did you mean ${quoted(meant)}?`, isAdvice: true, isFolderMissing };
  }
  if (stats?.isSymbolicLink())
    return { reason: `${quoted(folder)} is a link, and links are not followed`, isAdvice: false };
  let known = folder;
  while (!folders.has(known)) known = known.slice(0, Math.max(0, known.lastIndexOf('/')));
  const names = folders.get(known) ?? [];
  const place = known === '' ? 'the workspace' : `the folder ${quoted(known)}`;
  const content = `${place} ${names.length === 0 ? 'is empty' : `contains ${formatFirst(names, MAX_NAMES)}`}`;
  const reason = isFolderMissing
    ? `the folder ${quoted(folder)} does not exist; ${content}`
    : content;
  return { reason, isAdvice: false, isFolderMissing };
}

/** How many names are before the first wildcard, without that of a file. */
function folderDepth(segments: readonly string[]): number {
  const end = segments.findIndex((name) => !isPlain(name));
  if (end >= 0) return end;
  return posix.extname(segments.at(-1) ?? '') === '' ? segments.length : segments.length - 1;
}
