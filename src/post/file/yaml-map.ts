// Parses the YAML of a front matter, and finds the line of each key and value for error messages. Pure.

import {
  CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { formatNumber } from '../../format.ts';
import type { KeyPath } from './post-issue.ts';

export interface YamlError {
  /** Counted from 1 in the YAML text. */
  readonly line: number;
  /** A sentence without its full stop. */
  readonly message: string;
  /** Whether it is a syntax error whose cause is not certain. */
  readonly isUnclear?: boolean;
}

export interface YamlMap {
  /** `{}` for an empty text. */
  readonly value: unknown;
  /** Keys whose value starts with `#`, and is a comment for YAML. */
  readonly commentValues: readonly KeyPath[];
  /** Text values that end at ` #`, where YAML starts a comment. */
  readonly cutValues: readonly KeyPath[];
  /** The line of the value at `path`, or of the nearest value above it that exists. */
  lineOf(path: KeyPath): number;
}

const MAX_BYTES = 256_000;
const MAX_KEYS = 200;
/** Bounds lists and brackets, too: the time of the parser grows with the square of their number. */
const MAX_TOKENS = 2000;
/** Blanks, comments, and marks of the lexer that are not in the text. */
const INSIGNIFICANT = new Set<unknown>([
  'space',
  'newline',
  'comment',
  'doc-mode',
  'flow-error-end',
  'scalar',
]);

/** Never throws. */
export function parseYamlMap(text: string): YamlMap | YamlError {
  const excess = findExcess(text);
  if (excess !== null) return excess;
  const lineCounter = new LineCounter();
  const lineAt = (offset: number) => lineCounter.linePos(offset).line || 1;
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    logLevel: 'error',
    schema: 'core',
  });
  // The first error is often the cause of the others.
  const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (error !== undefined) {
    const { message } = error;
    const line = lineAt(startOfError(error, document));
    const cause = causeOf(error, text, line);
    const [, words] = YAML_WORDS.find(([regex]) => regex.test(message)) ?? [];
    const problem = `the front matter is not valid YAML: ${cause ?? words ?? message}`;
    return { line, message: problem, isUnclear: cause === null };
  }
  const mark = findMark(text);
  if (mark !== null) return mark;
  const comments = Map.groupBy(findComments(document.contents, text), ({ isCut }) => isCut);
  return {
    value: document.toJS() ?? {},
    commentValues: comments.get(false)?.map(({ path }) => path) ?? [],
    cutValues: comments.get(true)?.map(({ path }) => path) ?? [],
    lineOf: (path) => lineAt(offsetOf(document, path)),
  };
}

/** Reads the tokens only, which takes linear time. A limit is checked before the text is parsed. */
function findExcess(text: string): YamlError | null {
  if (Buffer.byteLength(text) > MAX_BYTES)
    return { line: 1, message: `the front matter is larger than ${formatNumber(MAX_BYTES / 1000)} KB` };
  let [keys, tokens] = [0, 0];
  for (const { token, line } of tokensIn(text)) {
    if (token === ':') keys += 1;
    if (!INSIGNIFICANT.has(CST.tokenType(token))) tokens += 1;
    if (keys > MAX_KEYS) return { line, message: `the front matter has more than ${MAX_KEYS} keys` };
    if (tokens > MAX_TOKENS) {
      const max = formatNumber(MAX_TOKENS);
      return {
        line,
        message: `the front matter has more than ${max} keys, values, list entries and brackets`,
      };
    }
  }
  return null;
}

function* tokensIn(text: string): Generator<{ readonly token: string; readonly line: number }> {
  let line = 1;
  for (const token of new Lexer().lex(text)) {
    yield { token, line };
    line += token.split('\n').length - 1;
  }
}

const SAME_COLUMN = 'all keys must begin in the same column';
/** What authors can act on, in place of YAML's words for its grammar. */
const YAML_WORDS: readonly (readonly [message: RegExp, words: string])[] = [
  [/^Unresolved tag/, 'it has a YAML tag; put a value that starts with `!` in quotes'],
  [/^Source contains multiple documents/, 'a line `...` ends it early'],
  [
    /^Implicit (?:map )?keys need/,
    'the line is not a key with a value; write a blank after the `:` of a key, and two blanks before each further line of a value',
  ],
  [/^All mapping items must start at the same column/, SAME_COLUMN],
  [
    /^Nested mappings are not allowed/,
    'a value has a key in it; put a value that holds `: ` in quotes, begin a list in the line below its key, with `- `, and all keys in the same column',
  ],
  [
    /^Not a YAML token|^Block scalar header/,
    'a value that begins with `>` or `|` must begin in the next line, or be in quotes',
  ],
  [/block-seq-ind/, 'a list must begin in the line below its key, with `- `'],
  [
    /^Unexpected scalar at node end/,
    'the value ends before the end of its line; put the whole value in quotes',
  ],
  [/^Map keys must be unique/, 'this key stands twice; remove one of the two'],
  [/^Plain value cannot start with/, 'a value that begins with `@`, `%` or a backtick must be in quotes'],
  [/^Alias cannot be/, 'a value that begins with `*` must be in quotes'],
];

