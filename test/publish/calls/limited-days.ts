// Runs over several days with a limit of API calls per day, in virtual time. The manifest is in memory.

import type { MediaFile } from '../../../src/media/media-file.ts';
import type { Manifest } from '../../../src/memory/manifest.ts';
import type { Store } from '../../../src/memory/store.ts';
import { CallAllowance } from '../../../src/publish/calls/call-allowance.ts';
import type { Ledger } from '../../../src/publish/ledger.ts';
import { type PlanSettings, planUploads } from '../../../src/publish/plan.ts';
import { UploadCache } from '../../../src/publish/upload-cache.ts';
import { settingsOf } from '../planned-files.ts';
import type { VirtualLinkedIn } from '../virtual-linkedin.ts';

const DAY_MS = 86_400_000;

class VirtualStore implements Store {
  readonly backend = 'the memory';
  readonly countsCalls = true;
  readonly #manifest: Manifest;

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
  }

  async read(): Promise<Manifest> {
    return this.#manifest;
  }
  async prepareWrites(): Promise<void> {}
  write(): void {}
  async close(): Promise<void> {}
  async disconnect(): Promise<void> {}
}

export interface LimitedSettings extends Partial<PlanSettings> {
  readonly maxCalls: number;
  readonly concurrency?: number;
}

export class LimitedDays {
  readonly manifest: Manifest = { entries: new Map(), calls: new Map() };
  readonly #linkedin: VirtualLinkedIn;

  constructor(linkedin: VirtualLinkedIn) {
    this.#linkedin = linkedin;
  }

  /** One run over `files`. */
  async run(
    files: readonly MediaFile[],
    { maxCalls, concurrency = 8, ...over }: LimitedSettings,
    follow: (ledger: Ledger) => void = () => {},
  ): Promise<Ledger> {
    const { clock } = this.#linkedin;
    const store = new VirtualStore(this.manifest);
    const cache = new UploadCache(store, this.manifest, { apiBase: 'https://api.linkedin.com', clock });
    const settings = settingsOf(over);
    const allowance = new CallAllowance({ maxCalls, callsOn: (day) => cache.callsOn(day), clock });
    return await this.#linkedin.publish(
      planUploads(settings, files, cache),
      { ...settings, concurrency, allowance },
      (ledger) => {
        cache.follow(ledger);
        follow(ledger);
      },
    );
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
