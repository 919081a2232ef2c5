// A run closes what it has opened, also when it fails before it sends anything. A simulated run reaches only the sandbox.

import { Agent } from 'undici';
import { describe, expect, it } from 'vitest';
import { createMasker, formatLogEntry, withLinkedIn } from '../../src/steps/open-linkedin.ts';
import { read, TOKEN } from '../inputs/step-inputs.ts';
import { reply } from '../linkedin/scripted-client.ts';
import { ledgerOf, picture } from '../support/ledgers.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { testRun } from '../support/run.ts';

const servers = () =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;

it('the sandbox server, which would keep the step alive, is closed when opening the dispatcher fails', async () => {
  const before = servers();
  let during = 0;
  const runtime = testRun({
    openDispatcher: () => {
      during = servers();
      throw new Error('no way there');
    },
  });
  const run = withLinkedIn(
    read({ mode: 'simulate' }),
    runtime,
    ledgerOf([picture('a.png')]),
    async () => {},
  );
  await expect(run).rejects.toThrow('no way there');
  expect(during).toBe(before + 1);
  await expect.poll(servers, { timeout: 60_000 }).toBe(before);
});

it('`mode: simulate` connects to the sandbox without a proxy and without the token', async () => {
  const routes: unknown[] = [];
  const sent: string[] = [];
  const runtime = testRun({
    openDispatcher: (route: unknown) => {
      routes.push(route);
      return new Agent().compose((dispatch) => (options, handler) => {
        sent.push(JSON.stringify([options.origin, options.headers]));
        return dispatch(options, handler);
      });
    },
  });
  const inputs = read({ mode: 'simulate', 'linkedin-version': '202511' });
  await withLinkedIn(inputs, runtime, ledgerOf([]), ({ linkedin }) => linkedin.owners.readMember());
  expect(routes).toEqual(['direct']);
  expect(sent).toEqual([expect.stringMatching(/127\.0\.0\.1.*Bearer none/)]);
  expect(sent.join()).not.toContain(TOKEN);
});

it.each([
  [
    reply(200, '', { 'x-li-uuid': 'AAYx+1' }),
    'POST api.linkedin.com/rest/assets (register): 200 after 0.2 s [x-li-uuid AAYx+1]',
  ],
  [reply(502), 'POST api.linkedin.com/rest/assets (register): 502 after 0.2 s'],
  [null, 'POST api.linkedin.com/rest/assets (register): no response after 0.2 s'],
])('a request with the response %j is logged as one line', (response, line) => {
  const name = 'POST api.linkedin.com/rest/assets (register)';
  expect(formatLogEntry({ name, durationMs: 240, response })).toBe(line);
});

describe('upload credentials', () => {
  const KEY = '1lrKqjt4fYuqw1';

  function masksAfter(secrets: readonly string[]): string[] {
    const logger = recordingLogger();
    const mask = createMasker(logger);
    for (const secret of secrets) mask(secret);
    return logger.texts('mask');
  }

  it('each upload credential is masked once', () => {
    expect(masksAfter([KEY, 'metadata-of-parts', KEY])).toEqual([KEY, 'metadata-of-parts']);
  });

  it('upload credentials of fewer than 8 characters are not masked, and do not count towards the limit', () => {
    const short = Array.from({ length: 60 }, (_, index) => `short${index}`);
    expect(masksAfter([...short, '8-chars!'])).toEqual(['8-chars!']);
  });

  it('at most 50 upload credentials are masked in a run', () => {
    expect(masksAfter(Array.from({ length: 60 }, (_, index) => `${KEY}-${index}`))).toHaveLength(
      50,
    );
  });
});
