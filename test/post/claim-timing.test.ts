// The times of a claim fit together.

import { expect, it } from 'vitest';
import {
  CLAIM_LIFE_MS,
  IDENTICAL_POST_WINDOW_MS,
  SEND_LIMIT_MS,
  WAIT_LIMIT_MS,
} from '../../src/post/claim-timing.ts';

it('a claim is alive until after its last request, so that no other run takes it over before', () => {
  expect(2 * SEND_LIMIT_MS).toBeLessThan(CLAIM_LIFE_MS);
});

it('a run waits no longer for a claim than the claim can be alive', () => {
  expect(WAIT_LIMIT_MS).toBeLessThanOrEqual(CLAIM_LIFE_MS);
});

it('an identical post counts as sent at the same time for as long as its claim can be alive', () => {
  expect(IDENTICAL_POST_WINDOW_MS).toBeGreaterThanOrEqual(CLAIM_LIFE_MS);
});
