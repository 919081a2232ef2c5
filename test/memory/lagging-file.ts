// A file on a GitHub that answers with old states, loses answers, and executes writes late, in virtual time.

import type { Clock } from '../../src/deps.ts';
import { GitHubError } from '../../src/errors.ts';
import { EMPTY_MANIFEST, type Manifest } from '../../src/memory/manifest.ts';
import { formatManifest, parseManifest } from '../../src/memory/manifest-text.ts';
import type { MemoryFile, StoredManifest } from '../../src/memory/memory-file.ts';

export interface Weather {
  /** In [0, 1). */
  readonly random: () => number;
  /** How long a read may answer with a replaced state, at most 15 s. */
  readonly lagMs: number;
  /** The shares of old answers, of failed calls, and of writes whose answer is lost. */
  readonly old: number;
  readonly failed: number;
  readonly lost: number;
}

/** Without faults. */
export const CALM: Weather = { random: () => 0.5, lagMs: 0, old: 0, failed: 0, lost: 0 };

interface Version {
  readonly text: string | null;
  readonly fromMs: number;
}

/** What the branch holds, for all jobs. */
export class LaggingBranch {
  readonly weather: Weather;
  readonly clock: Clock;
  readonly #versions: Version[] = [{ text: null, fromMs: Number.NEGATIVE_INFINITY }];
  /** Called before a write decides. */
  onWrite: (content: Manifest) => void = () => {};
  writes = 0;
  reads = 0;

  constructor(clock: Clock, weather: Weather = CALM) {
    this.clock = clock;
    this.weather = weather;
  }

  /** What is stored now. */
  get content(): Manifest {
    const text = this.#versions.at(-1)?.text ?? null;
    return text === null ? EMPTY_MANIFEST : parseManifest(text, 'stored');
  }

  get exists(): boolean {
    return (this.#versions.at(-1)?.text ?? null) !== null;
  }

  /** Null deletes the branch. */
  store(text: string | null): void {
    this.#versions.push({ text, fromMs: this.clock.now() });
  }

  /** What becomes of a write: above `lost` it is answered, below that it is stored, stored late, or dropped. */
  decide(): number {
    const { random, lost } = this.weather;
    const fate = random();
    return fate >= lost ? 1 : fate / lost;
  }

  /** The index of an answer. */
  answer(): number {
    const { random, lagMs, old } = this.weather;
    const last = this.#versions.length - 1;
    const now = this.clock.now();
    const possible = this.#versions.flatMap((_, index) => {
      const replacedMs = this.#versions[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
      return now - replacedMs < lagMs ? [index] : [];
    });
    return random() < old ? (possible[Math.floor(random() * possible.length)] ?? last) : last;
  }

  textOf(version: number): string | null {
    return this.#versions[version]?.text ?? null;
  }

  /** Null if another version is stored. */
  swap(text: string, version: string | null): string | null {
    const last = this.#versions.length - 1;
    const stored = this.textOf(last) === null ? null : String(last);
    if (stored !== version) return null;
    this.store(text);
    return String(last + 1);
  }
}

/** The file as one job reaches it. */
export class LaggingFile implements MemoryFile {
  readonly name = 'linkedin.json on branch linkedin-media';
  readonly backend = 'GitHub';
  readonly writers: number;
  readonly intervalMs = 60_000;
  readonly job: string;
  readonly #branch: LaggingBranch;

  constructor(branch: LaggingBranch, job: string, writers = 1) {
    this.#branch = branch;
    this.job = job;
    this.writers = writers;
  }

  epochMs(): number {
    return this.#branch.clock.epochMs();
  }

  async read(signal?: AbortSignal): Promise<StoredManifest> {
    this.#branch.reads += 1;
    await this.#pass(20, 100, signal);
    this.#fail(signal === undefined ? 0 : this.#branch.weather.failed);
    const version = this.#branch.answer();
    const text = this.#branch.textOf(version);
    if (text === null) return { content: EMPTY_MANIFEST, version: null };
    return { content: parseManifest(text, this.name), version: String(version) };
  }

  async probe(): Promise<void> {}

  async write(content: Manifest, version: string | null, signal?: AbortSignal): Promise<string | null> {
    const { weather, clock } = this.#branch;
    this.#branch.writes += 1;
    const text = formatManifest(content);
    await this.#pass(20, 200, signal);
    this.#branch.onWrite(content);
    this.#fail(weather.failed);
    const fate = this.#branch.decide();
    if (fate === 1) return this.#branch.swap(text, version);
    if (fate < 1 / 3) this.#branch.swap(text, version);
    else if (fate < 2 / 3)
      void clock.sleep(500 + weather.random() * 20_000).then(() => this.#branch.swap(text, version));
    throw new GitHubError('GITHUB_FAILED', 'the answer was lost', { status: 0, retryAfterMs: 0 });
  }

  async disconnect(): Promise<void> {}

  async #pass(minMs: number, maxMs: number, signal?: AbortSignal): Promise<void> {
    const { weather, clock } = this.#branch;
    await clock.sleep(minMs + weather.random() * (maxMs - minMs), signal);
  }

  #fail(share: number): void {
    if (this.#branch.weather.random() >= share) return;
    throw new GitHubError('GITHUB_FAILED', 'GitHub failed with 502', { status: 502, retryAfterMs: 0 });
  }
}
