// The care for the access token before the first call: obtained by refresh where that can be, told how long it lives
// and whether it has the scope that its owner needs. Says nothing itself: what is to be said is handed on.

import type { Deps } from '../deps.ts';
import { ActionError, asActionError, LinkedInError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import type { HttpReply, HttpRequest } from '../http/messages.ts';
import type { Secret } from '../secret.ts';
import { count } from '../units.ts';
import type { TokenNews } from './session.ts';
import {
  type App,
  type Introspection,
  introspectToken,
  type Refreshed,
  refreshAccessToken,
} from './token-calls.ts';
import type { OwnerKind } from './urn.ts';

export interface TokenCare extends App {
  /** Null when the token at hand is to be used. */
  readonly refreshToken: Secret | null;
  readonly ownerKind: OwnerKind;
  readonly warnDays: number;
  /** Hears of a new secret before anything else does. */
  readonly mask: (secret: string) => void;
}

export interface CaredFor {
  readonly token: Secret;
  readonly isFresh: boolean;
  readonly news: TokenNews;
}

/**
 * @throws LinkedInError TOKEN_REFUSED for a token that has ended, REFRESH_REFUSED, CLIENT_REFUSED; of the refresh also
 * what the network throws. An introspection that fails is no more than a notice.
 */
export async function careForToken(client: HttpClient, care: TokenCare, given: Secret): Promise<CaredFor> {
  const { refreshToken, mask } = care;
  const fresh = refreshToken === null ? null : await refreshAccessToken(client, care, { refreshToken, mask });
  const token = fresh?.token ?? given;
  const told = isAllTold(fresh) ? null : await inspect(client, care, token);
  if (fresh === null && told !== null && !(told instanceof ActionError))
    assertAlive(told, client.serverNow());
  return { token, isFresh: fresh !== null, news: newsOf({ fresh, told }, care, client.serverNow()) };
}

/** A refresh tells of its token what an introspection would. */
function isAllTold(fresh: Refreshed | null): boolean {
  return fresh !== null && fresh.lifeSeconds !== null && fresh.scopes !== null;
}

async function inspect(client: HttpClient, app: App, token: Secret): Promise<Introspection | ActionError> {
  try {
    return await introspectToken(client, app, token);
  } catch (thrown) {
    const error = asActionError(thrown);
    if (error.code === 'RUN_CANCELLED') throw error;
    return error;
  }
}

function assertAlive({ isActive, status, expiresAtMs }: Introspection, nowMs: number): void {
  const isOver = expiresAtMs !== null && expiresAtMs <= nowMs;
  if (isActive && !isOver) return;
  // LinkedIn says the same, and no more, of a token that it gave to another app.
  const said = isOver && isActive ? 'expired' : status;
  const what =
    said === 'expired' || said === 'revoked'
      ? `is ${said}`
      : 'is not active, or is not of the app of `client-id`';
  throw new LinkedInError('TOKEN_REFUSED', `LinkedIn says that the access token ${what}`, { status: 200 });
}

interface Known {
  readonly fresh: Refreshed | null;
  readonly told: Introspection | ActionError | null;
}

const DAY_S = 24 * 60 * 60;

function newsOf({ fresh, told }: Known, care: TokenCare, nowMs: number): TokenNews {
  const introspection = told instanceof ActionError ? null : told;
  const endsAtMs = introspection?.expiresAtMs ?? null;
  const lifeSeconds = fresh?.lifeSeconds ?? (endsAtMs === null ? null : (endsAtMs - nowMs) / 1000);
  const days = { access: daysIn(lifeSeconds), refresh: daysIn(fresh?.refreshLifeSeconds ?? null) };
  const scopes = fresh?.scopes ?? introspection?.scopes ?? null;
  return {
    daysLeft: days.access,
    lines: [`the access token ${fresh === null ? 'is good' : 'was obtained by refresh'}${span(days.access)}`],
    warnings: [...lifeWarnings(days, care), ...scopeWarnings(scopes, care.ownerKind)],
    notices: told instanceof ActionError ? [`the access token could not be checked: ${told.message}`] : [],
  };
}

function daysIn(seconds: number | null): number | null {
  return seconds === null ? null : Math.max(0, Math.floor(seconds / DAY_S));
}

function span(days: number | null): string {
  return days === null ? '' : `, for ${inDays(days)}`;
}

function inDays(days: number): string {
  return days === 0 ? 'less than a day' : count(days, 'day');
}

const GENERATOR = 'https://www.linkedin.com/developers/tools/oauth/token-generator';

interface DaysLeft {
  readonly access: number | null;
  readonly refresh: number | null;
}

/** A refreshed token that lives short shows that its refresh token does: neither outlives the other. */
function lifeWarnings({ access, refresh }: DaysLeft, { warnDays, refreshToken }: TokenCare): string[] {
  const left = refreshToken === null ? access : (refresh ?? access);
  if (left === null || left >= warnDays) return [];
  return refreshToken === null
    ? [`the access token has ${inDays(left)} left: make a new one at ${GENERATOR} and store it in its place`]
    : [
        `the refresh token has ${inDays(left)} left, and using it does not prolong it: let the member authorize the app again, and store the new refresh token in its place`,
      ];
}

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
const SCOPES: Readonly<Record<OwnerKind, string>> = {
  person: 'w_member_social',
  organization: 'w_organization_social',
  sponsoredAccount: 'rw_ads',
};

const SCOPES_CAP = 300;

/** No more than a warning: LinkedIn may know of a grant that its scopes do not tell. */
function scopeWarnings(scopes: readonly string[] | null, owner: OwnerKind): string[] {
  const needed = SCOPES[owner];
  if (scopes === null || scopes.includes(needed)) return [];
  const has = scopes.length === 0 ? 'none' : scopes.join(', ').slice(0, SCOPES_CAP);
  return [
    `the access token lacks the scope ${needed}, which LinkedIn asks for with this kind of owner; it has: ${has}. The upload is tried all the same`,
  ];
}

const SETTLING_MS = 30_000;
const PATIENCE_MS = 5000;

/**
 * A client for a token that was just made: within seconds of it, LinkedIn can take it for a revoked one. Such a refusal
 * has had no effect, so the call is made once more, a moment later, as long as the token is that young.
 */
export function patient(client: HttpClient, { clock, signal }: Pick<Deps, 'clock' | 'signal'>): HttpClient {
  const madeAtMs = clock.now();
  const request = async (call: HttpRequest): Promise<HttpReply> => {
    const reply = await client.request(call);
    const isYoung = clock.now() - madeAtMs < SETTLING_MS;
    if (reply.status !== 401 || !call.bearer || typeof call.body === 'object' || !isYoung) return reply;
    await clock.sleep(
      PATIENCE_MS,
      call.signal === undefined ? signal : AbortSignal.any([signal, call.signal]),
    );
    return client.request(call);
  };
  return { apiUrl: client.apiUrl, serverNow: () => client.serverNow(), request };
}
