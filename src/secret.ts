// A secret that cannot be printed by accident. A leaf, open to all.

/** As for the masks of upload credentials; LinkedIn's tokens are far longer. */
const ECHO_CHARS = 12;

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

  /**
   * `text` without this secret in it, as it is or as a form has it: a server may echo what it was sent. A short text may
   * be part of any word.
   */
  hideIn(text: string): string {
    if (this.#text.length < ECHO_CHARS) return text;
    const forms = [this.#text, encodeURIComponent(this.#text)];
    return forms.reduce((hidden, form) => hidden.replaceAll(form, '[redacted]'), text);
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
