// Parses a post file: front matter in YAML between two lines `---`, and the text below it. Every error has its line. Pure.

import {
  CST,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
} from 'yaml';
import { ActionError } from '../../errors/action-error.ts';
import { formatNumber, quoted } from '../../format.ts';
import { addFindings, type KeyPath } from './finding.ts';
import { expectedMedia } from './front-matter.ts';
import { type PostContext, parsePost } from './parse-post.ts';
import { unreadablePost, type WrittenPost } from './post.ts';

/** Never throws. `source` is the whole file. */
export function parsePostFile(source: string, file: string, context: PostContext): WrittenPost {
  const invalid = (line: number, problem: string, hint?: string) => {
    const error = new ActionError('POST_KEY', problem, { subject: { file, line }, hint });
    return unreadablePost(file, context.owner, error);
  };
  if (!hasFrontMatter(source)) {
    const start = source.slice(0, MAX_SEARCHED_CHARS);
    const [first = ''] = start.split(LINE_END);
    if (isDashes(first)) return invalid(1, `the front matter must begin ${THREE_HYPHENS}`);
    const [, above] = ABOVE_FRONT_MATTER.find(([pattern]) => pattern.test(start)) ?? [];
    if (above !== undefined)
      return invalid(1, `the front matter must begin in the first line of the file: ${above}`);
    const hint = `Start it with a line \`---\`, the keys (or nothing), and a line \`---\`, or exclude it with the line \`!${file}\` in the input \`posts\`.`;
    return invalid(1, 'the file has no front matter, so it is not a post', hint);
  }
  const lines = source.replace(/^\uFEFF/, '').split(LINE_END);
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
  const dashes = lines.findIndex((line, index) => index > 0 && isDashes(line));
  if (end < 0 && dashes > 0)
    return invalid(dashes + 1, `the front matter must end ${THREE_HYPHENS}`);
  if (end < 0)
    return invalid(1, 'the front matter has no end', 'Add a line `---` after the last key.');
  const yaml = parseYaml(lines.slice(1, end).join('\n'));
  if ('problem' in yaml && dashes > 0 && dashes < end)
    return invalid(dashes + 1, `the front matter must end ${THREE_HYPHENS}`);
  if ('problem' in yaml) return invalid(yaml.line + 1, `the front matter ${yaml.problem}`);
  const { value, places, lineAt } = yaml;
  const below = lines.slice(end + 1).join('\n');
  const text = below.trim();
  // The error of a missing text is at the end of the front matter.
  const textLine =
    text === '' ? end + 1 : end + 2 + lineBreaksIn(below.slice(0, below.indexOf(text)));
  const post = parsePost(
    {
      file,
      subjectOf: ({ path, offset }) => {
        // A key that is missing is looked for at the nearest value above it.
        const place = places.findLast((one) =>
          one.path.every((step, index) => step === path[index]),
        );
        const keyLine = lineAt(place?.start ?? 0) + 1;
        return {
          file,
          line: offset === undefined ? keyLine : textLine + lineBreaksIn(text.slice(0, offset)),
        };
      },
      keys: value,
      text,
    },
    context,
  );
  const cut = places.filter(({ isCut }) => isCut);
  return addFindings(
    post,
    cut.map(({ path }) => ({ path, code: null, problem: CUT_VALUE })),
  );
}

/** Whether the file is meant to be a post. */
export function hasFrontMatter(source: string): boolean {
  return /^\uFEFF?---\s*?(?:[\r\n]|$)/.test(source);
}

const LINE_END = /\r\n|\r|\n/;

const THREE_HYPHENS = 'with a line of three hyphens, `---`; this line has other dashes';

/** Whether an editor has replaced the hyphens of a line `---`, or some are missing. */
function isDashes(line: string): boolean {
  const written = line.trim();
  return /^[-–—―−]{1,6}$/.test(written) && written !== '---';
}

/** The patterns for mistakes take a time that grows with the square of the length. */
const MAX_SEARCHED_CHARS = 4096;

