// Connections over real TLS and a real proxy: certificate checks, proxy bypass and proxy failures.

import type { Socket } from 'node:net';
import tls from 'node:tls';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import { createHttpClient } from '../../src/http/client.ts';
import { createDispatcher, readProxy } from '../../src/http/proxy.ts';
import { caught } from '../support/caught.ts';
import { issue, makeAuthority } from '../support/certificates.ts';
import {
  type ConnectProxy,
  type Middleman,
  startConnectProxy,
  startTlsFront,
} from '../support/middlemen.ts';
import { HttpFixture, statusOf } from './http-fixture.ts';

const NAMED = await makeAuthority('Named');
const fixture = new HttpFixture();
let front: Middleman;
let stranger: Middleman;
let proxy: ConnectProxy;
const known = tls.getCACertificates();

beforeAll(async () => {
  tls.setDefaultCACertificates([...known, NAMED.cert]);
  const { port } = await fixture.http((_, response) => response.end('{}'));
  const names = ['gateway.test', '127.0.0.1'];
  front = await startTlsFront(await issue(NAMED, names), () => Number(port));
  stranger = await startTlsFront(await issue(await makeAuthority('Stranger'), names), () =>
    Number(port),
  );
});
afterEach(() => {
  vi.unstubAllEnvs();
  return proxy?.close();
});
afterAll(async () => {
  tls.setDefaultCACertificates(known);
  await Promise.all([front.close(), stranger.close(), fixture.close()]);
});

/** One status request to `url`, through the proxy in `env`, if any. */
async function read(
  url: string,
  env: Record<string, string> = {},
  limitMs?: number,
): Promise<number> {
  const apiUrl = new URL(url);
  // Avoids the exception for loopback addresses, so that the proxy is used.
  const route = readProxy(env, new URL('https://api.linkedin.com'));
  const dispatcher = createDispatcher(route, limitMs);
  try {
    const client = createHttpClient({ ...fixture.options(apiUrl), dispatcher });
    return (await client.request(statusOf(apiUrl))).status;
  } finally {
    await dispatcher.destroy();
  }
}

async function open(port: number, more = {}): Promise<string> {
  proxy = await startConnectProxy({ port, ...more });
  return `http://127.0.0.1:${proxy.port}`;
}

describe('certificate checks', () => {
  it.each([
    ['a direct connection', 'directly', '1'],
    ['a connection through a proxy', 'by proxy', '1'],
    ['a direct connection with NODE_TLS_REJECT_UNAUTHORIZED=0', 'directly', '0'],
    ['a connection through a proxy with NODE_TLS_REJECT_UNAUTHORIZED=0', 'by proxy', '0'],
  ])('%s rejects an untrusted certificate', async (_, way, rejects) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', rejects);
    const env = way === 'by proxy' ? { https_proxy: await open(stranger.port) } : {};
    const url = way === 'by proxy' ? 'https://gateway.test' : `https://127.0.0.1:${stranger.port}`;
    const error = await caught(() => read(url, env), CallError);
    expect(error.code).toBe('TLS_FAILED');
    expect(error.message).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(stranger.received()).toBe('');
  });

  it('a connection through a proxy rejects a certificate for another host name after one attempt', async () => {
    const https_proxy = await open(front.port);
    expect(await read('https://gateway.test', { https_proxy })).toBe(200);
    const error = await caught(() => read('https://other.test', { https_proxy }), CallError);
    expect(error.message).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(proxy.targets).toEqual(['gateway.test:443', 'other.test:443']);
  });

  it('a proxy with a trusted certificate is used', async () => {
    const identity = await issue(NAMED, ['127.0.0.1']);
    const address = await open(front.port, { identity });
    const https_proxy = address.replace('http:', 'https:');
    expect(await read('https://gateway.test', { https_proxy })).toBe(200);
  });

  it('a proxy with an untrusted certificate is rejected, even with NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
    const identity = await issue(await makeAuthority('Stranger'), ['127.0.0.1']);
    const address = await open(front.port, { identity });
    const https_proxy = address.replace('http:', 'https:');
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const error = await caught(() => read('https://gateway.test', { https_proxy }), CallError);
    expect(error.code).toBe('TLS_FAILED');
    expect(error.message).toContain(
      `the proxy 127.0.0.1:${proxy.port} could not be reached: the TLS certificate was not accepted`,
    );
    expect(proxy.targets).toEqual([]);
  });
});

