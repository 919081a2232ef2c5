// Searches the workspace: finds the files that match the patterns, and the reasons why others are skipped.
// Works with names, links and the workspace root. Never opens a file.

import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { actionErrorIn, InputError } from '../../errors/action-error.ts';
import { pluralize } from '../../format.ts';
import { mapConcurrent } from '../../limiter.ts';
import { TEMP_NAME } from '../../replace-file.ts';
import type { Run } from '../../run.ts';
import { filesWithRows } from '../inspect-media.ts';
import { belowMatcher, escapeGlob, type Pattern, readPatterns } from './patterns.ts';
import { explainUnmatched, type UnmatchedPattern } from './suggestions.ts';
import {
  byPath,
  type FoundFile,
  isExcluded,
  openWorkspace,
  type SearchOptions,
  type SkippedFile,
  search,
  toPosixPath,
} from './workspace.ts';

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
  /** Path of the manifest, absolute or relative to the workspace. It is never uploaded, wherever it is. Empty without one. */
  readonly manifest?: string;
}

export interface FoundFiles {
  /** Regular files inside the workspace, each once, in the natural order of their paths. */
  readonly files: readonly FoundFile[];
  /** Matches that may not be uploaded, in the same order. */
  readonly skipped: readonly SkippedFile[];
  /** Patterns that matched nothing, with suggestions. */
  readonly unmatched: readonly UnmatchedPattern[];
  /** The `!` lines that exclude nothing, as the user wrote them. Empty if nothing matches. */
  readonly idle: readonly string[];
  /** Whether no pattern matched, because there is nothing to match. */
  readonly isWorkspaceEmpty: boolean;
}

const MATCH_CONCURRENCY = 8;

/**
 * Finds the files that match the patterns. An empty result is not an error.
 * @throws InputError FILES_TOO_MANY on `max-files`; INPUT_INVALID on `files` for a pattern that cannot be searched; the reason of
 * the signal
 */
export async function findFiles(options: FindOptions, { signal }: Pick<Run, 'signal'>): Promise<FoundFiles> {
  const { followSymlinks } = options;
  const workspace = await openWorkspace(options);
  const { root } = workspace;
  const written = readPatterns(options.patterns, { named: options.workspace, real: root });
  const patterns = await Promise.all(written.map((pattern) => exactPathFirst(pattern, root)));
  const excludes = patterns.filter((pattern) => pattern.isExclude);
  const includes = patterns.filter((pattern) => !pattern.isExclude);
  const searchOptions = { excludes, followSymlinks, signal };
  const { matches, unmatchedPatterns } = await matchAll(includes, { ...searchOptions, root });
  signal.throwIfAborted();
  const idle = matches.size === 0 ? [] : await findIdle(includes, searchOptions);
  const isNothing = matches.size === 0 && unmatchedPatterns.length > 0;
  const isWorkspaceEmpty = isNothing && (await readdir(root).catch(() => null))?.length === 0;
  const unmatched =
    unmatchedPatterns.length === 0
      ? []
      : await explainUnmatched(unmatchedPatterns, { root, excludes, matches });
  const entry = await mapConcurrent([...matches], MATCH_CONCURRENCY, async (path) => {
    signal.throwIfAborted();
    const one = await workspace.entryAt(path);
    if (one === null || 'reason' in one || one.absolutePath === path) return one;
    // A link must not bypass a `!` line, so the excludes apply to the real path too.
    const isOut = await isExcluded(one.absolutePath, searchOptions);
    return isOut ? { path: one.path, reason: 'excluded' as const } : one;
  });
  const sorted = entry.filter((one) => one !== null).sort(byPath);
  const { files, skipped } = await skipManifestAndDuplicates(sorted, options);
  const rows = filesWithRows(files, options);
  if (rows.length > options.maxFiles) {
    const text = `is ${options.maxFiles}, but the patterns match ${pluralize(rows.length, 'file')}`;
    throw new InputError('FILES_TOO_MANY', 'max-files', text);
  }
  return { files, skipped, unmatched, idle, isWorkspaceEmpty };
}