/** What stands above a line `---` at the start of a file. */
const ABOVE_FRONT_MATTER: readonly (readonly [start: RegExp, advice: string])[] = [
  [/^\uFEFF?\s*(?:```|~~~)[^\n]*\s*---\s/, 'remove the code fence around the post'],
  [/^\uFEFF?\s*<!--[\s\S]*?-->\s*---\s/, 'move the comment below it'],
  [/^\uFEFF?[ \t]+---\s/, 'remove the spaces before `---`, and before the other lines'],
  [/^\uFEFF?\s+---\s/, 'remove the empty lines above it'],
];

const CUT_VALUE =
  'ends before ` #`, where YAML starts a comment; put the value in quotes to keep the rest';

function lineBreaksIn(text: string): number {
  return text.split('\n').length - 1;
}

/** Lines are counted from 1 in the YAML text. `problem` continues after "the front matter". */
interface YamlError {
  readonly line: number;
  readonly problem: string;
}

const MAX_BYTES = 256_000;
const MAX_KEYS = 200;
/** Bounds values, lists and brackets, too: the time of the parser grows with the square of their number. */
const MAX_TOKENS = 2000;

/** The value is `{}` for an empty text. */
function parseYaml(text: string) {
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
  const places = [...placesIn(document.contents)];
  // The first error is often the cause of the others.
  const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const nested = places.find(({ isNested }) => isNested);
  if (error === undefined && nested !== undefined)
    return { line: lineAt(nested.start), problem: NESTED_KEY };
  if (error === undefined) return { value: document.toJS() ?? {}, places, lineAt };
  const { message, pos } = error;
  // YAML gives the end of a value whose quote has no end.
  const start = OPEN_QUOTE.test(message)
    ? places.findLast((one) => one.start < pos[0])?.start
    : pos[0];
  const line = lineAt(start ?? 0);
  const written = (text.split('\n')[line - 1] ?? '').slice(0, MAX_SEARCHED_CHARS);
  const [, , words = quoted(message)] =
    YAML_ERRORS.find(([said, form]) => said.test(message) && form.test(written)) ?? [];
  return { line, problem: `is not valid YAML: ${words}` };
}

/**
 * Refuses a text before it is parsed, whose time grows with the square of the number of tokens. Refuses aliases, too: a few lines of
 * them can make millions of values.
 */
function checkTokens(text: string): YamlError | null {
  if (Buffer.byteLength(text) > MAX_BYTES)
    return { line: 1, problem: `is larger than ${formatNumber(MAX_BYTES / 1000)} KB` };
  let [line, keys, tokens, previous] = [1, 0, 0, ''];
  for (const token of new Lexer().lex(text)) {
    // The text of a value follows the mark of the lexer.
    const type = previous === CST.SCALAR ? null : CST.tokenType(token);
    if (token === ':') keys += 1;
    if (type !== null && /\S/.test(token)) tokens += 1;
    if (keys > MAX_KEYS) return { line, problem: `has more than ${MAX_KEYS} keys` };
    if (tokens > MAX_TOKENS) {
      const max = formatNumber(MAX_TOKENS);
      return { line, problem: `has more than ${max} keys, values, list entries and brackets` };
    }
    if (type === 'alias' || type === 'anchor' || type === 'tag') {
      const advice = `put a value that starts with \`${token.charAt(0)}\` in quotes`;
      return { line, problem: `has a YAML ${type}: ${advice}` };
    }
    line += lineBreaksIn(token);
    previous = token;
  }
  return null;
}

const NESTED_KEY =
  'has a list or a map as a key: put a value that starts with `{` or `[` in quotes, such as `"{{name}}"`';

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
  [
    /^All mapping items must start at the same column/,
    ANY,
    'all keys must begin in the same column',
  ],
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

interface YamlPlace {
  readonly path: KeyPath;
  /** The offset of the key, or of the list entry. */
  readonly start: number;
  readonly isCut: boolean;
  /** Whether the key is a list or a map. */
  readonly isNested: boolean;
}

/** All keys and list entries below `node`. */
function* placesIn(node: unknown, above: KeyPath = []): Generator<YamlPlace> {
  const pairs = isMap(node)
    ? node.items.map(({ key, value }) => [nameOfKey(key), key, value] as const)
    : [];
  const items = isSeq(node) ? node.items.map((item, index) => [index, item, item] as const) : [];
  for (const [step, first, value] of [...pairs, ...items]) {
    const path = [...above, step];
    const isPlain = isScalar(value) && value.type === 'PLAIN';
    const start = (isNode(first) ? first.range?.[0] : null) ?? 0;
    const isNested = isCollection(first) && first !== value;
    yield { path, start, isNested, isCut: isPlain && /^\S/.test(value.comment ?? '') };
    yield* placesIn(value, path);
  }
}

/** YAML would write a list or map as text, which doubles with each level of them. */
function nameOfKey(key: unknown): string {
  return isCollection(key) ? '' : String(key);
}
