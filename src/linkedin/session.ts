// The interface of LinkedIn and its upload sessions to other modules, independent of the API.

import type { ActionError } from '../errors/action-error.ts';
import type { Body } from '../http/request-body.ts';
import type { Secret } from '../secret.ts';
import type { ApiName } from './apis.ts';
import { type MediaIdentity, type MediaKind, type OwnerKind, toMediaIdentity } from './urn.ts';

/** How bytes are sent: in a request whose response waits for processing, in one request, or in LinkedIn's parts. */
export type Mechanism = 'synchronous' | 'single' | 'multipart';

/** Everything that LinkedIn needs to open an upload. The plan decides it. */
export interface SessionRequest {
  readonly api: ApiName;
  readonly owner: string;
  readonly kind: MediaKind;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Full recipe URN; null if the API has no recipes. */
  readonly recipe: string | null;
  readonly mechanism: Mechanism;
  /** Files that accompany a video, if the API supports them. */
  readonly sidecars?: {
    readonly captions?: { readonly sizeBytes: number };
    readonly thumbnail?: { readonly sizeBytes: number };
  };
}

/** The bytes of one part, for one attempt. */
export interface PartBody extends Body {
  readonly signal: AbortSignal;
}

/** LinkedIn's confirmation that it has stored a part. */
export interface Receipt {
  readonly status: number;
  /** Opaque, without its quotes; null if the response had none. */
  readonly etag: string | null;
}

/** How many parts an upload may have. LinkedIn uses parts of 4 MiB, so 5 GiB are 1280 parts. */
export const PART_LIMITS = { least: 1, most: 10_000 };

/** A byte range of the file and its upload. */
export interface Part {
  readonly firstByte: number;
  readonly sizeBytes: number;
  /** Epoch milliseconds by LinkedIn's clock; null if LinkedIn sent none. */
  readonly expiresAtMs: number | null;
  /** 200, 201 and 204 all mean stored. @throws CallError, and the error of the body */
  put(body: PartBody): Promise<Receipt>;
}

/** A file that accompanies a video. It is sent whole, before the upload is completed. */
export interface SidecarUpload extends Part {
  readonly kind: 'captions' | 'thumbnail';
}

export interface UploadSession {
  readonly identity: MediaIdentity;
  readonly parts: readonly Part[];
  readonly sidecarUploads: readonly SidecarUpload[];
  /** Whether a 201 response to the upload means that processing is done too. No other response does. */
  readonly processedOnUpload: boolean;
  readonly query: StatusQuery;
  /** Completes the upload, with `receipts` in the order of `parts`, each with an ETag. Null if the upload needs no completion. */
  readonly complete: ((receipts: readonly Receipt[]) => Promise<void>) | null;
}

/** The session of `request` for the upload `urn`. Most sessions have only parts. */
export function sessionOf(
  { api, kind, recipe }: SessionRequest,
  urn: string,
  own: Pick<UploadSession, 'parts'> & Partial<UploadSession>,
): UploadSession {
  return {
    identity: toMediaIdentity(urn, kind),
    query: { api, urn, kind, recipe },
    sidecarUploads: [],
    processedOnUpload: false,
    complete: null,
    ...own,
  };
}

export interface StatusQuery extends Pick<SessionRequest, 'api' | 'kind' | 'recipe'> {
  readonly urn: string;
}

/** Where an artifact can be fetched from. The URL is a credential: it belongs in results, never in a log. */
export interface ArtifactAddress {
  readonly url: string;
  readonly mediaType?: string | undefined;
  /** ISO 8601. */
  readonly expiresAt?: string | undefined;
}

/** Something LinkedIn made of a file. */
export interface Artifact {
  /** LinkedIn's own name; `download` for the file itself. */
  readonly kind: string;
  readonly addresses: readonly ArtifactAddress[];
  /** As LinkedIn sent them, such as the renditions of a playlist with their bit rates. */
  readonly data?: unknown;
}

