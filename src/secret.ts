// A secret that cannot be printed by accident. A leaf, open to all.

/** As for the masks of upload credentials; LinkedIn's tokens are far longer. */
const ECHO_CHARS = 12;

/** One way in which a server may write a secret; how it escapes the marks in it is left open. */
interface Way {
  readonly text: string;
  /** Stands in it however its marks are escaped: what does not hold it needs no closer look. */
  readonly longestWord: string;
}

/** `text` as a server may write it: itself, or base64 of all it was sent. */
function waysToWrite(text: string): Way[] {
  const inForm = String(new URLSearchParams({ '': text })).slice(1);
  const encoded = [text, inForm].flatMap((inner) =>
    [0, 1, 2].flatMap((shift) => [insideOf('base64', inner, shift), insideOf('base64url', inner, shift)]),
  );
  return [...new Set([text, ...encoded])].map((way) => ({ text: way, longestWord: longestWordIn(way) }));
}

function longestWordIn(text: string): string {
  return text.split(MARK).reduce((longest, word) => (word.length > longest.length ? word : longest));
}

const MARK = /[^A-Za-z0-9]/g;

/** As JSON and addresses escape them. */
function patternOf(ways: readonly Way[]): RegExp {
  return new RegExp(ways.map(({ text }) => text.replace(MARK, escaped)).join('|'), 'g');
}

/** Of `text` inside a longer one what no neighbour has a part in, where it begins `shift` bytes into a group of three. */
function insideOf(encoding: 'base64' | 'base64url', text: string, shift: number): string {
  const bytes = Buffer.from('_'.repeat(shift) + text);
  return bytes.toString(encoding).slice(Math.ceil((shift * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

/** A mark as a pattern: itself, `\\u002f` or `%2F`, some of them over again. Of bounded length: the text is a stranger's. */
function escaped(mark: string): string {
  const code = mark.charCodeAt(0).toString(16).padStart(4, '0');
  const digits = code.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
  return `\\\\{0,3}(?:\\u${code}|u${digits}|(?:%|u0025)(?:25){0,2}${digits.slice(2)})`;
}

/** Holds a token; logs, JSON and inspection show `[redacted]`. */
export class Secret {
  readonly #text: string;
  #ways: readonly Way[] | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: only for building the header that carries it, or for masking it. */
  reveal(): string {
    return this.#text;
  }

  /**
   * `text` without this secret in it, as it is, escaped or in base64: a server may echo what it was sent, in a form of
   * its own. A short text may be part of any word.
   */
  hideIn(text: string): string {
    // No form of it is shorter.
    if (this.#text.length < ECHO_CHARS || text.length < this.#text.length) return text;
    this.#ways ??= waysToWrite(this.#text);
    // Mostly it is as it was: patterns cost more.
    const plain = text.replaceAll(this.#text, '[redacted]');
    const likely = this.#ways.filter(({ longestWord }) => plain.includes(longestWord));
    return likely.length === 0 ? plain : plain.replace(patternOf(likely), '[redacted]');
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redacted]';
  }
}
