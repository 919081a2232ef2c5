// LinkedIn's two token calls, as they go over the wire: forms of secrets out, schemas in. Whatever of the secrets an
// answer repeats is hidden before anyone reads it.

import { LinkedInError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import type { HttpReply } from '../http/messages.ts';
import { type TokenCall, tokenUrl } from '../http/policy.ts';
import * as z from '../schema.ts';
import { canBeSecret, Secret } from '../secret.ts';
import { ifReadable, inItsWords, parseJson, parseReply, refusal, requestId } from './replies.ts';

/** The app that a token belongs to. */
export interface App {
  readonly clientId: Secret;
  readonly clientSecret: Secret;
}

/** An access token that was just made. Lifetimes in seconds; null where LinkedIn does not tell. */
export interface Refreshed {
  readonly token: Secret;
  readonly lifeSeconds: number | null;
  readonly refreshLifeSeconds: number | null;
  readonly scopes: readonly string[] | null;
}

/** What LinkedIn knows of a token. */
export interface Introspection {
  readonly isActive: boolean;
  /** LinkedIn's own word. */
  readonly status: string | null;
  readonly scopes: readonly string[] | null;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number | null;
}

const lifetime = ifReadable(z.number().nonnegative());
const text = ifReadable(z.string());
const refreshed = z.looseObject({
  // What a header cannot carry is no token, and neither is what the log could not hide.
  access_token: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .refine(canBeSecret),
  expires_in: lifetime,
  refresh_token: text,
  refresh_token_expires_in: lifetime,
  scope: text,
});

/**
 * Makes an access token of a refresh token, which stays as it is. `mask` hears of every new secret first.
 * https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (read 2026-11-25)
 * @throws LinkedInError REFRESH_REFUSED, CLIENT_REFUSED, SERVER_FAILED, LIMIT_REACHED; NetworkError; ReplyShapeError
 */
export async function refreshAccessToken(
  client: HttpClient,
  app: App,
  { refreshToken, mask }: { refreshToken: Secret; mask: (secret: string) => void },
): Promise<Refreshed> {
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken.reveal() };
  const reply = await post(client, 'accessToken', { app, form, secrets: [refreshToken] });
  if (reply.status !== 200) throw refreshRefusal(reply, client.serverNow());
  const answer = parseReply(reply, refreshed, 'token');
  const { access_token: token, refresh_token: again = '' } = answer;
  for (const secret of [token, again]) if (secret !== '' && secret !== '[redacted]') mask(secret);
  return {
    token: new Secret(token),
    lifeSeconds: answer.expires_in ?? null,
    refreshLifeSeconds: answer.refresh_token_expires_in ?? null,
    scopes: scopesIn(answer.scope),
  };
}

const introspection = z.looseObject({ active: z.boolean(), status: text, scope: text, expires_at: lifetime });

/**
 * Asks what an access token is worth.
 * https://learn.microsoft.com/linkedin/shared/authentication/token-introspection (read 2026-11-25)
 * @throws LinkedInError CLIENT_REFUSED, SERVER_FAILED, LIMIT_REACHED; NetworkError; ReplyShapeError
 */
export async function introspectToken(client: HttpClient, app: App, token: Secret): Promise<Introspection> {
  const form = { token: token.reveal() };
  const reply = await post(client, 'introspectToken', { app, form, secrets: [token] });
  if (reply.status !== 200) throw introspectionRefusal(reply, client.serverNow());
  const { active, status, scope, expires_at } = parseReply(reply, introspection, 'token');
  return {
    isActive: active,
    status: status ?? null,
    scopes: scopesIn(scope),
    expiresAtMs: expires_at === undefined ? null : expires_at * 1000,
  };
}

interface Form {
  readonly app: App;
  readonly form: Readonly<Record<string, string>>;
  /** What the form holds beside the app's own secret. */
  readonly secrets: readonly Secret[];
}

function post(client: HttpClient, call: TokenCall, { app, form, secrets }: Form): Promise<HttpReply> {
  const { clientId, clientSecret } = app;
  const fields = { ...form, client_id: clientId.reveal(), client_secret: clientSecret.reveal() };
  return client.request({
    phase: 'token',
    // A second access token takes nothing from the first.
    repeat: 'freely',
    method: 'POST',
    url: tokenUrl(call, client.apiUrl),
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    bearer: false,
    body: new URLSearchParams(fields).toString(),
    secrets: [clientSecret, ...secrets],
  });
}

// The refusals of OAuth, and where the gateway answers instead, LinkedIn's own.
const oauthError = z.looseObject({ error: text, error_description: text, message: text });

interface Told {
  readonly error: string;
  readonly words: string;
}

function toldIn({ text: body }: HttpReply): Told {
  const { error = '', error_description, message } = oauthError.safeParse(parseJson(body)).data ?? {};
  return { error, words: error_description ?? message ?? '' };
}

/** What may pass, and what no LinkedIn would say, is a refusal like any other. */
function isOther({ status, text: body }: HttpReply): boolean {
  return status < 400 || status === 408 || status === 429 || status >= 500 || /^\s*</.test(body);
}

function refreshRefusal(reply: HttpReply, serverNowMs: number): LinkedInError {
  if (isOther(reply)) return refusal(reply, 'token', serverNowMs);
  return isOfClient(reply) ? clientRefusal(reply) : refused(reply, 'REFRESH_REFUSED', 'the refresh token');
}

function introspectionRefusal(reply: HttpReply, serverNowMs: number): LinkedInError {
  return isOther(reply) ? refusal(reply, 'token', serverNowMs) : clientRefusal(reply);
}

/** A dead refresh token is told by `invalid_grant` or, in LinkedIn's own table, by 400 and `invalid_request`. */
function isOfClient(reply: HttpReply): boolean {
  const { error, words } = toldIn(reply);
  return reply.status === 401 || /client/i.test(error) || /client_(id|secret)/i.test(words);
}

function clientRefusal(reply: HttpReply): LinkedInError {
  return refused(reply, 'CLIENT_REFUSED', 'the app of `client-id` and `client-secret`');
}

function refused(reply: HttpReply, code: 'REFRESH_REFUSED' | 'CLIENT_REFUSED', what: string): LinkedInError {
  const { status, call } = reply;
  const { error, words } = toldIn(reply);
  const codes = [String(status), error.slice(0, 60)].filter((part) => part !== '').join(', ');
  const said = `(${codes})${inItsWords(words)}${requestId(reply)}`;
  return new LinkedInError(code, `LinkedIn refused ${what} ${said}`, { status, call });
}

/** LinkedIn's pages show them parted by commas and by blanks, the latter URL-encoded. */
function scopesIn(scope: string | undefined): readonly string[] | null {
  return scope === undefined ? null : scope.split(/(?:[\s,+]|%20)+/).filter((one) => one !== '');
}
