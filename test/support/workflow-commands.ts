// The grammar of workflow commands: the parts of a line that the runner executes instead of printing. Pure; step-log.ts
// implements the commands.

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** One of the two spellings: the start and end of its head, the separator of its properties, and its escapes. */
interface Grammar {
  head(line: string): { head: string; data: string } | null;
  readonly separator: string;
  readonly inProperties: readonly Escape[];
  readonly inData: readonly Escape[];
}

type Escape = readonly [escaped: string, plain: string];

// `%` comes last, so that `%250A` gives `%0A` and no new line.
const LINE_ENDS: readonly Escape[] = [
  ['%0D', '\r'],
  ['%0A', '\n'],
];
const PERCENT: Escape = ['%25', '%'];
const OLD_ESCAPES: readonly Escape[] = [['%3B', ';'], ...LINE_ENDS, ['%5D', ']'], PERCENT];

/** `::name key=value,key=value::data`, which must open the line. */
const CURRENT: Grammar = {
  head(line) {
    const text = line.trimStart();
    const end = text.indexOf('::', 2);
    if (!text.startsWith('::') || end < 0) return null;
    return { head: text.slice(2, end), data: text.slice(end + 2) };
  },
  separator: ',',
  inProperties: [...LINE_ENDS, ['%3A', ':'], ['%2C', ','], PERCENT],
  inData: [...LINE_ENDS, PERCENT],
};

/** `##[name key=value;key=value]data`, anywhere in a line. */
const OLD: Grammar = {
  head(line) {
    const start = line.indexOf('##[');
    const end = line.indexOf(']', start);
    if (start < 0 || end < 0) return null;
    return { head: line.slice(start + 3, end), data: line.slice(end + 1) };
  },
  separator: ';',
  inProperties: OLD_ESCAPES,
  inData: OLD_ESCAPES,
};

/** Takes any name for a command, so that a check also covers commands of future runners. */
export const ANY_NAME = { has: () => true } as unknown as ReadonlySet<string>;

/** The command in a line, or null. A name that is not in `known` (lower case) makes it ordinary text. */
export function parseCommand(line: string, known: ReadonlySet<string>): WorkflowCommand | null {
  return parseWith(CURRENT, line, known) ?? parseWith(OLD, line, known);
}

function parseWith(grammar: Grammar, line: string, known: ReadonlySet<string>): WorkflowCommand | null {
  const found = grammar.head(line);
  if (found === null) return null;
  const space = found.head.indexOf(' ');
  const name = (space < 0 ? found.head : found.head.slice(0, space)).toLowerCase();
  if (!known.has(name)) return null;
  const properties = space < 0 ? {} : readProperties(grammar, found.head.slice(space + 1).trim());
  return { name, properties, data: unescapeWith(grammar.inData, found.data) };
}

function readProperties(grammar: Grammar, text: string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const pair of text.split(grammar.separator)) {
    const equals = pair.indexOf('=');
    if (equals <= 0 || equals === pair.length - 1) continue;
    properties[pair.slice(0, equals).toLowerCase()] = unescapeWith(
      grammar.inProperties,
      pair.slice(equals + 1),
    );
  }
  return properties;
}

function unescapeWith(escapes: readonly Escape[], text: string): string {
  return escapes.reduce((result, [escaped, plain]) => result.replaceAll(escaped, plain), text);
}
