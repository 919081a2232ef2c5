// A secret that cannot be printed by accident, and how it is hidden in what a server says. A leaf, open to all.

/** A shorter text may be part of any word: it is neither masked nor searched for, and no token is as short. */
export const SHORTEST_SECRET = 8;

export function canBeSecret(text: string): boolean {
  return text.length >= SHORTEST_SECRET;
}

/** Escapes inside escapes, as in JSON inside of JSON, that are undone at most: the text is a stranger's. */
const ESCAPE_DEPTH = 4;

/** A printable character as JSON or an address may write it: `\u0041`, `\/`, `%41`, `%2541`. */
const ESCAPE = /\\u00([2-7][\da-f])|\\(["\\/])|%(?:25)*([2-7][\da-f])/gi;

function unescaped(text: string): string {
  let plain = text;
  for (let depth = 0; depth < ESCAPE_DEPTH && /[\\%]/.test(plain); depth += 1) {
    plain = plain.replace(ESCAPE, (_, json?: string, mark?: string, percent?: string) => {
      return mark ?? String.fromCharCode(Number.parseInt(json ?? percent ?? '', 16));
    });
  }
  return plain;
}

/** `text` as a server may write it, once its escapes are undone: itself, or base64 of all that the server was sent. */
function formsOf(text: string): string[] {
  const inForm = String(new URLSearchParams({ '': text })).slice(1);
  const encoded = [text, inForm].flatMap((inner) =>
    [0, 1, 2].flatMap((shift) => [insideOf('base64', inner, shift), insideOf('base64url', inner, shift)]),
  );
  return [text, ...encoded].flatMap((form) => [form, unescaped(form)]);
}

/** Of `text` inside a longer one what no neighbour has a part in, where it begins `shift` bytes into a group of three. */
function insideOf(encoding: 'base64' | 'base64url', text: string, shift: number): string {
  const bytes = Buffer.from('_'.repeat(shift) + text);
  return bytes.toString(encoding).slice(Math.ceil((shift * 8) / 6), Math.floor((bytes.length * 8) / 6));
}

/** In any case: an address loses that of its host. */
function anyOf(forms: readonly string[]): RegExp {
  const literals = [...new Set(forms)].filter(canBeSecret).map((form) => form.replaceAll(/\W/g, '\\$&'));
  return new RegExp(literals.join('|'), 'gi');
}

/** Holds a token; logs, JSON and inspection show `[redacted]`. */
export class Secret {
  readonly #text: string;
  #forms: RegExp | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: only for building the header that carries it, or for masking it. */
  reveal(): string {
    return this.#text;
  }

  /** `text` with `[redacted]` for each form of this secret in it. */
  cutFrom(text: string): string {
    if (!canBeSecret(this.#text) || !canBeSecret(text)) return text;
    this.#forms ??= anyOf(formsOf(this.#text));
    return text.replace(this.#forms, '[redacted]');
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
export function hideIn(text: string, secrets: readonly Secret[]): string {
  const cut = (from: string) => secrets.reduce((rest, secret) => secret.cutFrom(rest), from);
  const hidden = cut(text);
  const plain = unescaped(hidden);
  const plainHidden = plain === hidden ? plain : cut(plain);
  return plainHidden === plain ? hidden : plainHidden;
}

/** The same for JSON, in each of its names and values. */
export function hideInJson(json: string, secrets: readonly Secret[]): string {
  const hidden = hideIn(json, secrets);
  if (hidden === json) return json;
  try {
    return JSON.stringify(withStrings(JSON.parse(json), (text) => hideIn(text, secrets)));
  } catch {
    // No JSON, or nested too deep for JSON.stringify.
    return hidden;
  }
}

/** `json` with `change` made of each name, and of each value that is no object; one that does not change stays what it is. */
function withStrings(json: unknown, change: (text: string) => string): unknown {
  if (Array.isArray(json)) return json.map((one) => withStrings(one, change));
  if (typeof json === 'object' && json !== null) {
    const entries = Object.entries(json);
    return Object.fromEntries(entries.map(([name, value]) => [change(name), withStrings(value, change)]));
  }
  const text = String(json);
  const changed = change(text);
  return changed === text ? json : changed;
}
