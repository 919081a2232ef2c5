// Explains a pattern or a path without matches: finds a file that it nearly matched, and states the reason. Never fails a run.

import { lstat, readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { formatNumber } from '../../format.ts';
import { similarName } from '../../similar-name.ts';
import { explainMistake } from './pattern-mistakes.ts';
import { escapeGlob, ignoringCase, isPlain, type Pattern } from './patterns.ts';
import { inNaturalOrder, type SearchOptions, search, type Workspace } from './workspace.ts';

/** A pattern without matches, and a file that it nearly matched. */
export interface UnmatchedPattern extends Explanation {
  /** The pattern as the user wrote it. */
  readonly pattern: string;
}

/** The likeliest reason. Paths are relative to the workspace. */
interface Explanation {
  /** A file that matches, but is excluded. */
  readonly excluded?: string;
  /** A file that matches except for the case of its letters. */
  readonly otherCase?: string;
  /** A file with the same name in another folder, at most two folders deep. */
  readonly elsewhere?: string;
  /** The pattern with its misspelled name replaced by one that exists. */
  readonly similar?: string;
  /** The folder of the pattern, if it does not exist. */
  readonly missingFolder?: string;
  /** The folder of the pattern, if it is a link that is not followed. */
  readonly link?: string;
  /** The deepest existing folder on the way to the pattern. */
  readonly nearest?: Folder;
}

interface Folder {
  /** Relative to the workspace; empty for the workspace itself. */
  readonly path: string;
  /** The names in it that are not hidden, sorted. */
  readonly names: readonly string[];
}

/** The most patterns to explain. Each one costs another search, and a list may have a thousand names. */
export const MAX_EXPLAINED = 5;

/** Where a file may be that a pattern expects in another folder. A search of all folders could take long. */
const SEARCHED_FOLDERS = [[], ['*'], ['*', '*']];

interface SearchContext extends SearchOptions {
  /** The matches of other patterns. A file among them is hardly the missing one. */
  readonly matches: ReadonlySet<string>;
  readonly workspace: Workspace;
}

/** Explains each of `unmatched`, in their order. */
export async function explainUnmatched(
  unmatched: readonly Pattern[],
  context: SearchContext,
): Promise<UnmatchedPattern[]> {
  const explained: UnmatchedPattern[] = [];
  for (const [index, pattern] of unmatched.entries()) {
    // Files outside the workspace may not be uploaded, so they are never suggested.
    const isExplained = index < MAX_EXPLAINED && pattern.segments !== null;
    const reason = isExplained ? await explain(pattern.segments, context) : {};
    explained.push({ pattern: pattern.text, ...reason });
  }
  return explained;
}

/** Why nothing matches the glob of `segments` below the workspace. */
export async function explain(segments: readonly string[], context: SearchContext): Promise<Explanation> {
  const { excludes, workspace } = context;
  const first = (below: readonly string[], some = context) =>
    firstFile([escapeGlob(workspace.root), ...below].join('/'), some);
  const excluded = excludes.length > 0 ? await first(segments, { ...context, excludes: [] }) : null;
  if (excluded !== null) return { excluded };
  const otherCase = await first(segments.map(ignoringCase));
  if (otherCase !== null) return { otherCase };
  const name = segments.at(-1) ?? '';
  for (const folders of isPlain(name) ? SEARCHED_FOLDERS : []) {
    const elsewhere = await first([...folders, ignoringCase(name)]);
    if (elsewhere !== null) return { elsewhere };
  }
  const nearest = await nearestFolder(workspace.root, segments);
  const folder = folderOf(segments);
  const stats = await lstat(join(workspace.root, ...folder)).catch(() => null);
  const isLink = !context.followSymlinks && stats?.isSymbolicLink() === true;
  return {
    ...(nearest !== null && {
      ...similarPath(segments, nearest),
      ...(await similarBelow(workspace.root, segments, nearest)),
      nearest,
    }),
    ...(stats === null && { missingFolder: folder.join('/') }),
    ...(isLink && { link: folder.join('/') }),
  };
}

/** The pattern with the first name that does not exist replaced by one that does. */
function similarPath(segments: readonly string[], { path, names }: Folder): Pick<Explanation, 'similar'> {
  const found = path === '' ? [] : path.split('/');
  const [missing = '', ...rest] = segments.slice(found.length);
  // A link that has the name is not followed.
  const others = names.filter((name) => name !== missing);
  const similar = isPlain(missing) ? similarName(missing, others) : null;
  return similar === null ? {} : { similar: [...found, similar, ...rest].join('/') };
}

/** A file with a similar name in a folder of the nearest one: an author may leave out the folder. */
async function similarBelow(
  root: string,
  segments: readonly string[],
  { path, names }: Folder,
): Promise<Pick<Explanation, 'similar'>> {
  const file = segments.at(-1) ?? '';
  if (!isPlain(file) || folderOf(segments).join('/') !== path) return {};
  for (const name of names) {
    const folder = join(root, path, name);
    const isFolder = await lstat(folder).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    const similar = isFolder ? similarName(file, await readdir(folder).catch(() => [])) : null;
    if (similar !== null) return { similar: posix.join(path, name, similar) };
  }
  return {};
}

/** The names before the first wildcard, without that of a file. */
function folderOf(segments: readonly string[]): readonly string[] {
  const end = segments.findIndex((name) => !isPlain(name));
  if (end >= 0) return segments.slice(0, end);
  return posix.extname(segments.at(-1) ?? '') === '' ? segments : segments.slice(0, -1);
}

/** Does not follow links, and never looks into hidden folders. */
async function nearestFolder(root: string, segments: readonly string[]): Promise<Folder | null> {
  let folder: Folder | null = null;
  for (let depth = 0; depth <= segments.length; depth += 1) {
    const names = segments.slice(0, depth);
    const path = join(root, ...names);
    const isFolder = await lstat(path).then(
      (stats) => stats.isDirectory() && !names.at(-1)?.startsWith('.'),
      () => false,
    );
    const listed = isFolder ? await readdir(path).catch(() => null) : null;
    if (listed === null) break;
    folder = {
      path: names.join('/'),
      names: listed.filter((name) => !name.startsWith('.')).sort(inNaturalOrder),
    };
  }
  return folder;
}

/** Does not follow links. */
async function firstFile(glob: string, context: SearchContext): Promise<string | null> {
  const { matches, workspace } = context;
  try {
    for await (const path of search({ glob }, { ...context, followSymlinks: false })) {
      if (matches.has(path)) continue;
      const entry = await workspace.entryAt(path);
      if (entry !== null && !('reason' in entry)) return entry.path;
    }
  } catch {
    // A suggestion is optional, so its errors are ignored.
  }
  return null;
}

const MAX_NAMES = 10;

export function describeUnmatched({ pattern, ...explanation }: UnmatchedPattern): string {
  const { excluded, otherCase } = explanation;
  if (excluded !== undefined)
    return `the pattern ${pattern} matched only files that a \`!\` line excludes, such as ${excluded}`;
  // An absolute pattern with an explanation is in the workspace.
  const line = Object.keys(explanation).length === 0 ? pattern : pattern.replace(/^\/+/, '');
  const mistake = otherCase === undefined ? explainMistake(line) : null;
  const advice = mistake ?? describeExplanation(explanation);
  return `the pattern ${pattern} matched nothing${advice === null ? '' : ` (${advice})`}`;
}

/** Whether the description says what to write. */
export function hasAdvice({ pattern, ...explanation }: UnmatchedPattern): boolean {
  return explainMistake(pattern.replace(/^\/+/, '')) !== null || namesAFile(explanation);
}

/** Whether the explanation has the path of a file that may be meant. */
export function namesAFile({ otherCase, elsewhere, similar }: Explanation): boolean {
  return (otherCase ?? elsewhere ?? similar) !== undefined;
}

/** Null without a reason. */
export function describeExplanation(explanation: Explanation): string | null {
  const { otherCase, elsewhere, similar, link, missingFolder, nearest } = explanation;
  if (otherCase !== undefined) return `${otherCase} exists, and names are case-sensitive`;
  // On a screen, a name in another Unicode form looks like the one that was typed.
  if (elsewhere !== undefined && elsewhere !== elsewhere.normalize())
    return `${elsewhere} exists; copy its name, whose Unicode form is not the usual one`;
  if (elsewhere !== undefined) return `${elsewhere} exists`;
  if (similar !== undefined) return `did you mean ${similar}?`;
  if (link !== undefined) return `${link} is a link, and links are not followed`;
  const parts = missingFolder ? [`the folder ${missingFolder} does not exist`] : [];
  if (nearest !== undefined) {
    const { path, names } = nearest;
    const folder = path === '' ? 'the workspace' : `the folder ${path}`;
    const shown = names.slice(0, MAX_NAMES);
    if (names.length > shown.length) shown.push(`${formatNumber(names.length - shown.length)} more`);
    parts.push(names.length === 0 ? `${folder} is empty` : `${folder} contains ${shown.join(', ')}`);
  }
  return parts.length === 0 ? null : parts.join('; ');
}
