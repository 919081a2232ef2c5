// One asset of the sandbox, of whichever API: who owns it, which bytes came, and how far LinkedIn would be with
// it. Holds digests and lengths, never bytes; time is handed in; knows no HTTP and no API's rules.

import { createHash, type Hash } from 'node:crypto';
import type { ByteRange, Slot, Stored } from './uploads/slot.ts';

export type ApiName = 'assets' | 'images' | 'videos';
export type Mechanism = 'SYNCHRONOUS_UPLOAD' | 'SINGLE_REQUEST_UPLOAD' | 'MULTIPART_UPLOAD';
export type MediaFamily = 'STILLIMAGE' | 'VIDEO';

export interface ServiceRelationship {
  readonly identifier: string;
  readonly relationshipType: string;
}

/** A register call that kept every rule; only the Assets API has recipes, a mechanism and relationships. */
export interface Registration {
  readonly api: ApiName;
  readonly owner: string;
  readonly family: MediaFamily;
  readonly recipes: readonly string[];
  readonly mechanism: Mechanism | null;
  readonly relationships: readonly ServiceRelationship[];
}

/** What comes beside a video. */
export interface Sidecars {
  readonly captions: Slot | null;
  readonly thumbnail: Slot | null;
}

export interface NewAsset {
  readonly id: string;
  readonly urn: string;
  readonly registration: Registration;
  /** Of the media alone, in the order of their bytes. */
  readonly slots: readonly Slot[];
  readonly sidecars?: Sidecars;
  /** What the complete call has to give back as it was given; null where the last byte completes the upload. */
  readonly completionToken: string | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** After the upload: how long until it is seen to have come, and until all is done. */
  readonly lagMs?: number;
  readonly processingMs: number;
}

export interface SidecarReport {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly beforeFinalize: boolean;
}

/** What tests and other processes see of an asset. */
export interface AssetReport {
  readonly id: string;
  readonly urn: string;
  readonly api: ApiName;
  readonly kind: 'image' | 'video';
  readonly owner: string;
  /** Empty where the API has none. */
  readonly recipe: string;
  /** Null where the API has no choice. */
  readonly mechanism: Mechanism | null;
  /** What arrived of the media so far. */
  readonly sizeBytes: number;
  /** Of the whole file; null until all of it came, and for parts that did not arrive one after the other. */
  readonly sha256: string | null;
  readonly partDigests: readonly { firstByte: number; lastByte: number; sha256: string }[];
  /** Null until they came. */
  readonly captions: SidecarReport | null;
  readonly thumbnail: SidecarReport | null;
  /** How far processing is: the recipe's status, in the Assets API. */
  readonly status: string;
  /** The asset's own, which only the Assets API tells. */
  readonly assetStatus: string;
}

const WITHOUT_SIDECARS: Sidecars = { captions: null, thumbnail: null };

export class Asset {
  readonly id: string;
  readonly urn: string;
  readonly registration: Registration;
  readonly slots: readonly Slot[];
  readonly sidecars: Sidecars;
  readonly completionToken: string | null;
  readonly createdAt: number;
  /** When processing began: at the last byte, or at the complete call. Epoch milliseconds. */
  uploadedAt: number | null = null;
  finalStatus = 'AVAILABLE';
  /** Why a video ends as PROCESSING_FAILED. */
  failureReason: string | null = null;
  assetStatus = 'ALLOWED';
  readonly #lagMs: number;
  readonly #processingMs: number;
  /** Null where one address takes the whole file: the digest there is the file's. */
  readonly #joinedDigest: JoinedDigest | null;

  constructor(made: NewAsset) {
    this.id = made.id;
    this.urn = made.urn;
    this.registration = made.registration;
    this.slots = made.slots;
    this.sidecars = made.sidecars ?? WITHOUT_SIDECARS;
    this.completionToken = made.completionToken;
    this.createdAt = made.createdAt;
    this.#lagMs = made.lagMs ?? 0;
    this.#processingMs = made.processingMs;
    this.#joinedDigest = made.slots.length > 1 ? new JoinedDigest() : null;
  }

  /** Every address of the asset. */
  get allSlots(): readonly Slot[] {
    const { captions, thumbnail } = this.sidecars;
    return [...this.slots, captions, thumbnail].filter((slot) => slot !== null);
  }

  /** How far processing is at `now` (epoch milliseconds). */
  statusAt(now: number): string {
    if (this.uploadedAt === null || now < this.uploadedAt + this.#lagMs) return 'WAITING_UPLOAD';
    return now >= this.uploadedAt + this.#processingMs ? this.finalStatus : 'PROCESSING';
  }

  /** When the status last changed, in epoch milliseconds. */
  lastModifiedAt(now: number): number {
    if (this.uploadedAt === null) return this.createdAt;
    return Math.min(now, this.uploadedAt + this.#processingMs);
  }

  /** A digest that follows the bytes across slots, where there are several and `slot` is the next in order. */
  joinedDigestFor(slot: Slot): Hash | null {
    return this.#joinedDigest?.continueWith(slot.index) ?? null;
  }

  store(slot: Slot, stored: Stored, joined: Hash | null): void {
    slot.stored = stored;
    slot.receivedBeforeComplete = this.uploadedAt === null;
    slot.writes += 1;
    if (slot.purpose === 'media') this.#joinedDigest?.advance(slot.index, joined);
  }

  get #sha256(): string | null {
    if (this.#joinedDigest !== null) return this.#joinedDigest.digest(this.slots.length);
    return this.slots[0]?.stored?.sha256 ?? null;
  }

  report(now: number): AssetReport {
    const { api, owner, family, recipes, mechanism } = this.registration;
    return {
      id: this.id,
      urn: this.urn,
      api,
      kind: family === 'VIDEO' ? 'video' : 'image',
      owner,
      recipe: recipes[0] ?? '',
      mechanism,
      sizeBytes: this.slots.reduce((sum, slot) => sum + (slot.stored?.sizeBytes ?? 0), 0),
      sha256: this.uploadedAt === null ? null : this.#sha256,
      partDigests: this.slots.flatMap(({ range, stored }) =>
        range && stored ? [digestOf(range, stored)] : [],
      ),
      captions: sidecarReport(this.sidecars.captions),
      thumbnail: sidecarReport(this.sidecars.thumbnail),
      status: this.statusAt(now),
      assetStatus: this.assetStatus,
    };
  }
}

function digestOf(
  { firstByte, lastByte }: ByteRange,
  { sha256 }: Stored,
): AssetReport['partDigests'][number] {
  return { firstByte, lastByte, sha256 };
}

function sidecarReport(slot: Slot | null): SidecarReport | null {
  if (slot === null || slot.stored === null) return null;
  const { sizeBytes, sha256 } = slot.stored;
  return { sizeBytes, sha256, beforeFinalize: slot.receivedBeforeComplete === true };
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
