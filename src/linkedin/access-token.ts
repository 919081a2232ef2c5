// Prepares the access token before the first call: refreshes it if possible, checks lifetime and scope, and returns messages. Has
// LinkedIn's two token calls, which send secrets as a form, and redact them if a response echoes them.

import { ActionError, CallError, toActionError } from '../errors/action-error.ts';
import { STOP } from '../errors/retry-policy.ts';
import { DAY_MS, joinParts, pluralize } from '../format.ts';
import { type TokenCall, tokenUrl } from '../http/allowed-hosts.ts';
import type { HttpClient } from '../http/client.ts';
import { type HttpResponse, parseJson } from '../http/messages.ts';
import * as z from '../schema.ts';
import { isMaskable, Secret } from '../secret.ts';
import { UPLOAD_SCOPES } from './owners.ts';
import {
  lenient,
  optionalText,
  parseReply,
  quoteMessage,
  rejectionFromResponse,
  requestIdSuffix,
} from './replies.ts';
import type { TokenInfo, TokenOptions } from './session.ts';
import type { OwnerKind } from './urn.ts';

interface EnsuredToken {
  readonly token: Secret;
  readonly isFresh: boolean;
  readonly info: TokenInfo;
}

/**
 * A failed introspection is only a notice.
 * @throws ActionError TOKEN_REFUSED for a token that is not active; the errors of `refreshAccessToken`; RunError RUN_CANCELLED
 */
export async function ensureToken(
  client: HttpClient,
  options: TokenOptions,
  given: Secret,
): Promise<EnsuredToken> {
  const { refreshToken } = options;
  const fresh =
    refreshToken === null ? null : await refreshAccessToken(client, options, refreshToken);
  const token = fresh?.token ?? given;
  let described: Introspection | null = null;
  let checkError: ActionError | null = null;
  // The response to a refresh may already contain everything that an introspection would return.
  if (fresh === null || fresh.expiresAtMs === null || fresh.scopes === null)
    try {
      described = await introspectToken(client, options, token);
    } catch (thrown) {
      checkError = toActionError(thrown);
      if (checkError.code === 'RUN_CANCELLED') throw checkError;
    }
  const nowMs = client.serverNow();
  if (fresh === null && described !== null) assertActive(described, nowMs);
  const info = buildTokenInfo({ fresh, described, checkError }, options, nowMs);
  return { token, isFresh: fresh !== null, info };
}

function assertActive({ isActive, status, expiresAtMs }: Introspection, nowMs: number): void {
  const isOver = expiresAtMs !== null && expiresAtMs <= nowMs;
  if (isActive && !isOver) return;
  // LinkedIn gives the same response for a token of another app, without a reason.
  const reason = isOver && isActive ? 'expired' : status;
  const what =
    reason === 'expired' || reason === 'revoked'
      ? `is ${reason}`
      : 'is not active or does not belong to the app of `client-id`';
  throw new ActionError('TOKEN_REFUSED', `according to LinkedIn, the access token ${what}`, {
    retry: STOP,
  });
}

interface TokenResponses {
  readonly fresh: RefreshedToken | null;
  readonly described: Introspection | null;
  readonly checkError: ActionError | null;
}

function buildTokenInfo(
  { fresh, described, checkError }: TokenResponses,
  options: TokenOptions,
  nowMs: number,
): TokenInfo {
  const daysUntil = (endMs: number | null | undefined) =>
    endMs == null ? null : Math.max(0, Math.floor((endMs - nowMs) / DAY_MS));
  const expiresAtMs = fresh?.expiresAtMs ?? described?.expiresAtMs ?? null;
  const daysLeft = daysUntil(expiresAtMs);
  const refreshDaysLeft = daysUntil(fresh?.refreshExpiresAtMs);
  const scopes = fresh?.scopes ?? described?.scopes ?? null;
  const origin = fresh === null ? '' : 'was refreshed and ';
  const lifetime = daysLeft === null ? '' : ` for ${formatDays(daysLeft)}`;
  const renewal = renewalOf({ daysLeft, refreshDaysLeft }, options);
  return {
    daysLeft,
    expiresAtMs,
    scopes,
    lines:
      fresh === null && described === null ? [] : [`the access token ${origin}is valid${lifetime}`],
    refreshDaysLeft,
    renewal: renewal?.advice ?? null,
    checkError,
    warnings: [renewal?.warning ?? [], scopeWarning(scopes, options.ownerKind) ?? []].flat(),
    notices: checkError === null ? [] : [describeCheckError(checkError)],
  };
}

