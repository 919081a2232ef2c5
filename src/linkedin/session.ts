// What a session with LinkedIn looks like to the rest of the house, whichever API is behind it.

import type { ActionError } from '../errors.ts';
import { deriveMediaUrn, isAssetUrn, type MediaKind } from './urn.ts';

/** `assets`: the Assets API. `media`: the Images API for pictures and the Videos API for videos. */
export type ApiName = 'assets' | 'media';

/** How the bytes travel: answered when processed, in one request, or in parts of LinkedIn's choosing. */
export type Mechanism = 'synchronous' | 'single' | 'multipart';

/** Everything LinkedIn must know to open an upload; the plan decides it. */
export interface SessionRequest {
  readonly api: ApiName;
  readonly owner: string;
  readonly kind: MediaKind;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Full recipe URN; null where the API has no recipes. */
  readonly recipe: string | null;
  readonly mechanism: Mechanism;
  /** What goes along with a video, where the API takes it. */
  readonly sidecars?: {
    readonly captions?: { readonly sizeBytes: number };
    readonly thumbnail?: { readonly sizeBytes: number };
  };
}

interface ApiTraits {
  readonly hasRecipes: boolean;
  /** Whether LinkedIn can answer the upload of a picture when it is processed. */
  readonly hasSynchronousUpload: boolean;
  /** Whether a small video may go in one request; else the protocol is the same for every size. */
  readonly hasSinglePartVideos: boolean;
  readonly hasSidecars: boolean;
  /** How many files of a kind one status read can tell of. */
  readonly statusBatch: number;
  /** Whether the status of an available file tells its artifacts too, or they take a call of their own. */
  readonly statusIncludesArtifacts: boolean;
  /** What LinkedIn says against using an upload twice; null when it may be. */
  readonly reuseCaveat: string | null;
}

/** In what the APIs differ before a session is opened: "Compare & Contrast" on the page of the Assets API. */
export const API_TRAITS: Record<ApiName, ApiTraits> = {
  assets: {
    hasRecipes: true,
    hasSynchronousUpload: true,
    hasSinglePartVideos: true,
    hasSidecars: false,
    statusBatch: 1,
    statusIncludesArtifacts: false,
    reuseCaveat:
      'LinkedIn says that assets generally cannot be reused, where images and videos can (`api: media`)',
  },
  media: {
    hasRecipes: false,
    hasSynchronousUpload: false,
    hasSinglePartVideos: false,
    hasSidecars: true,
    // LinkedIn takes 4 KB of query, and an encoded URN is about 50 bytes.
    statusBatch: 50,
    statusIncludesArtifacts: true,
    reuseCaveat: null,
  },
};

/** The names that LinkedIn gave a file. */
export interface MediaIdentity {
  /** The URN that its status is read by. */
  readonly urn: string;
  readonly assetUrn?: string;
  readonly mediaUrn: string;
  readonly urnSource: 'derived' | 'linkedin';
}

/** All that a URN of LinkedIn's tells: an asset's id is shared by its image or video, other URNs are their own. */
export function toMediaIdentity(urn: string, kind: MediaKind): MediaIdentity {
  if (!isAssetUrn(urn)) return { urn, mediaUrn: urn, urnSource: 'linkedin' };
  return { urn, assetUrn: urn, mediaUrn: deriveMediaUrn(kind, urn), urnSource: 'derived' };
}

