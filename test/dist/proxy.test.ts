// The built action behind a proxy on loopback, which opens tunnels to a sandbox behind TLS.

import { describe, expect, it } from 'vitest';
import type { Authority } from '../support/certificates.ts';
import { endsOf, rowsOf, TOKEN } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';
import { IN_A_HURRY } from '../support/scenes.ts';
import { GATEWAY, publishSecurely } from '../support/secure-publishing.ts';

const ALL = { 'media/a.png': 'available', 'media/b.jpg': 'available', 'media/c.gif': 'available' };
const USER = 'build-agent';
const PASSWORD = 'canary:p@ss w0rd/%';
const IN_ADDRESS = `${USER}:${encodeURIComponent(PASSWORD)}`;
const CREDENTIALS = `${USER}:${PASSWORD}`;

interface Given {
  readonly proxyPort: number;
  readonly caFile: string;
}

const trusting = ({ caFile }: Given) => ({ NODE_EXTRA_CA_CERTS: caFile });
const by =
  (name: string, user = '') =>
  (given: Given) => ({
    ...trusting(given),
    [name]: `http://${user}127.0.0.1:${given.proxyPort}`,
  });

/** The log, outputs and summary of a run. */
function sinksOf(run: StepRun): string {
  const log = run.rawLog.filter((line) => !line.startsWith('::add-mask::'));
  return [...log, JSON.stringify(run.outputs), run.rawSummary].join('\n');
}

