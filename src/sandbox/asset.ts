// One asset of the sandbox, from any of the APIs: its owner, its upload URLs, the received bytes and the processing status. It stores
// digests and lengths, never bytes. Callers pass the time. It does not depend on HTTP or on the rules of an API.

import { createHash, type Hash } from 'node:crypto';
import type { ApiName, Purpose } from './options.ts';

export type MediaKind = 'image' | 'video' | 'document';
export type Mechanism = 'SYNCHRONOUS_UPLOAD' | 'SINGLE_REQUEST_UPLOAD' | 'MULTIPART_UPLOAD';

/** What an upload URL takes, and how it answers. */
export interface SlotRules {
  readonly method: 'PUT' | 'POST';
  /** Whether the request must carry the access token. If not, the request must not carry it. */
  readonly needsToken: boolean;
  /** Headers issued with the upload URL. The upload must send each with this value. Names in any case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether `headers` may be omitted. LinkedIn's own curl samples for a whole file send none of them. */
  readonly headersOptional: boolean;
  /** Tested against an empty string when the header is absent. */
  readonly contentType: RegExp;
  /** The maximum body size, and the error message for a larger body. */
  readonly maxBody: { readonly sizeBytes: number; readonly reason: string } | null;
  readonly successStatus: 200 | 201;
  /** The ETag header around unique hex digits. */
  readonly etag: ((digits: string) => string) | null;
}

/** Both ends are inclusive, as on the wire. */
export interface ByteRange {
  readonly firstByte: number;
  readonly lastByte: number;
}

/** The result of one upload. */
export interface Stored {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** The ETag without quotes. Null when the response has no ETag. */
  readonly etag: string | null;
  /** The status of the upload response. The complete call of the Assets API must repeat it. */
  readonly status: number;
}

/** One upload URL. */
export interface Slot {
  readonly purpose: Purpose;
  readonly rules: SlotRules;
  /** Path and query, without the origin. */
  readonly address: string;
  /** Null for a whole file. */
  readonly range: ByteRange | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  stored: Stored | null;
}

/** What a register call has made. */
export interface Registration {
  readonly id: string;
  readonly urn: string;
  readonly api: ApiName;
  readonly kind: MediaKind;
  readonly owner: string;
  /** Only the Assets API has recipes, relationships and a mechanism. */
  readonly recipes?: readonly string[];
  readonly relationships?: readonly unknown[];
  readonly mechanism?: Mechanism;
  /** Those of the media are in byte order. */
  readonly slots: readonly Slot[];
  /** The complete call must return this token unchanged. Null when the last byte completes the upload. */
  readonly completionToken: string | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Time after the upload until the status leaves WAITING_UPLOAD. */
  readonly lagMs?: number;
  /** Time after the upload until the final status. */
  readonly processingMs: number;
}

/** The view of an asset for tests and other processes. */
export interface AssetReport extends Pick<Registration, 'id' | 'urn' | 'api' | 'kind' | 'owner'> {
  /** Null when the API offers no choice. */
  readonly mechanism: Mechanism | null;
  /** The bytes of the media received so far. */
  readonly sizeBytes: number;
  /** Digest of the whole file. Null until the upload is complete, and when parts arrived out of order. */
  readonly sha256: string | null;
  readonly partDigests: readonly (ByteRange & { readonly sha256: string })[];
  /** Null until received. */
  readonly captions: Pick<Stored, 'sizeBytes' | 'sha256'> | null;
  /** Null until received. */
  readonly thumbnail: Pick<Stored, 'sizeBytes' | 'sha256'> | null;
  /** The processing status. In the Assets API, this is the recipe's status. */
  readonly status: string;
}

export class Asset {
  readonly registration: Registration;
  readonly id: string;
  readonly urn: string;
  completionToken: string | null;
  /** When processing began: at the last byte or at the complete call. Epoch milliseconds, null before. */
  uploadedAt: number | null = null;
  finalStatus = 'AVAILABLE';
  /** Why a video ends as PROCESSING_FAILED. */
  failureReason: string | null = null;
  /** The asset's own status. Only the Assets API returns it. */
  assetStatus = 'ALLOWED';
  // Bytes are not stored, so a part that arrives out of order ends the digest of the file.
  #joined = createHash('sha256');
  #joinedParts = 0;

  constructor(registration: Registration) {
    this.registration = registration;
    this.id = registration.id;
    this.urn = registration.urn;
    this.completionToken = registration.completionToken;
  }

