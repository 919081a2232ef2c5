// Recognizes lines of `files` in a syntax that other tools support and this action matches literally. Pure.

interface Mistake {
  readonly regex: RegExp;
  readonly what: string;
  /** The part to remove, or a function that returns the line as it should be, or several. Absent when that cannot be known. */
  readonly correct?: RegExp | ((line: string) => readonly string[]);
}

const ALTERNATIVES = /[@+?!]?\(([^()]*\|[^()]*)\)|\{([^{}]*,[^{}]*)\}/;

const MISTAKES: readonly Mistake[] = [
  { regex: /^\[.*".*\]$/, what: 'it is a JSON list', correct: jsonItems },
  {
    regex: /^\[.*[.*/].*\]$/,
    what: 'it is a YAML list',
    correct: (line) => line.slice(1, -1).split(','),
  },
  { regex: /^[[\]],?$/, what: 'it belongs to a JSON list; write one pattern per line, without brackets' },
  { regex: /^-\s+\S/, what: 'it is an item of a YAML list', correct: /^-\s+/ },
  {
    regex: /^!?(["']).*\1,?$/,
    what: 'quotes are matched literally',
    correct: /(?<=^!?)["']|["'],?$/g,
  },
  { regex: /\s#/, what: 'a comment needs its own line', correct: /\s+#.*$/ },
  { regex: /^!?https?:\/\//i, what: 'it is a URL; download the file in an earlier step and write its path' },
  {
    regex: /^!?~\//,
    what: '~ is the home folder of the runner, not the workspace',
    correct: /(?<=^!?)~\/+/,
  },
  {
    regex: /^!?\$(?:GITHUB_WORKSPACE|\{GITHUB_WORKSPACE\})\//,
    what: 'shell variables are not filled in',
    correct: /(?<=^!?)\$[^/]*\/+/,
  },
  { regex: /^!?\$/, what: 'shell variables are not filled in; write the path itself' },
  { regex: ALTERNATIVES, what: 'groups and braces are matched literally', correct: expand },
  {
    regex: /(?:\.\w{2,4}|\*)[,;\s]\s*\S/,
    what: 'each line is one pattern',
    correct: (line) => line.split(/(?<=\.\w{2,4}|\*)[,;\s]\s*/),
  },
  { regex: /^!?\//, what: 'a leading / means the root of the file system', correct: /(?<=^!?)\/+/ },
  { regex: /\\/, what: 'folders are separated with /', correct: (line) => [line.replace(/\\+/g, '/')] },
];

/** The most corrected lines that one message shows. */
const MAX_LINES = 5;

/** What is wrong with the line, and the line as it should be; null without a known mistake. */
export function explainMistake(line: string): string | null {
  const mistake = findMistake(line);
  if (mistake === undefined) return null;
  if (mistake.correct === undefined) return mistake.what;
  const lines = correctAll(line, 0);
  const shown = lines.slice(0, MAX_LINES).map((one) => `\`${one}\``);
  if (lines.length > shown.length) shown.push('…');
  const [first = ''] = shown;
  return `${mistake.what}; ${lines.length === 1 ? `write ${first}` : `write one pattern per line: ${shown.join(' and ')}`}`;
}

function findMistake(line: string): Mistake | undefined {
  return MISTAKES.find(({ regex }) => regex.test(line));
}

/** A line may have several mistakes, such as an item of a list in quotes. */
function correctAll(line: string, depth: number): string[] {
  const correct = depth < MISTAKES.length ? findMistake(line)?.correct : undefined;
  if (correct === undefined) return [line];
  const lines = correct instanceof RegExp ? [line.replace(correct, '')] : correct(line);
  const rest = lines.slice(0, MAX_LINES + 1).map((one) => one.trim());
  return rest.filter((one) => one !== '' && one !== line).flatMap((one) => correctAll(one, depth + 1));
}

/** Falls back to commas for a list that is not quite JSON. */
function jsonItems(line: string): readonly string[] {
  try {
    return [JSON.parse(line)].flat().map(String);
  } catch {
    return line.slice(1, -1).split(',');
  }
}

/** One line for each alternative of the first group. */
function expand(line: string): readonly string[] {
  const [group = '', inParentheses, inBraces = ''] = ALTERNATIVES.exec(line) ?? [];
  const alternatives = inParentheses?.split('|') ?? inBraces.split(',');
  return alternatives.map((one) => line.replace(group, () => one));
}
