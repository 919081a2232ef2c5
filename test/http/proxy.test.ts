// Network settings in the environment: the proxy, its secrets, and the switch that disables TLS checks.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors/action-error.ts';
import { checkTls, readProxy } from '../../src/http/proxy.ts';
import { caught } from '../support/caught.ts';
import { fuzzed } from '../support/fuzz.ts';

const LINKEDIN = new URL('https://api.linkedin.com');
const PROXY = 'http://proxy.test:3128';

/** The URL of the proxy, or `direct`. */
function addressOf(env: Record<string, string>, apiUrl = LINKEDIN): string {
  const route = readProxy(env, apiUrl);
  return route === 'direct' ? route : route.url.reveal();
}

describe('proxy variables', () => {
  it.each<[name: string, env: Record<string, string>, address: string]>([
    ['no variable', {}, 'direct'],
    ['empty variables', { https_proxy: '', HTTP_PROXY: '' }, 'direct'],
    ['a lower-case name', { https_proxy: PROXY }, `${PROXY}/`],
    ['an upper-case name', { HTTPS_PROXY: PROXY }, `${PROXY}/`],
    [
      'a lower-case and an upper-case name',
      { HTTPS_PROXY: 'http://other.test', https_proxy: PROXY },
      `${PROXY}/`,
    ],
    ['http_proxy alone', { http_proxy: PROXY }, `${PROXY}/`],
    [
      'http_proxy and HTTPS_PROXY',
      { http_proxy: 'http://other.test', HTTPS_PROXY: PROXY },
      `${PROXY}/`,
    ],
    ['an empty lower-case variable', { https_proxy: '', HTTPS_PROXY: PROXY }, `${PROXY}/`],
    ['without a scheme', { https_proxy: ' proxy.test:3128\n' }, `${PROXY}/`],
    [
      'without a scheme, with a user',
      { https_proxy: 'u:p@proxy.test:1' },
      'http://u:p@proxy.test:1/',
    ],
    ['with a path', { https_proxy: `${PROXY}/wpad.dat` }, `${PROXY}/`],
    ['with a query and a fragment', { https_proxy: `${PROXY}?a=1#b` }, `${PROXY}/`],
    [
      'with user, path, query and fragment',
      { https_proxy: 'http://u:p@proxy.test:1/a/b?c#d' },
      'http://u:p@proxy.test:1/',
    ],
    ['over TLS', { https_proxy: 'https://proxy.test' }, 'https://proxy.test/'],
    ['variables of other protocols', { all_proxy: PROXY, ftp_proxy: PROXY }, 'direct'],
  ])('the proxy is read from the environment: %s', (_, env, address) => {
    expect(addressOf(env)).toBe(address);
  });

  it.each(['http://127.0.0.1:4000', 'https://localhost:4000', 'http://[::1]:4000'])(
    'the proxy variables are not read for the loopback address %s',
    (apiUrl) => expect(addressOf({ https_proxy: 'socks5://x' }, new URL(apiUrl))).toBe('direct'),
  );

  it.each([
    ['no_proxy', { no_proxy: 'a.test' }, 'a.test'],
    ['NO_PROXY', { NO_PROXY: '.b.test' }, '.b.test'],
    ['both', { no_proxy: 'a.test', NO_PROXY: 'b.test' }, 'a.test'],
    ['neither', {}, ''],
  ])('the proxy is bypassed for the hosts in this variable: %s', (_, env, noProxy) => {
    expect(readProxy({ https_proxy: PROXY, ...env }, LINKEDIN)).toMatchObject({ noProxy });
  });

  it.each([
    'socks5://proxy.test:1080',
    'ftp://proxy.test',
    'file:///etc/passwd',
    'http://',
    'http://proxy.test:99999',
    'http://u:canary%zz@proxy.test',
    'http://canary%@proxy.test',
    'proxy test:80',
  ])('the invalid proxy %s is an error that names the variable and not its value', async (text) => {
    const error = await caught(() => readProxy({ HTTPS_PROXY: text }, LINKEDIN), InputError);
    expect(error).toMatchObject({ code: 'PROXY_INVALID', input: 'HTTPS_PROXY' });
    expect(error.problem).toMatch(/^is not a proxy URL; expected http:\/\/host:port/);
    expect(error.message).not.toMatch(/canary|proxy.test|passwd/);
  });
});

const secretsOf = (user: string) => {
  const route = readProxy({ https_proxy: `http://${user}proxy.test:3128` }, LINKEDIN);
  return route === 'direct' ? null : route.secrets;
};

it.each([
  ['no user', '', []],
  ['no password', 'user@', []],
  ['a plain password', 'user:sesame@', [btoa('user:sesame'), 'sesame']],
  [
    'an encoded password',
    'user:open%20sesame@',
    [btoa('user:open sesame'), 'open%20sesame', 'open sesame'],
  ],
  ['a short password', 'user:abc@', [btoa('user:abc'), 'abc']],
])('the secrets of a proxy are its password and its credentials: %s', (_, user, secrets) => {
  expect(secretsOf(user)).toEqual(secrets);
});

it('the secrets of a proxy include any password of 4 or more characters, and the printed route hides it', () => {
  const password = fc
    .string({ unit: 'binary', minLength: 4 })
    .filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(password, (text) => {
      const user = `user:${encodeURIComponent(text)}@`;
      expect(secretsOf(user)).toContain(text);
      const route = readProxy({ https_proxy: `http://${user}proxy.test` }, LINKEDIN);
      expect(route === 'direct' ? '' : String(route.url)).toBe('[redacted]');
    }),
    fuzzed(500),
  );
});

it.each([
  [undefined, false],
  ['', false],
  ['1', false],
  ['false', false],
  ['0', true],
])('NODE_TLS_REJECT_UNAUTHORIZED=%j is rejected: %s', async (value, isRejected) => {
  const check = () => checkTls({ NODE_TLS_REJECT_UNAUTHORIZED: value });
  if (!isRejected) return expect(check()).toBeUndefined();
  const error = await caught(check, InputError);
  expect(error).toMatchObject({ code: 'TLS_UNCHECKED', input: 'NODE_TLS_REJECT_UNAUTHORIZED' });
  expect(error.hint).toMatch(/NODE_TLS_REJECT_UNAUTHORIZED.*NODE_EXTRA_CA_CERTS/);
});
