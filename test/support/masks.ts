// The secrets of a job as the runner keeps them: each value, its lines, and the encodings it looks for.

/** The encodings of a value that the runner masks. It does not cover hex, compression and substrings. */
const ENCODINGS: readonly ((value: string) => string)[] = [
  (value) => value,
  (value) => base64From(value, 0),
  (value) => base64From(value, 1),
  (value) => base64From(value, 2),
  (value) => JSON.stringify(value).slice(1, -1),
  (value) => encodeURIComponent(value.toWellFormed()),
  (value) => value.replace(/^"(.+)"$/s, '$1'),
];

export class Masks {
  readonly #values = new Set<string>();
  readonly #forms = new Set<string>();

  /** The masked values and their lines, without the encodings. */
  get values(): string[] {
    return [...this.#values];
  }

  /** Takes the whole value and each of its lines; blank text masks nothing. */
  add(value: string): void {
    for (const part of [value, ...value.split(/\r\n|\r|\n/).map((line) => line.trim())]) {
      if (part.trim() === '') continue;
      this.#values.add(part);
      for (const encode of ENCODINGS) this.#forms.add(encode(part));
    }
    this.#forms.delete('');
  }

  /** Replaces each secret by `***`; secrets that touch or overlap become one. */
  apply(text: string): string {
    const isSecret = new Uint8Array(text.length);
    for (const form of this.#forms)
      for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1))
        isSecret.fill(1, at, at + form.length);
    if (!isSecret.includes(1)) return text;
    const marked = Array.from(isSecret, (flag, at) => (flag === 1 ? '\0' : text.charAt(at)));
    return marked.join('').replaceAll(/\0+/g, '***');
  }

  isIn(text: string): boolean {
    return [...this.#forms].some((form) => text.includes(form));
  }
}

/** Base64 of a value at the offset `shift` of a group of three bytes. */
function base64From(value: string, shift: number): string {
  const bytes = Buffer.from(value, 'utf8');
  return bytes.subarray(bytes.length > shift ? shift : 0).toString('base64');
}