describe('Proxy from the environment', () => {
  it.each(['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'])(
    '%s sets the proxy for all requests, and the proxy sees no content',
    async (name) => {
      const { run, proxy, front } = await publishSecurely({ env: by(name) });
      expect(run.messages('error')).toEqual([]);
      expect(endsOf(run)).toEqual(ALL);
      expect(new Set(proxy.targets)).toEqual(new Set([`${GATEWAY}:443`]));
      expect(front.received()).toContain(TOKEN);
      expect(proxy.seen()).toContain(`CONNECT ${GATEWAY}:443 HTTP/1.1`);
      expect(proxy.seen()).not.toMatch(/authorization|dms-uploads|registerUpload/i);
      expect(proxy.seen()).not.toContain(TOKEN);
    },
  );

  it('a proxy URL may have no scheme', async () => {
    const env = (given: Given) => ({ ...trusting(given), https_proxy: `127.0.0.1:${given.proxyPort}` });
    const { run } = await publishSecurely({ env });
    expect(endsOf(run)).toEqual(ALL);
  });

  it.each(['/', '/wpad.dat', '/?a=1', '/a/b?c#d', '#top'])(
    'a proxy URL may have the suffix %s',
    async (rest) => {
      const env = (given: Given) => ({
        ...trusting(given),
        https_proxy: `http://127.0.0.1:${given.proxyPort}${rest}`,
      });
      const { run } = await publishSecurely({ env });
      expect(run.messages('error')).toEqual([]);
      expect(endsOf(run)).toEqual(ALL);
    },
  );

  it('a proxy may use TLS, and its certificate is checked', async () => {
    const env = ({ proxyPort, caFile }: Given) => ({
      NODE_EXTRA_CA_CERTS: caFile,
      https_proxy: `https://127.0.0.1:${proxyPort}`,
    });
    const named = (name: string) => ({
      env,
      proxyOptions: (authority: Authority) => ({ identity: authority.issue({ names: [name] }) }),
    });
    const good = await publishSecurely(named('127.0.0.1'));
    expect(endsOf(good.run)).toEqual(ALL);
    const bad = await publishSecurely(named('other.test'));
    expect(endsOf(bad.run)['media/a.png']).toBe('TLS_FAILED');
    expect(rowsOf(bad.run)[0]?.error?.message).toMatch(
      /the TLS certificate of the proxy 127\.0\.0\.1:\d+ was not accepted \(ERR_TLS_CERT_ALTNAME_INVALID/,
    );
    expect(bad.proxy.targets).toEqual([]);
  });

  it('a proxy password is sent only to the proxy, and masked everywhere else', async () => {
    const { run, proxy, front } = await publishSecurely({
      env: by('https_proxy', `${IN_ADDRESS}@`),
      proxyOptions: () => ({ credentials: CREDENTIALS }),
      debug: true,
    });
    expect(endsOf(run)).toEqual(ALL);
    expect(proxy.seen()).toContain(`proxy-authorization: Basic ${btoa(CREDENTIALS)}`);
    expect(front.received()).not.toMatch(/proxy-authorization/i);
    expect(proxy.seen()).not.toContain(TOKEN);
    for (const form of [PASSWORD, encodeURIComponent(PASSWORD), btoa(CREDENTIALS)]) {
      expect(run.masks).toContain(form);
      expect(sinksOf(run)).not.toContain(form);
    }
    // Masked before any other line; LinkedIn's upload credentials are masked later, as they arrive.
    const firstLine = run.rawLog.findIndex((line) => !line.startsWith('::add-mask::'));
    const masked = run.rawLog
      .slice(0, firstLine)
      .map((line) => line.replace('::add-mask::', '').replaceAll('%25', '%'));
    expect(masked).toEqual(expect.arrayContaining([PASSWORD, btoa(CREDENTIALS)]));
  });

  // Windows cannot connect to this address; elsewhere it is this machine, and not a loopback address.
  describe.skipIf(process.platform === 'win32')('Proxy for 0.0.0.0', () => {
    const identity = (authority: Authority) => authority.issue({ names: ['0.0.0.0'] });
    const apiUrl = (port: number) => `https://0.0.0.0:${port}`;

    it('no_proxy with a host bypasses the proxy for that host', async () => {
      const named = (given: Given) => ({ ...by('https_proxy')(given), no_proxy: 'a.test,0.0.0.0' });
      const direct = await publishSecurely({ apiUrl, identity, env: named });
      expect(endsOf(direct.run)).toEqual(ALL);
      expect(direct.proxy.targets).toEqual([]);
      const proxied = await publishSecurely({ apiUrl, identity, env: by('https_proxy') });
      expect(endsOf(proxied.run)).toEqual(ALL);
      expect(proxied.proxy.targets).toContain(`0.0.0.0:${proxied.front.port}`);
    });
  });

  it('the proxy is used for hosts that no_proxy does not name', async () => {
    const env = (given: Given) => ({ ...by('https_proxy')(given), no_proxy: `a${GATEWAY},${GATEWAY}:444` });
    const { run } = await publishSecurely({ env });
    expect(endsOf(run)).toEqual(ALL);
  });
});

describe('Proxy rejections', () => {
  const STOPPED = {
    'media/a.png': 'PROXY_REFUSED',
    'media/b.jpg': 'RUN_STOPPED',
    'media/c.gif': 'RUN_STOPPED',
  };

  it.each<[name: string, user: string, answer: number | undefined, status: number]>([
    ['without a password', '', undefined, 407],
    ['with a wrong password', 'me:canary-wrong@', undefined, 407],
    ['by its rules', `${IN_ADDRESS}@`, 403, 403],
  ])(
    'a proxy that refuses the tunnel %s ends the run at once and is named',
    async (_, user, answer, status) => {
      const { run, proxy, front } = await publishSecurely({
        env: by('https_proxy', user),
        proxyOptions: () => ({ credentials: CREDENTIALS, ...(answer !== undefined && { answer }) }),
      });
      expect(endsOf(run)).toEqual(STOPPED);
      expect(run.annotations[0]?.title).toBe('PROXY_REFUSED');
      expect(run.messages('error')[0]).toMatch(
        new RegExp(`the proxy 127\\.0\\.0\\.1:${proxy.port} refused to connect \\(${status}\\).*https_proxy`),
      );
      expect(proxy.targets).toHaveLength(1);
      expect(front.connections()).toBe(0);
      expect(sinksOf(run)).not.toMatch(/canary-wrong|canary%3A|canary:/);
      expect(proxy.seen()).not.toContain(TOKEN);
    },
  );
});

it('an unreachable proxy is reported as an error of the proxy', async () => {
  const env = (given: Given) => ({
    ...trusting(given),
    ...IN_A_HURRY,
    https_proxy: `http://${IN_ADDRESS}@127.0.0.1:9`,
  });
  const { run } = await publishSecurely({ env, inputs: { files: 'media/a.png' } });
  const error = rowsOf(run)[0]?.error;
  expect(error?.message).toContain(
    'the connection to the proxy 127.0.0.1:9 was refused, because no server listens there (ECONNREFUSED)',
  );
  expect(sinksOf(run)).not.toContain('canary');
});

it.each([
  ['https_proxy', 'socks5://127.0.0.1:1080'],
  ['HTTPS_PROXY', 'http://me:100%canary@127.0.0.1:1'],
  ['http_proxy', 'http://'],
])(
  'the invalid proxy URL %s=%s is rejected by the name of the variable, without its value',
  async (name, value) => {
    const { run, proxy } = await publishSecurely({ env: () => ({ [name]: value }) });
    expect(run.annotations).toMatchObject([{ level: 'error', title: `variable ${name}` }]);
    expect(run.messages('error')[0]).toMatch(/is not a proxy URL; expected http:\/\/host:port/);
    expect(sinksOf(run)).not.toMatch(/canary|socks5/);
    expect(proxy.targets).toEqual([]);
  },
);