/** The run goes on, so only a mistake in the workflow needs a fix. */
function describeCheckError({ code, message, hint }: ActionError): string {
  const text = `the access token could not be checked: ${message}`;
  return code === 'CLIENT_REFUSED' ? `${text}. ${hint}` : text;
}

function formatDays(days: number): string {
  return days === 0 ? 'less than a day' : pluralize(days, 'day');
}

export const RENEWAL =
  'create a new one at https://www.linkedin.com/developers/tools/oauth/token-generator and replace the stored one';
const REAUTHORIZATION =
  'let the member authorize the app again, and replace the stored refresh token';

/** The advice to renew a token with too few days left, and the warning about it. Null if enough are left, or if that is unknown. */
function renewalOf(
  { daysLeft, refreshDaysLeft }: Pick<TokenInfo, 'daysLeft' | 'refreshDaysLeft'>,
  { warnDays, refreshToken }: TokenOptions,
): { readonly advice: string; readonly warning: string } | null {
  // A short-lived refreshed token means that its refresh token expires soon: the access token does not outlive it.
  const left = refreshToken === null ? daysLeft : (refreshDaysLeft ?? daysLeft);
  if (left === null || left >= warnDays) return null;
  const advice = refreshToken === null ? RENEWAL : REAUTHORIZATION;
  const what =
    refreshToken === null
      ? `the access token expires in ${formatDays(left)}`
      : `the refresh token expires in ${formatDays(left)}, and its use does not extend it`;
  return { advice, warning: `${what}: ${advice}` };
}

const MAX_SCOPES_LENGTH = 300;

/** This is only a warning: LinkedIn may have a grant that the scopes do not list. */
function scopeWarning(scopes: readonly string[] | null, owner: OwnerKind | null): string | null {
  const needed = owner && UPLOAD_SCOPES[owner];
  if (scopes === null || needed === null || scopes.includes(needed)) return null;
  const has = scopes.length === 0 ? 'none' : scopes.join(', ').slice(0, MAX_SCOPES_LENGTH);
  return `the access token lacks the scope ${needed}, which LinkedIn requires for this kind of owner; its scopes: ${has}. The run goes on anyway`;
}

/** What LinkedIn says about an access token; null where it says nothing. */
interface TokenFacts {
  readonly scopes: readonly string[] | null;
  /** Epoch milliseconds by LinkedIn's clock. */
  readonly expiresAtMs: number | null;
}

interface RefreshedToken extends TokenFacts {
  readonly token: Secret;
  /** When the refresh token expires. */
  readonly refreshExpiresAtMs: number | null;
}

interface Introspection extends TokenFacts {
  readonly isActive: boolean;
  /** LinkedIn's own status. */
  readonly status: string | null;
}

const lifetime = lenient(z.number().nonnegative());
const refreshed = z.looseObject({
  // A token must be valid in a header and long enough to be masked in logs.
  access_token: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .refine(isMaskable),
  expires_in: lifetime,
  refresh_token: optionalText,
  refresh_token_expires_in: lifetime,
  scope: optionalText,
});

/**
 * Obtains an access token with a refresh token, which stays valid. `mask` receives each new secret first.
 * https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (read 2026-11-25)
 * @throws CallError, with REFRESH_REFUSED and CLIENT_REFUSED besides the codes of every call
 */
