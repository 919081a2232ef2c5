// A manifest that is empty at first and discarded at the end of the run: for `mode: simulate`, and when the memory is not
// needed or cannot be read.

import type { Clock } from '../deps.ts';
import type { Manifest } from './manifest.ts';
import type { Change, SharedStore } from './store.ts';

export class InMemoryStore implements SharedStore {
  readonly name = 'the memory of the simulation';
  readonly backend = 'the memory';
  readonly countsCalls = false;
  /** The upload cache changes it in place. */
  readonly current: Manifest = { entries: new Map(), calls: new Map() };

  readonly #clock: Pick<Clock, 'epochMs'>;

  constructor(clock: Pick<Clock, 'epochMs'>) {
    this.#clock = clock;
  }

  epochMs(): number {
    return this.#clock.epochMs();
  }

  async read(): Promise<Manifest> {
    return this.current;
  }

  async prepareWrites(): Promise<void> {}

  write(): void {}

  async swap(change: Change): Promise<Manifest> {
    return Object.assign(this.current, change(this.current));
  }

  async close(): Promise<void> {}

  async disconnect(): Promise<void> {}
}
