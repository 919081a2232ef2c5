// The rows of posts, at any moment of the run.

import { expect, it } from 'vitest';
import { ActionError } from '../../../src/errors/action-error.ts';
import { buildPostRows } from '../../../src/report/posts/post-row.ts';
import { PAGE, timeAt } from '../../post/posts.ts';
import { PICTURE, POSTED, runOf } from './post-runs.ts';

it('a posted row has its URN, its page, its media and its comment', () => {
  const [row] = buildPostRows(runOf([{ outcome: POSTED, written: { media: [PICTURE] } }]));
  expect(row).toEqual({
    id: 'posts/launch.md',
    file: 'posts/launch.md',
    state: 'posted',
    author: PAGE,
    text: 'Version 2 is out. #opensource',
    media: [{ file: 'media/a.png', kind: 'image', urn: 'urn:li:image:A', alt: 'A' }],
    urn: 'urn:li:share:1',
    urnSource: 'linkedin',
    url: 'https://www.linkedin.com/feed/update/urn:li:share:1/',
    commentUrn: 'urn:li:comment:(urn:li:activity:1,2)',
  });
  expect(Object.keys(row ?? {})).toEqual(
    'id file state author text media urn url urnSource commentUrn'.split(' '),
  );
});

it('a row has the time in UTC, and the first 200 code points of the text', () => {
  const text = '🙂'.repeat(300);
  const at = timeAt(Date.parse('2026-12-03T09:00:00+01:00'));
  const [row] = buildPostRows(runOf([{ state: 'scheduled', post: { at, text } }]));
  expect(row).toMatchObject({
    state: 'scheduled',
    at: '2026-12-03T08:00:00Z',
    text: '🙂'.repeat(200),
  });
});

it('a row that the run has not decided is skipped with an error', () => {
  const [row] = buildPostRows(runOf([{}]));
  expect([row?.state, row?.error?.code]).toEqual(['skipped', 'RUN_STOPPED']);
  expect(row?.error?.message).toContain('still in progress');
});

it('a row has the first of its errors, with the hint', () => {
  const errors = [
    new ActionError('COMMENT_FAILED', 'refused'),
    new ActionError('MANIFEST_WRITE', 'not written'),
  ];
  const [row] = buildPostRows(runOf([{ outcome: { ...POSTED, errors } }]));
  expect(row).toMatchObject({
    state: 'posted',
    error: { code: 'COMMENT_FAILED', message: 'refused' },
  });
  expect(row?.error?.hint).toContain('Add the comment by hand');
});
