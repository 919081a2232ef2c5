// First stage on the disk: from patterns to the files that may be sent, and why the others may not.
// Knows names, links and the workspace's border; never opens a file and knows nothing of media.

import { relative } from 'node:path';
import { create } from '@actions/glob';
import { InputError } from '../errors.ts';
import { count, grouped } from '../units.ts';
import { mapInOrder } from './in-order.ts';
import type { LeftOut } from './left-out.ts';
import { byPathBytes } from './path-order.ts';
import { type Pattern, readPatterns } from './patterns.ts';
import { withoutSidecars } from './sidecar-names.ts';
import { withSlashes } from './slashes.ts';
import { type FoundFile, openWorkspace } from './workspace.ts';

export interface FindOptions {
  /** Glob patterns, one a line; `!` excludes wherever it stands, `#` comments. */
  readonly patterns: string;
  /** Absolute; relative patterns start here, and no file outside it is ever found. */
  readonly workspace: string;
  readonly followSymlinks: boolean;
  readonly includeHiddenFiles: boolean;
  /** Counts rows: with `sidecars`, what goes along with a matched video has none. */
  readonly maxFiles: number;
  readonly sidecars: boolean;
  /** Path of the file in which runs remember what they uploaded: no media, wherever it lies. */
  readonly manifest?: string | null;
}

export interface Found {
  /** Regular files inside the workspace, each once, sorted by the bytes of `path`. */
  readonly files: readonly FoundFile[];
  /** Matches that may not be sent, sorted alike. */
  readonly leftOut: readonly LeftOut[];
  /** Patterns, as written, that matched nothing at all. */
  readonly unmatched: readonly string[];
}

/** A glob slip such as `/**` must end in words, not in all memory of the runner. */
const MATCHES_MAX = 1_000_000;
const MATCHES_AT_ONCE = 8;

/**
 * Finds the files that the patterns name. An empty result is a result.
 * Throws InputError: FILES_TOO_MANY on `max-files`; INPUT_INVALID on `files` for a pattern that cannot be searched.
 */
export async function findFiles(options: FindOptions): Promise<Found> {
  const workspace = await openWorkspace(options);
  const patterns = readPatterns(options.patterns, { named: options.workspace, real: workspace.root });
  const { matches, unmatched } = await matchAll(patterns, {
    root: workspace.root,
    isFollowing: options.followSymlinks,
  });
  const judged = await mapInOrder([...matches], MATCHES_AT_ONCE, (match) => workspace.judge(match));
  const sorted = judged.filter((one) => one !== null).sort(byPathBytes);
  const { files, leftOut } = keepOnce(sorted.map((one) => withoutManifest(one, options)));
  const rows = options.sidecars ? withoutSidecars(files) : files;
  if (rows.length > options.maxFiles) {
    const text = `is ${options.maxFiles}, but the patterns match ${count(rows.length, 'file')}`;
    throw new InputError('FILES_TOO_MANY', 'max-files', text);
  }
  return { files, leftOut, unmatched };
}

interface Search {
  /** The real path of the workspace. */
  readonly root: string;
  readonly isFollowing: boolean;
}

async function matchAll(patterns: readonly Pattern[], where: Search) {
  const matches = new Set<string>();
  const unmatched: string[] = [];
  const excludes = patterns.filter(({ isExclude }) => isExclude);
  for (const pattern of patterns.filter(({ isExclude }) => !isExclude)) {
    const own = await match(pattern, excludes, where);
    if (own.size === 0) unmatched.push(pattern.text);
    for (const path of own) matches.add(path);
  }
  return { matches, unmatched };
}

async function match(pattern: Pattern, excludes: readonly Pattern[], { root, isFollowing }: Search) {
  // The library would let a later line take back what an earlier `!` keeps out: the excludes go last.
  const lines = [pattern.resolved, ...excludes.map((exclude) => `!${exclude.resolved}`)].join('\n');
  const matches = new Set<string>();
  try {
    // The library passes over broken links and unreadable names in silence when it follows links;
    // the search without following, which always runs, meets and tells them.
    await search(lines, false, matches);
    // It walks into links out of the workspace, and into what is excluded: the library has no way to turn it back.
    if (isFollowing) await search(lines, true, matches);
  } catch (cause) {
    throw cause instanceof InputError ? cause : searchFault(pattern, root, cause);
  }
  return matches;
}

async function search(lines: string, followSymbolicLinks: boolean, into: Set<string>): Promise<void> {
  const globber = await create(lines, { followSymbolicLinks, matchDirectories: false });
  for await (const path of globber.globGenerator()) {
    into.add(path);
    if (into.size > MATCHES_MAX) {
      const text = `the patterns match more than ${grouped(MATCHES_MAX)} paths`;
      throw new InputError('FILES_TOO_MANY', 'files', text);
    }
  }
}

function searchFault(pattern: Pattern, root: string, cause: unknown): InputError {
  const { code, path, message } = cause as NodeJS.ErrnoException;
  const place = path === undefined ? '' : ` at ${withSlashes(relative(root, path))}`;
  let reason = code ?? message ?? 'unknown reason';
  if (code === 'EACCES' || code === 'EPERM')
    reason = `this step may not read that folder (${code}); let it, or name only folders beside it`;
  if (code === 'ELOOP')
    reason = `a link that leads to itself (${code}); remove it, or leave \`follow-symlinks\` at false`;
  // What is no UTF-8 comes back from the directory with a replacement character, under which no file exists.
  if (code === 'ENOENT' && path?.includes('\uFFFD')) reason = 'a name that is not valid UTF-8';
  return new InputError(
    'INPUT_INVALID',
    'files',
    `the pattern ${pattern.text} cannot be searched${place}: ${reason}`,
  );
}

type Judged = FoundFile | LeftOut;

function withoutManifest(one: Judged, { manifest, workspace }: FindOptions): Judged {
  const isManifest = typeof manifest === 'string' && one.path === withSlashes(relative(workspace, manifest));
  return isManifest && !('rule' in one) ? { path: one.path, rule: 'manifest' } : one;
}

/** Two names of one real path (links, or two spellings on a case-blind disk) are one file: the first name stays. */
function keepOnce(sorted: readonly Judged[]): { files: FoundFile[]; leftOut: LeftOut[] } {
  const seen = new Set<string>();
  const files: FoundFile[] = [];
  const leftOut: LeftOut[] = [];
  for (const one of sorted) {
    if ('rule' in one) leftOut.push(one);
    else if (seen.has(one.absolutePath)) leftOut.push({ path: one.path, rule: 'duplicate' });
    else files.push(one);
    if ('absolutePath' in one) seen.add(one.absolutePath);
  }
  return { files, leftOut };
}
