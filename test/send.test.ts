// What a run that sends opens, it closes, also when it never comes to send.

import { expect, it } from 'vitest';
import { publish } from '../src/send.ts';
import { read } from './action/inputs/step-inputs.ts';
import { ledgerOf, picture } from './action/ledgers.ts';
import { recordingLogger } from './action/recording-logger.ts';
import { TestClock } from './support/clock.ts';

const servers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;

it('closes LinkedIn’s stand-in, which would keep the step alive, when there is no way to it', async () => {
  const before = servers();
  let during = 0;
  const world = {
    env: {},
    logger: recordingLogger(),
    clock: new TestClock(),
    signal: new AbortController().signal,
    openDispatcher: () => {
      during = servers();
      throw new Error('no way there');
    },
  };
  const run = publish(ledgerOf([picture('a.png')]), read({ mode: 'simulate' }), world);
  await expect(run).rejects.toThrow('no way there');
  expect(during).toBe(before + 1);
  await expect.poll(servers).toBe(before);
});
