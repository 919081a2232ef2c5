// What a session with LinkedIn looks like to the rest of the house, whichever API is behind it.

import type { ActionError } from '../errors.ts';
import { deriveMediaUrn, isAssetUrn, type MediaKind } from './urn.ts';

export type ApiName = 'assets';

/** How the bytes travel: answered when processed, in one request, or in parts of LinkedIn's choosing. */
export type Mechanism = 'synchronous' | 'single' | 'multipart';

/** Everything LinkedIn must know to open an upload; the plan decides it. */
export interface SessionRequest {
  readonly api: ApiName;
  readonly owner: string;
  readonly kind: MediaKind;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Full recipe URN. */
  readonly recipe: string;
  readonly mechanism: Mechanism;
}

/** The names that LinkedIn gave a file. */
export interface MediaIdentity {
  /** The URN that its status is read by. */
  readonly urn: string;
  readonly assetUrn?: string;
  readonly mediaUrn: string;
  readonly urnSource: 'derived' | 'linkedin';
}

/** All that a URN of LinkedIn's tells: an asset's id is shared by its image or video, other URNs are their own. */
export function identify(urn: string, kind: MediaKind): MediaIdentity {
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

export interface UploadSession {
  readonly identity: MediaIdentity;
  readonly parts: readonly Part[];
  /** Whether the answer to the upload means that processing is done too. */
  readonly processedOnUpload: boolean;
  /** What to ask for when reading the status. */
  readonly query: StatusQuery;
  /** Tells LinkedIn that all parts are there; `receipts` in the order of `parts`. Nothing to do for a single one. */
  complete(receipts: readonly Receipt[]): Promise<void>;
}

export interface StatusQuery {
  readonly api: ApiName;
  readonly urn: string;
  readonly kind: MediaKind;
  readonly recipe: string;
}

/** What LinkedIn says of a file. `status` is its own word. */
export type StatusReading =
  | { readonly state: 'waiting' | 'available'; readonly status: string }
  | { readonly state: 'failed'; readonly status: string; readonly error: ActionError }
  /** The token may not read this status; the upload itself is fine. */
  | { readonly state: 'unreadable'; readonly error: ActionError };

/** Runs one call in the lane of status reads. */
export type InLane = <T>(call: () => Promise<T>) => Promise<T>;

export interface LinkedIn {
  /**
   * Registers one file.
   * @throws LinkedInError, NetworkError, ReplyShapeError, UploadError; `urn` set when LinkedIn gave one all the same
   */
  openSession(request: SessionRequest): Promise<UploadSession>;
  /** Reads the status of files of one kind, in as many calls as LinkedIn needs; an error stands for its own file. */
  readStatuses(
    queries: readonly StatusQuery[],
    inLane: InLane,
  ): Promise<readonly (StatusReading | ActionError)[]>;
  /** LinkedIn's clock, epoch milliseconds. */
  serverNow(): number;
}
