// Prepares the access token before the first call: refreshes it if possible, checks lifetime and scope, and returns messages.

import { ActionError, toActionError } from '../errors/action-error.ts';
import { STOP } from '../errors/retry-policy.ts';
import { DAY_MS, pluralize } from '../format.ts';
import type { HttpClient } from '../http/client.ts';
import type { Secret } from '../secret.ts';
import { type Introspection, introspectToken, type RefreshedToken, refreshAccessToken } from './oauth.ts';
import { UPLOAD_SCOPES } from './scopes.ts';
import type { TokenInfo, TokenOptions } from './session.ts';
import { RENEWAL } from './token-estimate.ts';
import type { OwnerKind } from './urn.ts';

export interface EnsuredToken {
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
  const fresh = refreshToken === null ? null : await refreshAccessToken(client, options, refreshToken);
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
    lines: fresh === null && described === null ? [] : [`the access token ${origin}is valid${lifetime}`],
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

const REAUTHORIZATION = 'let the member authorize the app again, and replace the stored refresh token';

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
