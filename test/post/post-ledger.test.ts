// What has become of each post: from the plan, during the run, and when the run ends early.

import { describe, expect, it } from 'vitest';
import { Stopwatch } from '../../src/clock.ts';
import { ActionError, InputError, RunError } from '../../src/errors/action-error.ts';
import type { ClaimedEntry } from '../../src/post/memory/post-entry.ts';
import type { PlannedPost } from '../../src/post/planned-post.ts';
import type { PostLedger } from '../../src/post/post-ledger.ts';
import type { PostState, Publication, Stage } from '../../src/post/publication.ts';
import { TestClock } from '../support/clock.ts';
import { ledgerOf, makeEntry, makePlanned, NOW_MS, timeAt } from './posts.ts';

const planned = (state: PlannedPost['state'], more: Parameters<typeof makePlanned>[0] = {}) =>
  makePlanned({ state, ...more });

const statesOf = (ledger: PostLedger) => ledger.items.map(({ state }) => state);

const UNKNOWN = planned('unknown', {
  errors: [new ActionError('POST_UNKNOWN', 'may be there', { subject: { file: 'a.md', line: 1 } })],
});
/** Nothing is claimed, so nothing is stored. */
const MEMORY = { stage: () => {}, now: () => '' };
const entry = makeEntry({ state: 'sending' });
/** A claim of the run. */
const CLAIM = {
  key: 'key',
  entry: entry as ClaimedEntry,
  previous: null,
  since: new Stopwatch(new TestClock()),
  sinceRequest: null,
};
const POSTED = makeEntry({ state: 'posted', commentUrn: 'urn:li:comment:(x,1)' });

it('posts that need nothing are settled from the start, the others are open', () => {
  const ledger = ledgerOf([
    planned('due'),
    planned('claimed'),
    UNKNOWN,
    planned('known', { entry: POSTED }),
    planned('draft'),
    planned('expired'),
    planned('scheduled'),
    planned('other-owner'),
    planned('failed', { errors: UNKNOWN.errors }),
  ]);
  expect(statesOf(ledger)).toEqual([
    null,
    null,
    null,
    'known',
    'draft',
    'expired',
    'scheduled',
    'other-owner',
    'failed',
  ]);
  expect(ledger.open).toEqual(ledger.items.slice(0, 3));
});

it('a plan settles posts that are due, or that another run has claimed, as planned', () => {
  const ledger = ledgerOf([
    planned('due'),
    planned('claimed', { notice: 'waits: another run sends it' }),
    UNKNOWN,
  ]);
  ledger.settleAsPlanned();
  expect(statesOf(ledger)).toEqual(['planned', 'planned', 'unknown']);
  expect(ledger.items[1]?.facts.notice).toContain('another run sends it');
  expect(ledger.items[2]?.facts.errors).toEqual(UNKNOWN.errors);
});

it('what stops a run is the reason of every post that is not sent', () => {
  const claimed = [new RunError('POST_CLAIMED', 'another run sends it')];
  const posts = [planned('due'), UNKNOWN, planned('claimed', { errors: claimed })];
  const ledger = ledgerOf(posts, { stop: new InputError('INPUT_INVALID', 'max-posts', 'is 1') });
  ledger.stop(new RunError('RUN_STOPPED', 'a later reason'));
  ledger.close(null, MEMORY);
  expect(statesOf(ledger)).toEqual(['skipped', 'unknown', 'skipped']);
  const [error] = ledger.items[0]?.facts.errors ?? [];
  expect([error?.code, error?.message]).toEqual([
    'RUN_STOPPED',
    'not posted: the run was stopped (INPUT_INVALID): max-posts is 1',
  ]);
  expect(ledger.items[2]?.facts.errors[0]?.code).toBe('POST_CLAIMED');
});

it('a cancelled run says so, and a run that ended well leaves nothing open to skip', () => {
  const cancelled = ledgerOf([planned('due')]);
  cancelled.close(new RunError('RUN_CANCELLED', 'the run was cancelled'), MEMORY);
  expect(cancelled.items[0]?.facts.errors[0]?.code).toBe('RUN_CANCELLED');
  const open = ledgerOf([planned('due')]);
  open.close(null, MEMORY);
  expect(statesOf(open)).toEqual([null]);
});

it('a listener gets each post when it is settled, once', () => {
  const ledger = ledgerOf([planned('due'), planned('due')]);
  const [first, second] = ledger.items as [Publication, Publication];
  const heard: unknown[] = [];
  ledger.onSettled = (item) => heard.push([item === first ? 1 : 2, item.state, item.facts.urn]);
  first.advance({ kind: 'claimed' });
  second.settle({ state: 'posted', urn: 'urn:li:share:1' });
  first.settle({ state: 'failed', errors: UNKNOWN.errors });
  first.settle({ state: 'posted', urn: 'urn:li:share:2' });
  expect(heard).toEqual([
    [2, 'posted', 'urn:li:share:1'],
    [1, 'failed', null],
  ]);
});

it('a known post that nobody has approved fails, although it was settled', () => {
  const ledger = ledgerOf([planned('known', { entry: POSTED })]);
  const [item] = ledger.items as [Publication];
  const error = new ActionError('POST_UNAPPROVED', 'is not approved');
  item.refuse(error);
  expect(item).toMatchObject({ state: 'failed', facts: { urn: null, errors: [error] } });
});

const HOUR_MS = 3_600_000;
const at = (file: string, hoursAgo: number | null) =>
  makePlanned({ file, at: hoursAgo === null ? null : timeAt(NOW_MS - hoursAgo * HOUR_MS) });
