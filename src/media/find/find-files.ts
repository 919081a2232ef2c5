// First stage on the disk: from patterns to the files that may be sent, and why the others may not.
// Knows names, links and the workspace's border; never opens a file and knows nothing of media.

import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import { ActionError, InputError } from '../../errors.ts';
import { formatNumber, pluralize } from '../../format.ts';
import { isManifestTemp } from '../manifest-temp.ts';
import { mapConcurrent } from '../map-concurrent.ts';
import { withoutSidecars } from '../sidecar-names.ts';
import { byPathBytes } from './path-order.ts';
import { matchesFile, type Pattern, readPatterns } from './patterns.ts';
import { toPosixPath } from './posix-paths.ts';
import type { SkippedFile } from './skip-reasons.ts';
import { explainUnmatched, listWorkspace, type UnmatchedPattern } from './suggestions.ts';
import { type Match, type WalkOptions, walk } from './walk.ts';
import { type FoundFile, openWorkspace, type Workspace } from './workspace.ts';

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
  /** Ends the search. */
  readonly signal?: AbortSignal;
}

export interface FoundFiles {
  /** Regular files inside the workspace, each once, sorted by the bytes of `path`. */
  readonly files: readonly FoundFile[];
  /** Matches that may not be sent, sorted alike. */
  readonly skipped: readonly SkippedFile[];
  /** Patterns that matched nothing at all, with what they nearly matched. */
  readonly unmatched: readonly UnmatchedPattern[];
  /** The names in the workspace itself, when no pattern matched; null when one did. */
  readonly workspaceEntries: readonly string[] | null;
}

/** A glob slip such as `/**` must end in words, not in all memory of the runner. */
const MAX_MATCHES = 1_000_000;
const MATCH_CONCURRENCY = 8;

/**
 * Finds the files that the patterns name. An empty result is a result.
 * Throws InputError: FILES_TOO_MANY on `max-files`; INPUT_INVALID on `files` for a pattern that cannot be searched, or on
 * `follow-symlinks` where links lead to too many folders. Throws the reason of `signal`.
 */
export async function findFiles(options: FindOptions): Promise<FoundFiles> {
  const { signal } = options;
  const workspace = await openWorkspace(options);
  const patterns = readPatterns(options.patterns, { named: options.workspace, real: workspace.root });
  const { matches, unmatched, holds: workspaceEntries } = await matchAll(patterns, workspace, options);
  const excludes = patterns.filter(({ isExclude }) => isExclude);
  const classified = await mapConcurrent([...matches.values()], MATCH_CONCURRENCY, async (match) => {
    signal?.throwIfAborted();
    const one = await workspace.classify(match);
    return one !== null && isExcluded(one, match, excludes)
      ? { path: one.path, reason: 'excluded' as const }
      : one;
  });
  const sorted = classified.filter((one) => one !== null).sort(byPathBytes);
  const { files, skipped } = deduplicate(await skipManifest(sorted, options.manifest ?? null));
  const rows = options.sidecars ? withoutSidecars(files) : files;
  if (rows.length > options.maxFiles) {
    const text = `is ${options.maxFiles}, but the patterns match ${pluralize(rows.length, 'file')}`;
    throw new InputError('FILES_TOO_MANY', 'max-files', text);
  }
  return { files, skipped, unmatched, workspaceEntries };
}

async function matchAll(patterns: readonly Pattern[], workspace: Workspace, options: FindOptions) {
  const excludes = patterns.filter(({ isExclude }) => isExclude);
  const { followSymlinks, signal } = options;
  const walkOptions = {
    root: workspace.root,
    excludes,
    followSymlinks,
    directoryListings: new Map(),
    signal,
  };
  const matches = new Map<string, Match>();
  const unmatchedPatterns: Pattern[] = [];
  for (const pattern of patterns.filter(({ isExclude }) => !isExclude)) {
    const found = await match(pattern, walkOptions).catch((cause) => {
      throw cause instanceof ActionError ? cause : toSearchError(pattern, workspace.root, cause);
    });
    if (found.size === 0) unmatchedPatterns.push(pattern);
    for (const [path, one] of found) matches.set(path, one);
  }
  const isNothing = matches.size === 0 && unmatchedPatterns.length > 0;
  const workspaceEntries = isNothing ? await listWorkspace(workspace) : null;
  const unmatched = await explainUnmatched(unmatchedPatterns, { ...walkOptions, matches, workspace });
  return { matches, unmatched, holds: workspaceEntries };
}

async function match(pattern: Pattern, options: WalkOptions): Promise<Map<string, Match>> {
  const matches = new Map<string, Match>();
  for await (const one of walk(pattern, options)) {
    matches.set(one.path, one);
    if (matches.size <= MAX_MATCHES) continue;
    const text = `the patterns match more than ${formatNumber(MAX_MATCHES)} paths`;
    throw new InputError('FILES_TOO_MANY', 'files', text);
  }
  return matches;
}

/** A link must not lay open what a `!` line keeps out: where `match` is not the real path, that one is judged too. */
function isExcluded(classified: ClassifiedFile, match: Match, excludes: readonly Pattern[]): boolean {
  if ('reason' in classified || classified.absolutePath === match.path) return false;
  return excludes.some((exclude) => matchesFile(exclude, classified.absolutePath));
}

function toSearchError(pattern: Pattern, root: string, cause: unknown): InputError {
  const { code, path, message } = cause as NodeJS.ErrnoException;
  const place = path === undefined ? '' : ` at ${toPosixPath(relative(root, path))}`;
  let reason = code ?? message ?? 'unknown reason';
  if (code === 'EACCES' || code === 'EPERM')
    reason = `this step may not read that folder (${code}); let it, exclude it, or name only folders beside it`;
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

type ClassifiedFile = FoundFile | SkippedFile;

/** By its real path: the workspace, or a folder on the way, may be known by another name. */
async function skipManifest(
  classified: readonly ClassifiedFile[],
  manifest: string | null,
): Promise<ClassifiedFile[]> {
  const real = manifest === null ? null : await realpath(manifest).catch(() => null);
  return classified.map((one) => {
    if ('reason' in one) return one;
    const isManifest = one.absolutePath === real || isManifestTemp(one.absolutePath);
    return isManifest ? { path: one.path, reason: 'manifest' } : one;
  });
}

/** Two names of one real path (links, or two spellings on a case-blind disk) are one file: the first name stays. */
function deduplicate(sorted: readonly ClassifiedFile[]): { files: FoundFile[]; skipped: SkippedFile[] } {
  const seen = new Set<string>();
  const files: FoundFile[] = [];
  const skipped: SkippedFile[] = [];
  for (const one of sorted) {
    if ('reason' in one) skipped.push(one);
    else if (seen.has(one.absolutePath)) skipped.push({ path: one.path, reason: 'duplicate' });
    else files.push(one);
    if ('absolutePath' in one) seen.add(one.absolutePath);
  }
  return { files, skipped };
}