/** A line that is the exact path of a file means that file, also if its name has characters of a glob: `[1] pic.png`. */
async function exactPathFirst(pattern: Pattern, root: string): Promise<Pattern> {
  const { segments } = pattern;
  const path = join(root, ...segments);
  const stats = await lstat(path).catch(() => null);
  if (stats === null || stats.isDirectory()) return pattern;
  return { ...pattern, glob: escapeGlob(path), segments: segments.map(escapeGlob) };
}

async function matchAll(includes: readonly Pattern[], options: SearchOptions & { readonly root: string }) {
  const matches = new Set<string>();
  const unmatchedPatterns: Pattern[] = [];
  for (const pattern of includes) {
    let isMatched = false;
    try {
      for await (const path of search(pattern, options)) {
        isMatched = true;
        matches.add(path);
      }
    } catch (cause) {
      throw actionErrorIn(cause) ?? toSearchError(pattern, options.root, cause);
    }
    if (!isMatched) unmatchedPatterns.push(pattern);
  }
  return { matches, unmatchedPatterns };
}

/** The excludes that match no file of the patterns. Searches only until each of them has matched one. */
async function findIdle(includes: readonly Pattern[], options: SearchOptions): Promise<string[]> {
  const idle = new Map(options.excludes.map((exclude) => [exclude, belowMatcher(exclude.glob)]));
  for (const include of includes) {
    if (idle.size === 0) break;
    for await (const path of search(include, { ...options, excludes: [] })) {
      for (const [exclude, isMatch] of idle) if (isMatch(toPosixPath(path))) idle.delete(exclude);
      if (idle.size === 0) break;
    }
  }
  return [...idle.keys()].map(({ text }) => text);
}

function toSearchError({ text }: Pattern, root: string, cause: unknown): InputError {
  const { code = '', path, message } = cause as NodeJS.ErrnoException;
  const place = path === undefined ? '' : ` at ${toPosixPath(relative(root, path))}`;
  const [what, advice] = ADVICE[code] ?? [];
  const reason = what === undefined ? message : `${what} (${code}); ${advice}`;
  return new InputError(
    'INPUT_INVALID',
    'files',
    `cannot be used: the pattern ${text} cannot be searched${place}: ${reason}`,
  );
}

const NARROWER = 'narrow the pattern: a `!` line does not keep the search out of the folder';
const NO_PERMISSION = ['this step has no permission to read the folder', `grant it, or ${NARROWER}`] as const;

/** The problem and the advice, by the code of the error. */
const ADVICE: Readonly<Record<string, readonly [what: string, advice: string]>> = {
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  ELOOP: [
    'the link leads back to itself, or too many links follow one another',
    'remove it, or leave `follow-symlinks` at false',
  ],
  // A name that is not valid UTF-8 is listed with a replacement character, and no file has that name.
  ENOENT: ['it was deleted during the search, or its name is not valid UTF-8', `rename it, or ${NARROWER}`],
};

/**
 * Compares real paths: the workspace or a folder above the manifest may be a link, and two names of one real path (links,
 * or two spellings on a case-insensitive disk) are one file. Keeps the first name.
 */
async function skipManifestAndDuplicates(
  sorted: readonly (FoundFile | SkippedFile)[],
  { workspace, manifest = '' }: FindOptions,
): Promise<{ files: FoundFile[]; skipped: SkippedFile[] }> {
  const manifestPath =
    manifest === '' ? null : await realpath(resolve(workspace, manifest)).catch(() => null);
  const files = new Map<string, FoundFile>();
  const skipped: SkippedFile[] = [];
  for (const one of sorted) {
    if ('reason' in one) {
      skipped.push(one);
      continue;
    }
    const { path, absolutePath } = one;
    if (absolutePath === manifestPath || TEMP_NAME.test(basename(absolutePath))) {
      skipped.push({ path, reason: 'manifest' });
    } else if (files.has(absolutePath)) skipped.push({ path, reason: 'duplicate' });
    else files.set(absolutePath, one);
  }
  return { files: [...files.values()], skipped };
}
