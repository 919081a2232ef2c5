// The state of the sandbox: every asset, every address handed out, what was called and what was refused.
// Knows nothing of HTTP and no rule of LinkedIn's; the routes decide, this remembers.

import type { Asset, AssetReport, Registration } from './asset.ts';
import { FaultInjector } from './fault-injection.ts';
import {
  type CallKind,
  type OtherCallKind,
  resolveOptions,
  type SandboxOptions,
  type SandboxSettings,
} from './options.ts';
import { PostStore } from './posts/store.ts';
import type { Slot } from './uploads/slot.ts';

export type CallCounts = Readonly<Record<CallKind, number>>;
export type OtherCallCounts = Readonly<Record<OtherCallKind, number>>;

export interface RejectedCall {
  /** Null where the path or action is none of LinkedIn's. */
  readonly kind: CallKind | OtherCallKind | null;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly reason: string;
}

export class SandboxModel {
  readonly settings: SandboxSettings;
  readonly faults: FaultInjector;
  readonly postStore: PostStore;
  readonly #assets = new Map<string, Asset>();
  readonly #registrations = new Map<string, Registration>();
  readonly #slots = new Map<string, { asset: Asset; slot: Slot }>();
  readonly #calls: Record<CallKind, number> = { register: 0, upload: 0, complete: 0, status: 0 };
  readonly #otherCalls: Record<OtherCallKind, number> = {
    refresh: 0,
    introspect: 0,
    post: 0,
    postRead: 0,
    postEdit: 0,
    postDelete: 0,
  };
  readonly #log: RejectedCall[] = [];
  #batchReads = 0;
  #activeUploads = 0;
  #peakUploads = 0;

  constructor(options: SandboxOptions = {}) {
    this.settings = resolveOptions(options);
    this.faults = new FaultInjector(this.settings.faults);
    this.postStore = new PostStore(this.settings.idPrefix);
  }

  /** In the order they were registered. */
  assets(): AssetReport[] {
    const now = this.now();
    return [...this.#assets.values()].map((asset) => asset.report(now));
  }

  /** How many calls came of each kind and of whichever API, the refused ones included. A batch read is one. */
  calls(): CallCounts {
    return { ...this.#calls };
  }

  /** The calls that upload nothing, the refused ones included. */
  otherCalls(): OtherCallCounts {
    return { ...this.#otherCalls };
  }

  /** The bodies of the posts that were made, as they were sent. */
  get posts(): readonly unknown[] {
    return this.postStore.all.map(({ sent }) => sent);
  }

  /** How many of the status calls asked for several assets at once, the refused ones included. */
  get batchReads(): number {
    return this.#batchReads;
  }

  /** Every refused call and why, without tokens and queries. */
  get log(): readonly RejectedCall[] {
    return this.#log;
  }

  /** The most uploads that were under way at once. */
  get peakUploads(): number {
    return this.#peakUploads;
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.settings.clock.now();
  }

  assetById(id: string): Asset | undefined {
    return this.#assets.get(id);
  }

  /** The asset and slot of an upload address (path and query), if it was handed out. */
  slotAt(address: string): { asset: Asset; slot: Slot } | undefined {
    return this.#slots.get(address);
  }

  /**
   * The id of the asset that is kept next. Ids look like LinkedIn's, whose first letters tell API and media, behind
   * a prefix that does not; they count up, so that runs can be compared.
   */
  nextId(letters: string): string {
    return `${this.settings.idPrefix}-${letters}${String(this.#assets.size + 1).padStart(6, '0')}`;
  }

  /** The record of an earlier registration in the same words, if there is one: ten thousand files share one. */
  intern(registration: Registration): Registration {
    const key = JSON.stringify(registration);
    const known = this.#registrations.get(key) ?? registration;
    this.#registrations.set(key, known);
    return known;
  }

  add(asset: Asset): void {
    this.#assets.set(asset.id, asset);
    for (const slot of asset.allSlots) this.#slots.set(slot.address, { asset, slot });
  }

  countCall(kind: CallKind | OtherCallKind): void {
    if (kind in this.#calls) this.#calls[kind as CallKind] += 1;
    else this.#otherCalls[kind as OtherCallKind] += 1;
  }

  countBatchRead(): void {
    this.#batchReads += 1;
  }

  logRejection(call: RejectedCall): void {
    this.#log.push(call);
  }

  /** Runs an upload and counts it among those under way. */
  async whileUploading<T>(upload: () => Promise<T>): Promise<T> {
    this.#activeUploads += 1;
    this.#peakUploads = Math.max(this.#peakUploads, this.#activeUploads);
    try {
      return await upload();
    } finally {
      this.#activeUploads -= 1;
    }
  }
}
