// Which post LinkedIn's answer names: only one that was made between the claim and the repetition is adopted.

import { describe, expect, it } from 'vitest';
import { findCommentObstacle } from '../../../src/post/send/due-posts.ts';
import { type DuplicateContext, findOwnDuplicate, mayReadPosts } from '../../../src/post/send/recovery.ts';
import { makeEntry, NOW_MS, PAGE, PERSON } from '../posts.ts';

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
    { entries: [], key: 'key', sinceClaimMs: 60_000, sinceRetryMs: 1000, ...context },
  );
}

describe('the post that a refused duplicate names', () => {
  it.each<[string, number, boolean]>([
    ['two seconds before the claim', CLAIM_MS - 2000, true],
    ['more than two seconds before the claim', CLAIM_MS - 2001, false],
    ['between the claim and the repetition', CLAIM_MS + 10_000, true],
    ['two seconds after the repetition', REPEAT_MS + 2000, true],
    ['more than two seconds after the repetition', REPEAT_MS + 2001, false],
  ])('a post that was made %s is adopted or not', (_, epochMs, isAdopted) => {
    for (const type of ['share', 'ugcPost'])
      expect(adopted(urnAt(epochMs, type))).toBe(isAdopted ? urnAt(epochMs, type) : null);
  });

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
    const key = JSON.stringify([entry.author, entry.apiUrl, entry.id]);
    expect(adopted(urn, { entries: [{ ...entry, urn }] })).toBeNull();
    expect(adopted(urn, { entries: [{ ...entry, urn }], key })).toBe(urn);
    expect(adopted(urn, { entries: [entry] })).toBe(urn);
  });
});

describe('scopes of posts', () => {
  it.each([
    [PAGE, ['r_organization_social'], true],
    [PAGE, ['r_member_social', 'w_organization_social'], false],
    [PERSON, ['r_member_social'], true],
    [PERSON, ['r_organization_social'], false],
    [PAGE, [], false],
    [PAGE, null, true],
  ])('%s with the scopes %j may read posts: %s', (author, scopes, mayRead) => {
    expect(mayReadPosts(author, scopes)).toBe(mayRead);
  });

  it.each([
    [PAGE, ['w_organization_social_feed'], null],
    [PAGE, ['w_member_social_feed'], 'w_organization_social_feed'],
    [PERSON, ['w_member_social_feed'], null],
    [PERSON, ['w_organization_social_feed'], 'w_member_social_feed'],
    [PERSON, null, null],
  ])('%s with the scopes %j lacks for a comment: %s', (author, scopes, missing) => {
    const error = findCommentObstacle(author, scopes);
    if (missing === null) expect(error).toBeNull();
    else expect(error?.message).toContain(missing);
  });
});
