// The known faults of today's code, each in the smallest schedule that shows it.

import { beforeAll, describe, expect, it } from 'vitest';
import { playHere } from './campaign.ts';
import { findViolations } from './invariants.ts';
import { KNOWN_FAULTS } from './known-faults.ts';
import type { Schedule } from './schedule.ts';

async function rulesBrokenBy(schedule: Schedule): Promise<string[]> {
  return findViolations(await playHere(schedule)).map(({ rule }) => rule);
}

describe.each(KNOWN_FAULTS)('$name, because $why', ({ example, breaks, leaveOut }) => {
  let broken: readonly string[] = [];

  beforeAll(async () => {
    broken = await rulesBrokenBy(example);
  });

  // Once the fault is cured, this one fails: delete the fault from the list then.
  it.fails(`its schedule keeps to ${breaks}`, () => expect(broken).not.toContain(breaks));

  it('its schedule without it breaks no rule', async () => {
    expect(await rulesBrokenBy(leaveOut(example))).toEqual([]);
  });
});
