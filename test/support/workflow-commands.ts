// The grammar of workflow commands: the parts of a line that the runner executes instead of printing. Pure; step-log.ts
// implements the commands.

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** The escapes of one spelling. `%25` comes last, so that `%250A` gives `%0A` and no new line. */
type Escapes = Readonly<Record<string, string>>;

const IN_DATA: Escapes = { '%0D': '\r', '%0A': '\n', '%25': '%' };
const IN_PROPERTIES: Escapes = { '%3A': ':', '%2C': ',', ...IN_DATA };
const OLD: Escapes = { '%3B': ';', '%5D': ']', ...IN_DATA };

/** Takes any name for a command, so that a check also covers commands of future runners. */
export const ANY_NAME = { has: () => true } as unknown as ReadonlySet<string>;

/** The command in a line, or null. A name that is not in `known` (lower case) makes it ordinary text. */
export function parseCommand(line: string, known: ReadonlySet<string>): WorkflowCommand | null {
  // `::name key=value,key=value::data` opens the line. `##[name key=value;key=value]data` may be anywhere in it.
  const current = read(/^\s*::(.*?)::(.*)$/s.exec(line), {
    separator: ',',
    inProperties: IN_PROPERTIES,
    inData: IN_DATA,
  });
  if (current !== null && known.has(current.name)) return current;
  const old = read(/##\[(.*?)\](.*)$/s.exec(line), { separator: ';', inProperties: OLD, inData: OLD });
  return old !== null && known.has(old.name) ? old : null;
}

function read(
  found: RegExpExecArray | null,
  grammar: { readonly separator: string; readonly inProperties: Escapes; readonly inData: Escapes },
): WorkflowCommand | null {
  if (found === null) return null;
  const [, head = '', data = ''] = found;
  const [, name = '', rest = ''] = /^(\S*?)(?: (.*))?$/s.exec(head) ?? [];
  const pairs = rest.split(grammar.separator).flatMap((pair) => {
    const [, key, value] = /^\s*(.+?)=(.+)$/s.exec(pair) ?? [];
    return key === undefined || value === undefined
      ? []
      : [[key.toLowerCase(), decode(value, grammar.inProperties)]];
  });
  return {
    name: name.toLowerCase(),
    properties: Object.fromEntries(pairs),
    data: decode(data, grammar.inData),
  };
}

function decode(text: string, escapes: Escapes): string {
  return Object.entries(escapes).reduce(
    (result, [escaped, plain]) => result.replaceAll(escaped, plain),
    text,
  );
}
