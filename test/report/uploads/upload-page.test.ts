// The cards of the page of an upload.

import { describe, expect, it } from 'vitest';
import { FileError } from '../../../src/errors/action-error.ts';
import { buildCards } from '../../../src/report/uploads/upload-page.ts';
import type { Ledger } from '../../../src/upload/ledger.ts';
import { ledgerOf, picture, refused, settle, video } from '../../support/ledgers.ts';

const EMPTY = refused('media/empty.png', new FileError('FILE_EMPTY', 'media/empty.png', 'is empty'));

/** The cards of the files of `ledger`, in their order. */
async function cardsOf(ledger: Ledger): Promise<string[]> {
  const html = (
    await Array.fromAsync(buildCards(ledger.items, { api: 'assets', embedsPictures: false }))
  ).join('');
  return html.match(/<li .*<\/li>/g) ?? [];
}

describe('cards', () => {
  it('a card has the state and facts of its row', async () => {
    const ledger = ledgerOf([picture('a.png'), video('b.mp4'), EMPTY]);
    const [first, second, failed, ...others] = await cardsOf(ledger);
    expect(others).toEqual([]);
    expect(failed).toMatch(/^<li data-state="failed" data-name="media\/empty.png" class="failed">/);
    expect(first).toMatch(/^<li data-state="skipped" data-name="a.png" class="failed">/);
    expect(first).toContain('<span>image/png</span> · <span>1.0 kB</span> · <span>8 × 4</span>');
    expect(second).toContain('<h2>b.mp4</h2><p><span class="state skipped">skipped</span></p>');
  });

  it('files that failed come first, with their warnings, and an error does not repeat the name', async () => {
    const ledger = ledgerOf([
      video('b.mp4', { warnings: ['is long'] }),
      refused('c.png', new FileError('FILE_EMPTY', 'c.png', 'is empty')),
    ]);
    settle(ledger, 0, { state: 'available' });
    const [failed, good] = await cardsOf(ledger);
    expect(failed).toContain('<h2>c.png</h2>');
    expect(failed).toContain('<summary><b>is empty</b></summary>');
    expect(failed).not.toContain('class="warning"');
    expect(good).toContain('<h2>b.mp4</h2>');
    expect(good).toContain('<p class="warning">⚠ is long</p>');
    expect(good).not.toContain('class="error"');
  });
});
