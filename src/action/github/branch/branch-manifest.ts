// The manifest of a run, and its version on the branch. Makes one attempt at a time to merge and write; branch-store.ts
// decides when, and about retries.

import { formatManifest, type Manifest, parseManifest } from '../../../memory/manifest.ts';
import type { Change } from '../../../memory/store.ts';
import { adoptMerged, copyManifest, mergeManifests } from '../../../publish/manifest/merge.ts';
import { ReplacedUrns } from '../../../publish/manifest/replaced-urns.ts';
import { Limiter } from '../../../publish/retry/limiter.ts';
import { blobSha } from '../git-blob.ts';
import type { BranchFile, BranchFileState } from './branch-file.ts';
import { isRejection } from './branch-requests.ts';

interface BranchManifestOptions {
  readonly file: BranchFile;
  readonly commitMessage: string;
}

const EMPTY: Manifest = { entries: new Map(), calls: new Map() };

/** A version that this run writes, or has written. */
interface Written {
  readonly sha: string;
  readonly manifest: Manifest;
  /** The manifest of the run that it was made from. */
  readonly ours: Manifest;
}

export class BranchManifest {
  readonly #options: BranchManifestOptions;
  /** What the run works with. The changes of other runs are added to it. */
  current: Manifest = copyManifest(EMPTY);
  isChanged = false;
  /** The version that `current` started from, and its blob; null when it is not on the branch. */
  #base = EMPTY;
  #sha: string | null = null;
  /** Writes whose responses did not arrive. One of them may succeed even later. */
  #unconfirmed: readonly Written[] = [];
  readonly #replaced = new ReplacedUrns();
  readonly #turns = new Limiter(1);

  constructor(options: BranchManifestOptions) {
    this.#options = options;
  }

  /** `seed` replaces a missing branch. @throws InputError MANIFEST_INVALID */
  start(state: BranchFileState, seed: Manifest | null): void {
    this.#base = seed ?? this.#parse(state);
    this.#sha = state.kind === 'found' ? state.sha : null;
    this.current = copyManifest(this.#base);
    this.isChanged = seed !== null && seed.entries.size > 0;
  }

  /**
   * Adds what other runs wrote, applies `change`, and writes the result, unless `change` returns null. Two attempts never
   * overlap. After a failure, `isChanged` is still set if it was set before.
   * @throws the errors of the file; the reason of `signal`; any error of `change`
   */
  async write(change: Change, signal: AbortSignal): Promise<void> {
    const rejectTurn = () => this.#turns.reject(signal, signal.reason);
    signal.addEventListener('abort', rejectTurn, { once: true });
    try {
      const endTurn = await this.#turns.acquire(signal);
      try {
        signal.throwIfAborted();
        await this.#write(change, signal);
      } finally {
        endTurn();
      }
    } finally {
      signal.removeEventListener('abort', rejectTurn);
    }
  }

  async #write(change: Change, signal: AbortSignal): Promise<void> {
    const { file, commitMessage } = this.#options;
    const state = await file.read(this.#sha, signal);
    await this.#mergeRemote(state, signal);
    this.#replaced.removeFrom(this.current, this.#base);
    const ours = copyManifest(this.current);
    const manifest = change(ours);
    if (manifest === null) return;
    const text = formatManifest(manifest);
    const written = { sha: blobSha(text), manifest, ours };
    const wasChanged = this.isChanged;
    this.isChanged = false;
    try {
      if (state.kind !== 'found' || state.sha !== written.sha) {
        this.#unconfirmed = [...this.#unconfirmed, written];
        if (state.kind === 'no branch') await file.createBranch(text, commitMessage, signal);
        else await file.write(text, state.kind === 'found' ? state.sha : null, commitMessage, signal);
      }
    } catch (error) {
      if (isRejection(error)) this.#unconfirmed = this.#unconfirmed.filter((one) => one !== written);
      this.isChanged ||= wasChanged;
      throw error;
    }
    this.#adoptAsBase(written);
  }

  /** Adds what other runs wrote since the last version. */
  async #mergeRemote(state: BranchFileState, signal: AbortSignal): Promise<void> {
    if (state.kind !== 'found' || state.sha === this.#sha) return;
    // The version of such a write is the base of what others wrote on top of it, so that no call counts twice.
    const applied = await this.#findApplied(state.sha, signal);
    if (applied !== undefined) this.#adoptAsBase(applied);
    if (state.sha === this.#sha) return;
    const theirs = this.#parse(state);
    const ours = copyManifest(this.current);
    adoptMerged(this.current, { ours, merged: mergeManifests({ base: this.#base, ours, theirs }) });
    this.#setBase(theirs, state.sha);
  }

  /** The write that has succeeded without a response, if one has: it is the stored version, or one before that. */
  async #findApplied(stored: string, signal: AbortSignal): Promise<Written | undefined> {
    const shas = new Set(this.#unconfirmed.map(({ sha }) => sha));
    if (shas.size === 0) return undefined;
    const applied = shas.has(stored) ? stored : await this.#options.file.findSince(this.#sha, shas, signal);
    return this.#unconfirmed.find(({ sha }) => sha === applied);
  }

  /** Makes the stored version the base, and adds its changes to the manifest. */
  #adoptAsBase({ sha, manifest, ours }: Written): void {
    this.#setBase(manifest, sha);
    adoptMerged(this.current, { ours, merged: manifest });
  }

  /** The writes before this version cannot succeed any more: they would replace an older one. */
  #setBase(manifest: Manifest, sha: string): void {
    this.#unconfirmed = [];
    this.#replaced.compare(this.#base, manifest);
    this.#base = manifest;
    this.#sha = sha;
  }

  #parse(state: BranchFileState): Manifest {
    const text = state.kind === 'found' ? state.text : null;
    return text === null ? EMPTY : parseManifest(text, this.#options.file.name);
  }
}