it.each<[value: string, name: 'no_proxy' | 'NO_PROXY', way: 'direct' | 'by proxy']>([
  ['127.0.0.1', 'no_proxy', 'direct'],
  ['a.test, 127.0.0.1', 'NO_PROXY', 'direct'],
  ['a.test 127.0.0.1', 'no_proxy', 'direct'],
  ['*', 'no_proxy', 'direct'],
  ['0.0.1', 'no_proxy', 'direct'],
  ['127.0.0.1:1', 'no_proxy', 'by proxy'],
  ['27.0.0.1', 'no_proxy', 'by proxy'],
  ['', 'no_proxy', 'by proxy'],
])('a request with %j in %s takes this route: %s', async (value, name, way) => {
  const https_proxy = await open(front.port);
  expect(await read(`https://127.0.0.1:${front.port}`, { https_proxy, [name]: value })).toBe(200);
  expect(proxy.targets).toEqual(way === 'direct' ? [] : [`127.0.0.1:${front.port}`]);
});

it('the dispatcher reads the proxy from its route and not from the environment', async () => {
  const https_proxy = await open(front.port);
  vi.stubEnv('no_proxy', '*');
  vi.stubEnv('https_proxy', 'http://127.0.0.1:9');
  expect(await read('https://gateway.test', { https_proxy })).toBe(200);
  expect(proxy.targets).toEqual(['gateway.test:443']);
});

describe('proxy failures', () => {
  it.each([
    [403, 'PROXY_REFUSED'],
    [407, 'PROXY_REFUSED'],
    [502, 'NETWORK_FAILED'],
  ])('a proxy that responds to CONNECT with %i fails the request with %s', async (answer, code) => {
    const https_proxy = await open(front.port, { answer });
    const error = await caught(() => read('https://gateway.test', { https_proxy }), CallError);
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(`the proxy 127.0.0.1:${proxy.port} `);
    expect(error.message).toContain(`(${answer})`);
    expect(proxy.targets).toHaveLength(1);
  });

  it.each(['ends', 'resets'])(
    'a proxy that %s the connection fails the request after one attempt',
    async (how) => {
      let connections = 0;
      const { port } = await fixture.raw((socket) => {
        connections += 1;
        socket.once('data', () => (how === 'ends' ? socket.end() : socket.resetAndDestroy()));
      });
      const https_proxy = `http://127.0.0.1:${port}`;
      const error = await caught(() => read('https://gateway.test', { https_proxy }), CallError);
      expect(error).toMatchObject({ code: 'NETWORK_FAILED' });
      expect(error.message).toContain(
        `the proxy 127.0.0.1:${port} could not be reached: the connection broke`,
      );
      expect(connections).toBe(1);
    },
  );

  it('a proxy that does not respond fails the request with a timeout before anything is sent', async () => {
    const { apiUrl } = await fixture.silent();
    const error = await caught(
      () => read('https://gateway.test', { https_proxy: apiUrl.href }, 50),
      CallError,
    );
    expect(error.code).toBe('NETWORK_TIMEOUT');
    expect(error.message).toContain(
      `the proxy ${apiUrl.host} could not be reached: the connection timed out`,
    );
  });

  it.each<[name: string, respond: (socket: Socket) => void]>([
    ['speaks another protocol', (socket) => socket.end('220 smtp ready\r\n')],
    ['echoes the request', (socket) => socket.once('data', (head) => socket.end(head))],
  ])(
    'an error of a proxy that %s does not contain its password, however it is printed',
    async (_, respond) => {
      const { port } = await fixture.raw(respond);
      const https_proxy = `http://user:canary-word@127.0.0.1:${port}`;
      const error = await caught(() => read('https://gateway.test', { https_proxy }), CallError);
      expect(error.code).toBe('NETWORK_FAILED');
      const printed = [
        inspect(error, { depth: Number.POSITIVE_INFINITY }),
        String(error.cause),
      ].join('\n');
      for (const form of ['canary-word', btoa('user:canary-word'), '112, 114, 111, 120']) {
        expect(printed).not.toContain(form);
      }
    },
  );
});