  /** A copy of the digest of the parts before this one. Null for a whole file, and out of order. */
  digestBefore(slot: Slot): Hash | null {
    const isNext = slot.range !== null && this.slotsOf('media')[this.#joinedParts] === slot;
    return isNext ? this.#joined.copy() : null;
  }

  /** `joined` is the digest of all parts up to this one, or null. */
  store(slot: Slot, stored: Stored, joined: Hash | null): void {
    slot.stored = stored;
    if (slot.range === null) return;
    this.#joined = joined ?? this.#joined;
    this.#joinedParts = joined === null ? Number.POSITIVE_INFINITY : this.#joinedParts + 1;
  }

  slotsOf(purpose: Purpose): readonly Slot[] {
    return this.registration.slots.filter((slot) => slot.purpose === purpose);
  }

  /** The processing status at `now` (epoch milliseconds). */
  statusAt(now: number): string {
    const { lagMs = 0, processingMs } = this.registration;
    if (this.uploadedAt === null || now < this.uploadedAt + lagMs) return 'WAITING_UPLOAD';
    return now >= this.uploadedAt + processingMs ? this.finalStatus : 'PROCESSING';
  }

  get #sha256(): string | null {
    const [first, ...others] = this.slotsOf('media');
    if (first?.range === null) return first.stored?.sha256 ?? null;
    return this.#joinedParts === others.length + 1 ? this.#joined.copy().digest('hex') : null;
  }

  report(now: number): AssetReport {
    const { id, urn, api, kind, owner, mechanism = null } = this.registration;
    const media = this.slotsOf('media');
    const [captions = null, thumbnail = null] = (['captions', 'thumbnail'] as const).map(
      (purpose) => {
        const stored = this.slotsOf(purpose)[0]?.stored;
        return stored ? { sizeBytes: stored.sizeBytes, sha256: stored.sha256 } : null;
      },
    );
    return {
      id,
      urn,
      api,
      kind,
      owner,
      mechanism,
      sizeBytes: media.reduce((sum, { stored }) => sum + (stored?.sizeBytes ?? 0), 0),
      sha256: this.uploadedAt === null ? null : this.#sha256,
      partDigests: media.flatMap(({ range, stored }) =>
        range && stored ? [{ ...range, sha256: stored.sha256 }] : [],
      ),
      captions,
      thumbnail,
      status: this.statusAt(now),
    };
  }
}

/** One slot for each range of a video, in order. The ranges cover the file exactly. */
export function makePartSlots(video: {
  readonly id: string;
  readonly rules: SlotRules;
  readonly fileSizeBytes: number;
  readonly partSizeBytes: number | null;
  readonly expiresAt: number;
}): Slot[] {
  const { id, rules, fileSizeBytes, expiresAt } = video;
  const partSizeBytes = video.partSizeBytes ?? defaultPartBytes(fileSizeBytes);
  return Array.from({ length: Math.ceil(fileSizeBytes / partSizeBytes) }, (_, index) => {
    const firstByte = index * partSizeBytes;
    const range = { firstByte, lastByte: Math.min(firstByte + partSizeBytes, fileSizeBytes) - 1 };
    // The form of LinkedIn's upload host.
    const signed = Buffer.from(`sandbox:${id}`).toString('base64url');
    const address = `/dms-uploads/${id}/uploadedVideo?sau=${signed}&pn=${index + 1}&sync=0&v=beta&ut=${fakeSignature(id, index)}`;
    return { purpose: 'media', rules, address, range, expiresAt, stored: null };
  });
}

// The ranges of the sample response under "Registering Multi-Part Upload":
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
const LINKEDIN_PART_BYTES = 4_194_304;

/** A small file is cut into thirds, so that a demo with small samples shows several parts. */
function defaultPartBytes(fileSizeBytes: number): number {
  return Math.min(LINKEDIN_PART_BYTES, Math.ceil(fileSizeBytes / 3));
}

/** A placeholder for the signature of a URL. It is deterministic, so that runs can be compared. */
export function fakeSignature(id: string, of: number | string): string {
  return createHash('sha256').update(`${id}/${of}`).digest('base64url').slice(0, 14);
}

/** `what` is a path like `image` or `playlist/vid`. The expiry, in epoch seconds, is part of the URL. */
export function downloadUrl(what: string, id: string, expiresAtSeconds: number): string {
  return `https://media.simulated.invalid/${what}/${id}?e=${expiresAtSeconds}&v=beta&t=SIMULATED${fakeSignature(id, what)}`;
}
