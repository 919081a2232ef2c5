// Recognizes lines of `files` in a syntax that other tools support and this action matches literally. Pure.

const FROM_WORKSPACE = 'write the path from the workspace';

/** What is wrong with a line that matches, and what to write. The first one counts. */
const MISTAKES: readonly (readonly [regex: RegExp, text: string])[] = [
  [
    /^\[.*[".*/].*\]$|^[[\]],?$/,
    'lists are not read; write one pattern per line, without brackets, commas and quotes',
  ],
  [/^-\s+\S/, 'items of lists are not read; write the path without a dash and quotes'],
  [/^(["']).*\1,?$/, 'quotes are matched literally; write the path without them'],
  [/\s#/, 'a comment needs its own line'],
  [/^https?:\/\//i, 'it is a URL; download the file in an earlier step and write its path'],
  [/^~\//, `~ is the home folder of the runner, not the workspace; ${FROM_WORKSPACE}`],
  [/^\$/, `shell variables are not filled in; ${FROM_WORKSPACE}`],
  [
    /\([^()]*\|[^()]*\)|\{[^{}]*,[^{}]*\}/,
    'groups and braces are matched literally; write one line for each alternative',
  ],
  // `* copy.png` and `at 10.30.15 AM.png` are names.
  [
    /\.[a-z]\w{1,3}[,;\s]\s*\S|\*(?:[,;]\s*\S|\s+(?:!|\S*\/))/i,
    'each line is one pattern; write one pattern per line',
  ],
  [/^\//, `a leading / means the root of the file system; ${FROM_WORKSPACE}`],
  [/\\/, 'folders are separated with /'],
];

/** Explains what is wrong with a line, without its `!`. Null without a known mistake. */
export function explainMistake(line: string): string | null {
  return MISTAKES.find(([regex]) => regex.test(line))?.[1] ?? null;
}
