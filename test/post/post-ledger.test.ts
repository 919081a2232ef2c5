// What has become of each post: from the plan, during the run, and when the run ends early.

import { describe, expect, it } from 'vitest';
import { ActionError, InputError, RunError } from '../../src/errors/action-error.ts';
import type { PlannedPost } from '../../src/post/plan.ts';
import type { PostLedger } from '../../src/post/post-ledger.ts';
import type { PostItem } from '../../src/post/post-state.ts';
import { ledgerOf, makeEntry, makePlanned } from './posts.ts';

const planned = (state: PlannedPost['state'], more: Partial<PlannedPost> = {}) =>
  makePlanned({ state, ...more });

const statesOf = (ledger: PostLedger) => ledger.items.map(({ state }) => state);

const UNKNOWN = planned('unknown', {
  errors: [new ActionError('POST_UNKNOWN', 'may be there', { subject: { file: 'a.md', line: 1 } })],
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
    expect(ledger.open).toEqual(ledger.items.slice(0, 3));
  });

  it('a known post has its URN and its comment, from the memory or from a person', () => {
    const [known, byHand] = ledgerOf([
      planned('known', { entry: POSTED }),
      planned('known', { toRemember: { ...POSTED, urn: 'urn:li:activity:9' } as typeof POSTED }),
    ]).items;
    expect(known).toMatchObject({
      urn: 'urn:li:share:7123',
      urnSource: 'linkedin',
      commentUrn: 'urn:li:comment:(x,1)',
    });
    expect(byHand?.urn).toBe('urn:li:activity:9');
  });

  it('a plan settles due posts as planned, and what is unknown or being sent as unknown', () => {
    const ledger = ledgerOf([
      planned('due'),
      planned('sending', { reason: 'another run sends it' }),
      UNKNOWN,
    ]);
    ledger.settleAsPlanned();
    expect(statesOf(ledger)).toEqual(['planned', 'unknown', 'unknown']);
    const [error] = ledger.items[1]?.errors ?? [];
    expect([error?.code, error?.message]).toEqual([
      'POST_UNKNOWN',
      'the post may be on LinkedIn: another run sends it; a later run that publishes waits for it, and reports what became of it',
    ]);
    expect(ledger.items[2]?.errors).toEqual(UNKNOWN.errors);
  });

  it('what stops a run is the reason of every post that is not sent', () => {
    const posts = [planned('due'), UNKNOWN, planned('sending', { reason: 'another run sends it' })];
    const ledger = ledgerOf(posts, { stop: new InputError('INPUT_INVALID', 'max-posts', 'is 1') });
    ledger.stop(new RunError('RUN_STOPPED', 'a later reason'));
    ledger.close(null);
    expect(statesOf(ledger)).toEqual(['skipped', 'unknown', 'unknown']);
    const [error] = ledger.items[0]?.errors ?? [];
    expect([error?.code, error?.message]).toEqual([
      'RUN_STOPPED',
      'not posted: the run was stopped (INPUT_INVALID): max-posts is 1',
    ]);
  });

  it('a cancelled run says so, and a run that ended well leaves nothing open to skip', () => {
    const cancelled = ledgerOf([planned('due')]);
    cancelled.close(new RunError('RUN_CANCELLED', 'the run was cancelled'));
    expect(cancelled.items[0]?.errors[0]?.code).toBe('RUN_CANCELLED');
    const open = ledgerOf([planned('due')]);
    open.close(null);
    expect(statesOf(open)).toEqual([null]);
  });

  it('listeners get each post when it is settled, once', () => {
    const ledger = ledgerOf([planned('due'), planned('due')]);
    const [first, second] = ledger.items as [PostItem, PostItem];
    const heard: unknown[] = [];
    ledger.subscribe((item) => heard.push([item === first ? 1 : 2, item.state, item.urn]));
    ledger.record(first, { kind: 'claimed' });
    ledger.settle(second, { state: 'posted', urn: 'urn:li:share:1' });
    ledger.settle(first, { state: 'failed', errors: UNKNOWN.errors });
    ledger.settle(first, { state: 'posted', urn: 'urn:li:share:2' });
    expect(heard).toEqual([
      [2, 'posted', 'urn:li:share:1'],
      [1, 'failed', null],
    ]);
  });

  it('a known post that nobody has approved fails, although it was settled', () => {
    const ledger = ledgerOf([planned('known', { entry: POSTED })]);
    const [item] = ledger.items as [PostItem];
    const error = new ActionError('POST_UNAPPROVED', 'is not approved');
    ledger.record(item, { kind: 'unapproved', error });
    expect(item).toMatchObject({ state: 'failed', urn: null, errors: [error] });
  });
});
