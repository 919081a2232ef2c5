// The grammar of workflow commands: the lines that the runner executes instead of printing.

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** `%25` comes last, so that `%250A` gives `%0A` and no new line. */
const IN_DATA = { '%0D': '\r', '%0A': '\n', '%25': '%' };
const IN_PROPERTIES = { '%3A': ':', '%2C': ',', ...IN_DATA };

/**
 * The command in a line, or null. Takes any name, so that it covers the commands of future runners too. The old form,
 * `##[name]data` anywhere in the line, is a command named `##[name]`.
 */
export function parseCommand(line: string): WorkflowCommand | null {
  const [, head, data = ''] = /^\s*::(.*?)::(.*)$/s.exec(line) ?? [];
  if (head === undefined) {
    const [old] = /##\[.*?\]/s.exec(line) ?? [];
    return old === undefined ? null : { name: old, properties: {}, data: '' };
  }
  const [, name = '', rest = ''] = /^(\S*?)(?: (.*))?$/s.exec(head) ?? [];
  const pairs = rest.split(',').flatMap((pair) => {
    const [, key, value] = /^\s*(.+?)=(.+)$/s.exec(pair) ?? [];
    return key === undefined || value === undefined
      ? []
      : [[key.toLowerCase(), decode(value, IN_PROPERTIES)]];
  });
  return {
    name: name.toLowerCase(),
    properties: Object.fromEntries(pairs),
    data: decode(data, IN_DATA),
  };
}

function decode(text: string, escapes: Readonly<Record<string, string>>): string {
  return Object.entries(escapes).reduce(
    (result, [escaped, plain]) => result.replaceAll(escaped, plain),
    text,
  );
}
