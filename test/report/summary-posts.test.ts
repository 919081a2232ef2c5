// The job summary of the post action.

import { describe, expect, it } from 'vitest';
import { ActionError } from '../../src/errors/action-error.ts';
import { buildSummary, MAX_SUMMARY_BYTES } from '../../src/report/summary.ts';
import { PICTURE, POSTED, reportOf } from './posts/post-runs.ts';

describe('buildSummary', () => {
  it('a post that went out is shown as it looks, with its link', () => {
    const text = buildSummary(reportOf([{ outcome: POSTED, written: { media: [PICTURE] } }]));
    expect(text).toMatch(/^## ✅ 1 post went out\n\n1 posted\n/);
    expect(text).toContain('href="https://www.linkedin.com/feed/update/urn:li:share:1/"');
    expect(text).toContain('<b class="live">#opensource</b>');
    expect(text).toContain('<li>media/a.png · A</li>');
  });

  it('every other post has the reason why it did not go out', () => {
    const bad = new ActionError('POST_TEXT', 'the post has no text', {
      subject: { file: 'posts/launch.md', line: 4 },
    });
    const text = buildSummary(
      reportOf([
        { state: 'failed', more: { errors: [bad] } },
        { state: 'draft', more: { reason: 'it is a draft' } },
        { state: 'expired', more: { reason: 'it was due long ago' } },
      ]),
    );
    expect(text).toMatch(/^## ❌ /);
    for (const reason of ['the post has no text', 'it is a draft', 'it was due long ago'])
      expect(text).toContain(reason);
    expect(text).toContain('### Errors');
  });

  it('a key in an error is shown as code', () => {
    const place = { file: 'posts/launch.md', line: 2 };
    const error = new ActionError('POST_KEY', '`titel` is not a key of a post', { subject: place });
    const text = buildSummary(reportOf([{ state: 'failed', more: { errors: [error] } }]));
    const [, errors = ''] = text.split('### Errors');
    expect(errors.split('### ')[0]).toMatch(/`titel` is not a key of a post\n/);
  });

  it('a run with very many posts fits into the limit of the runner', () => {
    const given = Array.from({ length: 2000 }, () => ({ outcome: POSTED, post: { text: '€'.repeat(1500) } }));
    const text = buildSummary(reportOf(given));
    expect(Buffer.byteLength(text)).toBeLessThan(MAX_SUMMARY_BYTES);
    expect(text).toMatch(/… and [\d,]+ more\.\n$/);
  });
});
