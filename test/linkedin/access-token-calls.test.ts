// LinkedIn's two token calls with scripted answers: requests, rejections, and redaction of secrets.

import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { type ActionError, CallError } from '../../src/errors/action-error.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { introspectToken, refreshAccessToken } from '../../src/linkedin/access-token.ts';
import type { TokenOptions } from '../../src/linkedin/session.ts';
import { Secret } from '../../src/secret.ts';
import { caught } from '../support/caught.ts';
import { reply, ScriptedClient } from './scripted-client.ts';

const SECRET = 'WPL_AP1.s3cret-of-the-app==';
const REFRESH = 'AQW-refresh_canary-9f';
const TOKEN = 'AQX-token_canary-5d';
const FRESH = 'AQX-fresh_canary-77';
const APP: TokenOptions = {
  clientId: '86abcdefgh1234',
  clientSecret: new Secret(SECRET),
  refreshToken: null,
  ownerKind: null,
  warnDays: 10,
  mask: () => {},
};
const FORM = { client_id: '86abcdefgh1234', client_secret: SECRET };

async function refresh(answers: readonly HttpResponse[]) {
  const client = new ScriptedClient(answers);
  const masked: string[] = [];
  const mask = (secret: string) => void masked.push(secret);
  const refreshed = await refreshAccessToken(client, { ...APP, mask }, new Secret(REFRESH));
  return { client, masked, refreshed };
}

async function introspect(answer: HttpResponse) {
  const client = new ScriptedClient([answer]);
  return { client, described: await introspectToken(client, APP, new Secret(TOKEN)) };
}

it('a token is introspected with a form at www.linkedin.com, without a bearer token', async () => {
  const { client } = await introspect(reply(200, { active: true }));
  const { url, headers, body, secrets, ...rest } = client.last;
  expect(client.requests).toHaveLength(1);
  expect(url.href).toBe('https://www.linkedin.com/oauth/v2/introspectToken');
  expect(rest).toEqual({ phase: 'token', idempotency: 'idempotent', method: 'POST', bearer: false });
  expect(secrets?.map((secret) => secret.reveal())).toEqual([SECRET, TOKEN]);
  expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(Object.fromEntries(new URLSearchParams(String(body)))).toEqual({ token: TOKEN, ...FORM });
});

it.each(['w_a,w_b', 'w_a w_b', 'w_a%20w_b', 'w_a+w_b'])('the scopes are read from %s', async (scope) => {
  const { described } = await introspect(reply(200, { active: true, scope }));
  expect(described.scopes).toEqual(['w_a', 'w_b']);
});

it('a refresh sends a form, and masks the new token', async () => {
  const { client, masked, refreshed } = await refresh([
    reply(200, { access_token: FRESH, refresh_token: REFRESH }),
  ]);
  expect(client.last.url.href).toBe('https://www.linkedin.com/oauth/v2/accessToken');
  const form = { grant_type: 'refresh_token', refresh_token: REFRESH, ...FORM };
  expect(Object.fromEntries(new URLSearchParams(String(client.last.body)))).toEqual(form);
  expect([refreshed.token.reveal(), masked]).toEqual([FRESH, [FRESH]]);
});

const dead = 'The provided authorization grant or refresh token is invalid, expired or revoked';
const invalid = (text: string) => reply(400, { error: 'invalid_request', error_description: text });
it.each<[string, HttpResponse, ActionError['code']]>([
  ['with invalid_grant', reply(400, { error: 'invalid_grant' }), 'REFRESH_REFUSED'],
  ['with LinkedIn’s message about the grant', invalid(dead), 'REFRESH_REFUSED'],
  ['without a body', reply(400, ''), 'REFRESH_REFUSED'],
  ['because the app has no access', reply(403, { error: 'access_denied' }), 'REFRESH_REFUSED'],
  ['because of its client', reply(401, { error: 'invalid_client' }), 'CLIENT_REFUSED'],
  ['with a message about the client', invalid('The passed in client_id is invalid'), 'CLIENT_REFUSED'],
  ['by the gateway', reply(401, { message: 'No', serviceErrorCode: 1, status: 401 }), 'CLIENT_REFUSED'],
  ['by a web page', reply(403, '<html>'), 'HTTP_UNEXPECTED'],
])('a refresh that is rejected %s throws %s', async (_, answer, code) => {
  const error = await caught(() => refresh([answer]), CallError);
  expect(error).toMatchObject({ code, status: answer.status });
});

it.each([{}, ...['', 'two words', 'AQX-tok', 7].map((text) => ({ access_token: text }))])(
  'a refresh answer without a valid token throws REPLY_SHAPE: %o',
  async (answer) => {
    await expect(refresh([reply(200, answer)])).rejects.toMatchObject({ code: 'REPLY_SHAPE' });
  },
);

const echoes = [SECRET, REFRESH, encodeURIComponent(SECRET)];
it.each(echoes)('an error contains no secret when LinkedIn echoes %s', async (echo) => {
  const body = { error: 'invalid_grant', error_description: `no ${echo}` };
  const answer = reply(400, body, { 'x-li-uuid': echo });
  const error = await caught(() => refresh([answer]), CallError);
  expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toMatch(/s3cret|canary/);
  expect(error.message).toContain('no [redacted]');
});