const OPEN_QUOTE = /^Missing closing/;

/** YAML gives the end of a value whose quote has no end. */
function startOfError({ message, pos }: YAMLError, document: Document): number {
  let [start] = pos;
  if (OPEN_QUOTE.test(message)) {
    visit(document, {
      Scalar: (_, { range }) => {
        if (range && range[0] < pos[0] && pos[0] <= range[1]) start = range[0];
      },
    });
  }
  return start;
}

/** A value on the line of its key, unless the key has further keys or a list below it. */
const COLON_IN_VALUE =
  /^((?:[ \t]|- )*(?!(?:link|poll|media|file)\b)[\w-]+:[ \t]+)([^\s"'[{>|&*-].*:[ \t].*)$/;
const MAX_SHOWN_CHARS = 100;

/** The cause of an error that YAML describes in words of its grammar; null if it is not certain. */
function causeOf({ code, message }: YAMLError, text: string, lineNumber: number): string | null {
  const line = text.split('\n')[lineNumber - 1] ?? '';
  if (OPEN_QUOTE.test(message)) {
    return 'a value that begins with a quote must end with the same quote, and each further line of it must begin with two blanks';
  }
  if (code === 'TAB_AS_INDENT' || /^ *\t/.test(line)) return 'the line begins with a tab; use blanks';
  if (/[:-][ \t]+[“”„‘’‚]/.test(line)) return 'curly quotes are part of a value; write straight ones, `"`';
  if (/^[ \t]+[^\s#]/.test(text) && /^\S/.test(line)) return SAME_COLUMN;
  const [, key, value = ''] = COLON_IN_VALUE.exec(line) ?? [];
  if (key !== undefined && message.startsWith('Nested mappings')) {
    const quoted = value.length <= MAX_SHOWN_CHARS ? JSON.stringify(value) : '"…"';
    return `a value with \`: \` in it must be in quotes; write \`${key}${quoted}\``;
  }
  const [, quote] = /^[^"']*?(?:^|[:-])[ \t]+(["'])/.exec(line) ?? [];
  if (quote === undefined || !message.startsWith('Unexpected scalar')) return null;
  const inside = quote === '"' ? String.raw`\"` : "''";
  return `the value goes on after the \`${quote}\` that ends it; write each \`${quote}\` inside the value as \`${inside}\``;
}

/** The first alias, anchor or tag. YAML reads them at the start of a value; a few lines of aliases can make millions of values. */
function findMark(text: string): YamlError | null {
  let previous = '';
  for (const { token, line } of tokensIn(text)) {
    // The text of a value follows the mark of the lexer.
    const type = previous === CST.SCALAR ? null : CST.tokenType(token);
    if (type === 'alias' || type === 'anchor' || type === 'tag') {
      const advice = `put a value that starts with \`${token.charAt(0)}\` in quotes`;
      return { line, message: `the front matter has a YAML ${type}: ${advice}` };
    }
    previous = token;
  }
  return null;
}

/**
 * Values at which YAML starts a comment that may belong to them: `comment: Read on #opensource` is `Read on` (`isCut`), and
 * `title: #1 in latency` has no value.
 */
function findComments(node: unknown, text: string, above: KeyPath = []): { path: KeyPath; isCut: boolean }[] {
  if (isScalar(node)) {
    const isCut = node.type === 'PLAIN' && typeof node.value === 'string' && /^\S/.test(node.comment ?? '');
    return isCut ? [{ path: above, isCut }] : [];
  }
  if (isSeq(node)) return node.items.flatMap((item, index) => findComments(item, text, [...above, index]));
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    const path = [...above, nameOf(key)];
    if (!isScalar(value) || value.value !== null) return findComments(value, text, path);
    const afterKey = text.slice(isNode(key) ? key.range?.[1] : 0);
    return /^[ \t]*:[ \t]+#/.test(afterKey) ? [{ path, isCut: false }] : [];
  });
}

function offsetOf(document: Document, path: KeyPath): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => nameOf(key) === step);
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function nameOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function startOf(node: unknown): number | null {
  return isNode(node) && !isAlias(node) ? (node.range?.[0] ?? null) : null;
}
