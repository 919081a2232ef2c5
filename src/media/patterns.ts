// Reads the lines of the `files` input into patterns with an absolute root. Pure: it never looks at the disk.

import { isAbsolute, sep } from 'node:path';
import { InputError } from '../errors.ts';

/** One pattern. `resolved` is absolute and carries no `!`; `text` is as the user wrote it. */
export interface Pattern {
  readonly text: string;
  readonly isExclude: boolean;
  readonly resolved: string;
}

const SEPARATOR = sep === '\\' ? /[\\/]/ : /\//;

/** Where relative patterns start: as the runner names it, and its real path. */
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
 * Reads one pattern a line; blank lines and `#` comments are no patterns.
 * Throws InputError INPUT_INVALID on `files` for a pattern that climbs with `..`.
 */
export function readPatterns(lines: string, root: Root): Pattern[] {
  return readPatternLines(lines, 'files').map(({ text, isExclude, glob }) => ({
    text,
    isExclude,
    resolved: resolvePattern(belowRoot(glob, root), text, root),
  }));
}

/** The lines of `input` that are patterns. Throws InputError INPUT_INVALID for a `!` with nothing behind it. */
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
  while (glob.startsWith('!')) {
    isExclude = !isExclude;
    glob = glob.slice(1).trim();
  }
  if (glob === '') throw new InputError('INPUT_INVALID', input, `the pattern ${text} is empty`);
  return { text, isExclude, glob };
}

function resolvePattern(pattern: string, text: string, { real }: Root): string {
  const [first, ...others] = pattern.split(SEPARATOR);
  if (first === '..' || others.some((segment) => segment === '.' || segment === '..')) {
    const reason = 'has a "." or ".." segment; name the path from the workspace down';
    throw new InputError('INPUT_INVALID', 'files', `the pattern ${text} ${reason}`);
  }
  if (isAbsolute(pattern) || first === '~' || isDriveRelative(pattern)) return pattern;
  const below = first === '.' ? others.join('/') : pattern;
  return below === '' ? escapeGlob(real) : `${escapeGlob(real)}/${below}`;
}

/** `${{ github.workspace }}/media` is relative to the workspace: its name is no pattern and may be a link's. */
function belowRoot(pattern: string, { named }: Root): string {
  if (pattern === named) return '.';
  const isBelow = pattern.startsWith(named) && SEPARATOR.test(pattern.charAt(named.length));
  return isBelow ? `.${sep}${pattern.slice(named.length + 1)}` : pattern;
}

/** `C:media` on Windows; elsewhere a colon is a letter like any other. */
function isDriveRelative(pattern: string): boolean {
  return sep === '\\' && /^[A-Za-z]:/.test(pattern);
}

// The workspace may hold the letters of a pattern in its own name, and must be matched as it is.
function escapeGlob(path: string): string {
  const text = sep === '\\' ? path : path.replaceAll('\\', '\\\\');
  return text.replace(/[[?*]/g, '[$&]');
}

/** The pattern that takes in the file of this absolute path. */
export function literalPattern(path: string): Pattern {
  // The library reads one pattern a line, without the blanks at its ends.
  const resolved = escapeGlob(path)
    .replace(/[\r\n]/g, '?')
    .replace(/\s$/, '[$&]');
  return { text: path, isExclude: false, resolved };
}

/**
 * The same pattern for letters of either case, by sets of both; null for one that starts outside of the workspace. What
 * stands in a set already is left as it is.
 */
export function anyCase(pattern: Pattern, realRoot: string): Pattern | null {
  const start = escapeGlob(realRoot);
  const below = pattern.resolved.slice(start.length);
  if (!pattern.resolved.startsWith(start) || !/^(?:\/|$)/.test(below)) return null;
  return { ...pattern, resolved: start + below.replace(SET_OR_LETTER, bothCases) };
}

const SET_OR_LETTER = /\\.|\[[^\]]+\]|\p{L}/gu;

function bothCases(found: string): string {
  const [lower, upper] = [found.toLowerCase(), found.toUpperCase()];
  const isLetter = /^\p{L}$/u.test(lower) && /^\p{L}$/u.test(upper);
  return isLetter && lower !== upper ? `[${lower}${upper}]` : found;
}
