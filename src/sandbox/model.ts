// The state of the sandbox: every asset, every address handed out, what was called and what was refused.
// Knows nothing of HTTP and no rule of LinkedIn's; the routes decide, this remembers.

import type { Asset, AssetReport, Registration } from './asset.ts';
import {
  type CallKind,
  type SandboxOptions,
  type SandboxSettings,
  type SideKind,
  settle,
} from './options.ts';
import { PostStore } from './posts/store.ts';
import type { Slot } from './slot.ts';
import { Trouble } from './trouble.ts';

export type CallCounts = Readonly<Record<CallKind, number>>;
export type SideCounts = Readonly<Record<SideKind, number>>;

export interface RefusedCall {
  /** Null where the path or action is none of LinkedIn's. */
  readonly kind: CallKind | SideKind | null;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly reason: string;
}

export class SandboxModel {
  readonly settings: SandboxSettings;
  readonly trouble: Trouble;
  readonly postStore: PostStore;
  readonly #assets = new Map<string, Asset>();
  readonly #registrations = new Map<string, Registration>();
  readonly #slots = new Map<string, { asset: Asset; slot: Slot }>();
  readonly #calls: Record<CallKind, number> = { register: 0, upload: 0, complete: 0, status: 0 };
  readonly #sideCalls: Record<SideKind, number> = {
    refresh: 0,
    introspect: 0,
    post: 0,
    postRead: 0,
    postEdit: 0,
    postDelete: 0,
  };
  readonly #log: RefusedCall[] = [];
  #batchReads = 0;
  #uploadsNow = 0;
  #peakUploads = 0;

  constructor(options: SandboxOptions = {}) {
    this.settings = settle(options);
    this.trouble = new Trouble(this.settings.trouble);
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
  sideCalls(): SideCounts {
    return { ...this.#sideCalls };
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
  get log(): readonly RefusedCall[] {
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
  asBefore(registration: Registration): Registration {
    const words = JSON.stringify(registration);
    const known = this.#registrations.get(words) ?? registration;
    this.#registrations.set(words, known);
    return known;
  }

  keep(asset: Asset): void {
    this.#assets.set(asset.id, asset);
    for (const slot of asset.allSlots) this.#slots.set(slot.address, { asset, slot });
  }

  countCall(kind: CallKind | SideKind): void {
    if (kind in this.#calls) this.#calls[kind as CallKind] += 1;
    else this.#sideCalls[kind as SideKind] += 1;
  }

  countBatchRead(): void {
    this.#batchReads += 1;
  }

  logRefusal(call: RefusedCall): void {
    this.#log.push(call);
  }

  /** Runs an upload and counts it among those under way. */
  async whileUploading<T>(upload: () => Promise<T>): Promise<T> {
    this.#uploadsNow += 1;
    this.#peakUploads = Math.max(this.#peakUploads, this.#uploadsNow);
    try {
      return await upload();
    } finally {
      this.#uploadsNow -= 1;
    }
  }
}
