// The times of a claim fit together.

import { expect, it } from 'vitest';
import {
  CLAIM_TTL_MS,
  IDENTICAL_POST_WINDOW_MS,
  SEND_LIMIT_MS,
  STORE_LIMIT_MS,
} from '../../../src/post/memory/post-entry.ts';

it('a claim is active until after its last request and the write of its outcome, so that no other run takes it over before', () => {
  expect(2 * SEND_LIMIT_MS + STORE_LIMIT_MS).toBeLessThan(CLAIM_TTL_MS);
});

it('an identical post counts as sent at the same time for as long as its claim can be active', () => {
  expect(IDENTICAL_POST_WINDOW_MS).toBeGreaterThanOrEqual(CLAIM_TTL_MS);
});
