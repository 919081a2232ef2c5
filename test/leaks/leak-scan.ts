// Searches the output of a run for the canaries in every encoding.

import { CANARIES, type Canary, ENCODINGS } from './canaries.ts';

interface Leak {
  readonly sink: string;
  readonly canary: string;
  readonly encoding: string;
  readonly found: string;
}

const WINDOW = 16;
// Any 16 characters contain 8 that start at a multiple of 8, so only those 8 need to be looked up.
const STEP = 8;

type Origin = Pick<Leak, 'canary' | 'encoding'> & Pick<Canary, 'allowedIn'>;

function windowsOf(canaries: readonly Canary[]): Map<string, Origin> {
  const windows = new Map<string, Origin>();
  for (const { name, value, allowedIn = [] } of canaries) {
    for (const [encoding, encode] of Object.entries(ENCODINGS)) {
      const form = encode(value);
      if (form.length < WINDOW)
        throw new RangeError(`the canary ${name} is too short to rule out a chance match`);
      for (let at = 0; at + WINDOW <= form.length; at += 1) {
        const window = form.slice(at, at + WINDOW);
        // A window that several encodings share is listed under the first.
        if (!windows.has(window)) windows.set(window, { canary: name, encoding, allowedIn });
      }
    }
  }
  return windows;
}

/** Decodes letters and line breaks that JSON or percent encoding has escaped. */
function unescaped(text: string): string {
  return text.replaceAll(/(?:\\u00|%)(0[9ad]|[2-7][\da-f])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

export class LeakScan {
  readonly leaks: Leak[] = [];
  /** The names of the sinks searched. */
  readonly sinks = new Set<string>();
  readonly #windows: ReadonlyMap<string, Origin>;
  readonly #steps: ReadonlySet<string>;

  constructor(canaries: readonly Canary[] = CANARIES) {
    this.#windows = windowsOf(canaries);
    const steps = [...this.#windows.keys()].flatMap((window) =>
      Array.from({ length: WINDOW - STEP + 1 }, (_, at) => window.slice(at, at + STEP)),
    );
    this.#steps = new Set(steps);
  }

  /** `sink` names the place where `text` was written. */
  search(sink: string, text: string): void {
    this.sinks.add(sink);
    const plain = unescaped(text);
    const compact = plain.replaceAll(/\\+[nrt]|\s+/g, '');
    for (const form of new Set([text, plain, compact])) this.#searchForm(sink, form);
  }

  #searchForm(sink: string, text: string): void {
    for (let at = 0; at + STEP <= text.length; at += STEP) {
      if (!this.#steps.has(text.slice(at, at + STEP))) continue;
      for (let start = Math.max(0, at - STEP); start <= at; start += 1) {
        const found = text.slice(start, start + WINDOW);
        const origin = this.#windows.get(found);
        if (origin === undefined || origin.allowedIn?.includes(sink)) continue;
        const { canary, encoding } = origin;
        this.leaks.push({ sink, canary, encoding, found });
        break;
      }
    }
  }
}
