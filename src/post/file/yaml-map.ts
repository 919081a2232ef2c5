// Parses the YAML of a front matter, and finds the line of each key and value for error messages. Pure.

import {
  CST,
  type Document,
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
import type { KeyPath } from './finding.ts';
import { expectedMedia } from './front-matter.ts';

export interface YamlError {
  /** Counted from 1 in the YAML text. */
  readonly line: number;
  /** A sentence without its full stop. */
  readonly message: string;
}

export interface YamlMap {
  /** `{}` for an empty text. */
  readonly value: unknown;
  /** Values that end at ` #`, where YAML starts a comment: `comment: Read on #opensource` is `Read on`. */
  readonly cutValues: readonly KeyPath[];
  /** The line of the value at `path`, or of the nearest value above it that exists. */
  lineOf(path: KeyPath): number;
}

const MAX_BYTES = 256_000;
const MAX_KEYS = 200;
/** Bounds values, lists and brackets, too: the time of the parser grows with the square of their number. */
const MAX_TOKENS = 2000;

/** Never throws. */
export function parseYamlMap(text: string): YamlMap | YamlError {
  if (Buffer.byteLength(text) > MAX_BYTES)
    return { line: 1, message: `the front matter is larger than ${formatNumber(MAX_BYTES / 1000)} KB` };
  const refused = checkTokens(text);
  if (refused !== null) return refused;
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
    const line = lineAt(startOfError(error, document));
    const written = text.split('\n')[line - 1] ?? '';
    const [, , words = error.message] =
      YAML_ERRORS.find(([message, form]) => message.test(error.message) && form.test(written)) ?? [];
    return { line, message: `the front matter is not valid YAML: ${words}` };
  }
  const places = [...placesIn(document.contents)];
  const offsets = new Map(places.map(({ path, start }) => [path.join('\n'), start]));
  return {
    value: document.toJS() ?? {},
    cutValues: places.filter(({ isCut }) => isCut).map(({ path }) => path),
    lineOf: (path) => {
      const nearest = path.findLastIndex((_, index) => offsets.has(path.slice(0, index + 1).join('\n')));
      return lineAt(offsets.get(path.slice(0, nearest + 1).join('\n')) ?? 0);
    },
  };
}

/**
 * Refuses a text before it is parsed, whose time grows with the square of the number of tokens. Refuses aliases, too: a few lines of
 * them can make millions of values.
 */
function checkTokens(text: string): YamlError | null {
  let [line, keys, tokens, previous] = [1, 0, 0, ''];
  for (const token of new Lexer().lex(text)) {
    // The text of a value follows the mark of the lexer.
    const type = previous === CST.SCALAR ? null : CST.tokenType(token);
    if (token === ':') keys += 1;
    if (type !== null && /\S/.test(token)) tokens += 1;
    if (keys > MAX_KEYS) return { line, message: `the front matter has more than ${MAX_KEYS} keys` };
    if (tokens > MAX_TOKENS) {
      const max = formatNumber(MAX_TOKENS);
      return {
        line,
        message: `the front matter has more than ${max} keys, values, list entries and brackets`,
      };
    }
    if (type === 'alias' || type === 'anchor' || type === 'tag') {
      const advice = `put a value that starts with \`${token.charAt(0)}\` in quotes`;
      return { line, message: `the front matter has a YAML ${type}: ${advice}` };
    }
    line += token.split('\n').length - 1;
    previous = token;
  }
  return null;
}

const OPEN_QUOTE = /^Missing closing/;
const PLAIN_AFTER_VALUE = /^Unexpected scalar at node end/;
const NESTED = /^Nested mappings are not allowed/;
const ANY = /^/;

/** What authors can act on, in place of YAML's words for its grammar, by its message and the line. The first row counts. */
const YAML_ERRORS: readonly (readonly [message: RegExp, line: RegExp, words: string])[] = [
  [
    OPEN_QUOTE,
    ANY,
    'a value that begins with a quote must end with the same quote, and each further line of it must begin with two spaces',
  ],
  [ANY, /^ *\t/, 'the line begins with a tab; use spaces'],
  [ANY, /[:-][ \t]+[“”„‘’‚]/, 'curly quotes are part of a value; write straight ones, `"`'],
  [
    NESTED,
    /^(?:[ \t]|- )*(?!(?:link|poll|media|file)\b)[\w-]+:[ \t]+[^\s"'[{>|&*-].*:[ \t]/,
    'a value with `: ` in it must be in quotes, such as `comment: "Docs: https://example.org"`',
  ],
  [
    PLAIN_AFTER_VALUE,
    /^[^"']*?(?:^|[:-])[ \t]+["']/,
    "the value goes on after the quote that ends it; inside of `\"`, write each `\"` as `\\\"`, and inside of `'`, each `'` as `''`",
  ],
  [
    /^Nested|^Implicit keys|^Sequence item|^Unexpected scalar/,
    /^media:[ \t]+\S|^[ \t]*- |\balt[\w-]*["']?:/,
    `\`media\` ${expectedMedia(null)}`,
  ],
  [
    /^Implicit (?:map )?keys need/,
    ANY,
    'the line is not a key with a value; write a space after the `:` of a key, and two spaces before each further line of a value',
  ],
  [
    NESTED,
    ANY,
    'a value has a key in it; put a value that holds `: ` in quotes, begin a list in the line below its key, with `- `, and all keys in the same column',
  ],
  [
    PLAIN_AFTER_VALUE,
    ANY,
    'the value ends before the end of its line; put the whole value in quotes, and begin all keys in the same column',
  ],
  [/^All mapping items must start at the same column/, ANY, 'all keys must begin in the same column'],
  [/^Source contains multiple documents/, ANY, 'a line `...` ends it early'],
  [
    /^Not a YAML token|^Block scalar header/,
    ANY,
    'a value that begins with `>` or `|` must begin in the next line, or be in quotes',
  ],
  [/block-seq-ind/, ANY, 'a list must begin in the line below its key, with `- `'],
  [/^Map keys must be unique/, ANY, 'this key stands twice; remove one of the two'],
  [
    /^Plain value cannot start with/,
    ANY,
    'a value that begins with `@`, `%` or a backtick must be in quotes',
  ],
];

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

interface YamlPlace {
  readonly path: KeyPath;
  /** The offset of the key, or of the list entry. */
  readonly start: number;
  readonly isCut: boolean;
}

/** All keys and list entries below `node`. */
function* placesIn(node: unknown, above: KeyPath = []): Generator<YamlPlace> {
  const pairs = isMap(node) ? node.items.map(({ key, value }) => [String(key), key, value] as const) : [];
  const items = isSeq(node) ? node.items.map((item, index) => [index, item, item] as const) : [];
  for (const [step, first, value] of [...pairs, ...items]) {
    const path = [...above, step];
    // `title: #1` is null.
    const isText = isScalar(value) && (typeof value.value === 'string' || value.value === null);
    const isPlain = isText && value.type === 'PLAIN';
    const start = (isNode(first) ? first.range?.[0] : null) ?? 0;
    yield { path, start, isCut: isPlain && /^\S/.test(value.comment ?? '') };
    yield* placesIn(value, path);
  }
}
