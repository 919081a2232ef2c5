// A secret that cannot be printed by accident, and how it is hidden in what a server says. A leaf, open to all.

/** A shorter text may be part of any word: it is neither masked nor searched for, and no token is as short. */
export const MIN_SECRET_LENGTH = 8;

export function isMaskable(text: string): boolean {
  return text.length >= MIN_SECRET_LENGTH;
}

/** Escapes inside escapes, as in JSON inside of JSON, that are undone at most: the text is a stranger's. */
const MAX_ESCAPE_DEPTH = 4;

/** A printable character as JSON or an address may write it: `\u0041`, `\/`, `%41`, `%2541`. */
const ESCAPE = /\\u00([2-7][\da-f])|\\(["\\/])|%(?:25)*([2-7][\da-f])/gi;

function decodeEscapes(text: string): string {
  let plain = text;
  for (let depth = 0; depth < MAX_ESCAPE_DEPTH && /[\\%]/.test(plain); depth += 1) {
    plain = plain.replace(ESCAPE, (_, json?: string, mark?: string, percent?: string) => {
      return mark ?? String.fromCharCode(Number.parseInt(json ?? percent ?? '', 16));
    });
  }
  return plain;
}

/** `text` as a server may write it, once its escapes are undone: itself, or base64 of all that the server was sent. */
function encodingsOf(text: string): string[] {
  const inForm = String(new URLSearchParams({ '': text })).slice(1);
  const encoded = [text, inForm].flatMap((inner) =>
    [0, 1, 2].flatMap((shift) => [
      encodedFragment('base64', inner, shift),
      encodedFragment('base64url', inner, shift),
    ]),
  );
  return [text, ...encoded].flatMap((form) => [form, decodeEscapes(form)]);
}

/** Of `text` inside a longer one what no neighbour has a part in, where it begins `shift` bytes into a group of three. */
function encodedFragment(encoding: 'base64' | 'base64url', text: string, shift: number): string {
  const bytes = Buffer.from('_'.repeat(shift) + text);
  return bytes.toString(encoding).slice(Math.ceil((shift * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

/** In any case: an address loses that of its host. */
function matchAny(forms: readonly string[]): RegExp {
  const literals = [...new Set(forms)].filter(isMaskable).map((form) => form.replaceAll(/\W/g, '\\$&'));
  return new RegExp(literals.join('|'), 'gi');
}

/** Holds a token; logs, JSON and inspection show `[redacted]`. */
export class Secret {
  readonly #text: string;
  #pattern: RegExp | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: only for building the header that carries it, or for masking it. */
  reveal(): string {
    return this.#text;
  }

  /** `text` with `[redacted]` for each form of this secret in it. */
  redactFrom(text: string): string {
    if (!isMaskable(this.#text) || !isMaskable(text)) return text;
    this.#pattern ??= matchAny(encodingsOf(this.#text));
    return text.replace(this.#pattern, '[redacted]');
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
 * `text` without `secrets`, as they are, escaped or in base64: a server may echo what it was sent, in a form of its own.
 * Where an escape hides one, all of the text is unescaped.
 */
export function redactSecrets(text: string, secrets: readonly Secret[]): string {
  const cut = (from: string) => secrets.reduce((rest, secret) => secret.redactFrom(rest), from);
  const hidden = cut(text);
  const plain = decodeEscapes(hidden);
  const plainHidden = plain === hidden ? plain : cut(plain);
  return plainHidden === plain ? hidden : plainHidden;
}

/** The same for JSON, in each of its names and values. */
export function redactSecretsInJson(json: string, secrets: readonly Secret[]): string {
  const hidden = redactSecrets(json, secrets);
  if (hidden === json) return json;
  try {
    return JSON.stringify(mapStrings(JSON.parse(json), (text) => redactSecrets(text, secrets)));
  } catch {
    // No JSON, or nested too deep for JSON.stringify.
    return hidden;
  }
}

/** `json` with `change` made of each name, and of each value that is no object; one that does not change stays what it is. */
function mapStrings(json: unknown, change: (text: string) => string): unknown {
  if (Array.isArray(json)) return json.map((one) => mapStrings(one, change));
  if (typeof json === 'object' && json !== null) {
    const entries = Object.entries(json);
    return Object.fromEntries(entries.map(([name, value]) => [change(name), mapStrings(value, change)]));
  }
  const text = String(json);
  const changed = change(text);
  return changed === text ? json : changed;
}
