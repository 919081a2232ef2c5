// The media of due posts: their URNs, their errors, and when they may be used.

import { describe, expect, it } from 'vitest';
import { ActionError } from '../../../src/errors/action-error.ts';
import type { UploadEntry } from '../../../src/memory/upload-entry.ts';
import type { WrittenPost } from '../../../src/post/file/post.ts';
import type { PlannedPost } from '../../../src/post/plan.ts';
import { filesOf, mediaResults, settleFailedMedia } from '../../../src/post/send/due-media.ts';
import { Ledger } from '../../../src/upload/ledger.ts';
import { TestClock } from '../../support/clock.ts';
import { itemAt, mediaLedgerOf, picture, planOf, settle, video } from '../../support/ledgers.ts';
import { ledgerOf, makePlanned, pictureOf } from '../posts.ts';

function withPictures(paths: readonly string[], more: Partial<WrittenPost> = {}): PlannedPost {
  return makePlanned({ media: paths.map((path) => pictureOf(path)), ...more });
}

describe('media of due posts', () => {
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

  it('an available file may be used at once; an unverified one after 15 s, or 30 s if it is a video', async () => {
    const clock = new TestClock();
    const ledger = mediaLedgerOf([picture('a.png'), picture('b.png'), video('c.mp4')], clock);
    await clock.advance(1000);
    settle(ledger, 0, { state: 'available', id: 'A' });
    settle(ledger, 1, { state: 'unverified', id: 'B' });
    settle(ledger, 2, { state: 'unverified', id: 'C' });
    expect([...mediaResults(ledger)]).toEqual([
      ['a.png', { readyAtMs: 1000 }],
      ['b.png', { readyAtMs: 16_000 }],
      ['c.mp4', { readyAtMs: 31_000 }],
    ]);
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
      expect(mediaResults(ledger).get('a.png')).toEqual({ readyAtMs });
    },
  );

  it('an error names its file, and keeps its code', () => {
    const ledger = mediaLedgerOf([picture('a.png'), picture('b.png')]);
    settle(ledger, 0, { state: 'failed', error: new ActionError('MEDIA_REJECTED', 'LinkedIn rejected it') });
    const results = mediaResults(ledger);
    expect(results.get('a.png')).toMatchObject({
      error: { code: 'MEDIA_REJECTED', message: 'a.png: LinkedIn rejected it' },
    });
    expect(results.get('b.png')).toMatchObject({ error: { code: 'RUN_STOPPED' } });
  });
});

describe('the uploads of due posts', () => {
  const media = mediaLedgerOf(['a.png', 'b.png', 'c.png'].map((path) => picture(path)));
  settle(media, 0, { state: 'failed', error: new ActionError('MEDIA_REJECTED', 'LinkedIn rejected it') });
  settle(media, 1, { state: 'unverified', id: 'B' });
  settle(media, 2, { state: 'available', id: 'C' });

  it('a post whose media failed is settled with their error, and the others wait for the last file', () => {
    const ledger = ledgerOf([withPictures(['a.png']), withPictures(['b.png']), withPictures(['c.png'])]);
    expect(settleFailedMedia(ledger.due, media)).toBe(15_000);
    expect(ledger.items).toMatchObject([
      { state: 'failed', errors: [{ code: 'MEDIA_REJECTED' }] },
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
