// Recognizes lines and paths that this action takes literally and their author meant in another way: the syntax of another tool, a list,
// or a path that does not start at the workspace. Pure.

import { posix } from 'node:path';

type Mistake = readonly [regex: RegExp, text: string | ((line: string) => string)];

const FROM_WORKSPACE = 'write the path from the workspace, such as media/picture.png';

/** What is wrong with a path that does not start at the workspace, and what to write. */
export const OUTSIDE: readonly Mistake[] = [
  [/^[a-z]{2,}:\//i, 'it is an address; download the file in an earlier step, and write its path'],
  [/^~(?:\/|$)/, `~ is the home folder of the runner; ${FROM_WORKSPACE}`],
  [/^[a-z]:[\\/]/i, `it is a path of one machine; ${FROM_WORKSPACE}`],
  [
    /^\//,
    (line) =>
      `a leading / means the root of the file system; write the path from the workspace, such as ${withoutDotSegments(line)}`,
  ],
  [
    /(?:^!?|\/)\.\.?(?:\/|$)/,
    (line) =>
      `it has a \`.\` or \`..\` segment; write ${withoutDotSegments(line)}, relative to the workspace`,
  ],
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
  [/\\/, (line) => `folders are separated with /; write ${line.replaceAll('\\', '/')}`],
];

/** Explains what is wrong with a line that matches nothing. Null without a known mistake. */
export function explainMistake(line: string, mistakes = MISTAKES): string | null {
  const text = mistakes.find(([regex]) => regex.test(line))?.[1] ?? null;
  return typeof text === 'function' ? text(line) : text;
}

/** The path without `.` and `..`, as it probably was meant: relative to the workspace. `../media/x.png` is `media/x.png`. */
function withoutDotSegments(line: string): string {
  const exclude = line.startsWith('!') ? '!' : '';
  return exclude + (posix.normalize(`/${line.slice(exclude.length)}`).slice(1) || '.');
}

/** The sentence about a `!` line that excludes nothing. */
export function describeIdle(text: string): string {
  return `the pattern ${text} excludes nothing; correct it, or remove the line`;
}
