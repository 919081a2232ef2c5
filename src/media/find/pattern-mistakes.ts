// Recognizes lines of `files` that this action matches literally and their author meant in another way: the syntax of another tool,
// or a list. Pure.

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

/** Explains what is wrong with a line that matches nothing. Null without a known mistake. */
export function explainMistake(line: string): string | null {
  return MISTAKES.find(([regex]) => regex.test(line))?.[1] ?? null;
}

/** The sentence about a `!` line that excludes nothing. */
export function describeIdle(text: string): string {
  const mistake = explainMistake(text.replace(/^!\s*/, ''));
  return `the pattern ${text} excludes nothing${mistake === null ? '' : ` (${mistake})`}`;
}
