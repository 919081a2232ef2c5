// The built action behind a proxy and TLS: what it takes from the environment of its process, and what it says when a connection
// is refused. The rules for proxies and certificates are tested in test/http/.

import { expect, it } from 'vitest';
import { endsOf, rowsOf, TOKEN } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';
import { GATEWAY, publishSecurely } from '../support/secure-publishing.ts';

const ALL = { 'media/a.png': 'available', 'media/b.jpg': 'available', 'media/c.gif': 'available' };
const PASSWORD = 'canary:p@ss w0rd/%';
const CREDENTIALS = `build-agent:${PASSWORD}`;

interface Given {
  readonly proxyPort: number;
  readonly caFile: string;
}

const by =
  (user = '') =>
  ({ proxyPort, caFile }: Given) => ({
    NODE_EXTRA_CA_CERTS: caFile,
    https_proxy: `http://${user}127.0.0.1:${proxyPort}`,
  });

/** All files of a run whose first connection is refused. */
const stoppedBy = (code: string) => ({
  'media/a.png': code,
  'media/b.jpg': 'RUN_STOPPED',
  'media/c.gif': 'RUN_STOPPED',
});

/** The log, outputs and summary of a run. */
function sinksOf(run: StepRun): string {
  const log = run.rawLog.filter((line) => !line.startsWith('::add-mask::'));
  return [...log, JSON.stringify(run.outputs), run.summary].join('\n');
}

it('the proxy of the environment carries all requests, and sees no content', async () => {
  const { run, proxy, front } = await publishSecurely({ env: by() });
  expect(run.messages('error')).toEqual([]);
  expect(endsOf(run)).toEqual(ALL);
  expect(new Set(proxy.targets)).toEqual(new Set([`${GATEWAY}:443`]));
  expect(front.received()).toContain(TOKEN);
  expect(proxy.received()).not.toMatch(/authorization|dms-uploads|registerUpload/i);
  expect(proxy.received()).not.toContain(TOKEN);
});

it('a password is sent only to the proxy, and masked everywhere else', async () => {
  const { run, proxy, front } = await publishSecurely({
    env: by(`build-agent:${encodeURIComponent(PASSWORD)}@`),
    proxyOptions: { credentials: CREDENTIALS },
    debug: true,
  });
  expect(endsOf(run)).toEqual(ALL);
  expect(proxy.received()).toContain(`proxy-authorization: Basic ${btoa(CREDENTIALS)}`);
  expect(front.received()).not.toMatch(/proxy-authorization/i);
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

it('otherwise one connection ends the run, with an error that names NODE_EXTRA_CA_CERTS', async () => {
  const { run, front, sandbox } = await publishSecurely({ isLocal: true });
  expect(endsOf(run)).toEqual(stoppedBy('TLS_FAILED'));
  expect(rowsOf(run)[0]?.error?.message).toContain('(UNABLE_TO_VERIFY_LEAF_SIGNATURE)');
  expect(run.messages('error')[0]).toContain('NODE_EXTRA_CA_CERTS');
  expect(run.annotations[0]?.title).toBe('TLS_FAILED');
  expect(run.exitCode).toBe(1);
  expect(front.connections()).toBe(1);
  expect(front.received()).toBe('');
  expect(sandbox.model.calls().register).toBe(0);
});
