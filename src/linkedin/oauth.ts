// LinkedIn's two token calls: refresh and introspection. Secrets are sent as a form, and redacted if a response echoes them.

import { CallError } from '../errors/action-error.ts';
import { type TokenCall, tokenUrl } from '../http/allowed-hosts.ts';
import type { HttpClient } from '../http/client.ts';
import { type HttpResponse, parseJson } from '../http/messages.ts';
import * as z from '../schema.ts';
import { isMaskable, Secret } from '../secret.ts';
import {
  lenient,
  optionalText,
  parseReply,
  quoteMessage,
  rejectionFromResponse,
  requestIdSuffix,
} from './replies.ts';
import type { TokenOptions } from './session.ts';

/** The app that a token belongs to. */
export type OAuthApp = Pick<TokenOptions, 'clientId' | 'clientSecret'>;

/** What LinkedIn says about an access token; null where it says nothing. */
interface TokenFacts {
  readonly scopes: readonly string[] | null;
  /** Epoch milliseconds by LinkedIn's clock. */
  readonly expiresAtMs: number | null;
}

export interface RefreshedToken extends TokenFacts {
  readonly token: Secret;
  /** When the refresh token expires. */
  readonly refreshExpiresAtMs: number | null;
}

export interface Introspection extends TokenFacts {
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
  { mask, ...app }: OAuthApp & Pick<TokenOptions, 'mask'>,
  refreshToken: Secret,
): Promise<RefreshedToken> {
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken.reveal() };
  const response = await post(client, 'accessToken', { app, form, secrets: [refreshToken] });
  const reply = parseReply(response, refreshed);
  const { access_token: token, refresh_token: newRefreshToken = '' } = reply;
  for (const secret of [token, newRefreshToken]) if (secret !== '' && secret !== '[redacted]') mask(secret);
  const endOf = (seconds?: number) => (seconds === undefined ? null : client.serverNow() + seconds * 1000);
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
  app: OAuthApp,
  token: Secret,
): Promise<Introspection> {
  const form = { token: token.reveal() };
  const response = await post(client, 'introspectToken', { app, form, secrets: [token] });
  const { active, status, scope, expires_at } = parseReply(response, introspection);
  return {
    isActive: active,
    status: status ?? null,
    scopes: parseScopes(scope),
    expiresAtMs: expires_at === undefined ? null : expires_at * 1000,
  };
}

interface TokenRequest {
  readonly app: OAuthApp;
  readonly form: Readonly<Record<string, string>>;
  /** The secrets in the form, except the app's own. */
  readonly secrets: readonly Secret[];
}

async function post(
  client: HttpClient,
  call: TokenCall,
  { app, form, secrets }: TokenRequest,
): Promise<HttpResponse> {
  const { clientId, clientSecret } = app;
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
  const { error = '', error_description, ...own } = oauthError.safeParse(parseJson(body)).data ?? {};
  const message = error_description ?? own.message ?? '';
  const isApp = status === 401 || /client/i.test(error) || /client_(id|secret)/i.test(message);
  // The refresh token is rejected with `invalid_grant`, or with 400 and `invalid_request` in LinkedIn's own table.
  const [code, what] =
    isApp || called === 'introspectToken'
      ? (['CLIENT_REFUSED', 'the app of `client-id` and `client-secret`'] as const)
      : (['REFRESH_REFUSED', 'the refresh token'] as const);
  const codes = [String(status), error.slice(0, 60)].filter((part) => part !== '').join(', ');
  const text = `LinkedIn rejected ${what} (${codes})${quoteMessage(message)}`;
  return new CallError(code, `${text}${requestIdSuffix(response)}`, { status, call });
}

/** LinkedIn's pages show scopes separated by commas and by spaces, the latter URL-encoded. */
function parseScopes(scope: string | undefined): readonly string[] | null {
  return scope === undefined ? null : scope.split(/(?:[\s,+]|%20)+/).filter((one) => one !== '');
}
