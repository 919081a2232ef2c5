// The text of a manifest: a header, one entry a line, a footer. Reads what anyone may have shaped. Pure: no disk.

import { InputError } from '../../errors.ts';
import { checkEntry, LINE_CHARS_MAX, type ManifestEntry } from './schema.ts';

/** More is neither read nor written: about 130,000 entries. */
export const MANIFEST_BYTES_MAX = 64 * 1024 * 1024;

const SCHEMA = 1;
const HEADER = `{"schema":${SCHEMA},"manifest":"linkedin-media-upload","entries":[`;
const FOOTER = ']}\n';
const CHUNK_CHARS = 1024 * 1024;

/**
 * The bytes of a manifest with these lines, in this order, about a MiB at a time.
 * @throws RangeError when they are more than MANIFEST_BYTES_MAX: no run could read them again
 */
export function* manifestChunks(lines: readonly string[]): Generator<Buffer> {
  let totalBytes = 0;
  for (const text of chunksOfText(lines)) {
    const chunk = Buffer.from(text);
    totalBytes += chunk.byteLength;
    if (totalBytes > MANIFEST_BYTES_MAX) throw new RangeError('it would be larger than 64 MiB');
    yield chunk;
  }
}

function* chunksOfText(lines: readonly string[]): Generator<string> {
  let text = HEADER;
  for (const [index, line] of lines.entries()) {
    text += index === 0 ? `\n${line}` : `,\n${line}`;
    if (text.length < CHUNK_CHARS) continue;
    yield text;
    text = '';
  }
  yield `${text}\n${FOOTER}`;
}

/**
 * Reads the text of a manifest, whatever white space its JSON has; `path` is its name for users.
 * @throws InputError MANIFEST_INVALID that names the line and what is wrong there, and quotes none of the text
 */
export function parseManifest(text: string, path: string): ManifestEntry[] {
  return new Reader(text, path).read();
}

const OPENING = /[ \t\r\n]*\{[ \t\r\n]*"schema"[ \t\r\n]*:[ \t\r\n]*(\d{1,9})[ \t\r\n]*,/y;
const NAME = /[ \t\r\n]*"manifest"[ \t\r\n]*:[ \t\r\n]*"linkedin-media-upload"[ \t\r\n]*,/y;
const ENTRIES = /[ \t\r\n]*"entries"[ \t\r\n]*:[ \t\r\n]*\[[ \t\r\n]*/y;
const COMMA = /[ \t\r\n]*,[ \t\r\n]*/y;
const CLOSING = /[ \t\r\n]*\][ \t\r\n]*\}[ \t\r\n]*$/y;

/**
 * Cuts the text into entries and parses each alone: JSON.parse of 64 hostile MiB takes gigabytes of memory, and could
 * not tell the line of a field that is wrong.
 */
class Reader {
  readonly #text: string;
  readonly #path: string;
  #at = 0;

  constructor(text: string, path: string) {
    this.#text = text;
    this.#path = path;
  }

  read(): ManifestEntry[] {
    this.#readHeader();
    const entries: ManifestEntry[] = [];
    if (this.#eat(CLOSING)) return entries;
    for (;;) {
      entries.push(this.#readEntry());
      if (this.#eat(CLOSING)) return entries;
      if (!this.#eat(COMMA)) throw this.#fault('the list of entries breaks off');
    }
  }

  /** The name comes before the schema is judged: only a manifest of this action can be too new for it. */
  #readHeader(): void {
    const schema = Number(this.#eat(OPENING)?.[1]);
    if (Number.isNaN(schema) || !this.#eat(NAME)) throw this.#fault('this is no manifest of this action');
    if (schema !== SCHEMA) {
      throw this.#fault(`it is of schema ${schema}, and this version of the action reads ${SCHEMA} alone`);
    }
    if (!this.#eat(ENTRIES)) throw this.#fault('the list of entries is missing');
  }

  #readEntry(): ManifestEntry {
    const end = endOfObject(this.#text, this.#at);
    if (end === null) throw this.#fault('the entry is not whole');
    const { entry, flaw } = checkEntry(parseJson(this.#text.slice(this.#at, end)));
    if (flaw !== undefined) throw this.#fault(flaw);
    this.#at = end;
    return entry;
  }

  #eat(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  #fault(what: string): InputError {
    const line = lineOf(this.#text, this.#at);
    return new InputError('MANIFEST_INVALID', 'manifest', `${this.#path}, line ${line}: ${what}`);
  }
}

/** Where the flat object that begins at `start` is over; null when none begins there, or it does not end in time. */
function endOfObject(text: string, start: number): number | null {
  if (text[start] !== '{') return null;
  const limit = Math.min(text.length, start + LINE_CHARS_MAX);
  let isInString = false;
  for (let at = start + 1; at < limit; at += 1) {
    const character = text[at];
    if (character === '"') isInString = !isInString;
    else if (character === '\\') at += 1;
    else if (character === '}' && !isInString) return at + 1;
  }
  return null;
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', end + 1)) line += 1;
  return line;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
