// Parses lines of patterns, such as those of the input `files`, into absolute globs of @actions/glob. Does not access the disk.

import { parse, posix, sep } from 'node:path';
import { Minimatch } from 'minimatch';
import { InputError } from '../../errors/action-error.ts';
import { formatNumber, quoted } from '../../format.ts';

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
/** Minimatch takes a time that grows with the square of the length, and throws at much longer patterns. */
const MAX_PATTERN_CHARS = 1000;
/** Each `[` without its `]` costs minimatch a search of the rest of the pattern. */
const MAX_SETS = 100;

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
      const reason = `cannot be used: the pattern ${quoted(text)} cannot be searched: ${explainMistake(line)}`;
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
    const invalid = (problem: string) =>
      new InputError(
        'INPUT_INVALID',
        input,
        `cannot be used: the pattern ${quoted(text)} ${problem}`,
      );
    if (text.length > MAX_PATTERN_CHARS) {
      const max = formatNumber(MAX_PATTERN_CHARS);
      throw invalid(`is longer than ${max} characters; write one pattern per line`);
    }
    if (text.split('[').length > MAX_SETS + 1) throw invalid(`has more than ${MAX_SETS} \`[\``);
    let glob = text;
    let isExclude = false;
    while (glob.startsWith('!')) {
      isExclude = !isExclude;
      glob = glob.slice(1).trim();
    }
    if (glob === '')
      throw invalid('is empty; write what it excludes after the `!`, such as !media/drafts/**');
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
  const options = {
    dot: true,
    nobrace: true,
    nocomment: true,
    noext: true,
    nonegate: true,
    nocase,
  };
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

/** A line or a path that this action takes literally and its author meant in another way, and what to write. */
type Mistake = readonly [regex: RegExp, text: string | ((line: string) => string)];

const FROM_WORKSPACE = 'write the path from the workspace, such as media/picture.png';

/** What is wrong with a path that does not start at the workspace, and what to write. */
export const OUTSIDE: readonly Mistake[] = [
  [
    /^[a-z]{2,}:\/\//i,
    'it is an address; download the file in an earlier step, and write its path',
  ],
  [/^~(?:\/|$)/, `~ is the home folder of the runner; ${FROM_WORKSPACE}`],
  [/^[a-z]:[\\/]/i, `it is a path of one machine; ${FROM_WORKSPACE}`],
  [
    /^\//,
    (line) =>
      `a leading / means the root of the file system; write the path from the workspace, such as ${quoted(withoutDotSegments(line))}`,
  ],
  [/(?:^!?|\/)\.\.(?:\/|$)/, explainDots],
];

/** What is wrong with a line that matches, and what to write. The first one counts. */
const MISTAKES: readonly Mistake[] = [
  [
    /^\[.*[".*/].*\]$|^[[\]],?$/,
    'lists are not read; write one pattern per line, without brackets, commas and quotes',
  ],
  [/^-\s+\S/, 'items of lists are not read; write the path without a dash and quotes'],
  [/^(["']).*\1,?$/, 'quotes are matched literally; write the path without them'],
  [/^[“”„‘’‚]/, 'its curly quotes are part of the name; write straight ones, `"`'],
  [/\s#/, 'a comment needs its own line'],
  [/^\$/, `shell variables are not filled in; ${FROM_WORKSPACE}`],
  [
    /\([^()]*\|[^()]*\)|\{[^{}]*,[^{}]*\}/,
    'groups and braces are matched literally; write one line for each alternative',
  ],
  // `* copy.png` and `at 10.30.15 AM.png` are names.
  [
    /\.[a-z]\w{1,3}[,;\s]\s*\S|\*(?:[,;]\s*\S|\s+(?:!|\S*\/))/i,
    'each line is one path or pattern; write one per line',
  ],
  ...OUTSIDE,
  [/(?:^!?|\/)\.(?:\/|$)/, explainDots],
  [/\\/, (line) => `folders are separated with /; write ${quoted(line.replaceAll('\\', '/'))}`],
];

/** Explains what is wrong with a line that matches nothing. Null without a known mistake. */
export function explainMistake(line: string, mistakes = MISTAKES): string | null {
  const text = mistakes.find(([regex]) => regex.test(line))?.[1] ?? null;
  return typeof text === 'function' ? text(line) : text;
}

function explainDots(line: string): string {
  return `it has a \`.\` or \`..\` segment; write ${quoted(withoutDotSegments(line))}, relative to the workspace`;
}

/** The path without `.` and `..`, as it probably was meant: relative to the workspace. `../media/x.png` is `media/x.png`. */
function withoutDotSegments(line: string): string {
  const exclude = line.startsWith('!') ? '!' : '';
  return exclude + (posix.normalize(`/${line.slice(exclude.length)}`).slice(1) || '.');
}

/** The sentence about a `!` line that excludes nothing. */
export function describeIdle(text: string): string {
  return `the pattern ${quoted(text)} excludes nothing; correct it, or remove the line`;
}