export async function refreshAccessToken(
  client: HttpClient,
  options: TokenOptions,
  refreshToken: Secret,
): Promise<RefreshedToken> {
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken.reveal() };
  const response = await post(client, 'accessToken', { options, form, secrets: [refreshToken] });
  const reply = parseReply(response, refreshed);
  const { access_token: token, refresh_token: newRefreshToken = '' } = reply;
  for (const secret of [token, newRefreshToken])
    if (secret !== '' && secret !== '[redacted]') options.mask(secret);
  const endOf = (seconds?: number) =>
    seconds === undefined ? null : client.serverNow() + seconds * 1000;
  return {
    token: new Secret(token),
    expiresAtMs: endOf(reply.expires_in),
    refreshExpiresAtMs: endOf(reply.refresh_token_expires_in),
    scopes: parseScopes(reply.scope),
  };
}

const introspection = z.looseObject({
  active: z.boolean(),
  status: optionalText,
  scope: optionalText,
  expires_at: lifetime,
});

/**
 * Asks LinkedIn for the state of an access token.
 * https://learn.microsoft.com/linkedin/shared/authentication/token-introspection (read 2026-11-25)
 * @throws CallError, with CLIENT_REFUSED besides the codes of every call
 */
export async function introspectToken(
  client: HttpClient,
  options: TokenOptions,
  token: Secret,
): Promise<Introspection> {
  const form = { token: token.reveal() };
  const response = await post(client, 'introspectToken', { options, form, secrets: [token] });
  const { active, status, scope, expires_at } = parseReply(response, introspection);
  return {
    isActive: active,
    status: status ?? null,
    scopes: parseScopes(scope),
    expiresAtMs: expires_at === undefined ? null : expires_at * 1000,
  };
}

interface TokenRequest {
  readonly options: TokenOptions;
  readonly form: Readonly<Record<string, string>>;
  /** The secrets in the form, except the app's own. */
  readonly secrets: readonly Secret[];
}

async function post(
  client: HttpClient,
  call: TokenCall,
  { options, form, secrets }: TokenRequest,
): Promise<HttpResponse> {
  const { clientId, clientSecret } = options;
  const fields = { ...form, client_id: clientId, client_secret: clientSecret.reveal() };
  const response = await client.request({
    phase: 'token',
    // A second access token does not invalidate the first.
    idempotency: 'idempotent',
    method: 'POST',
    url: tokenUrl(call, client.apiUrl),
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    bearer: false,
    body: new URLSearchParams(fields).toString(),
    secrets: [clientSecret, ...secrets],
  });
  if (response.status !== 200) throw rejectionOf(response, call, client.serverNow());
  return response;
}

// OAuth's error body, and LinkedIn's own when its gateway responds.
const oauthError = z.looseObject({
  error: optionalText,
  error_description: optionalText,
  message: optionalText,
});

/** Transient errors and web pages are handled as for any other call. */
function rejectionOf(response: HttpResponse, called: TokenCall, serverNowMs: number): CallError {
  const { status, call, text: body } = response;
  const isFromOAuth =
    status >= 400 && status < 500 && status !== 408 && status !== 429 && !/^\s*</.test(body);
  if (!isFromOAuth) return rejectionFromResponse(response, serverNowMs);
  const {
    error = '',
    error_description,
    ...own
  } = oauthError.safeParse(parseJson(body)).data ?? {};
  const message = error_description ?? own.message ?? '';
  const isApp = status === 401 || /client/i.test(error) || /client_(id|secret)/i.test(message);
  // The refresh token is rejected with `invalid_grant`, or with 400 and `invalid_request` in LinkedIn's own table.
  const [code, what] =
    isApp || called === 'introspectToken'
      ? (['CLIENT_REFUSED', 'the app of `client-id` and `client-secret`'] as const)
      : (['REFRESH_REFUSED', 'the refresh token'] as const);
  const codes = joinParts([String(status), error.slice(0, 60)], ', ');
  const text = `LinkedIn rejected ${what} (${codes})${quoteMessage(message)}`;
  return new CallError(code, `${text}${requestIdSuffix(response)}`, { status, call });
}

/** LinkedIn's pages show scopes separated by commas and by spaces, the latter URL-encoded. */
function parseScopes(scope: string | undefined): readonly string[] | null {
  return scope === undefined ? null : scope.split(/(?:[\s,+]|%20)+/).filter((one) => one !== '');
}
