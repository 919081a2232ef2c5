// The options of a sandbox and their defaults. Data and pure functions only, independent of calls and assets.

import { type DirectoryOptions, resolveDirectory, type TokenStatus } from './auth/directory.ts';
import { isActiveVersionAt } from './restli/versions.ts';

export type ApiName = 'assets' | 'images' | 'videos' | 'documents';
/** The kind of file that an upload URL takes. */
export type Purpose = 'media' | 'captions' | 'thumbnail';

/** The same for all APIs: initialize is a register, finalize is a complete, captions and thumbnails are uploads. */
export type CallKind = 'register' | 'upload' | 'complete' | 'status';
/** Calls outside the upload flow: for the token, posts and comments (`post` and `comment` create one), and owners. */
export const OTHER_CALLS = [
  'refresh',
  'introspect',
  'post',
  'postRead',
  'comment',
  'userinfo',
  'me',
  'roles',
  'organizations',
] as const;
export type OtherCallKind = (typeof OTHER_CALLS)[number];

export interface FaultRule {
  readonly on: CallKind | OtherCallKind;
  /** The number of the affected call, counted from 1 over the calls that match this rule. Default: 1. */
  readonly nth?: number;
  /** Affects every matching call from `nth` on. */
  readonly every?: boolean;
  /** Matches only calls to this API. */
  readonly api?: ApiName;
  /** Matches only calls for this bare id, alone or in a batch. Never a register call: it has no id yet. */
  readonly asset?: string;
  /** Matches only calls for this recipe URN. */
  readonly recipe?: string;
  /** Matches only uploads with this purpose. */
  readonly of?: Purpose;
  /**
   * Overrides the response. With a status below 300 the call is executed, and the real response keeps everything
   * not set here. With a status of 300 or more the call has no effect, unless `isExecuted`. A body that is not a
   * string is sent as JSON.
   */
  readonly reply?: {
    readonly status: number;
    readonly isExecuted?: boolean;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  };
  /** Merged into the JSON of the real response. Null removes a field. Numeric keys address array elements. */
  readonly mutate?: Readonly<Record<string, unknown>>;
  readonly omitEtag?: boolean;
  /** Names in lower case. */
  readonly omitHeaders?: readonly string[];
  /** Closes the connection in place of a response: before the call is executed, or after it. */
  readonly drop?: 'request' | 'response';
  /** The status after processing, instead of AVAILABLE. */
  readonly finalStatus?: string;
  /** The `processingFailureReason` of a video that is PROCESSING_FAILED. */
  readonly failureReason?: string;
  /** The asset's own status from now on, instead of ALLOWED. */
  readonly assetStatus?: string;
}

export interface SandboxClock {
  /** Epoch milliseconds. */
  now(): number;
}

export interface SandboxOptions extends DirectoryOptions {
  /** The only accepted bearer token. Default: any token that is not empty. */
  readonly token?: string;
  /** Time from the last byte (or the complete call) until AVAILABLE, for media that LinkedIn processes later. */
  readonly processingMs?: number;
  /** The size of the parts of a multi-part upload. The last part may be shorter. */
  readonly partSizeBytes?: number | ((fileSizeBytes: number) => number);
  /** The numbers of posts and comments count up from here. Default: like LinkedIn's, which begin with their time. */
  readonly firstPostNumber?: bigint;
  /** The accepted values of LinkedIn-Version. Default: from 202601 up to the clock's month. */
  readonly activeVersions?: readonly string[] | ((version: string) => boolean);
  /** How long upload URLs are valid. */
  readonly urlLifeMs?: number;
  /** ETags of the Videos API. LinkedIn now returns a path without quotes. Older text shows digits in quotes. */
  readonly videoEtags?: VideoEtags;
  /** How long of `processingMs` an image stays WAITING_UPLOAD after its 201. Images API only. Default: a third. */
  readonly lagMs?: number;
  /** Whether the last range of the Videos API is as long as the others and ends past the end of the file. */
  readonly overlongLastRange?: boolean;
  /** The token that the finalize call of a video must return. Often empty at LinkedIn. Default: empty. */
  readonly uploadToken?: string;
  /** The scopes of the token. Default: all. Media reads depend only on `statusReads`. */
  readonly scopes?: readonly Scope[];
  /** How long an equal post is rejected as a duplicate of the first. 0: never. Default: LinkedIn's 10 minutes. */
  readonly duplicateWindowMs?: number;
  /** Maps the URN of the first post to the one that the rejection of a duplicate names; null names none. */
  readonly duplicateUrnInResponse?: (urn: string) => string | null;
  /** Whether `x-restli-id` has only the number of a new post, as one run of 2026 saw it. */
  readonly bareIds?: boolean;
  /** Whether the token may read statuses at all. */
  readonly statusReads?: 'allowed' | 'forbidden';
  /** Whether batch reads of images, videos or documents are allowed. The Development tier answers 403 or 400. */
  readonly batchReads?: BatchReads;
  /** The app whose refresh token is accepted and whose tokens can be introspected. Default: no app. */
  readonly oauth?: OAuthOptions;
  readonly faults?: readonly FaultRule[];
  readonly clock?: SandboxClock;
  /** Server only. 0 selects any free port. */
  readonly port?: number;
  /** Server only. Its URL as clients see it, for example behind a proxy that terminates TLS. */
  readonly reachedAt?: string;
  /** Server only. Serves GET /sandbox/assets, which LinkedIn does not have, for tests in another process. */
  readonly inspectable?: boolean;
}

