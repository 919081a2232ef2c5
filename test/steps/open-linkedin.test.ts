// A run closes what it has opened, also when it fails before it sends anything. A simulated run reaches only the sandbox.

import { Agent } from 'undici';
import { expect, it } from 'vitest';
import { withLinkedIn } from '../../src/steps/open-linkedin.ts';
import { read, TOKEN } from '../inputs/step-inputs.ts';
import { ledgerOf, picture } from '../support/ledgers.ts';
import { testRun } from '../support/run.ts';

const servers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;

it('the sandbox server, which would keep the step alive, is closed when opening the dispatcher fails', async () => {
  const before = servers();
  let during = 0;
  const runtime = testRun({
    openDispatcher: () => {
      during = servers();
      throw new Error('no way there');
    },
  });
  const run = withLinkedIn(read({ mode: 'simulate' }), runtime, ledgerOf([picture('a.png')]), async () => {});
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
