// The state of the sandbox: assets, issued upload URLs, posts, call counts and rejected calls. It does not depend on
// HTTP or on LinkedIn's rules. The routes decide, and the model stores the result.

import type { Asset, AssetReport, Registration } from './asset.ts';
import {
  type CallKind,
  OTHER_CALLS,
  type OtherCallKind,
  resolveOptions,
  type SandboxOptions,
  type SandboxSettings,
} from './options.ts';
import type { Slot } from './uploads/slot.ts';

export type CallCounts = Readonly<Record<CallKind, number>>;
export type OtherCallCounts = Readonly<Record<OtherCallKind, number>>;

export interface RejectedCall {
  /** Null when LinkedIn has no such path or action. */
  readonly kind: CallKind | OtherCallKind | null;
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  readonly status: number;
  readonly reason: string;
}

export type PostFields = Readonly<Record<string, unknown>>;

export interface Post {
  readonly urn: string;
  readonly author: string;
  /** The body of the create call. */
  readonly sent: PostFields;
  /** The fields that LinkedIn keeps. */
  readonly fields: PostFields;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export interface Comment {
  /** `urn:li:comment:(ACTIVITY,ID)`. */
  readonly urn: string;
  readonly id: string;
  readonly postUrn: string;
  readonly actor: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** It differs clearly from LinkedIn's ids. */
const ID_PREFIX = 'SIMULATED';

export class SandboxModel {
  readonly settings: SandboxSettings;
  /** The number of calls that matched each fault rule, by its index. */
  readonly faultMatches: number[] = [];
  readonly #assets = new Map<string, Asset>();
  readonly #registrations = new Map<string, Registration>();
  readonly #slots = new Map<string, { asset: Asset; slot: Slot }>();
  readonly #calls: Record<CallKind, number> = { register: 0, upload: 0, complete: 0, status: 0 };
  readonly #otherCalls = Object.fromEntries(OTHER_CALLS.map((kind) => [kind, 0])) as Record<
    OtherCallKind,
    number
  >;
  readonly #posts: Post[] = [];
  readonly #comments: Comment[] = [];
  #lastNumber = 0n;
  readonly #log: RejectedCall[] = [];
  #batchReads = 0;
  #activeUploads = 0;
  #peakUploads = 0;

  constructor(options: SandboxOptions = {}) {
    this.settings = resolveOptions(options);
  }

  /** In the order of registration. */
  assets(): AssetReport[] {
    const now = this.now();
    return [...this.#assets.values()].map((asset) => asset.report(now));
  }

  /** The number of calls of each kind over all APIs, rejected calls included. A batch read counts as one. */
  calls(): CallCounts {
    return { ...this.#calls };
  }

  /** The number of calls outside the upload flow, rejected calls included. */
  otherCalls(): OtherCallCounts {
    return { ...this.#otherCalls };
  }

  /** In order of creation. */
  get storedPosts(): readonly Post[] {
    return this.#posts;
  }

  /** The bodies of all created posts, as sent. */
  get posts(): readonly unknown[] {
    return this.#posts.map(({ sent }) => sent);
  }

  /** In order of creation. */
  get comments(): readonly Comment[] {
    return this.#comments;
  }

  /** The number of status calls that are batch reads, rejected calls included. */
  get batchReads(): number {
    return this.#batchReads;
  }

  /** All rejected calls with their reasons, without tokens and queries. */
  get log(): readonly RejectedCall[] {
    return this.#log;
  }

  /** The highest number of concurrent uploads so far. */
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

  /** The asset and slot of an issued upload URL (path and query), or undefined. */
  slotAt(address: string): { asset: Asset; slot: Slot } | undefined {
    return this.#slots.get(address);
  }

  /**
   * The id for the next asset that is added. Behind the prefix, ids look like LinkedIn's: their first letters
   * encode API and media. They count up, so that runs can be compared.
   */
  nextId(letters: string): string {
    return `${ID_PREFIX}-${letters}${String(this.#assets.size + 1).padStart(6, '0')}`;
  }

  /** Returns an equal earlier registration if there is one, so that ten thousand files can share one record. */
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

  /** Returns the URN of the new post. */
  addPost(post: Pick<Post, 'author' | 'sent' | 'fields'> & { type: 'share' | 'ugcPost' }): string {
    const { type, ...content } = post;
    const urn = `urn:li:${type}:${this.#nextNumber()}`;
    this.#posts.push({ urn, ...content, createdAt: this.now() });
    return urn;
  }

  addComment(comment: Pick<Comment, 'postUrn' | 'actor' | 'text'>): Comment {
    const id = String(this.#nextNumber());
    const urn = `urn:li:comment:(${activityOf(comment.postUrn)},${id})`;
    const added = { ...comment, id, urn, createdAt: this.now() };
    this.#comments.push(added);
    return added;
  }

  /** As at LinkedIn, the number of a post or comment begins with its time: `number >> 22` is epoch milliseconds. */
  #nextNumber(): bigint {
    const ofNow = this.settings.firstPostNumber ?? BigInt(Math.floor(this.now())) << 22n;
    // Even, so that the activity of a post can have the odd number that follows.
    this.#lastNumber = ofNow > this.#lastNumber ? ofNow + 2n : this.#lastNumber + 2n;
    return this.#lastNumber;
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

  /** Runs an upload and counts it as active meanwhile. */
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

/** The URN under which LinkedIn's pages show a post. At LinkedIn, its number also differs from that of the post. */
export function activityOf(postUrn: string): string {
  return `urn:li:activity:${BigInt(postUrn.slice(postUrn.lastIndexOf(':') + 1)) + 1n}`;
}
