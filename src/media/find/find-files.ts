// Searches the workspace: finds the files that match the patterns, and the reasons why others are skipped.
// Works with names, links and the workspace root. Never opens a file, and does not depend on media types.

import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import { ActionError, InputError } from '../../errors.ts';
import { formatNumber, pluralize } from '../../format.ts';
import { isManifestTemp } from '../manifest-temp.ts';
import { mapConcurrent } from '../map-concurrent.ts';
import { withoutSidecars } from '../sidecar-index.ts';
import { matchesFile, type Pattern, readPatterns } from './patterns.ts';
import { byPathBytes, toPosixPath } from './posix-paths.ts';
import { explainUnmatched, listWorkspace, type UnmatchedPattern } from './suggestions.ts';
import { type Match, type WalkOptions, walk } from './walk.ts';
import { type FoundFile, openWorkspace, type SkippedFile, type Workspace } from './workspace.ts';

export interface FindOptions {
  /** Glob patterns, one per line. `!` excludes, whatever the order of the lines. `#` starts a comment. */
  readonly patterns: string;
  /** Absolute path. Relative patterns start here, and no file outside it is ever returned. */
  readonly workspace: string;
  readonly followSymlinks: boolean;
  readonly includeHiddenFiles: boolean;
  /** Limits rows: with `sidecars`, the sidecars of a matched video do not count. */
  readonly maxFiles: number;
  readonly sidecars: boolean;
  /** Path of the manifest. It is never uploaded, wherever it is. */
  readonly manifest?: string | null;
  /** Aborts the search. */
  readonly signal?: AbortSignal;
}

export interface FoundFiles {
  /** Regular files inside the workspace, each once, sorted by the bytes of `path`. */
  readonly files: readonly FoundFile[];
  /** Matches that may not be uploaded, in the same order. */
  readonly skipped: readonly SkippedFile[];
  /** Patterns that matched nothing, with suggestions. */
  readonly unmatched: readonly UnmatchedPattern[];
  /** The names in the workspace root if no pattern matched, else null. */
  readonly workspaceEntries: readonly string[] | null;
}

/** A typo such as `/**` must cause an error, not exhaust the memory of the runner. */
const MAX_MATCHES = 1_000_000;
const MATCH_CONCURRENCY = 8;

/**
 * Finds the files that match the patterns. An empty result is not an error.
 * @throws InputError FILES_TOO_MANY on `max-files`, or on `files` for a pattern with too many matches; INPUT_INVALID
 * on `files` for a pattern that cannot be searched, or on `follow-symlinks` when links lead to too many folders; the
 * reason of `signal`
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

/** A link must not bypass a `!` line: when `match` is not the real path, the excludes apply to the real path too. */
function isExcluded(classified: ClassifiedFile, match: Match, excludes: readonly Pattern[]): boolean {
  if ('reason' in classified || classified.absolutePath === match.path) return false;
  return excludes.some((exclude) => matchesFile(exclude, classified.absolutePath));
}

function toSearchError(pattern: Pattern, root: string, cause: unknown): InputError {
  const { code, path, message } = cause as NodeJS.ErrnoException;
  const place = path === undefined ? '' : ` at ${toPosixPath(relative(root, path))}`;
  let reason = code ?? message ?? 'unknown reason';
  if (code === 'EACCES' || code === 'EPERM')
    reason = `this step has no permission to read the folder (${code}); grant it, exclude the folder with a \`!\` line, or narrow the pattern`;
  if (code === 'ELOOP')
    reason = `the link leads back to itself (${code}); remove it, or leave \`follow-symlinks\` at false`;
  // A name that is not valid UTF-8 is listed with a replacement character, and no file has that name.
  if (code === 'ENOENT' && path?.includes('\uFFFD')) reason = 'the name is not valid UTF-8';
  return new InputError(
    'INPUT_INVALID',
    'files',
    `the pattern ${pattern.text} cannot be searched${place}: ${reason}`,
  );
}

type ClassifiedFile = FoundFile | SkippedFile;

/** Compares real paths, because the workspace or a folder above the manifest may be a link. */
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

/**
 * Two names of one real path (links, or two spellings on a case-insensitive disk) are one file. Keeps the first name.
 */
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
