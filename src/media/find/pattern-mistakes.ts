// Recognizes lines of `files` that this action matches literally and their author meant in another way: the syntax of another tool,
// or a list. Pure.

import { belowMatcher } from './patterns.ts';

type Mistake = readonly [regex: RegExp, text: string];

const FROM_WORKSPACE = 'write the path from the workspace';
const QUOTES: Mistake = [/^(["']).*\1,?$/, 'quotes are matched literally; write the path without them'];
const COMMENT = 'a comment needs its own line';
const VARIABLE = `shell variables are not filled in; ${FROM_WORKSPACE}`;
const BRACES = 'groups and braces are matched literally; write one line for each alternative';
const LINES = 'each line is one pattern; write one pattern per line';
const ROOT: Mistake = [/^\//, `a leading / means the root of the file system; ${FROM_WORKSPACE}`];
const BACKSLASH: Mistake = [/\\/, 'folders are separated with /'];

/** What is wrong with a line that matches, and what to write. The first one counts. */
const MISTAKES: readonly Mistake[] = [
  [
    /^\[.*[".*/].*\]$|^[[\]],?$/,
    'lists are not read; write one pattern per line, without brackets, commas and quotes',
  ],
  [/^-\s+\S/, 'items of lists are not read; write the path without a dash and quotes'],
  QUOTES,
  [/\s#/, COMMENT],
  [/^https?:\/\//i, 'it is a URL; download the file in an earlier step and write its path'],
  [/^~\//, `~ is the home folder of the runner, not the workspace; ${FROM_WORKSPACE}`],
  [/^\$/, VARIABLE],
  [/\([^()]*\|[^()]*\)|\{[^{}]*,[^{}]*\}/, BRACES],
  // `* copy.png` and `at 10.30.15 AM.png` are names.
  [/\.[a-z]\w{1,3}[,;\s]\s*\S|\*(?:[,;]\s*\S|\s+(?:!|\S*\/))/i, LINES],
  ROOT,
  BACKSLASH,
];

/** An exclude may name what does not exist today, such as `Node.js talk` and `$RECYCLE.BIN`: only these are certain. */
const EXCLUDE_MISTAKES: readonly Mistake[] = [
  QUOTES,
  [/\s#\s/, COMMENT],
  [/^\$\w+\/|\$\{/, VARIABLE],
  [/\{[^{}]*,[^{}]*\}/, BRACES],
  [/[,;\s]![\w*/]/, LINES],
  ROOT,
  BACKSLASH,
];

/** Explains what is wrong with a line that matches nothing. Null without a known mistake. */
export function explainMistake(line: string): string | null {
  return find(MISTAKES, line);
}

/** What follows a pattern in its line: an item of a list, a comment or another path. */
const MORE = /\s*[,;|\u200b]|\s+(?:#|\/\/|(?=\S*\/))/;

/** `line` is an exclude without its `!` that excludes nothing; `files` are those that it could. Null without a certain mistake. */
export function explainExcludeMistake(line: string, files: readonly string[]): string | null {
  const mistake = find(EXCLUDE_MISTAKES, line);
  if (mistake !== null) return `excludes nothing (${mistake})`;
  const [start = ''] = line.split(MORE, 1);
  const isNamed = start === line ? () => false : belowMatcher(start.replace(/\/+$/, ''));
  const first = files.find(
    (file) => isNamed(file) || (line.startsWith(file) && /\s/.test(line.charAt(file.length))),
  );
  if (first === undefined) return null;
  return describeMissed(first, 'write one pattern per line, and a comment in a line of its own');
}

function find(mistakes: readonly Mistake[], line: string): string | null {
  return mistakes.find(([regex]) => regex.test(line))?.[1] ?? null;
}

/** What is wrong with an exclude that names `file` and does not match it. `reason` also says what to write. */
export function describeMissed(file: string, reason: string): string {
  return `does not exclude ${file}: ${reason}`;
}

export const OTHER_SPELLING =
  'the letter case or the Unicode form of a name differs; copy the name from the file';
