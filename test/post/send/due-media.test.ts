// What due posts need: their media, with their errors and when they may be used, and a token that may comment.

import { describe, expect, it } from 'vitest';
import { ActionError } from '../../../src/errors/action-error.ts';
import type { UploadEntry } from '../../../src/memory/upload-entry.ts';
import type { WrittenPost } from '../../../src/post/file/post.ts';
import type { PlannedPost } from '../../../src/post/planned-post.ts';
import { assertMayComment, filesOf, settleFailedMedia } from '../../../src/post/send/due-media.ts';
import { Ledger } from '../../../src/upload/ledger.ts';
import { TestClock } from '../../support/clock.ts';
import { itemAt, mediaLedgerOf, picture, planOf, settle, video } from '../../support/ledgers.ts';
import { ledgerOf, makePlanned, PAGE, PERSON, pictureOf } from '../posts.ts';

function withPictures(paths: readonly string[], more: Partial<WrittenPost> = {}): PlannedPost {
  return makePlanned({ media: paths.map((path) => pictureOf(path)), ...more });
}

it('the files of posts that are due are uploaded, each once', () => {
  const linkImage = picture('card.png');
  const ledger = ledgerOf([
    withPictures(['a.png', 'b.png']),
    withPictures(['b.png'], { linkImage }),
    makePlanned({ ...withPictures(['c.png']), state: 'claimed' }),
    makePlanned({ ...withPictures(['d.png']), state: 'draft' }),
  ]);
  expect(filesOf(ledger.due).map(({ path }) => path)).toEqual(['a.png', 'b.png', 'card.png']);
});

it.each([
  ['available', 'a.png', 1000],
  ['unverified', 'a.png', 16_000],
  ['unverified', 'a.mp4', 31_000],
] as const)('a file that is %s (%s) may be used at %i ms', async (state, path, readyAtMs) => {
  const clock = new TestClock();
  const file = path.endsWith('.mp4') ? video(path) : picture(path);
  const uploads = mediaLedgerOf([file], clock);
  await clock.advance(1000);
  settle(uploads, 0, { state, id: 'A' });
  expect(settleFailedMedia(ledgerOf([withPictures([path])]).due, uploads)).toBe(readyAtMs);
});

it.each([
  ['available', null, 0],
  ['uploaded', 'AVAILABLE', 0],
  ['uploaded', null, 15_000],
] as const)(
  'an upload of an earlier run that was %s, with the status %s, waits %i ms',
  (state, status, readyAtMs) => {
    const earlier = { urn: 'urn:li:image:OLD', kind: 'image', state } as UploadEntry;
    const [file] = planOf([picture('a.png')], { api: 'media' }).files;
    const plan = { files: [{ ...file, reused: { earlier } } as never], warnings: [], notices: [] };
    const ledger = new Ledger(plan, new TestClock());
    const identity = { urn: earlier.urn, mediaUrn: earlier.urn, urnSource: 'linkedin' } as const;
    ledger.record(itemAt(ledger, 0), { kind: 'reused', identity });
    if (status !== null) ledger.record(itemAt(ledger, 0), { kind: 'status', status });
    ledger.record(itemAt(ledger, 0), { kind: 'settled', state: 'reused' });
    expect(settleFailedMedia(ledgerOf([withPictures(['a.png'])]).due, ledger)).toBe(readyAtMs);
  },
);

describe('the uploads of due posts', () => {
  const media = mediaLedgerOf(['a.png', 'b.png', 'c.png'].map((path) => picture(path)));
  settle(media, 0, {
    state: 'failed',
    error: new ActionError('MEDIA_REJECTED', 'LinkedIn rejected it'),
  });
  settle(media, 1, { state: 'unverified', id: 'B' });
  settle(media, 2, { state: 'available', id: 'C' });

  it('a post whose media failed is settled with their error, and the others wait for the last file', () => {
    const ledger = ledgerOf([
      withPictures(['a.png']),
      withPictures(['b.png']),
      withPictures(['c.png']),
    ]);
    expect(settleFailedMedia(ledger.due, media)).toBe(15_000);
    expect(ledger.items).toMatchObject([
      {
        state: 'failed',
        facts: { errors: [{ code: 'MEDIA_REJECTED', message: 'a.png: LinkedIn rejected it' }] },
      },
      { state: null },
      { state: null },
    ]);
  });

  it('a post that is not due waits for no media', () => {
    const ledger = ledgerOf([{ ...withPictures(['a.png', 'b.png']), state: 'unknown' }]);
    expect(settleFailedMedia(ledger.due, media)).toBe(0);
    expect(ledger.open).toHaveLength(1);
  });
});

it('with a token that may not comment no post is sent, and each one that needs a comment has the error', () => {
  const ledger = ledgerOf([
    makePlanned({ comment: 'More' }),
    makePlanned(),
    makePlanned({ comment: 'More', state: 'known' }),
  ]);
  expect(() => assertMayComment(ledger.due, ['w_organization_social'])).toThrow(
    'the post was not sent',
  );
  expect(ledger.items).toMatchObject([
    { state: 'failed', facts: { errors: [{ code: 'ACCESS_DENIED' }] } },
    { state: null, facts: { errors: [] } },
    { state: 'known', facts: { errors: [] } },
  ]);
});

it.each([
  [PAGE, ['w_organization_social_feed'], null],
  [PAGE, ['w_member_social_feed'], 'w_organization_social_feed'],
  [PERSON, ['w_member_social_feed'], null],
  [PERSON, ['w_organization_social_feed'], 'w_member_social_feed'],
  [PERSON, null, null],
])('%s with the scopes %j lacks for a comment: %s', (author, scopes, missing) => {
  const { due } = ledgerOf([makePlanned({ author, comment: 'More' })]);
  if (missing === null) assertMayComment(due, scopes);
  else expect(() => assertMayComment(due, scopes)).toThrow(missing);
  expect(due[0]?.state).toBe(missing === null ? null : 'failed');
  assertMayComment(ledgerOf([makePlanned({ author })]).due, scopes);
});
