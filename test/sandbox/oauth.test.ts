// The sandbox's token calls: the answers to a valid form, and the rejections of every other.

import { expect, it } from 'vitest';
import type { OAuthOptions, SandboxOptions } from '../../src/sandbox/options.ts';
import { type Answer, type Sent, START_MS, setUp } from './caller.ts';

const APP = {
  clientId: 'app-1',
  clientSecret: 'secret-1',
  refreshToken: 'refresh-1',
  accessToken: 'fresh-1',
};
const CLIENT = { client_id: 'app-1', client_secret: 'secret-1' };
const REFRESH = { grant_type: 'refresh_token', refresh_token: 'refresh-1', ...CLIENT };
const INTROSPECT = { token: 'test-token', ...CLIENT };
const DAY_S = 86_400;

const start = (oauth: Partial<OAuthOptions> = {}, options: SandboxOptions = {}) =>
  setUp({ oauth: { ...APP, ...oauth }, ...options });

type Form = Readonly<Record<string, string>> | string;

async function post(form: Form, sent: Partial<Sent> = {}, bench = start()): Promise<Answer> {
  const isRefresh = typeof form === 'string' || 'grant_type' in form || !('token' in form);
  const path = isRefresh ? '/oauth/v2/accessToken' : '/oauth/v2/introspectToken';
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...sent.headers };
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  return await bench.caller.send({ method: 'POST', path, body, ...sent, headers });
}

it('a refresh returns both tokens, their lifetimes and the scope', async () => {
  const bench = start();
  expect((await post(REFRESH, {}, bench)).json).toEqual({
    access_token: 'fresh-1',
    expires_in: 60 * DAY_S,
    refresh_token: 'refresh-1',
    refresh_token_expires_in: 365 * DAY_S,
    scope: 'w_organization_social',
  });
  expect(bench.model.otherCalls()).toMatchObject({ refresh: 1, introspect: 0, post: 0 });
  const other = start({ accessDays: 5, refreshDays: 6, scope: null });
  const { json } = await post(REFRESH, {}, other);
  expect(json).toMatchObject({ expires_in: 5 * DAY_S, refresh_token_expires_in: 6 * DAY_S });
  expect(json).not.toHaveProperty('scope');
});

const rows: [string, Form, Partial<Sent>, number, string][] = [
  ['another client', { ...REFRESH, client_id: 'app-2' }, {}, 400, 'invalid_client'],
  ['another secret', { ...REFRESH, client_secret: 'secret-2' }, {}, 401, 'invalid_client'],
  ['another refresh token', { ...REFRESH, refresh_token: 'refresh-2' }, {}, 400, 'invalid_request'],
  ['a missing field', { grant_type: 'refresh_token', ...CLIENT }, {}, 400, 'invalid_request'],
  [
    'another content type',
    REFRESH,
    { headers: { 'content-type': 'application/json' } },
    415,
    'invalid_request',
  ],
];
it.each(rows)('a refresh with %s is rejected', async (_, form, sent, status, error) => {
  const bench = start();
  expect(await post(form, sent, bench)).toMatchObject({ status, json: { error } });
  expect(JSON.stringify(bench.model.log)).not.toMatch(/secret-|refresh-/);
});

it('an introspection returns the state, expiry and scope of the token', async () => {
  const seconds = START_MS / 1000;
  expect((await post(INTROSPECT)).json).toEqual({
    ...{ active: true, status: 'active', client_id: 'app-1', auth_type: '3L' },
    ...{ authorized_at: seconds, created_at: seconds, expires_at: seconds + 60 * DAY_S },
    scope: 'w_organization_social',
  });
});

it('an introspection of the token of another app says only that it is not active', async () => {
  const bench = start({}, { token: 'test-token' });
  const answer = await post({ ...INTROSPECT, token: 'token-of-another-app' }, {}, bench);
  expect(answer.json).toEqual({ active: false });
});
