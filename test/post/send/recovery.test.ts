// Which post LinkedIn's answer names: only one that was made between the claim and the repetition is adopted.

import { expect, it } from 'vitest';
import {
  type DuplicateContext,
  findOwnDuplicate,
  isThere,
} from '../../../src/post/send/recovery.ts';
import { RunLimits } from '../../../src/upload/run-limits.ts';
import { TestClock } from '../../support/clock.ts';
import { NO_LEDGER, testRun } from '../../support/run.ts';
import { makeEntry, NOW_MS, PAGE, PERSON, postsOf } from '../posts.ts';

/** The URN of a post that was made then. */
function urnAt(epochMs: number, type = 'share'): string {
  return `urn:li:${type}:${(BigInt(epochMs) << 22n) + 5n}`;
}

const CLAIM_MS = NOW_MS - 60_000;
const REPEAT_MS = NOW_MS - 1000;

function adopted(
  duplicateUrn: string | null,
  changes: Partial<DuplicateContext> & { dateMs?: number | null } = {},
) {
  const { dateMs = NOW_MS, ...context } = changes;
  return findOwnDuplicate(
    { urn: duplicateUrn, serverDateMs: dateMs },
    { posts: new Map(), key: 'key', sinceStartMs: 60_000, sinceRepeatMs: 1000, ...context },
  );
}

it.each<[string, number, boolean]>([
  ['two seconds before the claim', CLAIM_MS - 2000, true],
  ['more than two seconds before the claim', CLAIM_MS - 2001, false],
  ['between the claim and the repetition', CLAIM_MS + 10_000, true],
  ['eight seconds before the repetition', REPEAT_MS - 8000, true],
  ['less than eight seconds before the repetition', REPEAT_MS - 7999, false],
  ['after the repetition', REPEAT_MS + 1, false],
])(
  'the post of a refused duplicate that was made %s is adopted or not',
  (_, epochMs, isAdopted) => {
    for (const type of ['share', 'ugcPost'])
      expect(adopted(urnAt(epochMs, type))).toBe(isAdopted ? urnAt(epochMs, type) : null);
  },
);

it('the time counts on the clock of LinkedIn, which its response shows', () => {
  const aheadMs = 3 * 3_600_000;
  const urn = urnAt(CLAIM_MS + 10_000);
  expect(adopted(urn, { dateMs: NOW_MS + aheadMs })).toBeNull();
  const later = urnAt(CLAIM_MS + 10_000 + aheadMs);
  expect(adopted(later, { dateMs: NOW_MS + aheadMs })).toBe(later);
});

it.each([
  ['none', null],
  ['an activity', urnAt(CLAIM_MS + 1, 'activity')],
  ['a comment', `urn:li:comment:(${urnAt(CLAIM_MS + 1)},7)`],
  ['a URN that is not numeric', 'urn:li:share:abc'],
])('a duplicate error that names %s does not identify the post', (_, urn) => {
  expect(adopted(urn)).toBeNull();
});

it('a duplicate error without a Date header does not identify the post', () => {
  expect(adopted(urnAt(CLAIM_MS + 1), { dateMs: null })).toBeNull();
});

it('a post that is remembered under another key is not adopted, but one under the same key is', () => {
  const entry = makeEntry({ state: 'posted' });
  if (entry.state !== 'posted') throw new TypeError('not posted');
  const urn = urnAt(CLAIM_MS + 1);
  expect(adopted(urn, { posts: postsOf({ ...entry, urn }) })).toBeNull();
  expect(adopted(urn, { posts: new Map([['key', { ...entry, urn }]]) })).toBe(urn);
  expect(adopted(urn, { posts: postsOf(entry) })).toBe(urn);
});

it('without a repetition, a post that was made before the answer is adopted', () => {
  const context = { sinceStartMs: 1000, sinceRepeatMs: null };
  expect(adopted(urnAt(NOW_MS - 500), context)).toBe(urnAt(NOW_MS - 500));
  expect(adopted(urnAt(NOW_MS - 3001), context)).toBeNull();
  expect(adopted(urnAt(NOW_MS + 2001), context)).toBeNull();
});

it.each([
  [PAGE, ['r_organization_social'], true],
  [PAGE, ['r_member_social', 'w_organization_social'], false],
  [PERSON, ['r_member_social'], true],
  [PERSON, ['r_organization_social'], false],
  [PAGE, [], false],
  [PAGE, null, true],
])('%s with the scopes %j may read posts: %s', async (author, scopes, mayRead) => {
  const clock = new TestClock();
  const { signal } = new AbortController();
  const limits = new RunLimits(testRun({ clock, signal }), 1, NO_LEDGER);
  const find = async () => [];
  expect(
    await isThere('x', author, { linkedin: { posts: { find } }, scopes, limits, clock, signal }),
  ).toBe(mayRead ? false : null);
});
