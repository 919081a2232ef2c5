// The outputs of the post action.

import { describe, expect, it } from 'vitest';
import { ActionError } from '../../../src/errors/action-error.ts';
import { formatOutputs } from '../../../src/report/outputs.ts';
import { makeEntry } from '../../post/posts.ts';
import { type Given, POSTED, reportOf } from './post-runs.ts';

const outputsOf = (given: readonly Given[], options: Parameters<typeof reportOf>[1] = {}) =>
  formatOutputs(reportOf(given, options).outputs).values;

const KNOWN: Given = { state: 'known', more: { entry: makeEntry({ state: 'posted' }) } };
const named = (file: string, given: Given): Given => ({ ...given, post: { file, id: file } });

describe('buildPostOutputs', () => {
  it('an empty run has empty values, and its lists are still JSON', () => {
    const values = outputsOf([]);
    expect(values).toMatchObject({
      'post-urn': '',
      urns: '{}',
      results: '[]',
      'outputs-truncated': 'false',
      'posted-count': '0',
      'next-at': '',
    });
  });

  it('the days of the token are named if they are known, 0 included', () => {
    const daysOf = (tokenDaysLeft: number | null) => outputsOf([], { tokenDaysLeft })['token-days-left'];
    expect([null, 0, 43].map(daysOf)).toEqual(['', '0', '43']);
  });

  it('URN, URL and comment are those of the first post that went out', () => {
    const values = outputsOf([
      named('a.md', KNOWN),
      named('b.md', { outcome: POSTED }),
      named('c.md', { outcome: { ...POSTED, urn: 'urn:li:share:2' } }),
    ]);
    expect(values).toMatchObject({
      'post-urn': 'urn:li:share:1',
      'post-url': 'https://www.linkedin.com/feed/update/urn:li:share:1/',
      'comment-urn': POSTED.commentUrn,
      urns: '{"a.md":"urn:li:share:7123","b.md":"urn:li:share:1","c.md":"urn:li:share:2"}',
      'posted-count': '2',
      'known-count': '1',
    });
  });

  it('the URN of a known post is an output only if it is the single post', () => {
    expect(outputsOf([KNOWN])['post-urn']).toBe('urn:li:share:7123');
    expect(outputsOf([named('a.md', KNOWN), named('b.md', KNOWN)])['post-urn']).toBe('');
    expect(outputsOf([{ outcome: { state: 'failed' } }])['post-urn']).toBe('');
  });

  it('a planned edit and a failed edit have their URN in `urns` and `post-urn` only once they are edited', () => {
    const edit = (state: 'planned' | 'failed' | 'edited'): Given => ({
      state: 'edit',
      outcome: { ...POSTED, state },
    });
    const firstOf = (given: Given) => outputsOf([given], {});
    for (const state of ['planned', 'failed'] as const)
      expect(firstOf(edit(state))).toMatchObject({
        'post-urn': '',
        'post-url': '',
        'comment-urn': '',
        urns: '{}',
      });
    expect(firstOf(edit('edited'))['post-urn']).toBe(POSTED.urn);
  });

  it('scheduled posts count as waiting, and the next time is named', () => {
    const nextAtMs = Date.parse('2026-12-03T09:00:00Z');
    const values = outputsOf([named('a.md', { state: 'scheduled' }), named('b.md', { state: 'draft' })], {
      plan: { nextAtMs },
    });
    expect(values).toMatchObject({ 'waiting-count': '1', 'next-at': '2026-12-03T09:00:00.000Z' });
  });

  it('failed, skipped and unknown posts count as failed', () => {
    const errors = [new ActionError('POST_UNKNOWN', 'x')];
    const states = ['failed', 'skipped', 'unknown'] as const;
    const given = states.map((state) => named(state, { outcome: { state, errors } }));
    expect(outputsOf(given)['failed-count']).toBe('3');
  });
});
