// One asset of the sandbox: what was registered, which bytes came, and how far LinkedIn would be with it.
// Holds digests and lengths, never bytes; time is handed in; knows no HTTP beyond the addresses it gave out.

import { createHash, type Hash } from 'node:crypto';

export type Mechanism = 'SYNCHRONOUS_UPLOAD' | 'SINGLE_REQUEST_UPLOAD' | 'MULTIPART_UPLOAD';
export type MediaFamily = 'STILLIMAGE' | 'VIDEO';

export interface ServiceRelationship {
  readonly identifier: string;
  readonly relationshipType: string;
}

/** A register call that kept every rule. */
export interface Registration {
  readonly owner: string;
  readonly recipes: readonly string[];
  readonly family: MediaFamily;
  readonly mechanism: Mechanism;
  readonly relationships: readonly ServiceRelationship[];
  /** As declared; always there for parts. */
  readonly fileSizeBytes: number | null;
}

/** What one PUT brought. */
export interface Stored {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Without quotes. */
  readonly etag: string;
  /** The status the PUT was answered with: the complete call must repeat it. */
  readonly status: number;
}

/** One upload address: a whole file, or one range of it. */
export interface Slot {
  readonly index: number;
  /** Path and query, without the origin. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Inclusive, as on the wire; null for a whole file. */
  readonly range: { readonly firstByte: number; readonly lastByte: number } | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  stored: Stored | null;
  /** How many PUTs were carried out here; makes each one's ETag its own. */
  writes: number;
}

/** What tests and other processes see of an asset. */
export interface AssetReport {
  readonly id: string;
  readonly owner: string;
  readonly recipe: string;
  readonly mechanism: Mechanism;
  /** What arrived so far. */
  readonly sizeBytes: number;
  /** Of the whole file; null until all of it came, and for parts that did not arrive one after the other. */
  readonly sha256: string | null;
  readonly partDigests: readonly { firstByte: number; lastByte: number; sha256: string }[];
  /** The recipe's. */
  readonly status: string;
  /** The asset's own. */
  readonly assetStatus: string;
}

export class Asset {
  readonly id: string;
  readonly registration: Registration;
  readonly slots: readonly Slot[];
  /** Opaque to clients, echoed in the complete call; null without parts. */
  readonly metadata: string | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** When processing began: at the last byte, or at the complete call. Epoch milliseconds. */
  uploadedAt: number | null = null;
  finalStatus = 'AVAILABLE';
  assetStatus = 'ALLOWED';
  readonly #processingMs: number;
  readonly #joined = new JoinedDigest();

  constructor(made: {
    id: string;
    registration: Registration;
    slots: readonly Slot[];
    metadata: string | null;
    createdAt: number;
    processingMs: number;
  }) {
    this.id = made.id;
    this.registration = made.registration;
    this.slots = made.slots;
    this.metadata = made.metadata;
    this.createdAt = made.createdAt;
    this.#processingMs = made.registration.mechanism === 'SYNCHRONOUS_UPLOAD' ? 0 : made.processingMs;
  }

  get urn(): string {
    return `urn:li:digitalmediaAsset:${this.id}`;
  }

  /** The name that a multi-part upload is completed by. */
  get mediaArtifact(): string {
    const artifactClass = this.registration.family === 'VIDEO' ? 'uploadedVideo' : 'feedshare-uploadedImage';
    return `urn:li:digitalmediaMediaArtifact:(${this.urn},urn:li:digitalmediaMediaArtifactClass:${artifactClass})`;
  }

  /** The status of every recipe at `now` (epoch milliseconds). */
  recipeStatus(now: number): string {
    if (this.uploadedAt === null) return 'WAITING_UPLOAD';
    return now >= this.uploadedAt + this.#processingMs ? this.finalStatus : 'PROCESSING';
  }

  /** When the recipes last changed their status, in epoch milliseconds. */
  lastModifiedAt(now: number): number {
    if (this.uploadedAt === null) return this.createdAt;
    return Math.min(now, this.uploadedAt + this.#processingMs);
  }

  /** A digest that follows the bytes across slots, when `slot` is the next in order. */
  joinedDigestFor(slot: Slot): Hash | null {
    return this.#joined.continueWith(slot.index);
  }

  keep(slot: Slot, stored: Stored, joined: Hash | null): void {
    slot.stored = stored;
    slot.writes += 1;
    this.#joined.advance(slot.index, joined);
  }

  report(now: number): AssetReport {
    const { owner, recipes, mechanism } = this.registration;
    const whole = this.uploadedAt === null ? null : this.#joined.digest(this.slots.length);
    return {
      id: this.id,
      owner,
      recipe: recipes[0] ?? '',
      mechanism,
      sizeBytes: this.slots.reduce((sum, slot) => sum + (slot.stored?.sizeBytes ?? 0), 0),
      sha256: whole,
      partDigests: this.slots.flatMap(({ range, stored }) =>
        range && stored ? [{ ...range, sha256: stored.sha256 }] : [],
      ),
      status: this.recipeStatus(now),
      assetStatus: this.assetStatus,
    };
  }
}

/**
 * The digest of slots joined in order. Slots that come out of order, or twice, end it: bytes are not kept.
 */
class JoinedDigest {
  #hash = createHash('sha256');
  #next = 0;

  continueWith(index: number): Hash | null {
    return index === this.#next ? this.#hash.copy() : null;
  }

  advance(index: number, hash: Hash | null): void {
    if (index === this.#next && hash !== null) {
      this.#hash = hash;
      this.#next += 1;
    } else {
      this.#next = Number.POSITIVE_INFINITY;
    }
  }

  digest(slots: number): string | null {
    return this.#next === slots ? this.#hash.copy().digest('hex') : null;
  }
}
