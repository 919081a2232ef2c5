// The way to LinkedIn: the access token and the credentials of an app, validated only if they are needed, and the proxy.

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors/action-error.ts';
import { buildUploadFailureReport } from '../../src/report/uploads/upload-report.ts';
import { caught } from '../support/caught.ts';
import { envOf, inputErrorsOf, read, readGood, TOKEN, type With } from './step-inputs.ts';

const ID = '86abcdefgh1234';
const SECRET = 'WPL_AP1.s3cret-of-the-app==';
const REFRESH = 'AQW-refresh_9f';
const APP = { 'client-id': ID, 'client-secret': SECRET };
const ALL = { ...APP, 'refresh-token': REFRESH };

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
  const errors = inputErrorsOf({ mode: 'dry-run', 'access-token': '' });
  expect(errors.map(({ input }) => input)).toEqual(['mode']);
});

it('an empty token is reported with a hint about forks', () => {
  const errors = inputErrorsOf({ 'access-token': '' });
  expect(errors).toMatchObject([
    {
      code: 'TOKEN_MISSING',
      input: 'access-token',
      problem: 'is empty, but `mode: publish` needs it',
    },
  ]);
  expect(errors[0]?.hint).toMatch(
    /^Check the name in `access-token: .*from a fork, where `mode: plan`/,
  );
});

describe('the app of the token', () => {
  it('without its credentials, the access token is used without a check', () => {
    const { token, tokenOptions } = read();
    expect([token.reveal(), tokenOptions]).toEqual([TOKEN, null]);
  });

  it('a client ID and secret turn on the check of the access token', () => {
    const { token, tokenOptions } = read({ ...APP, 'token-warn-days': '21' });
    expect(token.reveal()).toBe(TOKEN);
    expect(tokenOptions).toMatchObject({
      refreshToken: null,
      ownerKind: 'organization',
      warnDays: 21,
    });
    expect([tokenOptions?.clientId, tokenOptions?.clientSecret.reveal()]).toEqual([ID, SECRET]);
  });

  it('a refresh token turns on the refresh, and the given access token is dropped', () => {
    const { token, tokenOptions } = read(ALL);
    expect(token.reveal()).toBe('');
    expect(tokenOptions?.refreshToken?.reveal()).toBe(REFRESH);
    expect(tokenOptions?.warnDays).toBe(10);
    expect(inputErrorsOf({ ...ALL, 'access-token': '' })).toEqual([]);
  });

  it.each(['plan', 'simulate'])('its credentials are ignored with mode: %s', (mode) => {
    expect(read({ ...ALL, mode }).tokenOptions).toBeNull();
    expect(inputErrorsOf({ mode, 'refresh-token': '***', 'access-token': '' })).toEqual([]);
  });

  const noToken = { 'access-token': '' };
  it.each<[With, string[]]>([
    [{ 'client-id': ID }, ['client-secret']],
    [{ 'client-secret': SECRET }, ['client-id']],
    [{ 'refresh-token': REFRESH }, ['client-id', 'client-secret']],
    [{ 'refresh-token': REFRESH, ...noToken }, ['client-id', 'client-secret']],
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

  it.each([
    [{ 'client-id': ID }, '`client-id` is set: both are needed to check the access token'],
    [
      { 'refresh-token': REFRESH },
      '`refresh-token` is set: a refresh token needs both `client-id` and `client-secret`',
    ],
  ])('the error for a missing credential says what it is needed for: %o', (given, text) => {
    expect(inputErrorsOf(given)[0]?.problem).toBe(`is empty, but ${text}`);
  });
});

const BAD = { NODE_TLS_REJECT_UNAUTHORIZED: '0', HTTPS_PROXY: 'socks5://proxy.test' };

it('the errors of network variables come with those of the inputs, under the names of the variables', async () => {
  const error = await caught(() => read({ owner: 'Acme', concurrency: '0' }, BAD), InputError);
  expect(error.errors.map(({ code }) => code).slice(0, 2)).toEqual([
    'TLS_UNCHECKED',
    'PROXY_INVALID',
  ]);
  expect(buildUploadFailureReport(error).annotations.map(({ title }) => title)).toEqual([
    'variable NODE_TLS_REJECT_UNAUTHORIZED',
    'variable HTTPS_PROXY',
    'input owner',
    'input concurrency',
  ]);
});

it.each(['plan', 'simulate'])('network variables are ignored with mode: %s', (mode) => {
  expect(read({ mode }, BAD).proxy).toBe('direct');
});

it('the proxy password is masked after the token, and no text of the settings shows it', () => {
  const masked: string[] = [];
  const env = envOf({}, { https_proxy: 'http://user:sesame@proxy.test:3128' });
  const { proxy } = readGood(env, (secret) => void masked.push(secret));
  expect(masked).toEqual([TOKEN, btoa('user:sesame'), 'sesame']);
  expect(JSON.stringify(proxy)).toContain('[redacted]');
});
