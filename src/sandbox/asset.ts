// One asset of the sandbox, from any of the APIs: its owner, the received bytes and the processing status. It stores
// digests and lengths, never bytes. Callers pass the time. It does not depend on HTTP or on the rules of an API.

import { createHash, type Hash } from 'node:crypto';
import type { ApiName } from './options.ts';
import type { Slot, Stored } from './uploads/slot.ts';

export type Mechanism = 'SYNCHRONOUS_UPLOAD' | 'SINGLE_REQUEST_UPLOAD' | 'MULTIPART_UPLOAD';
export type MediaFamily = 'STILLIMAGE' | 'VIDEO' | 'DOCUMENT';

export interface ServiceRelationship {
  readonly identifier: string;
  readonly relationshipType: string;
}

/** A valid register call. Only the Assets API has recipes, a mechanism and relationships. */
export interface Registration {
  readonly api: ApiName;
  readonly owner: string;
  readonly family: MediaFamily;
  readonly recipes: readonly string[];
  readonly mechanism: Mechanism | null;
  readonly relationships: readonly ServiceRelationship[];
}

/** The files uploaded together with a video. */
export interface Sidecars {
  readonly captions: Slot | null;
  readonly thumbnail: Slot | null;
}

export interface NewAsset {
  readonly id: string;
  readonly urn: string;
  readonly registration: Registration;
  /** The slots of the media only, in byte order. */
  readonly slots: readonly Slot[];
  readonly sidecars?: Sidecars;
  /** The complete call must return this token unchanged. Null when the last byte completes the upload. */
  readonly completionToken: string | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Time after the upload until the status leaves WAITING_UPLOAD. */
  readonly lagMs?: number;
  /** Time after the upload until the final status. */
  readonly processingMs: number;
}

export interface SidecarReport {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly beforeFinalize: boolean;
}

/** The view of an asset for tests and other processes. */
export interface AssetReport {
  readonly id: string;
  readonly urn: string;
  readonly api: ApiName;
  readonly kind: 'image' | 'video' | 'document';
  readonly owner: string;
  /** Empty when the API has no recipes. */
  readonly recipe: string;
  /** Null when the API offers no choice. */
  readonly mechanism: Mechanism | null;
  /** The bytes of the media received so far. */
  readonly sizeBytes: number;
  /** Digest of the whole file. Null until the upload is complete, and when parts arrived out of order. */
  readonly sha256: string | null;
  readonly partDigests: readonly { firstByte: number; lastByte: number; sha256: string }[];
  /** Null until received. */
  readonly captions: SidecarReport | null;
  /** Null until received. */
  readonly thumbnail: SidecarReport | null;
  /** The processing status. In the Assets API, this is the recipe's status. */
  readonly status: string;
  /** The asset's own status. Only the Assets API returns it. */
  readonly assetStatus: string;
}

const KINDS = { STILLIMAGE: 'image', VIDEO: 'video', DOCUMENT: 'document' } as const;
const WITHOUT_SIDECARS: Sidecars = { captions: null, thumbnail: null };

export class Asset {
  readonly id: string;
  readonly urn: string;
  readonly registration: Registration;
  readonly slots: readonly Slot[];
  readonly sidecars: Sidecars;
  readonly completionToken: string | null;
  readonly createdAt: number;
  /** When processing began: at the last byte or at the complete call. Epoch milliseconds, null before. */
  uploadedAt: number | null = null;
  finalStatus = 'AVAILABLE';
  /** Why a video ends as PROCESSING_FAILED. */
  failureReason: string | null = null;
  assetStatus = 'ALLOWED';
  readonly #lagMs: number;
  readonly #processingMs: number;
  /** Null when one upload URL takes the whole file: the digest of that slot is the file's. */
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

  /** All slots of the asset, sidecars included. */
  get allSlots(): readonly Slot[] {
    const { captions, thumbnail } = this.sidecars;
    return [...this.slots, captions, thumbnail].filter((slot) => slot !== null);
  }

  /** The URN that identifies a multi-part upload in the complete call of the Assets API. */
  get mediaArtifact(): string {
    const artifactClass = this.registration.family === 'VIDEO' ? 'uploadedVideo' : 'feedshare-uploadedImage';
    return `urn:li:digitalmediaMediaArtifact:(${this.urn},urn:li:digitalmediaMediaArtifactClass:${artifactClass})`;
  }

  /** The processing status at `now` (epoch milliseconds). */
  statusAt(now: number): string {
    if (this.uploadedAt === null || now < this.uploadedAt + this.#lagMs) return 'WAITING_UPLOAD';
    return now >= this.uploadedAt + this.#processingMs ? this.finalStatus : 'PROCESSING';
  }

  /** When the status last changed, in epoch milliseconds. */
  lastModifiedAt(now: number): number {
    if (this.uploadedAt === null) return this.createdAt;
    return Math.min(now, this.uploadedAt + this.#processingMs);
  }

  /** A copy of the running digest across slots. Null for a single slot, or when `slot` is not the next in order. */
  joinedDigestFor(slot: Slot): Hash | null {
    return this.#joinedDigest?.continueWith(slot.index) ?? null;
  }

  store(slot: Slot, stored: Stored, joined: Hash | null): void {
    slot.stored = stored;
    slot.receivedBeforeComplete = this.uploadedAt === null;
    slot.writes += 1;
    if (slot.purpose === 'media') this.#joinedDigest?.advance(slot.index, joined);
  }

  get kind(): AssetReport['kind'] {
    return KINDS[this.registration.family];
  }

  get #sha256(): string | null {
    if (this.#joinedDigest !== null) return this.#joinedDigest.digest(this.slots.length);
    return this.slots[0]?.stored?.sha256 ?? null;
  }

  report(now: number): AssetReport {
    const { api, owner, recipes, mechanism } = this.registration;
    return {
      id: this.id,
      urn: this.urn,
      api,
      kind: this.kind,
      owner,
      recipe: recipes[0] ?? '',
      mechanism,
      sizeBytes: this.slots.reduce((sum, slot) => sum + (slot.stored?.sizeBytes ?? 0), 0),
      sha256: this.uploadedAt === null ? null : this.#sha256,
      partDigests: this.slots.flatMap(({ range, stored }) =>
        range && stored ? [{ ...range, sha256: stored.sha256 }] : [],
      ),
      captions: sidecarReport(this.sidecars.captions),
      thumbnail: sidecarReport(this.sidecars.thumbnail),
      status: this.statusAt(now),
      assetStatus: this.assetStatus,
    };
  }
}

function sidecarReport(slot: Slot | null): SidecarReport | null {
  if (slot === null || slot.stored === null) return null;
  const { sizeBytes, sha256 } = slot.stored;
  return { sizeBytes, sha256, beforeFinalize: slot.receivedBeforeComplete === true };
}

/** The digest of all slots in order. An out-of-order or repeated slot ends it, because bytes are not stored. */
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
