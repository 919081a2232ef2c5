// Which reviews stand, in random histories, compared with a model that replays them one by one.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestReviews, type Review } from '../../../src/github/approval/review-approval.ts';
import { fuzzed } from '../../support/fuzz.ts';

const LOGINS = ['alice', 'bob', 'carol', 'dave'];
const STATES = ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED', 'COMMENTED', 'PENDING', 'LATER'];

const review = fc.record({
  user: fc.option(
    fc.nat(LOGINS.length - 1).map((id) => ({ id, login: LOGINS[id] ?? '', type: 'User' })),
    { freq: 8 },
  ),
  state: fc.constantFrom(...STATES),
  commit: fc.constantFrom('a'.repeat(40), 'b'.repeat(40), null),
  submittedMs: fc.nat(6),
});

/** Replays the history in the order of its times: each decisive review overwrites the one of the same account. */
function replay(reviews: readonly Review[]): Set<Review> {
  const standing = new Map<unknown, Review>();
  for (let time = 0; time <= 6; time += 1) {
    for (const one of reviews) {
      if (one.submittedMs !== time || ['COMMENTED', 'PENDING', 'LATER'].includes(one.state)) continue;
      standing.set(one.user === null ? one : one.user.login, one);
    }
  }
  return new Set(standing.values());
}

describe('latest reviews', () => {
  it('the latest reviews are those of a replay of any history, newest first', () => {
    fc.assert(
      fc.property(fc.array(review, { maxLength: 12 }), (reviews) => {
        const latest = latestReviews(reviews);
        const replayed = replay(reviews);
        expect(latest.length).toBe(replayed.size);
        expect(latest.every((one) => replayed.has(one))).toBe(true);
        const times = latest.map(({ submittedMs }) => submittedMs);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
      }),
      fuzzed(),
    );
  });

  it('the latest reviews do not depend on the order in which GitHub lists reviews of different times', () => {
    const reviews = ['APPROVED', 'CHANGES_REQUESTED', 'APPROVED'].map((state, submittedMs) => ({
      user: { id: 1, login: 'bob', type: 'User' },
      commit: null,
      state,
      submittedMs,
    }));
    expect(latestReviews(reviews.toReversed())).toEqual(latestReviews(reviews));
    expect(latestReviews(reviews)).toEqual([reviews[2]]);
  });
});