/** The bytes of one part, for one try. */
export interface PartBody {
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** LinkedIn's word that it holds a part. */
export interface Receipt {
  readonly status: number;
  /** Opaque, without its quotes; null when none came. */
  readonly etag: string | null;
}

/** How many parts an upload may have: of 4 MiB each, as LinkedIn cuts them, 5 GiB are 1280. */
export const PART_LIMITS = { least: 1, most: 10_000 };

/** A byte range of the file and the address that takes it. */
export interface Part {
  readonly firstByte: number;
  readonly sizeBytes: number;
  /** Epoch milliseconds by LinkedIn's clock; null when it named none. */
  readonly expiresAtMs: number | null;
  /**
   * Sends the range; 200, 201 and 204 all mean stored.
   * @throws LinkedInError, NetworkError, HttpError, UploadError, and what the body throws
   */
  put(body: PartBody): Promise<Receipt>;
}

/** A file that goes along with a video, whole, before the upload is completed. */
export interface SidecarUpload {
  readonly kind: 'captions' | 'thumbnail';
  readonly sizeBytes: number;
  /** @throws as a part's */
  put(body: PartBody): Promise<Receipt>;
}

export interface UploadSession {
  readonly identity: MediaIdentity;
  readonly parts: readonly Part[];
  readonly sidecarUploads: readonly SidecarUpload[];
  /** Whether an answer of 201 to the upload means that processing is done too; no other answer does. */
  readonly processedOnUpload: boolean;
  /** Whether completing needs an ETag of each part. */
  readonly needsEtags: boolean;
  /** What to ask for when reading the status. */
  readonly query: StatusQuery;
  /** Tells LinkedIn that all parts are there; `receipts` in the order of `parts`. Null where the bytes say it. */
  readonly complete: ((receipts: readonly Receipt[]) => Promise<void>) | null;
}

export interface StatusQuery {
  readonly api: ApiName;
  readonly urn: string;
  readonly kind: MediaKind;
  readonly recipe: string | null;
}

/** One encoding that LinkedIn made of a video. Bit rates in bits per second. */
export interface Rendition {
  readonly artifactClass?: string;
  readonly averageBitrate?: number;
  readonly maximumBitrate?: number;
  readonly codecs: readonly string[];
}

/** Where an artifact can be fetched from. The address is a credential: for results alone, never for a log. */
export interface ArtifactAddress {
  readonly url: string;
  readonly mediaType?: string;
  /** ISO 8601. */
  readonly expiresAt?: string;
}

/** Something LinkedIn made of a file. */
export interface Artifact {
  /** LinkedIn's own word; `download` for the file itself. */
  readonly kind: string;
  readonly protocol?: string;
  readonly durationSeconds?: number;
  readonly renditions?: readonly Rendition[];
  readonly addresses: readonly ArtifactAddress[];
  /** As LinkedIn sent it, where this action does not know the kind. */
  readonly data?: unknown;
}

/** What LinkedIn says of a file. `status` is its own word, null where it says none. */
export type MediaStatus =
  | { readonly state: 'waiting'; readonly status: string | null }
  /** `artifacts` where the answer told them unasked. */
  | { readonly state: 'available'; readonly status: string; readonly artifacts?: readonly Artifact[] }
  /** `mayRetry` when the fault was LinkedIn's, so that the same file may pass another time. */
  | {
      readonly state: 'failed';
      readonly status: string;
      readonly error: ActionError;
      readonly mayRetry?: true;
    }
  /** The token may not read this status; the upload itself is fine. */
  | { readonly state: 'unreadable'; readonly error: ActionError };

export type FailedStatus = Extract<MediaStatus, { state: 'failed' }>;

/** A reading, or the error that stands for the one file. */
export type StatusResult = MediaStatus | ActionError;

// Words of all three APIs for an upload that has not come in.
const NOT_UPLOADED_STATUSES = new Set(['NEW', 'WAITING_UPLOAD']);

/** Whether LinkedIn holds the bytes, as far as a reading tells. */
export function isUploadReceived(reading: MediaStatus): boolean {
  if (reading.state === 'unreadable') return false;
  return reading.state !== 'waiting' || !NOT_UPLOADED_STATUSES.has(reading.status ?? '');
}

/** Whether a reading proves that LinkedIn has the upload: an unknown word is no proof, and neither is a failure. */
export function isUploadProven(reading: MediaStatus): boolean {
  if (reading.state === 'waiting') return reading.status === 'PROCESSING';
  return reading.state === 'available';
}

/** Runs one call in the limiter of status reads. */
export type WithReadSlot = <T>(call: () => Promise<T>) => Promise<T>;

/** What is known of the access token before the first upload. Sentences without secrets. */
export interface TokenInfo {
  /** Whole days; null when LinkedIn does not tell. */
  readonly daysLeft: number | null;
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

export interface LinkedIn {
  /**
   * Obtains or checks the access token, before any other call; left out when there is nothing to do.
   * @throws LinkedInError, NetworkError, ReplyShapeError
   */
  readonly prepare?: () => Promise<TokenInfo>;
  /**
   * Registers one file.
   * @throws LinkedInError, NetworkError, ReplyShapeError, UploadError; `urn` set when LinkedIn gave one all the same
   */
  openSession(request: SessionRequest): Promise<UploadSession>;
  /**
   * Reads the status of files of one kind, in as many calls as LinkedIn needs. Each answer is there as soon as its own
   * call is; an error stands for its own file.
   */
  readStatuses(queries: readonly StatusQuery[], withReadSlot: WithReadSlot): readonly Promise<StatusResult>[];
  /**
   * Reads what LinkedIn made of an available file.
   * @throws LinkedInError, NetworkError, ReplyShapeError
   */
  readArtifacts(query: StatusQuery): Promise<readonly Artifact[]>;
  /** LinkedIn's clock, epoch milliseconds. */
  serverNow(): number;
}
