// The sandbox's token calls: the answers to a valid form, and the rejections of every other.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultRule, OAuthOptions } from '../../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { type Answer, Caller } from '../caller.ts';

const APP = {
  clientId: 'app-1',
  clientSecret: 'secret-1',
  refreshToken: 'refresh-1',
  accessToken: 'fresh-1',
};
const CLIENT = { client_id: 'app-1', client_secret: 'secret-1' };
const REFRESH = { grant_type: 'refresh_token', refresh_token: 'refresh-1', ...CLIENT };
const INTROSPECT = { token: 'token-1', ...CLIENT };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const NOW_MS = Date.UTC(2026, 10, 25, 12);

let sandbox: Sandbox;
beforeEach(async () => {
  await restart();
});
afterEach(() => sandbox.close());

async function restart(oauth: Partial<OAuthOptions> = {}, faults: readonly FaultRule[] = []): Promise<void> {
  await sandbox?.close();
  const clock = { now: () => NOW_MS };
  sandbox = await startSandbox({ token: 'token-1', oauth: { ...APP, ...oauth }, faults, clock });
}

type Fields = Readonly<Record<string, string>>;

function post(
  path: string,
  fields: Fields | string,
  headers: Fields = FORM,
  method = 'POST',
): Promise<Answer> {
  const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
  return new Caller(sandbox.url).send({ method, path, headers, ...(method === 'POST' ? { body } : {}) });
}

const refresh = (fields: Fields | string, headers?: Fields) => post('/oauth/v2/accessToken', fields, headers);
const introspect = (fields: Fields) => post('/oauth/v2/introspectToken', fields);

describe('Token refresh', () => {
  it('a refresh returns both tokens, their lifetimes and the scope', async () => {
    expect(await refresh(REFRESH)).toMatchObject({
      status: 200,
      json: {
        access_token: 'fresh-1',
        expires_in: 60 * 86_400,
        refresh_token: 'refresh-1',
        refresh_token_expires_in: 365 * 86_400,
        scope: 'w_organization_social',
      },
    });
    expect(sandbox.model.otherCalls()).toMatchObject({ refresh: 1, introspect: 0, post: 0 });
  });

  it.each<[what: string, fields: Fields | string, status: number, error: string]>([
    ['another client', { ...REFRESH, client_id: 'app-2' }, 400, 'invalid_client'],
    ['another secret', { ...REFRESH, client_secret: 'secret-2' }, 401, 'invalid_client'],
    ['another refresh token', { ...REFRESH, refresh_token: 'refresh-2' }, 400, 'invalid_request'],
    ['another grant', { ...REFRESH, grant_type: 'password' }, 400, 'invalid_request'],
    ['a missing field', { grant_type: 'refresh_token', ...CLIENT }, 400, 'invalid_request'],
    ['an extra field', { ...REFRESH, token: 'token-1' }, 400, 'invalid_request'],
    ['a field twice', `${new URLSearchParams(REFRESH)}&client_id=app-1`, 400, 'invalid_request'],
    ['JSON', JSON.stringify(REFRESH), 400, 'invalid_request'],
  ])('a refresh with %s is rejected', async (_, fields, status, error) => {
    expect(await refresh(fields)).toMatchObject({ status, json: { error } });
  });

  it('a refresh is rejected with a bearer token, a query, another method or another content type', async () => {
    expect(await refresh(REFRESH, { ...FORM, authorization: 'Bearer token-1' })).toMatchObject({
      status: 400,
    });
    expect(await refresh(REFRESH, { 'content-type': 'application/json' })).toMatchObject({ status: 415 });
    const inQuery = `/oauth/v2/accessToken?${new URLSearchParams(REFRESH)}`;
    expect(await post(inQuery, REFRESH)).toMatchObject({ status: 400 });
    expect(await post('/oauth/v2/accessToken', '', {}, 'GET')).toMatchObject({ status: 405 });
    expect(JSON.stringify(sandbox.model.log)).not.toContain('secret-1');
  });

  it('the API accepts the refreshed token as bearer', async () => {
    const caller = new Caller(sandbox.url);
    const path = '/rest/images/urn%3Ali%3Aimage%3AX';
    const headers = { 'linkedin-version': '202609', 'x-restli-protocol-version': '2.0.0' };
    const read = (token: string) =>
      caller.send({ method: 'GET', path, headers: { ...headers, authorization: `Bearer ${token}` } });
    expect((await read('fresh-1')).status).not.toBe(401);
    expect((await read('token-1')).status).not.toBe(401);
    expect((await read('stale-1')).status).toBe(401);
  });
});

describe('Token introspection', () => {
  it('an introspection returns the state, expiry and scope of the token', async () => {
    expect(await introspect(INTROSPECT)).toMatchObject({
      status: 200,
      json: {
        active: true,
        status: 'active',
        client_id: 'app-1',
        expires_at: NOW_MS / 1000 + 60 * 86_400,
        scope: 'w_organization_social',
        auth_type: '3L',
      },
    });
  });

  it('an introspection returns a revoked status, and leaves out an unknown scope', async () => {
    await restart({ status: 'revoked', scope: null });
    const { json } = await introspect(INTROSPECT);
    expect(json).toMatchObject({ active: false, status: 'revoked' });
    expect(json).not.toHaveProperty('scope');
  });

  it('an introspection of another app’s token returns only that it is not active', async () => {
    expect((await introspect({ ...INTROSPECT, token: 'other' })).json).toEqual({ active: false });
  });

  it('an introspection by another client is rejected, and every one by a sandbox without an app', async () => {
    expect(await introspect({ ...INTROSPECT, client_id: 'app-2' })).toMatchObject({ status: 400 });
    expect(await introspect({ ...INTROSPECT, client_secret: 'secret-2' })).toMatchObject({ status: 401 });
    await sandbox.close();
    sandbox = await startSandbox();
    expect(await introspect(INTROSPECT)).toMatchObject({ status: 400, json: { error: 'invalid_client' } });
  });
});

it('a fault rule applies to refresh or introspect by its name', async () => {
  const body = { error: 'invalid_grant' };
  await restart({}, [
    { on: 'refresh', reply: { status: 400, body } },
    { on: 'introspect', reply: { status: 503 } },
  ]);
  expect(await refresh(REFRESH)).toMatchObject({ status: 400, json: body });
  expect(await introspect(INTROSPECT)).toMatchObject({ status: 503 });
  expect(await refresh(REFRESH)).toMatchObject({ status: 200 });
});
