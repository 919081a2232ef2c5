// The access token and the credentials of an app: validated only if they are needed, and required together.

import { describe, expect, it } from 'vitest';
import { readInputs } from '../../src/inputs/read-inputs.ts';
import { envOf, errorsOf, inputErrorsOf, read, readGood, TOKEN, type With } from './step-inputs.ts';

const ID = '86abcdefgh1234';
const SECRET = 'WPL_AP1.s3cret-of-the-app==';
const REFRESH = 'AQW-refresh_9f';
const APP = { 'client-id': ID, 'client-secret': SECRET };
const ALL = { ...APP, 'refresh-token': REFRESH };

describe('access token', () => {
  it.each(['plan', 'simulate'])(
    'the token is optional and not validated with mode: %s, but still masked',
    (mode) => {
      const masked: string[] = [];
      expect(inputErrorsOf({ mode, 'access-token': '' })).toEqual([]);
      const env = envOf({ mode, 'access-token': 'no good token' });
      expect(readGood(env, (secret) => void masked.push(secret)).mode).toBe(mode);
      expect(masked).toEqual(['no good token']);
      expect(env).not.toHaveProperty(['INPUT_ACCESS-TOKEN']);
    },
  );

  it('an invalid mode is reported alone, without an error about the missing token', () => {
    expect(inputErrorsOf({ mode: 'dry-run', 'access-token': '' }).map(({ input }) => input)).toEqual([
      'mode',
    ]);
  });

  it('an empty token is reported with a hint about forks, and nothing is masked', () => {
    const masked: string[] = [];
    const env = envOf({ 'access-token': '' });
    const errors = errorsOf(() => readInputs(env, (secret) => void masked.push(secret)));
    expect(errors).toMatchObject([{ code: 'TOKEN_MISSING', input: 'access-token' }]);
    expect(errors[0]?.problem).toBe('is empty, but `mode: publish` needs it');
    expect(errors[0]?.hint).toMatch(/^Check the name in `access-token: .*from a fork, where `mode: plan`/);
    expect(masked).toEqual([]);
  });
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
    expect([tokenOptions?.clientId, tokenOptions?.clientSecret.reveal()]).toEqual([ID, SECRET]);
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
