// Searches the workspace: finds the files that match the patterns, and the reasons why others are skipped.
// Works with names, links and the workspace root. Never opens a file, and does not depend on media types.

import { lstat, readdir, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ActionError, InputError } from '../../errors.ts';
import { formatNumber, pluralize } from '../../format.ts';
import { isManifestTemp } from '../manifest-temp.ts';
import { mapConcurrent } from '../map-concurrent.ts';
import { withoutSidecars } from '../sidecar-index.ts';
import { Glob, matchesFile, type Pattern, readPatterns } from './patterns.ts';
import { byPathBytes, toPosixPath } from './posix-paths.ts';
import { explainUnmatched, type UnmatchedPattern } from './suggestions.ts';
import { type Match, type WalkOptions, walk } from './walk.ts';
import { type FoundFile, openWorkspace, type SkippedFile } from './workspace.ts';

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
  /** Whether no pattern matched, because there is nothing to match. */
  readonly isWorkspaceEmpty: boolean;
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
  const { followSymlinks, signal } = options;
  const workspace = await openWorkspace(options);
  const { root } = workspace;
  const written = readPatterns(options.patterns, { named: options.workspace, real: root });
  const patterns = await Promise.all(written.map(exactPathFirst));
  const excludes = patterns.filter(({ isExclude }) => isExclude);
  const includes = patterns.filter(({ isExclude }) => !isExclude);
  const walkOptions = { root, excludes, followSymlinks, directoryListings: new Map(), signal };
  const { matches, unmatchedPatterns } = await matchAll(includes, walkOptions);
  const isNothing = matches.size === 0 && unmatchedPatterns.length > 0;
  const isWorkspaceEmpty = isNothing && (await readdir(root).catch(() => null))?.length === 0;
  const unmatched = await explainUnmatched(unmatchedPatterns, { ...walkOptions, matches, workspace });
  const classified = await mapConcurrent([...matches.values()], MATCH_CONCURRENCY, async (match) => {
    signal?.throwIfAborted();
    const one = await workspace.classify(match);
    if (one === null || 'reason' in one || one.absolutePath === match.path) return one;
    // A link must not bypass a `!` line, so the excludes apply to the real path too.
    const isExcluded = excludes.some((exclude) => matchesFile(exclude, one.absolutePath));
    return isExcluded ? { path: one.path, reason: 'excluded' as const } : one;
  });
  const sorted = classified.filter((one) => one !== null).sort(byPathBytes);
  const { files, skipped } = await skipManifestAndDuplicates(sorted, options.manifest ?? null);
  const rows = options.sidecars ? withoutSidecars(files) : files;
  if (rows.length > options.maxFiles) {
    const text = `is ${options.maxFiles}, but the patterns match ${pluralize(rows.length, 'file')}`;
    throw new InputError('FILES_TOO_MANY', 'max-files', text);
  }
  return { files, skipped, unmatched, isWorkspaceEmpty };
}

/** A line that is the exact path of a file means that file, also if its name has characters of a glob: `[1] pic.png`. */
async function exactPathFirst(pattern: Pattern): Promise<Pattern> {
  const { base, glob } = pattern;
  if (!/[*?[\\]/.test(glob.source)) return pattern;
  const stats = await lstat(join(base, glob.source)).catch(() => null);
  return stats === null || stats.isDirectory() ? pattern : { ...pattern, glob: Glob.ofPath(glob.source) };
}

async function matchAll(includes: readonly Pattern[], options: WalkOptions) {
  const matches = new Map<string, Match>();
  const unmatchedPatterns: Pattern[] = [];
  for (const pattern of includes) {
    let isMatched = false;
    try {
      for await (const match of walk(pattern, options)) {
        isMatched = true;
        matches.set(match.path, match);
        if (matches.size <= MAX_MATCHES) continue;
        const text = `the patterns match more than ${formatNumber(MAX_MATCHES)} paths`;
        throw new InputError('FILES_TOO_MANY', 'files', text);
      }
    } catch (cause) {
      throw cause instanceof ActionError ? cause : toSearchError(pattern, options.root, cause);
    }
    if (!isMatched) unmatchedPatterns.push(pattern);
  }
  return { matches, unmatchedPatterns };
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

/**
 * Compares real paths: the workspace or a folder above the manifest may be a link, and two names of one real path (links,
 * or two spellings on a case-insensitive disk) are one file. Keeps the first name.
 */
async function skipManifestAndDuplicates(
  sorted: readonly (FoundFile | SkippedFile)[],
  manifest: string | null,
): Promise<{ files: FoundFile[]; skipped: SkippedFile[] }> {
  const manifestPath = manifest === null ? null : await realpath(manifest).catch(() => null);
  const files = new Map<string, FoundFile>();
  const skipped: SkippedFile[] = [];
  for (const one of sorted) {
    if ('reason' in one) {
      skipped.push(one);
      continue;
    }
    const { path, absolutePath } = one;
    if (absolutePath === manifestPath || isManifestTemp(absolutePath)) {
      skipped.push({ path, reason: 'manifest' });
    } else if (files.has(absolutePath)) skipped.push({ path, reason: 'duplicate' });
    else files.set(absolutePath, one);
  }
  return { files: [...files.values()], skipped };
}
