// The credentials of an app: masked and redacted like the access token, and required together.

import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { envOf, inputErrorsOf, read, readGood, TOKEN, type With } from './step-inputs.ts';

const ID = '86abcdefgh1234';
const SECRET = 'WPL_AP1.s3cret-of-the-app==';
const REFRESH = 'AQW-refresh_9f';
const APP = { 'client-id': ID, 'client-secret': SECRET };
const ALL = { ...APP, 'refresh-token': REFRESH };

it('the app credentials are masked before any other input is read, and removed from the environment', () => {
  const env = envOf(ALL);
  const seen: string[] = [];
  const watched = new Proxy(env, {
    get: (target, name: string) => {
      seen.push(name);
      return target[name];
    },
  });
  readGood(watched, (secret) => void seen.push(`mask ${secret}`));
  expect(seen.slice(0, 8)).toEqual([
    'INPUT_ACCESS-TOKEN',
    `mask ${TOKEN}`,
    'INPUT_CLIENT-ID',
    `mask ${ID}`,
    'INPUT_CLIENT-SECRET',
    `mask ${SECRET}`,
    'INPUT_REFRESH-TOKEN',
    `mask ${REFRESH}`,
  ]);
  expect(Object.keys(env).filter((name) => /TOKEN$|CLIENT/.test(name))).toEqual([]);
});

it('the app credentials are redacted in the settings', () => {
  const inputs = read(ALL);
  for (const text of [JSON.stringify(inputs), inspect(inputs, { depth: Number.POSITIVE_INFINITY })])
    expect(text).not.toMatch(/s3cret|refresh_9f|86abcdefgh/);
});

describe('token options', () => {
  it('the access token is used without a check when no app credentials are given', () => {
    expect(read().connect).toMatchObject({ tokenOptions: null });
    expect(read().connect.token.reveal()).toBe(TOKEN);
  });

  it('a client ID and secret turn on the check of the access token', () => {
    const { token, tokenOptions } = read({ ...APP, 'token-warn-days': '21' }).connect;
    expect(token.reveal()).toBe(TOKEN);
    expect(tokenOptions).toMatchObject({ refreshToken: null, ownerKind: 'organization', warnDays: 21 });
    expect([tokenOptions?.clientId.reveal(), tokenOptions?.clientSecret.reveal()]).toEqual([ID, SECRET]);
  });

  it('a refresh token turns on the refresh, and the given access token is dropped', () => {
    const { token, tokenOptions } = read(ALL).connect;
    expect(token.reveal()).toBe('');
    expect(tokenOptions?.refreshToken?.reveal()).toBe(REFRESH);
    expect(tokenOptions?.warnDays).toBe(10);
    expect(inputErrorsOf({ ...ALL, 'access-token': '' })).toEqual([]);
  });

  it.each(['plan', 'simulate'])('the app credentials are ignored with mode: %s', (mode) => {
    expect(read({ ...ALL, mode }).connect.tokenOptions).toBeNull();
    expect(inputErrorsOf({ mode, 'refresh-token': '***', 'access-token': '' })).toEqual([]);
  });
});

describe('incomplete app credentials', () => {
  const noToken = { 'access-token': '' };
  it.each<[With, string[]]>([
    [{ 'client-id': ID }, ['client-secret']],
    [{ 'client-secret': SECRET }, ['client-id']],
    [{ 'refresh-token': REFRESH }, ['client-id', 'client-secret']],
    [{ 'refresh-token': REFRESH, ...noToken }, ['client-id', 'client-secret']],
    [{ 'refresh-token': REFRESH, 'client-id': ID }, ['client-secret']],
    [{ 'refresh-token': REFRESH, 'client-secret': SECRET }, ['client-id']],
    [{ 'client-id': ID, ...noToken }, ['access-token', 'client-secret']],
    [{ ...APP, ...noToken }, ['access-token']],
  ])('the inputs %o give an error for the missing %j', (given, names) => {
    const errors = inputErrorsOf(given);
    expect(errors.map(({ input }) => input)).toEqual(names);
    for (const { code, input, message } of errors) {
      expect(code).toBe(input === 'access-token' ? 'TOKEN_MISSING' : 'INPUT_MISSING');
      expect(message).not.toMatch(/s3cret|refresh_9f|86abc/);
    }
  });

  it('the error for a missing credential says what it is needed for', () => {
    expect(inputErrorsOf({ 'client-id': ID })[0]?.problem).toBe(
      'is empty, but `client-id` is set: both are needed to check the access token',
    );
    expect(inputErrorsOf({ 'refresh-token': REFRESH })[0]?.problem).toBe(
      'is empty, but `refresh-token` is set: a refresh token needs both `client-id` and `client-secret`',
    );
  });
});

it.each(['client-id', 'client-secret', 'refresh-token'])(
  'a malformed %s is rejected without showing its value',
  (name) => {
    for (const malformed of ['***', '"q7Z"', 'q7Z q7Z', 'Bearer q7Z', 'q7Z', 'secrets.q7Z']) {
      const errors = inputErrorsOf({ ...ALL, [name]: malformed });
      expect(errors).toMatchObject([{ code: 'INPUT_INVALID', input: name }]);
      expect(errors[0]?.message).not.toMatch(/q7Z/);
    }
  },
);
