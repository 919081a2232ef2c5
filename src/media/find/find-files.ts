// Searches the workspace: finds the files that match the patterns, and the reasons why others are skipped.
// Works with names, links and the workspace root. Never opens a file.

import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, join, posix, relative, resolve } from 'node:path';
import { actionErrorIn, FileError, InputError } from '../../errors/action-error.ts';
import { quoted } from '../../format.ts';
import { mapConcurrent } from '../../limiter.ts';
import { TEMP_NAME } from '../../replace-file.ts';
import type { Run } from '../../run.ts';
import { belowMatcher, escapeGlob, type Pattern, readPatterns } from './patterns.ts';
import { explain, explainUnmatched, type UnmatchedPattern } from './suggestions.ts';
import {
  byPath,
  type FoundFile,
  isExcluded,
  openWorkspace,
  type SearchOptions,
  type SkippedFile,
  search,
  toPosixPath,
  type Workspace,
  type WorkspaceOptions,
} from './workspace.ts';

/** Relative patterns start at the workspace, and no file outside it is ever returned. */
export interface FindOptions extends WorkspaceOptions {
  /** Glob patterns, one per line. `!` excludes, whatever the order of the lines. `#` starts a comment. */
  readonly patterns: string;
  /** The input that has the patterns. */
  readonly input: string;
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
 * @throws InputError on `input` for a pattern that cannot be searched; the reason of the signal
 */
export async function findFiles(options: FindOptions, { signal }: Run): Promise<FoundFiles> {
  const { followSymlinks = false, input } = options;
  const workspace = await openWorkspace(options);
  const { root } = workspace;
  const written = readPatterns(options.patterns, { named: options.workspace, real: root }, input);
  const patterns = await Promise.all(written.map((pattern) => exactPathFirst(pattern, root)));
  const excludes = patterns.filter((pattern) => pattern.isExclude);
  const includes = patterns.filter((pattern) => !pattern.isExclude);
  const searchOptions = { excludes, followSymlinks, signal };
  const { matches, unmatchedPatterns } = await matchAll(includes, {
    ...searchOptions,
    root,
    input,
  });
  signal.throwIfAborted();
  const idle = matches.size === 0 ? [] : await findIdle(includes, searchOptions);
  const isNothing = matches.size === 0 && unmatchedPatterns.length > 0;
  const isWorkspaceEmpty = isNothing && (await readdir(root).catch(() => null))?.length === 0;
  const unmatched =
    unmatchedPatterns.length === 0
      ? []
      : await explainUnmatched(unmatchedPatterns, { workspace, excludes, matches });
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

async function matchAll(
  includes: readonly Pattern[],
  options: SearchOptions & { readonly root: string; readonly input: string },
) {
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
      throw actionErrorIn(cause) ?? toSearchError(pattern, options, cause);
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

function toSearchError(
  { text }: Pattern,
  { root, input }: { readonly root: string; readonly input: string },
  cause: unknown,
): InputError {
  const { code = '', path, message } = cause as NodeJS.ErrnoException;
  const place = path === undefined ? '' : ` at ${toPosixPath(relative(root, path))}`;
  const [what, advice] = ADVICE[code] ?? [];
  const reason = what === undefined ? message : `${what} (${code}); ${advice}`;
  return new InputError(
    'INPUT_INVALID',
    input,
    `cannot be used: the pattern ${quoted(text)} cannot be searched${place}: ${reason}`,
  );
}

const NARROWER = 'narrow the pattern: a `!` line does not keep the search out of the folder';
const NO_PERMISSION = [
  'this step has no permission to read the folder',
  `grant it, or ${NARROWER}`,
] as const;

/** The problem and the advice, by the code of the error. */
const ADVICE: Readonly<Record<string, readonly [what: string, advice: string]>> = {
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  ELOOP: [
    'the link leads back to itself, or too many links follow one another',
    'remove it, or leave `follow-symlinks` at false',
  ],
  // A name that is not valid UTF-8 is listed with a replacement character, and no file has that name.
  ENOENT: [
    'it was deleted during the search, or its name is not valid UTF-8',
    `rename it, or ${NARROWER}`,
  ],
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

const PATH_HINT =
  'Write the path relative to the workspace, which a step such as actions/checkout has to fill before this one.';
const ONE_FILE_HINT =
  'A path is not a pattern: write one line for each file, such as `- media/dashboard.png`.';

/**
 * The file that a post names by its path below the workspace. `near`: the folder of the post.
 * @throws FileError POST_MEDIA, with the path that the author may have meant
 */
export async function findNamed(path: string, workspace: Workspace, near = ''): Promise<FoundFile> {
  const found = await workspace.fileAt(path, 'POST_MEDIA');
  if (found !== null) return found;
  const segments = posix.normalize(path).split('/').map(escapeGlob);
  const context = { workspace, excludes: [], matches: new Set<string>(), near };
  const { reason, isAdvice } = await explain(path, segments, context);
  const hint = /[*?]/.test(path) ? ONE_FILE_HINT : isAdvice ? '' : PATH_HINT;
  throw new FileError('POST_MEDIA', quoted(path), `does not exist${reason && ` (${reason})`}`, {
    hint,
  });
}
