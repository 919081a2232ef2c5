// What can be set on a sandbox, with its defaults. Data and pure functions only; knows no call and no asset.

import type { CallKind, FaultRule, OtherCallKind } from './fault-injection.ts';

export interface SandboxClock {
  /** Epoch milliseconds. */
  now(): number;
}

export interface SandboxOptions {
  /** The one bearer token that is accepted. Default: any that is not empty. */
  readonly token?: string;
  /** From the last byte (or the complete call) until AVAILABLE, where LinkedIn processes later. */
  readonly processingMs?: number;
  /** How long the parts of a multi-part upload are; the last one may be shorter. */
  readonly partSizeBytes?: number | ((fileSizeBytes: number) => number);
  /** The start of every id: `[A-Za-z0-9_-]`, and plainly not LinkedIn's. */
  readonly idPrefix?: string;
  /** The values of LinkedIn-Version that are served. Default: those since 202601, up to the clock's month. */
  readonly activeVersions?: readonly string[] | ((version: string) => boolean);
  /** How long upload addresses can be used. */
  readonly urlLifeMs?: number;
  /** Whether the Assets API's ETags come back in quotes, as its page shows them. */
  readonly quotedEtags?: boolean;
  /** The Videos API's: LinkedIn's answers of today are a path without quotes, older text shows digits in quotes. */
  readonly videoEtags?: VideoEtags;
  /** How much of `processingMs` an image is still WAITING_UPLOAD after its 201. Images API only. Default: a third. */
  readonly lagMs?: number;
  /** Whether the last range of the Videos API is as long as the others, past the end of the file. */
  readonly overlongLastRange?: boolean;
  /** What finalizing a video has to give back. LinkedIn's is often empty, and so is the default. */
  readonly uploadToken?: string;
  /** What the token was granted. Default: everything. The reads of media go by `statusReads` alone. */
  readonly scopes?: readonly Scope[];
  /** How long the same post is refused as a duplicate of the first; 0 for never. Default: LinkedIn's 10 minutes. */
  readonly duplicateWindowMs?: number;
  /** Whether the token may read the status of anything. */
  readonly statusReads?: 'allowed' | 'forbidden';
  /** Whether several images or videos can be read at once; the Development tier answers 403 or 400. */
  readonly batchReads?: BatchReads;
  /** The app whose refresh token is taken and whose tokens are told of; none without it. */
  readonly oauth?: OAuthOptions;
  readonly faults?: readonly FaultRule[];
  /** The id that a status reply names for the id asked; LinkedIn's own samples show two different ones. */
  readonly assetIdInResponse?: (id: string) => string;
  readonly clock?: SandboxClock;
  /** Only of the server: 0 takes any free port. */
  readonly port?: number;
  /** Only of the server: its address as clients write it, when they come through something that ends TLS, say. */
  readonly reachedAt?: string;
  /**
   * Only of the server: answers GET /sandbox/assets, which LinkedIn does not have, for tests of another
   * process.
   */
  readonly inspectable?: boolean;
}

export interface OAuthOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  /** What a refresh gives: a bearer that is taken beside `token`. */
  readonly accessToken: string;
  /** How long tokens live from now on. Default: LinkedIn's 60 and 365. */
  readonly accessDays?: number;
  readonly refreshDays?: number;
  /** Null for a token that tells none. Default: the scope to post for an organization. */
  readonly scope?: string | null;
  readonly status?: 'active' | 'expired' | 'revoked';
}

export type OAuthSettings = Required<OAuthOptions>;

export const SCOPES = [
  'w_member_social',
  'r_member_social',
  'w_organization_social',
  'r_organization_social',
  'rw_ads',
] as const;
export type Scope = (typeof SCOPES)[number];

export type VideoEtags = 'path' | 'quoted-path' | 'quoted-hex';
export type BatchReads = 'allowed' | 'forbidden-403' | 'forbidden-400';