const rules = { maxPosts: 1, maxAgeHours: 48, isKnown: true, isMemoryEmpty: false };
const filesOf = (items: readonly Publication[]) => items.map(({ post }) => post.file);

it('dated posts go first, the earliest first, then those without `at` by path; the others wait, with their place', () => {
  const posts = [at('a.md', null), at('b.md', 1), at('c.md', 20), at('d.md', null), at('e.md', 1)];
  const ledger = ledgerOf(posts, { turns: rules });
  ledger.guardNewMemory();
  expect(ledger.stopReason).toBeNull();
  expect(filesOf(ledger.due)).toEqual(['c.md', 'b.md', 'e.md', 'a.md', 'd.md']);
  expect(filesOf(ledger.takeTurns())).toEqual(['c.md']);
  expect(filesOf(ledger.settleWaiting())).toEqual(['b.md', 'e.md', 'a.md', 'd.md']);
  expect(statesOf(ledger)).toEqual(['scheduled', 'scheduled', null, 'scheduled', 'scheduled']);
  expect(ledger.items[1]?.facts.reason).toBe(
    'it was due on Thu 3 Dec 2026, 11:00 UTC; its turn comes in a later run: it is number 1 of 4 that wait (`max-posts` is 1)',
  );
  expect(ledger.items[3]?.facts.reason).toBe(
    'its turn comes in a later run: it is number 4 of 4 that wait (`max-posts` is 1)',
  );
});

it('a post that failed before its claim, or after its claim was withdrawn, gives its turn to the next one', () => {
  const ledger = ledgerOf([at('a.md', 2), at('b.md', 1), at('c.md', 0)], { turns: rules });
  const [first, second] = ledger.items as [Publication, Publication];
  first.settle({ state: 'failed', errors: UNKNOWN.errors });
  expect(filesOf(ledger.takeTurns())).toEqual(['b.md']);
  second.claim = CLAIM;
  second.advance({ kind: 'claimed' });
  second.end(new ActionError('POST_REFUSED', 'no'));
  expect([second.state, filesOf(ledger.takeTurns())]).toEqual(['failed', []]);
  second.claim = null;
  expect(filesOf(ledger.takeTurns())).toEqual(['c.md']);
});

it.each<[string, readonly PlannedPost[], Partial<typeof rules>]>([
  ['as many as `max-posts` on a memory without posts', [at('a.md', null)], { isMemoryEmpty: true }],
  ['more without `at` than `max-posts`', [at('a.md', null), at('b.md', null)], {}],
  ['more with `at`', [at('a.md', 1), at('b.md', 2)], {}],
  ['more with and without `at`', [at('a.md', 1), at('b.md', null)], {}],
  ['more, and none expires', [at('a.md', 1), at('b.md', 2)], { maxAgeHours: 0 }],
  [
    'more, in a plan that could not read the memory',
    [at('a.md', null), at('b.md', null)],
    { isKnown: false, isMemoryEmpty: true },
  ],
])('nobody is refused: %s', (_, posts, changes) => {
  const ledger = ledgerOf(posts, { turns: { ...rules, ...changes } });
  ledger.guardNewMemory();
  expect(ledger.stopReason).toBeNull();
});

it('more due posts than `max-posts` are an error while the memory has no post of this owner', () => {
  const turns = { ...rules, isMemoryEmpty: true };
  const ledger = ledgerOf([at('a.md', 1), at('b.md', 2)], { turns });
  ledger.guardNewMemory();
  expect(ledger.stopReason).toMatchObject({ code: 'INPUT_INVALID', input: 'max-posts' });
  expect(ledger.stopReason?.message).toMatch(
    /^max-posts is 1, but 2 posts are due, and the manifest has no post of this owner yet: b\.md, a\.md; if they were published before, set `urn`/,
  );
});

describe('the end of a post', () => {
  const error = new ActionError('REQUEST_REFUSED', 'no');
  const accepted = {
    kind: 'accepted',
    comment: null,
    urn: 'urn:li:share:1',
    urnSource: 'linkedin',
    isRepeated: false,
  } as const;

  it.each<[Stage['kind'], Parameters<Publication['advance']>[0] | null, PostState]>([
    ['planned', null, 'failed'],
    ['claimed', { kind: 'claimed' }, 'failed'],
    ['sending', { kind: 'sending' }, 'unknown'],
    ['lost', { kind: 'lost' }, 'unknown'],
    ['accepted', accepted, 'posted'],
  ])('an error ends a post that is %s', (_, stage, state) => {
    const [item] = ledgerOf([planned('due')]).items as [Publication];
    if (stage !== null) item.advance(stage);
    item.end(error);
    expect([item.state, item.facts.errors.length]).toEqual([state, 1]);
  });

  it('from a lost response only the post itself is reached, whatever a later attempt says', () => {
    const [item] = ledgerOf([planned('due')]).items as [Publication];
    item.advance({ kind: 'lost' });
    for (const kind of ['claimed', 'sending'] as const) item.advance({ kind });
    expect(item.stage.kind).toBe('lost');
    item.end(new RunError('RUN_CANCELLED', 'the run was cancelled'));
    expect(item).toMatchObject({ state: 'unknown', facts: { errors: [{ code: 'POST_UNKNOWN' }] } });
    item.advance(accepted);
    expect(item.state).toBe('unknown');
  });

  it('a repeat that LinkedIn took is said, because the page may show the post twice', () => {
    const [item] = ledgerOf([planned('due')]).items as [Publication];
    item.advance({ ...accepted, isRepeated: true });
    item.end(null);
    expect(item).toMatchObject({
      state: 'posted',
      facts: { warning: expect.stringContaining('twice') },
    });
  });
});
