// The built action and TLS certificates: a private certificate authority is trusted only if NODE_EXTRA_CA_CERTS names it.

import { describe, expect, it } from 'vitest';
import { Authority, type Identity } from '../support/certificates.ts';
import { endsOf, rowsOf, TOKEN } from '../support/publishing.ts';
import { publishSecurely } from '../support/secure-publishing.ts';

const ALL = { 'media/a.png': 'available', 'media/b.jpg': 'available', 'media/c.gif': 'available' };
const STOPPED = { 'media/a.png': 'TLS_FAILED', 'media/b.jpg': 'RUN_STOPPED', 'media/c.gif': 'RUN_STOPPED' };

describe('Private certificate authority', () => {
  it.each(['127.0.0.1', 'localhost'])(
    'a certificate authority in NODE_EXTRA_CA_CERTS is trusted (%s)',
    async (host) => {
      const { run, front } = await publishSecurely({
        apiUrl: (port) => `https://${host}:${port}`,
        env: ({ caFile }) => ({ NODE_EXTRA_CA_CERTS: caFile }),
      });
      expect(run.messages('error')).toEqual([]);
      expect(endsOf(run)).toEqual(ALL);
      expect(front.received()).toContain(`authorization: Bearer ${TOKEN}`);
    },
  );
});

describe('Untrusted certificates', () => {
  const signed = (more: { names?: string[]; days?: number; isWeak?: boolean }) => (authority: Authority) =>
    authority.issue({ names: ['127.0.0.1'], ...more });
  const own = (caFile: string) => ({ NODE_EXTRA_CA_CERTS: caFile });

  it.each<[name: string, code: string, identity: (authority: Authority) => Identity, trusts: boolean]>([
    ['of an unknown authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', signed({}), false],
    [
      'of another authority',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      () => signed({})(new Authority('Other')),
      true,
    ],
    ['that is self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT', () => new Authority('127.0.0.1').identity, false],
    ['with its unknown authority in the chain', 'SELF_SIGNED_CERT_IN_CHAIN', chained, false],
    ['that has expired', 'CERT_HAS_EXPIRED', signed({ days: -1 }), true],
    ['that is not yet valid', 'CERT_NOT_YET_VALID', signed({ days: 800 }), true],
    ['with a key that is too weak', 'UNSPECIFIED', signed({ isWeak: true }), true],
    ['for another name', 'ERR_TLS_CERT_ALTNAME_INVALID', signed({ names: ['other.test'] }), true],
    ['for another address', 'ERR_TLS_CERT_ALTNAME_INVALID', signed({ names: ['127.0.0.9'] }), true],
  ])('a certificate %s (%s) costs one connection and ends the run', async (_, code, identity, trusts) => {
    const { run, front, sandbox } = await publishSecurely({
      identity,
      apiUrl: (port) => `https://127.0.0.1:${port}`,
      env: ({ caFile }) => (trusts ? own(caFile) : {}),
    });
    expect(endsOf(run)).toEqual(STOPPED);
    expect(rowsOf(run)[0]?.error?.message).toContain(`(${code})`);
    expect(run.messages('error')[0]).toContain('NODE_EXTRA_CA_CERTS');
    expect(run.annotations[0]?.title).toBe('TLS_FAILED');
    expect(run.exitCode).toBe(1);
    expect(front.connections()).toBe(1);
    expect(front.received()).toBe('');
    expect(sandbox.model.calls().register).toBe(0);
  });

  function chained(authority: Authority): Identity {
    const { key, cert } = signed({})(authority);
    return { key, cert: cert + authority.cert };
  }
});

it('a certificate for another name is refused on localhost too', async () => {
  const { run, front } = await publishSecurely({
    identity: (authority) => authority.issue({ names: ['other.test'] }),
    apiUrl: (port) => `https://localhost:${port}`,
    env: ({ caFile }) => ({ NODE_EXTRA_CA_CERTS: caFile }),
  });
  expect(endsOf(run)).toEqual(STOPPED);
  expect(rowsOf(run)[0]?.error?.message).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(front.connections()).toBe(1);
});

it.each(['publish'])(
  'NODE_TLS_REJECT_UNAUTHORIZED=0 is an error with mode: %s, reported with the other input errors',
  async (mode) => {
    const { run, front } = await publishSecurely({
      apiUrl: (port) => `https://127.0.0.1:${port}`,
      inputs: { mode, concurrency: '0' },
      env: () => ({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
    });
    expect(run.exitCode).toBe(1);
    expect(run.annotations.map(({ title }) => title)).toEqual([
      'variable NODE_TLS_REJECT_UNAUTHORIZED',
      'input concurrency',
    ]);
    expect(run.messages('error')[0]).toMatch(
      /^NODE_TLS_REJECT_UNAUTHORIZED is 0, .*Remove .*NODE_EXTRA_CA_CERTS/,
    );
    expect(run.json('results')).toEqual([]);
    expect(front.connections()).toBe(0);
  },
);