/** What the model works by: every option of the calls, settled. */
export interface SandboxSettings {
  readonly acceptsToken: (token: string) => boolean;
  readonly processingMs: number;
  readonly partSizeBytes: (fileSizeBytes: number) => number;
  readonly idPrefix: string;
  readonly isActiveVersion: (version: string) => boolean;
  readonly urlLifeMs: number;
  readonly quotedEtags: boolean;
  readonly videoEtags: VideoEtags;
  readonly lagMs: number;
  readonly overlongLastRange: boolean;
  readonly uploadToken: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly duplicateWindowMs: number;
  readonly statusReads: 'allowed' | 'forbidden';
  readonly batchReads: BatchReads;
  readonly oauth: OAuthSettings | null;
  readonly faults: readonly FaultRule[];
  readonly assetIdInResponse: (id: string) => string;
  readonly clock: SandboxClock;
}

export type { CallKind, FaultRule, OtherCallKind };

// The ranges of the sample reply under "Registering Multi-Part Upload":
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read
// 2026-11-25)
const LINKEDIN_PART_BYTES = 4_194_304;
const MIN_PARTS = 3;
const LAG_DIVISOR = 3;
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/ugc-post-api (read 2026-11-26)
const DUPLICATE_WINDOW_MS = 10 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
const FIRST_ACTIVE_VERSION = '202601';
// The newest that LinkedIn's pages show (2026-10): active even where the clock is behind.
const NEWEST_KNOWN_VERSION = '202609';

/**
 * LinkedIn's size; for a small file a third of it, so that a demo with small samples still shows several
 * parts.
 */
function defaultPartSizeBytes(fileSizeBytes: number): number {
  return Math.min(LINKEDIN_PART_BYTES, Math.ceil(fileSizeBytes / MIN_PARTS));
}

/**
 * A real month, not retired by late 2026 and not in the future: LinkedIn makes a version active around the middle of
 * its month, and answers an earlier call as it answers one for a retired version. LinkedIn skipped 202512, but that
 * is retired anyway.
 */
function isActiveVersionAt(now: number, version: string): boolean {
  const thisMonth = new Date(now).toISOString().slice(0, 7).replace('-', '');
  return (
    /^\d{4}(0[1-9]|1[0-2])$/.test(version) &&
    version >= FIRST_ACTIVE_VERSION &&
    (version <= NEWEST_KNOWN_VERSION || version <= thisMonth)
  );
}

// https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (read 2026-11-25)
const OAUTH = { accessDays: 60, refreshDays: 365, scope: 'w_organization_social', status: 'active' } as const;

export function resolveOptions(options: SandboxOptions): SandboxSettings {
  const { token, partSizeBytes = defaultPartSizeBytes, clock = { now: () => Date.now() } } = options;
  const { activeVersions = (version: string) => isActiveVersionAt(clock.now(), version) } = options;
  const { idPrefix = 'SIMULATED', processingMs = 300, oauth } = options;
  if (!/^[A-Za-z0-9_-]+$/.test(idPrefix))
    throw new RangeError(`idPrefix ${idPrefix} makes no ids of LinkedIn's form`);
  return {
    acceptsToken: (given) =>
      token === undefined ? given !== '' : given === token || given === oauth?.accessToken,
    processingMs,
    partSizeBytes: typeof partSizeBytes === 'number' ? () => partSizeBytes : partSizeBytes,
    idPrefix,
    isActiveVersion:
      typeof activeVersions === 'function' ? activeVersions : (version) => activeVersions.includes(version),
    urlLifeMs: options.urlLifeMs ?? DAY_MS,
    quotedEtags: options.quotedEtags ?? true,
    videoEtags: options.videoEtags ?? 'path',
    lagMs: options.lagMs ?? Math.floor(processingMs / LAG_DIVISOR),
    overlongLastRange: options.overlongLastRange ?? false,
    uploadToken: options.uploadToken ?? '',
    scopes: new Set(options.scopes ?? SCOPES),
    duplicateWindowMs: options.duplicateWindowMs ?? DUPLICATE_WINDOW_MS,
    statusReads: options.statusReads ?? 'allowed',
    batchReads: options.batchReads ?? 'allowed',
    oauth: oauth === undefined ? null : { ...OAUTH, ...oauth },
    faults: options.faults ?? [],
    assetIdInResponse: options.assetIdInResponse ?? ((id) => id),
    clock,
  };
}
