// With a limit of API calls per day, decides which files start: those whose calls still fit in the worst case, next to the
// calls that are reserved for the started files.

import type { Ledger } from '../ledger.ts';
import type { CallAllowance } from './call-allowance.ts';

interface AdmissionOptions {
  readonly ledger: Ledger;
  readonly allowance: CallAllowance;
  readonly signal: AbortSignal;
}

export class Admission {
  readonly #options: AdmissionOptions;
  /** The worst case of each started file, until it is settled. */
  readonly #reserved = new Map<number, number>();
  #released = Promise.withResolvers<void>();
  /** Resolves when the file before is decided. */
  #line: Promise<unknown> = Promise.resolve();

  constructor(options: AdmissionOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /**
   * Resolves with false for a file that is left for another day. Also resolves with true when the run ends, so that the
   * file gets the reason for that. A started file that asks again, for another upload, waits like a new one.
   */
  admit(index: number, worstCalls: number): Promise<boolean> {
    this.release(index);
    const decided = this.#line.then(() => this.#decide(index, worstCalls));
    this.#line = decided;
    return decided;
  }

  /** The file is settled. What it did not use is free for the next one. */
  release(index: number): void {
    this.#reserved.delete(index);
    this.#wake();
  }

  async #decide(index: number, worstCalls: number): Promise<boolean> {
    const { ledger, allowance, signal } = this.#options;
    while (!signal.aborted && ledger.stopReason === null) {
      const reservedCalls = [...this.#reserved.values()].reduce((total, calls) => total + calls, 0);
      if (reservedCalls + worstCalls <= allowance.leftCalls) {
        this.#reserved.set(index, worstCalls);
        return true;
      }
      if (this.#reserved.size === 0) return false;
      await this.#released.promise;
    }
    return true;
  }

  #wake(): void {
    this.#released.resolve();
    this.#released = Promise.withResolvers();
  }
}
