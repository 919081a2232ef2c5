// Parses the lines of the `files` input into globs, each with its base folder, and matches one glob against a path.
// Matching is case-sensitive on every system, so that the jobs of a matrix agree. Does not access the disk.

import { homedir } from 'node:os';
import { parse, resolve, sep } from 'node:path';
import { escape as escapeGlob, GLOBSTAR, Minimatch } from 'minimatch';
import { InputError } from '../../errors.ts';
import { formatNumber } from '../../format.ts';
import { relativePosixPath } from './posix-paths.ts';

/** The globs of actions/upload-artifact, but always case-sensitive. Paths have `/` on every system. */
export const GLOB_LANGUAGE = {
  dot: true,
  nobrace: true,
  nocase: false,
  nocomment: true,
  noext: true,
  nonegate: true,
  platform: 'linux',
} as const;

export class Glob {
  /** Has `/` between names. A trailing `/` limits the glob to folders. */
  readonly source: string;
  /** The leading names without wildcards. */
  readonly literals: readonly string[];
  readonly #matcher: Minimatch;
  readonly #parts: Minimatch['set'][number];
  readonly #isForFolders: boolean;

  /** An empty source matches the base folder itself. */
  constructor(source: string) {
    this.source = source;
    this.#isForFolders = source.endsWith('/');
    this.#matcher = new Minimatch(source.replace(/\/$/, ''), GLOB_LANGUAGE);
    this.#parts = this.#matcher.set[0] ?? [];
    const end = this.#parts.findIndex((part) => typeof part !== 'string');
    this.literals = this.#parts.slice(0, end < 0 ? undefined : end).map(String);
  }

  /** Matches this path alone, whatever characters it has. */
  static ofPath(path: string): Glob {
    return new Glob(escapeGlob(path));
  }

  /** Whether it matches this path itself. A match of a folder includes everything in it. */
  matches(names: readonly string[], isFolder: boolean): boolean {
    if (this.#isForFolders && !isFolder) return false;
    // `media/**` also matches `media`.
    const path = this.#parts.at(-1) === GLOBSTAR ? [...names, ''] : [...names];
    return this.#matcher.matchOne(path, this.#parts);
  }

  /** Whether it may match something in this folder. */
  mayMatchIn(names: readonly string[]): boolean {
    return this.#matcher.matchOne([...names], this.#parts, true);
  }

  /** Whether it matches this path or a folder above it. */
  covers(names: readonly string[], isFolder: boolean): boolean {
    return (
      names.some((_, index) => this.matches(names.slice(0, index), true)) || this.matches(names, isFolder)
    );
  }
}

export interface Pattern {
  /** As the user wrote it. */
  readonly text: string;
  readonly isExclude: boolean;
  /** An absolute path without wildcards. `glob` matches paths below it. */
  readonly base: string;
  readonly glob: Glob;
}

const SEPARATOR = sep === '\\' ? /[\\/]/ : /\//;
/** Longer than any path. Minimatch rejects much longer patterns. */
const MAX_PATTERN_CHARS = 10_000;

/** Where relative patterns start: the path as the runner names it, and the real path. */
export interface Root {
  readonly named: string;
  readonly real: string;
}

/** One line of patterns without its `!`. */
export interface PatternLine {
  readonly text: string;
  readonly isExclude: boolean;
  readonly glob: string;
}

/**
 * Parses one pattern per line. Ignores blank lines and `#` comments.
 * @throws InputError INPUT_INVALID on `files` for a pattern with a `.` or `..` segment, and as readPatternLines
 */
export function readPatterns(lines: string, root: Root): Pattern[] {
  return readPatternLines(lines, 'files').map(({ text, isExclude, glob }) => ({
    text,
    isExclude,
    ...resolvePattern(relativeToRoot(glob, root), text, root),
  }));
}

/**
 * Returns the lines of `input` that are patterns.
 * @throws InputError INPUT_INVALID on `input` for a `!` without a pattern, and for a line that is too long
 */
export function readPatternLines(lines: string, input: string): PatternLine[] {
  return lines
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((text) => readLine(text, input));
}

function readLine(text: string, input: string): PatternLine {
  let glob = text;
  let isExclude = false;
  if (text.length > MAX_PATTERN_CHARS) {
    const reason = `is longer than ${formatNumber(MAX_PATTERN_CHARS)} characters; write one pattern per line`;
    throw new InputError('INPUT_INVALID', input, `the pattern ${text.slice(0, 50)}… ${reason}`);
  }
  while (glob.startsWith('!')) {
    isExclude = !isExclude;
    glob = glob.slice(1).trim();
  }
  if (glob === '') throw new InputError('INPUT_INVALID', input, `the pattern ${text} is empty`);
  return { text, isExclude, glob };
}

function resolvePattern(pattern: string, text: string, { real }: Root): Pick<Pattern, 'base' | 'glob'> {
  const { root } = parse(pattern);
  const names = pattern.slice(root.length).split(SEPARATOR);
  let base = real;
  if (root !== '') base = resolve(root).replace(/^[a-z]:/, (drive) => drive.toUpperCase());
  else if (names[0] === '~') base = homedir();
  if (root === '' && (names[0] === '~' || names[0] === '.')) names.shift();
  if (names.some((name) => name === '.' || name === '..')) {
    const reason = 'has a "." or ".." segment; write the path relative to the workspace';
    throw new InputError('INPUT_INVALID', 'files', `the pattern ${text} ${reason}`);
  }
  const source = names.filter((name) => name !== '').join('/');
  return { base, glob: new Glob(source !== '' && names.at(-1) === '' ? `${source}/` : source) };
}

/** Makes `${{ github.workspace }}/media` relative: the workspace path is not a pattern, and may be a link. */
function relativeToRoot(pattern: string, { named, real }: Root): string {
  const root = [named, real].find(
    (path) => pattern.startsWith(path) && (pattern === path || SEPARATOR.test(pattern.charAt(path.length))),
  );
  return root === undefined ? pattern : `.${sep}${pattern.slice(root.length + 1)}`;
}

/** Whether the pattern matches the file at this absolute path, or a folder above it. */
export function matchesFile({ base, glob }: Pattern, absolutePath: string): boolean {
  const below = relativePosixPath(base, absolutePath);
  return below !== null && glob.covers(below.split('/'), false);
}

const SET_OR_LETTER = /\\.|\[[^\]]+\]|\p{L}/gu;

/**
 * Makes a pattern case-insensitive: replaces each letter with a set of both cases. Keeps sets of the pattern as they
 * are. Returns null for a pattern that starts outside the workspace.
 */
export function ignoringCase(pattern: Pattern, realRoot: string): Pattern | null {
  if (pattern.base !== realRoot) return null;
  const source = pattern.glob.source.replace(SET_OR_LETTER, (found) => {
    const [lower, upper] = [found.toLowerCase(), found.toUpperCase()];
    const isLetter = /^\p{L}$/u.test(lower) && /^\p{L}$/u.test(upper);
    return isLetter && lower !== upper ? `[${lower}${upper}]` : found;
  });
  return { ...pattern, glob: new Glob(source) };
}
