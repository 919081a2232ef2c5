// Runs generated queues of posts. WORLD_SEED replays a failure, WORLD_RUNS sets the number of queues.

import { expect, it } from 'vitest';
import { runQueues } from './queue.ts';
import { QUEUE_BUGS, searchQueueBug } from './queue-bugs.ts';

const { WORLD_SEED = '1', WORLD_RUNS = '60' } = process.env;

it('each post of a queue is on LinkedIn in the end, or a warning or an error has said that it is not', {
  timeout: 1_200_000,
}, async () => {
  const { failure, met } = await runQueues({ seed: Number(WORLD_SEED), count: Number(WORLD_RUNS) });
  expect(failure, failure ?? '').toBeNull();
  expect([...met.keys()]).toEqual(
    expect.arrayContaining([
      'posted',
      'known',
      'scheduled',
      'expired',
      'draft',
      'failed',
      'other-owner',
    ]),
  );
});

it.each(QUEUE_BUGS)(
  'the campaign of the queue finds the planted bug: $name',
  { timeout: 600_000 },
  async (bug) => {
    const { isFound, text } = await searchQueueBug(bug, Number(WORLD_SEED));
    expect(isFound, text).toBe(true);
  },
);
