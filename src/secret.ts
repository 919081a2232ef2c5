// A secret that cannot be printed by accident. A leaf, open to all.

/** Holds a token; logs, JSON and inspection show `[redacted]`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: only for building the header that carries it, or for masking it. */
  reveal(): string {
    return this.#text;
  }

  /** `text` without this secret in it: a server may echo what it was sent. */
  hideIn(text: string): string {
    return this.#text === '' ? text : text.replaceAll(this.#text, '[redacted]');
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
