// Parses lines of patterns, such as those of the input `files`, into absolute globs of @actions/glob. Does not access the disk.

import { parse, sep } from 'node:path';
import { Minimatch } from 'minimatch';
import { InputError } from '../../errors/action-error.ts';
import { formatNumber } from '../../format.ts';
import { explainMistake } from './pattern-mistakes.ts';

export interface Pattern {
  /** The line as the user wrote it. */
  readonly text: string;
  readonly isExclude: boolean;
  /** The pattern that @actions/glob gets: absolute, or below `~`. */
  readonly glob: string;
  /** The glob below the workspace, split at each separator. Empty for a `!` line that starts elsewhere. */
  readonly segments: readonly string[];
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
 * @throws InputError INPUT_INVALID on `input` for a pattern with a `.` or `..` segment, or outside the workspace, and as readPatternLines
 */
export function readPatterns(lines: string, root: Root, input: string): Pattern[] {
  return readPatternLines(lines, input).map(({ text, isExclude, glob }) => {
    const below = belowRoot(glob, root);
    const segments = (below ?? glob).split(SEPARATOR);
    const isOutside = below === null && !isExclude;
    if (isOutside || segments.some((name) => name === '.' || name === '..')) {
      const line = `${isExclude ? '!' : ''}${segments.join('/')}`;
      const reason = `cannot be used: the pattern ${text} cannot be searched: ${explainMistake(line)}`;
      throw new InputError('INPUT_INVALID', input, reason);
    }
    if (below === null) return { text, isExclude, glob, segments: [] };
    // The folder is a path, and no pattern.
    return { text, isExclude, glob: [escapeGlob(root.real), ...segments].join('/'), segments };
  });
}

/**
 * Returns the lines of `input` that are patterns.
 * @throws InputError INPUT_INVALID on `input` for a `!` without a pattern, and for a line that is too long
 */
export function readPatternLines(lines: string, input: string): PatternLine[] {
  const texts = lines
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return texts.map((text) => {
    if (text.length > MAX_PATTERN_CHARS) {
      const start = `cannot be used: the pattern ${text.slice(0, 50)}… is longer than`;
      const reason = `${formatNumber(MAX_PATTERN_CHARS)} characters; write one pattern per line`;
      throw new InputError('INPUT_INVALID', input, `${start} ${reason}`);
    }
    let glob = text;
    let isExclude = false;
    while (glob.startsWith('!')) {
      isExclude = !isExclude;
      glob = glob.slice(1).trim();
    }
    if (glob === '')
      throw new InputError(
        'INPUT_INVALID',
        input,
        `cannot be used: the pattern ${text} is empty; write what it excludes after the \`!\`, such as !media/drafts/**`,
      );
    return { text, isExclude, glob };
  });
}

/** Null for a pattern that starts elsewhere. `${{ github.workspace }}/media` is below the workspace, which may be a link. */
function belowRoot(glob: string, { named, real }: Root): string | null {
  const root = [named, real].find(
    (path) => glob.startsWith(path) && (glob === path || SEPARATOR.test(glob.charAt(path.length))),
  );
  if (root !== undefined) return glob.slice(root.length + 1);
  const [first, ...rest] = glob.split(SEPARATOR);
  if (parse(glob).root !== '' || first === '~') return null;
  return first === '.' ? rest.join('/') : glob;
}

/**
 * A glob that matches this path. Sets of one character are the escapes that @actions/glob reads as plain names on every
 * system. The library ends a pattern at a line end and removes spaces from its end.
 */
export function escapeGlob(path: string): string {
  const escaped = sep === '\\' ? path : path.replaceAll('\\', '\\\\');
  return escaped.replace(/[*?[\n]|\s$/g, (special) => (special === '\n' ? '?' : `[${special}]`));
}

/** Matches paths by the language of @actions/glob, but case-sensitive on every system. */
export function globMatcher(glob: string, nocase = false): (path: string) => boolean {
  const options = { dot: true, nobrace: true, nocomment: true, noext: true, nonegate: true, nocase };
  const matcher = new Minimatch(glob, { ...options, platform: 'linux' });
  return (path) => matcher.match(path);
}

/** Matches a file or all files below a folder. */
export function belowMatcher(glob: string, nocase = false): (path: string) => boolean {
  const [isFile, isBelow] = [globMatcher(glob, nocase), globMatcher(`${glob}/**`, nocase)];
  return (path) => isFile(path) || isBelow(path);
}

/** Whether a name of a glob stands for itself. */
export function isPlain(name: string): boolean {
  return name !== '' && !/[*?[\\]/.test(name);
}
