// The state of the sandbox: assets, issued upload URLs, posts, call counts and rejected calls. It does not depend on
// HTTP or on LinkedIn's rules. The routes decide, and the model stores the result.

import { Asset, type AssetReport, type Registration, type Slot } from './asset.ts';
import {
  type CallKind,
  DEFAULTS,
  OTHER_CALLS,
  type SandboxOptions,
  type SandboxSettings,
  UPLOAD_CALLS,
} from './options.ts';

export interface RejectedCall {
  /** Null when LinkedIn has no such path or action. */
  readonly kind: CallKind | null;
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
  /** The fields that LinkedIn keeps, as edited. */
  fields: PostFields;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds; null before the first edit. */
  editedAt: number | null;
  /** Reads do not find a deleted post, but it still counts for the detection of duplicates. */
  isDeleted: boolean;
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

export class SandboxModel {
  readonly settings: SandboxSettings;
  readonly #assets = new Map<string, Asset>();
  readonly #slots = new Map<string, { asset: Asset; slot: Slot }>();
  readonly #calls = new Map<CallKind, number>();
  /** In order of creation, deleted ones included. */
  readonly storedPosts: Post[] = [];
  /** In order of creation. */
  readonly comments: Comment[] = [];
  /** All rejected calls with their reasons, without tokens and queries. */
  readonly log: RejectedCall[] = [];
  #lastNumber = 0n;

  constructor(options: SandboxOptions = {}) {
    this.settings = { ...DEFAULTS, ...options };
  }

  /** In the order of registration. */
  assets(): AssetReport[] {
    const now = this.now();
    return [...this.#assets.values()].map((asset) => asset.report(now));
  }

  /** The number of calls of each kind over all APIs, rejected calls included. A batch read counts as one. */
  calls() {
    return this.#counts(UPLOAD_CALLS);
  }

  /** The number of calls outside the upload flow, rejected calls included. */
  otherCalls() {
    return this.#counts(OTHER_CALLS);
  }

  #counts<T extends CallKind>(kinds: readonly T[]) {
    return Object.fromEntries(kinds.map((kind) => [kind, this.#calls.get(kind) ?? 0])) as Record<
      T,
      number
    >;
  }

  countCall(kind: CallKind): void {
    this.#calls.set(kind, (this.#calls.get(kind) ?? 0) + 1);
  }

  /** The bodies of all created posts, as sent. */
  get posts(): PostFields[] {
    return this.storedPosts.map(({ sent }) => sent);
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
   * The id for the next asset that is added. Behind a prefix that LinkedIn does not have, ids look like LinkedIn's: their first
   * letters encode API and media. They count up, so that runs can be compared.
   */
  nextId(letters: string): string {
    return `SIMULATED-${letters}${String(this.#assets.size + 1).padStart(6, '0')}`;
  }

  addAsset(registration: Omit<Registration, 'createdAt'>): Asset {
    const asset = new Asset({ ...registration, createdAt: this.now() });
    this.#assets.set(asset.id, asset);
    for (const slot of registration.slots) this.#slots.set(slot.address, { asset, slot });
    return asset;
  }

  addPost(post: Pick<Post, 'author' | 'sent' | 'fields'> & { type: 'share' | 'ugcPost' }): Post {
    const { type, ...content } = post;
    const urn = `urn:li:${type}:${this.#nextNumber()}`;
    const added = { urn, ...content, createdAt: this.now(), editedAt: null, isDeleted: false };
    this.storedPosts.push(added);
    return added;
  }

  addComment(comment: Pick<Comment, 'postUrn' | 'actor' | 'text'>): Comment {
    const id = String(this.#nextNumber());
    const urn = `urn:li:comment:(${activityOf(comment.postUrn)},${id})`;
    const added = { ...comment, id, urn, createdAt: this.now() };
    this.comments.push(added);
    return added;
  }

  /** As at LinkedIn, the number of a post or comment begins with its time: `number >> 22` is epoch milliseconds. */
  #nextNumber(): bigint {
    const ofNow = this.settings.firstPostNumber ?? BigInt(Math.floor(this.now())) << 22n;
    // Even, so that the activity of a post can have the odd number that follows.
    this.#lastNumber = ofNow > this.#lastNumber ? ofNow + 2n : this.#lastNumber + 2n;
    return this.#lastNumber;
  }
}

/** The URN under which LinkedIn's pages show a post. At LinkedIn, its number also differs from that of the post. */
export function activityOf(postUrn: string): string {
  return `urn:li:activity:${BigInt(postUrn.slice(postUrn.lastIndexOf(':') + 1)) + 1n}`;
}
