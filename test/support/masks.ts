// The secrets of a job as the runner keeps them: each value, its lines, and the encodings it looks for.

/** The encodings of a value that the runner masks. It does not cover hex, compression and substrings. */
const ENCODINGS: readonly ((value: string) => string)[] = [
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
      this.#forms.add(part);
      for (const encode of ENCODINGS) this.#forms.add(encode(part));
    }
  }

  /** Replaces each secret by `***`; secrets that touch or overlap become one. */
  apply(text: string): string {
    let masked = '';
    let from = 0;
    for (const [start, end] of this.#stretches(text)) {
      masked += `${text.slice(from, start)}***`;
      from = end;
    }
    return masked + text.slice(from);
  }

  isIn(text: string): boolean {
    return this.#stretches(text).length > 0;
  }

  #stretches(text: string): [start: number, end: number][] {
    const found = [...this.#forms].flatMap((form) => occurrences(text, form));
    found.sort((a, b) => a[0] - b[0]);
    const merged: [number, number][] = [];
    for (const [start, end] of found) {
      const last = merged.at(-1);
      if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
      else merged.push([start, end]);
    }
    return merged;
  }
}

function occurrences(text: string, form: string): [number, number][] {
  const found: [number, number][] = [];
  if (form === '') return found;
  // Continues at the next character: a secret such as `aba` may overlap itself.
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1))
    found.push([at, at + form.length]);
  return found;
}

/** Base64 of a value at the offset `shift` of a group of three bytes. */
function base64From(value: string, shift: number): string {
  const bytes = Buffer.from(value, 'utf8');
  return bytes.subarray(bytes.length > shift ? shift : 0).toString('base64');
}
