// Prepares the access token before the first call: refreshes it if possible, checks lifetime and scope, and returns messages.

import { ActionError, toActionError } from '../errors/action-error.ts';
import { STOP } from '../errors/retry-policy.ts';
import { pluralize } from '../format.ts';
import type { HttpClient } from '../http/client.ts';
import type { Secret } from '../secret.ts';
import {
  type Introspection,
  introspectToken,
  type OAuthApp,
  type RefreshedToken,
  refreshAccessToken,
} from './oauth.ts';
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
  const { refreshToken, mask } = options;
  const fresh =
    refreshToken === null ? null : await refreshAccessToken(client, options, { refreshToken, mask });
  const token = fresh?.token ?? given;
  // The refresh response may already contain everything that an introspection would return.
  const isDescribed = fresh !== null && fresh.lifeSeconds !== null && fresh.scopes !== null;
  const inspected = isDescribed ? NOT_INSPECTED : await inspect(client, options, token);
  const { introspection } = inspected;
  if (fresh === null && introspection !== null) assertActive(introspection, client.serverNow());
  const info = buildTokenInfo({ fresh, ...inspected }, options, client.serverNow());
  return { token, isFresh: fresh !== null, info };
}

interface Inspected {
  readonly introspection: Introspection | null;
  readonly checkError: ActionError | null;
}

const NOT_INSPECTED: Inspected = { introspection: null, checkError: null };

async function inspect(client: HttpClient, app: OAuthApp, token: Secret): Promise<Inspected> {
  try {
    return { introspection: await introspectToken(client, app, token), checkError: null };
  } catch (thrown) {
    const checkError = toActionError(thrown);
    if (checkError.code === 'RUN_CANCELLED') throw checkError;
    return { introspection: null, checkError };
  }
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

interface TokenResponses extends Inspected {
  readonly fresh: RefreshedToken | null;
}

const DAY_S = 24 * 60 * 60;

function buildTokenInfo(
  { fresh, introspection, checkError }: TokenResponses,
  options: TokenOptions,
  nowMs: number,
): TokenInfo {
  const endsAtMs = introspection?.expiresAtMs ?? null;
  const lifeSeconds = fresh?.lifeSeconds ?? (endsAtMs === null ? null : (endsAtMs - nowMs) / 1000);
  const days = { access: toDays(lifeSeconds), refresh: toDays(fresh?.refreshLifeSeconds ?? null) };
  const scopes = fresh?.scopes ?? introspection?.scopes ?? null;
  const isUnchecked = fresh === null && introspection === null;
  const origin = fresh === null ? '' : 'was refreshed and ';
  const { renewal, warnings } = judgeExpiry(days, options);
  const lifetime = days.access === null ? '' : ` for ${formatDays(days.access)}`;
  return {
    daysLeft: days.access,
    expiresAtMs: endsAtMs ?? (lifeSeconds === null ? null : nowMs + lifeSeconds * 1000),
    scopes,
    lines: isUnchecked ? [] : [`the access token ${origin}is valid${lifetime}`],
    refreshDaysLeft: days.refresh,
    renewal,
    checkError,
    warnings: [...warnings, ...scopeWarnings(scopes, options.ownerKind)],
    notices: checkError === null ? [] : [describeCheckError(checkError)],
  };
}

/** The run goes on, so only a mistake in the workflow needs a fix. */
function describeCheckError({ code, message, hint }: ActionError): string {
  const text = `the access token could not be checked: ${message}`;
  return code === 'CLIENT_REFUSED' ? `${text}. ${hint}` : text;
}

function toDays(seconds: number | null): number | null {
  return seconds === null ? null : Math.max(0, Math.floor(seconds / DAY_S));
}

function formatDays(days: number): string {
  return days === 0 ? 'less than a day' : pluralize(days, 'day');
}

interface DaysLeft {
  readonly access: number | null;
  readonly refresh: number | null;
}

const REAUTHORIZATION = 'let the member authorize the app again, and replace the stored refresh token';

/** The advice to renew a token with too few days left, and the warning about it. */
function judgeExpiry(
  { access, refresh }: DaysLeft,
  { warnDays, refreshToken }: TokenOptions,
): Pick<TokenInfo, 'renewal' | 'warnings'> {
  // A short-lived refreshed token means that its refresh token expires soon: the access token does not outlive it.
  const left = refreshToken === null ? access : (refresh ?? access);
  if (left === null || left >= warnDays) return { renewal: null, warnings: [] };
  const what =
    refreshToken === null
      ? `the access token expires in ${formatDays(left)}`
      : `the refresh token expires in ${formatDays(left)}, and its use does not extend it`;
  const renewal = refreshToken === null ? RENEWAL : REAUTHORIZATION;
  return { renewal, warnings: [`${what}: ${renewal}`] };
}

const MAX_SCOPES_LENGTH = 300;

/** This is only a warning: LinkedIn may have a grant that the scopes do not list. */
function scopeWarnings(scopes: readonly string[] | null, owner: OwnerKind | null): string[] {
  if (scopes === null || owner === null) return [];
  const needed = UPLOAD_SCOPES[owner];
  if (scopes.includes(needed)) return [];
  const has = scopes.length === 0 ? 'none' : scopes.join(', ').slice(0, MAX_SCOPES_LENGTH);
  return [
    `the access token lacks the scope ${needed}, which LinkedIn requires for this kind of owner; its scopes: ${has}. The run goes on anyway`,
  ];
}
