// A secret that cannot be printed by accident, and its redaction in responses. A leaf that any module may import.

/** A shorter text may be part of any word, so it is neither masked nor searched for. No token is that short. */
export const MIN_SECRET_LENGTH = 8;

export function isMaskable(text: string): boolean {
  return text.length >= MIN_SECRET_LENGTH;
}

/** A printable character or a line break as JSON or a URL may escape it: `\u0041`, `\/`, `\n`, `%41`. */
const ESCAPE = /\\u00(0[9ad]|[2-7][\da-f])|\\(["\\/])|\\([nrt])|%(0[9ad]|[2-7][\da-f])/gi;

function decodeEscapes(text: string): string {
  if (!/[\\%]/.test(text)) return text;
  return text.replace(
    ESCAPE,
    (_, json?: string, mark?: string, space?: string, percent?: string) => {
      if (space !== undefined) return '\n';
      return mark ?? String.fromCharCode(Number.parseInt(json ?? percent ?? '', 16));
    },
  );
}

/** The forms of `text` in a decoded response: the text itself, and parts of the base64 of a whole request. */
function encodingsOf(text: string): string[] {
  const inForm = String(new URLSearchParams({ '': text })).slice(1);
  const fragments = [text, inForm].flatMap((inner) =>
    // The base64 characters that depend only on the text, if it starts `shift` bytes into a group of three bytes.
    [0, 1, 2].map((shift) => {
      const bytes = Buffer.from('_'.repeat(shift) + inner);
      return bytes
        .toString('base64')
        .slice(Math.ceil((shift * 8) / 6), Math.floor((bytes.length * 8) / 6));
    }),
  );
  return [text, decodeEscapes(text), ...fragments];
}

/** Upper-cases the text too, because URL parsing lower-cases the host. */
function withoutSpace(text: string): string {
  return text.replaceAll(/\s+/g, '').toUpperCase();
}

/** Holds a secret. Logs, JSON and inspection show `[redacted]`. */
export class Secret {
  readonly #text: string;
  /** The forms to search for, after `withoutSpace`. */
  #forms: readonly string[] | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Use it only to send it or to mask it. */
  reveal(): string {
    return this.#text;
  }

  /** Replaces each form of this secret in `text` with `[redacted]`, also if white space breaks it into lines, as base64 often is. */
  redactFrom(text: string): string {
    if (!isMaskable(this.#text) || !isMaskable(text)) return text;
    const compact = withoutSpace(text);
    this.#forms ??= encodingsOf(this.#text).map(withoutSpace).filter(isMaskable);
    const found = this.#forms.filter((form) => compact.includes(form));
    if (found.length === 0) return text;
    // Builds the pattern only when it is needed: each upload has secrets of its own, and a pattern stays in memory for long.
    const patterns = found.map((form) =>
      [...form].map((one) => one.replace(/\W/, '\\$&')).join('\\s*'),
    );
    return text.replace(new RegExp(patterns.join('|'), 'gi'), '[redacted]');
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

/**
 * Removes `secrets` from `text`: plain, escaped once or in base64, because a server may echo its request.
 * If an escape hides a secret, the whole text is unescaped.
 */
export function redactSecrets(text: string, secrets: readonly Secret[]): string {
  let hidden = text;
  for (const secret of secrets) hidden = secret.redactFrom(hidden);
  const plain = decodeEscapes(hidden);
  if (plain === hidden) return hidden;
  let plainHidden = plain;
  for (const secret of secrets) plainHidden = secret.redactFrom(plainHidden);
  return plainHidden === plain ? hidden : plainHidden;
}
