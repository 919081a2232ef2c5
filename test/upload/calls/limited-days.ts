// Runs over several days with a limit of API calls per day, in virtual time. The manifest is in memory.

import type { MediaFile } from '../../../src/media/media-file.ts';
import { type Draft, draftOf, EMPTY_MANIFEST, type Manifest } from '../../../src/memory/manifest.ts';
import { Memory } from '../../../src/memory/memory.ts';
import type { MemoryFile } from '../../../src/memory/memory-file.ts';
import { CallLimit } from '../../../src/upload/calls/call-limit.ts';
import type { Ledger } from '../../../src/upload/ledger.ts';
import { type PlanSettings, planUploads } from '../../../src/upload/plan.ts';
import { UploadCache } from '../../../src/upload/upload-cache.ts';
import { settingsOf } from '../planned-files.ts';
import type { VirtualLinkedIn } from '../virtual-linkedin.ts';

const DAY_MS = 86_400_000;

/** Is written at the end of a run alone. */
class VirtualFile implements MemoryFile {
  readonly name = 'the memory of the test';
  readonly backend = 'the memory';
  readonly writers = 1;
  readonly intervalMs = Number.POSITIVE_INFINITY;
  readonly epochMs: () => number;
  content: Draft = draftOf(EMPTY_MANIFEST);
  job = '';

  constructor(epochMs: () => number) {
    this.epochMs = epochMs;
  }

  async read() {
    return { content: this.content, version: String(this.content.revision) };
  }

  async write(content: Manifest) {
    this.content = draftOf(content);
    return String(content.revision);
  }

  async probe() {}
  async disconnect() {}
}

export interface LimitedSettings extends Partial<PlanSettings> {
  readonly maxCalls: number;
  readonly concurrency?: number;
}

export class LimitedDays {
  readonly #linkedin: VirtualLinkedIn;
  readonly #file: VirtualFile;
  #runs = 0;

  constructor(linkedin: VirtualLinkedIn) {
    this.#linkedin = linkedin;
    this.#file = new VirtualFile(() => linkedin.clock.epochMs());
  }

  /** As the current run knows it. */
  get manifest(): Draft {
    return this.#file.content;
  }

  /** One run over `files`. */
  async run(
    files: readonly MediaFile[],
    { maxCalls, concurrency = 8, ...over }: LimitedSettings,
    follow: (ledger: Ledger) => void = () => {},
  ): Promise<Ledger> {
    const { clock } = this.#linkedin;
    this.#file.job = `run-${this.#runs}`;
    this.#runs += 1;
    const { signal } = new AbortController();
    const memory = new Memory(this.#file, { clock, signal, isReadOnly: false });
    await memory.open();
    const cache = new UploadCache(memory, { apiBase: 'https://api.linkedin.com', clock });
    const settings = settingsOf(over);
    const callsOn = (day: string) => cache.callsOn(day);
    const limit = new CallLimit({ maxCalls, callsOn, steps: settings, clock, signal });
    const ledger = await this.#linkedin.publish(
      planUploads(settings, files, cache),
      { ...settings, concurrency, limit },
      (one) => {
        cache.follow(one);
        follow(one);
      },
    );
    await memory.close();
    return ledger;
  }

  /** Lets time pass until the same time of the next day, or until another time of it. */
  async nextDay(atMs = 12 * 3_600_000): Promise<void> {
    const { clock } = this.#linkedin;
    const today = clock.epochMs() - (clock.epochMs() % DAY_MS);
    await clock.advance(today + DAY_MS + atMs - clock.epochMs());
  }
}

/** State → number of files. */
export function countStates({ entries }: Ledger): Record<string, number> {
  const states = Map.groupBy(entries, ({ state, error }) => error?.code ?? String(state));
  return Object.fromEntries([...states].map(([state, some]) => [state, some.length]));
}