export interface OAuthOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  /** The bearer token that a refresh returns. It is accepted in addition to `token`. */
  readonly accessToken: string;
  /** Lifetime of the access token from now on. Default: LinkedIn's 60 days. */
  readonly accessDays?: number;
  /** Lifetime of the refresh token from now on. Default: LinkedIn's 365 days. */
  readonly refreshDays?: number;
  /** Null omits the scope from responses. Default: the scope to post for an organization. */
  readonly scope?: string | null;
  /** The status in the response to an introspection. Default: the `tokenStatus`. */
  readonly status?: TokenStatus;
}

export type OAuthSettings = Required<OAuthOptions>;

export const SCOPES = [
  'w_member_social',
  'r_member_social',
  'w_organization_social',
  'r_organization_social',
  'w_member_social_feed',
  'w_organization_social_feed',
  'rw_ads',
  'openid',
  'profile',
  'r_basicprofile',
  'r_organization_admin',
  'rw_organization_admin',
] as const;
export type Scope = (typeof SCOPES)[number];

export type VideoEtags = 'path' | 'quoted-path' | 'quoted-hex';
export type BatchReads = 'allowed' | 'forbidden-403' | 'forbidden-400';

/** The resolved options that calls depend on, with defaults applied. */
export interface SandboxSettings extends Required<DirectoryOptions> {
  readonly acceptsToken: (token: string) => boolean;
  readonly processingMs: number;
  readonly partSizeBytes: (fileSizeBytes: number) => number;
  readonly firstPostNumber: bigint | null;
  readonly isActiveVersion: (version: string) => boolean;
  readonly urlLifeMs: number;
  readonly videoEtags: VideoEtags;
  readonly lagMs: number;
  readonly overlongLastRange: boolean;
  readonly uploadToken: string;
  readonly scopes: ReadonlySet<string>;
  readonly duplicateWindowMs: number;
  readonly duplicateUrnInResponse: (urn: string) => string | null;
  readonly bareIds: boolean;
  readonly statusReads: 'allowed' | 'forbidden';
  readonly batchReads: BatchReads;
  readonly oauth: OAuthSettings | null;
  readonly faults: readonly FaultRule[];
  readonly clock: SandboxClock;
}

// The ranges of the sample response under "Registering Multi-Part Upload":
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
const LINKEDIN_PART_BYTES = 4_194_304;
const MIN_PARTS = 3;
const LAG_DIVISOR = 3;
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/ugc-post-api (read 2026-11-26)
const DUPLICATE_WINDOW_MS = 10 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

// https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (read 2026-11-25)
const OAUTH = { accessDays: 60, refreshDays: 365, scope: 'w_organization_social' } as const;

export function resolveOptions(options: SandboxOptions): SandboxSettings {
  const { token, clock = { now: () => Date.now() } } = options;
  const directory = resolveDirectory(options);
  // Small files are cut into thirds, so that a demo with small samples shows several parts.
  const partSize = (sizeBytes: number) => Math.min(LINKEDIN_PART_BYTES, Math.ceil(sizeBytes / MIN_PARTS));
  const { partSizeBytes = partSize } = options;
  const { activeVersions = (version: string) => isActiveVersionAt(clock.now(), version) } = options;
  const { processingMs = 300, oauth } = options;
  return {
    acceptsToken: (given) =>
      token === undefined ? given !== '' : given === token || given === oauth?.accessToken,
    ...directory,
    processingMs,
    partSizeBytes: typeof partSizeBytes === 'number' ? () => partSizeBytes : partSizeBytes,
    firstPostNumber: options.firstPostNumber ?? null,
    isActiveVersion:
      typeof activeVersions === 'function' ? activeVersions : (version) => activeVersions.includes(version),
    urlLifeMs: options.urlLifeMs ?? DAY_MS,
    videoEtags: options.videoEtags ?? 'path',
    lagMs: options.lagMs ?? Math.floor(processingMs / LAG_DIVISOR),
    overlongLastRange: options.overlongLastRange ?? false,
    uploadToken: options.uploadToken ?? '',
    scopes: new Set(options.scopes ?? SCOPES),
    duplicateWindowMs: options.duplicateWindowMs ?? DUPLICATE_WINDOW_MS,
    duplicateUrnInResponse: options.duplicateUrnInResponse ?? ((urn) => urn),
    bareIds: options.bareIds ?? false,
    statusReads: options.statusReads ?? 'allowed',
    batchReads: options.batchReads ?? 'allowed',
    oauth: oauth === undefined ? null : { ...OAUTH, status: directory.tokenStatus, ...oauth },
    faults: options.faults ?? [],
    clock,
  };
}