/** The result of a status read. `status` is LinkedIn's own; null if it sent none. */
export type MediaStatus =
  | { readonly state: 'waiting'; readonly status: string | null }
  /** `artifacts` if the response includes them. */
  | {
      readonly state: 'available';
      readonly status: string;
      readonly artifacts?: readonly Artifact[];
    }
  /** `mayRetry` if the error was LinkedIn's, so that another upload of the same file may succeed. */
  | {
      readonly state: 'failed';
      readonly status: string;
      readonly error: ActionError;
      readonly mayRetry?: boolean;
    }
  /** The token may not read this status; the upload itself is fine. */
  | { readonly state: 'unreadable'; readonly error: ActionError };

export type FailedStatus = Extract<MediaStatus, { state: 'failed' }>;

/** A status, or the error of this one read. */
export type StatusResult = MediaStatus | { readonly state: 'unread'; readonly error: ActionError };

/** The statuses of all APIs for an upload that has not arrived. */
export const NOT_UPLOADED_STATUSES: ReadonlySet<string> = new Set(['NEW', 'WAITING_UPLOAD']);

/** Whether a status read proves that LinkedIn has the upload. An unknown status or a failure proves nothing. */
export function isUploadProven(reading: MediaStatus): boolean {
  if (reading.state === 'waiting') return reading.status === 'PROCESSING';
  return reading.state === 'available';
}

/** Runs one call in the limiter of status reads. Null, for a rejected batch, is neither a success nor a failure. */
export type WithReadSlot = <T extends StatusResult | readonly StatusResult[] | null>(
  call: () => Promise<T>,
) => Promise<T>;

/** The credentials of the app check the access token, and with a refresh token, obtain one. */
export interface TokenOptions {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Null to use the given access token. */
  readonly refreshToken: Secret | null;
  /** Null without an owner: no scope is required then. */
  readonly ownerKind: OwnerKind | null;
  readonly warnDays: number;
  /** Receives each new secret before it is used. */
  readonly mask: (secret: string) => void;
}

/** Facts about the access token before the first upload. The messages contain no secrets. */
export interface TokenInfo {
  /** Whole days; null if LinkedIn does not return an expiry. */
  readonly daysLeft: number | null;
  /** Epoch milliseconds. An estimate is the latest time. Null if LinkedIn does not return an expiry. */
  readonly expiresAtMs: number | null;
  /** The permissions of the token; null if LinkedIn does not name them. */
  readonly scopes: readonly string[] | null;
  readonly lines: readonly string[];
  /** Days left of the refresh token, if the access token was obtained with one. */
  readonly refreshDaysLeft: number | null;
  /** The advice to renew the token, if fewer days are left than wanted. Null if enough are left, or if that is unknown. */
  readonly renewal: string | null;
  /** Why LinkedIn did not describe the token; also among the notices. */
  readonly checkError: ActionError | null;
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

export type TokenMessages = Pick<TokenInfo, 'lines' | 'notices' | 'warnings'>;

/** One of LinkedIn's APIs for media. */
export interface LinkedIn {
  /** Registers one file. @throws CallError, with `urn` if LinkedIn assigned one */
  openSession(request: SessionRequest): Promise<UploadSession>;
  readonly statuses: StatusReader;
  /** Reads the artifacts of an available asset. The statuses of the other APIs include them. @throws CallError */
  readArtifacts(query: StatusQuery): Promise<readonly Artifact[]>;
  /** LinkedIn's clock, epoch milliseconds. */
  serverNow(): number;
}

export interface StatusReader {
  /**
   * Reads the status of files of one kind, in as many calls as needed, each of which takes a read slot. Each promise settles
   * as soon as its own call does. An error is the result of its own file.
   */
  read(queries: readonly StatusQuery[]): readonly Promise<StatusResult>[];
  /** Whether one call reads the status of all files of this kind, as far as LinkedIn's responses show. */
  readsTogether(query: Pick<StatusQuery, 'kind'>): boolean;
}
