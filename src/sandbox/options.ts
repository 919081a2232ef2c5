// The options of a sandbox and their defaults. Data only, independent of calls and assets.

export type ApiName = 'assets' | 'images' | 'videos' | 'documents';
/** The kind of file that an upload URL takes. */
export type Purpose = 'media' | 'captions' | 'thumbnail';

/** The same for all APIs: initialize is a register, finalize is a complete, captions and thumbnails are uploads. */
export const UPLOAD_CALLS = ['register', 'upload', 'complete', 'status'] as const;
/** Calls outside the upload flow: for the token, posts and comments (`post` and `comment` create one), and owners. */
export const OTHER_CALLS = [
  'refresh',
  'introspect',
  'post',
  'postRead',
  'postEdit',
  'postDelete',
  'comment',
  'userinfo',
  'me',
  'roles',
  'organizations',
  'authorizations',
] as const;
export type CallKind = (typeof UPLOAD_CALLS | typeof OTHER_CALLS)[number];

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
}

export interface SandboxSettings {
  /** The only accepted bearer token. Null: any token that is not empty. */
  readonly token: string | null;
  /** LinkedIn refuses the calls of a token that is not active, and says so when asked about it. */
  readonly tokenStatus: 'active' | 'expired' | 'revoked';
  /** The scopes of the token. Reads of media need none. */
  readonly scopes: readonly Scope[];
  /** The app whose refresh token is accepted and whose tokens can be introspected. */
  readonly oauth: OAuthOptions | null;
  /** Time from the last byte (or the complete call) until AVAILABLE, for media that LinkedIn processes later. */
  readonly processingMs: number;
  /** How long of `processingMs` an image stays WAITING_UPLOAD after its 201. Null: a third. */
  readonly lagMs: number | null;
  /** The size of the parts of a multi-part upload. Null: LinkedIn's, or a third of a small file, so that it has several. */
  readonly partSizeBytes: number | null;
  /** How long upload URLs are valid. */
  readonly urlLifeMs: number;
  /** The numbers of posts and comments count up from here. Null: they begin with their time, as LinkedIn's do. */
  readonly firstPostNumber: bigint | null;
  /** How long an equal post is rejected as a duplicate of the first. 0: never. */
  readonly duplicateWindowMs: number;
  /** `now()` is in epoch milliseconds. */
  readonly clock: { now(): number };
}

export interface SandboxOptions extends Partial<SandboxSettings> {
  /** Server only. 0 selects any free port. */
  readonly port?: number;
}

export const DEFAULTS: SandboxSettings = {
  token: null,
  tokenStatus: 'active',
  scopes: SCOPES,
  oauth: null,
  processingMs: 300,
  lagMs: null,
  partSizeBytes: null,
  urlLifeMs: 24 * 60 * 60 * 1000,
  firstPostNumber: null,
  // https://learn.microsoft.com/linkedin/marketing/community-management/shares/ugc-post-api (read 2026-11-26)
  duplicateWindowMs: 10 * 60 * 1000,
  clock: { now: () => Date.now() },
};
