// Jobs that share a branch whose GitHub answers late, in virtual time.

import { keyText } from '../../src/memory/manifest.ts';
import { formatManifest } from '../../src/memory/manifest-text.ts';
import { Memory } from '../../src/memory/memory.ts';
import { PostMemory } from '../../src/post/memory/post-memory.ts';
import { VirtualTime } from '../world/clock.ts';
import { CALM, LaggingBranch, LaggingFile, type Weather } from './lagging-file.ts';
import { entryOf } from './uploads.ts';

const LONGEST_MS = 3_600_000;

export class LaggingJobs {
  readonly clock = new VirtualTime();
  readonly branch: LaggingBranch;

  /** `uploads`: what the branch holds; null if there is none. */
  constructor(weather: Partial<Weather> = {}, uploads: readonly number[] | null = [0]) {
    this.branch = new LaggingBranch(this.clock, { ...CALM, ...weather });
    const entries = new Map((uploads ?? []).map((n) => [keyText(entryOf(n)), entryOf(n)]));
    if (uploads !== null) this.branch.store(formatManifest({ entries, revision: 1 }));
  }

  async open(name: string) {
    const cancel = new AbortController();
    const { signal } = cancel;
    const memory = new Memory(new LaggingFile(this.branch, name), {
      clock: this.clock,
      signal,
      isReadOnly: false,
    });
    await this.finish(memory.open());
    return { memory, posts: new PostMemory(memory, { signal }), cancel };
  }

  /** Lets time pass until `work` has ended. */
  async finish<T>(work: Promise<T>): Promise<T> {
    if (!(await this.clock.run(work, LONGEST_MS))) throw new Error('it does not end');
    return await work;
  }

  pass(ms: number): Promise<void> {
    return this.finish(this.clock.sleep(ms));
  }
}
