// What has become of each post: from the plan, during the run, and when the run ends early.

import { describe, expect, it } from 'vitest';
import { InputError, RunError } from '../../src/errors.ts';
import { PostError } from '../../src/post/file/post-error.ts';
import type { PlannedPost, PostPlan } from '../../src/post/plan.ts';
import { PostLedger } from '../../src/post/post-ledger.ts';
import { digestOf, makeEntry, makePost } from './posts.ts';

function planned(state: PlannedPost['state'], more: Partial<PlannedPost> = {}): PlannedPost {
  const post = makePost();
  const { file, id, author } = post;
  const candidate = { file, id, author, post, digest: digestOf(post), errors: [], idLine: 1 };
  return { candidate, state, reason: null, errors: [], ...more };
}

function ledgerOf(posts: readonly PlannedPost[], stop: PostPlan['stop'] = null): PostLedger {
  const decide = () => planned('due');
  return new PostLedger({ posts, stop, nextAtMs: null, decide });
}

const statesOf = (ledger: PostLedger) => ledger.posts.map(({ outcome }) => outcome?.state ?? null);

const UNKNOWN = planned('unknown', {
  errors: [new PostError('POST_UNKNOWN', { file: 'a.md', line: 1 }, 'may be there')],
});
const POSTED = makeEntry({ state: 'posted', comment: { state: 'posted', urn: 'urn:li:comment:(x,1)' } });

describe('PostLedger', () => {
  it('posts that need nothing are settled from the start, the others are open', () => {
    const ledger = ledgerOf([
      planned('due'),
      planned('sending'),
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
    expect(ledger.openIndices()).toEqual([0, 1, 2]);
  });

  it('a known post has its URN and its comment, from the memory or from a person', () => {
    const [known, byHand] = ledgerOf([
      planned('known', { entry: POSTED }),
      planned('known', { toRemember: { ...POSTED, urn: 'urn:li:activity:9' } as typeof POSTED }),
    ]).posts;
    expect(known?.outcome).toMatchObject({
      urn: 'urn:li:share:7123',
      urnSource: 'linkedin',
      commentUrn: 'urn:li:comment:(x,1)',
    });
    expect(byHand?.outcome?.urn).toBe('urn:li:activity:9');
  });

  it('a plan settles due posts as planned, and what is unknown or being sent as unknown', () => {
    const ledger = ledgerOf([
      planned('due'),
      planned('sending', { reason: 'another run sends it' }),
      UNKNOWN,
    ]);
    ledger.settleAsPlanned();
    expect(statesOf(ledger)).toEqual(['planned', 'unknown', 'unknown']);
    const [error] = ledger.at(1).outcome?.errors ?? [];
    expect([error?.code, error?.message]).toEqual([
      'POST_UNKNOWN',
      'posts/launch.md may be on LinkedIn: another run sends it; a later run that publishes waits for it, and reports what became of it',
    ]);
    expect(ledger.at(2).outcome?.errors).toEqual(UNKNOWN.errors);
  });

  it('what stops a run is the reason of every post that is not sent', () => {
    const posts = [planned('due'), UNKNOWN, planned('sending', { reason: 'another run sends it' })];
    const ledger = ledgerOf(posts, new InputError('INPUT_INVALID', 'max-posts', 'is 1'));
    ledger.stop(new RunError('RUN_STOPPED', 'a later reason'));
    ledger.settleAsSkipped(null);
    expect(statesOf(ledger)).toEqual(['skipped', 'unknown', 'unknown']);
    const [error] = ledger.at(0).outcome?.errors ?? [];
    expect([error?.code, error?.message]).toEqual([
      'RUN_STOPPED',
      'not posted: the run was stopped (INPUT_INVALID): max-posts is 1',
    ]);
  });

  it('a cancelled run says so, and a run that ended well leaves nothing open to skip', () => {
    const cancelled = ledgerOf([planned('due')]);
    cancelled.settleAsSkipped(new RunError('RUN_CANCELLED', 'the run was cancelled'));
    expect(cancelled.at(0).outcome?.errors[0]?.code).toBe('RUN_CANCELLED');
    const open = ledgerOf([planned('due')]);
    open.settleAsSkipped(null);
    expect(statesOf(open)).toEqual([null]);
  });

  it('listeners get each post when it is settled', () => {
    const ledger = ledgerOf([planned('due'), planned('due')]);
    const heard: unknown[] = [];
    ledger.subscribe((index, { outcome }) => heard.push([index, outcome?.state, outcome?.urn]));
    ledger.settle(1, { state: 'posted', urn: 'urn:li:share:1' });
    ledger.settle(0, { state: 'failed', errors: UNKNOWN.errors });
    expect(heard).toEqual([
      [1, 'posted', 'urn:li:share:1'],
      [0, 'failed', null],
    ]);
    expect(() => ledger.at(2)).toThrow(RangeError);
  });
});
