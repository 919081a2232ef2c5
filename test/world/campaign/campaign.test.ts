// Runs generated schedules of both programs. WORLD_SEED and WORLD_PATH replay a failure, WORLD_RUNS sets the number of schedules.

import { expect, it } from 'vitest';
import type { Program } from '../runner.ts';
import { describeMet, runCampaign } from './campaign.ts';

// The same schedules in every run of the tests, so that a failure comes from the change. `npm run soak` plays others.
const { WORLD_SEED = '3', WORLD_PATH, WORLD_RUNS = '120' } = process.env;
/** Fewer schedules need not meet everything. */
const ENOUGH = 100;

const ACCIDENTS = ['killed', 'cancelled', 'slept', 'a file changes'];
const FAULTS = [
  ...[
    'unreachable',
    'reset midway',
    'lost request',
    'lost response',
    'late effect',
    'ignored',
    'silent',
  ],
  ...['cut answer', 'truncated answer', 'slow', 'proxy', 'status', 'status after effect', 'echo'],
  ...['on read', 'on write'],
].map((kind) => `fault ${kind}`);

/** Dates and turns are those of the queue (../queue/queue.test.ts). */
const MET: Readonly<Record<Program, readonly string[]>> = {
  upload: [
    ...[
      ...ACCIDENTS,
      ...FAULTS,
      'available',
      'reused',
      'processing',
      'failed',
      'skipped',
      'deferred',
    ],
    ...['rename', 'edit'],
  ],
  post: [
    ...[...ACCIDENTS, ...FAULTS, 'posted', 'edited', 'known', 'unknown', 'failed', 'skipped'],
    ...[
      'rename',
      'edit',
      'revise',
      'resend',
      'move',
      'copy',
      'id',
      'comment',
      'poll',
      'POST_CLAIMED',
    ],
    ...[
      'fault duplicate of itself',
      'fault duplicate of an old post',
      'fault duplicate of nothing',
    ],
  ],
};

it.each<Program>(['upload', 'post'])(
  'no schedule of the %s action breaks an invariant',
  { timeout: 1_200_000 },
  async (program) => {
    const seed = Number(WORLD_SEED);
    const count = WORLD_PATH === undefined ? Number(WORLD_RUNS) : 1;
    const { failure, met } = await runCampaign({ program, seed, path: WORLD_PATH, count });
    process.stdout.write(`${program}, seed ${seed}: ${describeMet(met)}\n`);
    expect(failure, failure ?? '').toBeNull();
    if (count >= ENOUGH) expect([...met.keys()]).toEqual(expect.arrayContaining([...MET[program]]));
  },
);
