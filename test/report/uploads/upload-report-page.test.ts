// The cards of the page of an upload.

import { expect, it } from 'vitest';
import { ActionError, FileError } from '../../../src/errors/action-error.ts';
import { buildResultRow } from '../../../src/report/uploads/result-row.ts';
import { buildCards } from '../../../src/report/uploads/upload-report.ts';
import { viewFile } from '../../../src/report/uploads/upload-view.ts';
import type { Ledger } from '../../../src/upload/ledger.ts';
import { HOSTILE } from '../../support/hostile-names.ts';
import { itemAt, ledgerOf, picture, refused, settle, video } from '../../support/ledgers.ts';
import { reportOf } from '../reporter-fixture.ts';

const EMPTY = refused(
  'media/empty.png',
  new FileError('FILE_EMPTY', 'media/empty.png', 'is empty'),
);

async function htmlOf({ items }: Ledger): Promise<string> {
  const views = items.map((item) => viewFile(item, buildResultRow(item, 'assets'), 'publish'));
  return (await Array.fromAsync(buildCards(views))).map(({ markup }) => markup).join('');
}

/** The cards of the files of `ledger`, in their order. */
async function cardsOf(ledger: Ledger): Promise<string[]> {
  return (await htmlOf(ledger)).match(/<li class="card[\s\S]*?<\/li>/g) ?? [];
}

it('a card has the name, facts, alternative text and both URNs of its file, and says “uploaded”, not “available”', async () => {
  const ledger = ledgerOf([picture('media/hero.png', { altText: 'The <dashboard>' })]);
  settle(ledger, 0, { state: 'available', id: 'C56' });
  const [card] = await cardsOf(ledger);
  expect(card).toContain(
    '<h3>media/hero.png</h3>\n<p class="state">uploaded</p>\n<p class="facts">PNG · 8\u00a0×\u00a04 · 1.0\u00a0kB</p>',
  );
  expect(card).toContain('<b>Alternative text</b> The &lt;dashboard&gt;');
  const urns = [
    ...(card ?? '').matchAll(
      /<p class="urn">(\w+) <button.* data-copy="(.*?)".*<code>(.*)<\/code>/g,
    ),
  ];
  expect(urns.map(([, ...parts]) => parts)).toEqual([
    ['asset', 'urn:li:digitalmediaAsset:C56', 'urn:li:digitalmediaAsset:C56'],
    ['image', 'urn:li:image:C56', 'urn:li:image:C56'],
  ]);
});

it('files that failed come first and are marked, with their errors and what to do; an error does not repeat the name', async () => {
  const ledger = ledgerOf([video('b.mp4', { warnings: ['is long'] }), EMPTY]);
  settle(ledger, 0, { state: 'available' });
  const [failed, good, ...others] = await cardsOf(ledger);
  expect(others).toEqual([]);
  expect(failed).toMatch(/^<li class="card bad" id="failed">/);
  expect(failed).toContain(
    '<p class="error">The file is empty<br><span class="hint">Commit the real file',
  );
  expect(good).toMatch(/^<li class="card" id="\w+">/);
  expect(good).toContain('<p class="warning">⚠ The file is long</p>');
  expect(good).not.toContain('class="error"');
});

it('files that this run does not send are counted and folded below the others', async () => {
  const ledger = ledgerOf([picture('a.png'), picture('b.png'), picture('c.png')]);
  ledger.record(itemAt(ledger, 0), { kind: 'settled', state: 'reused' });
  ledger.record(itemAt(ledger, 1), { kind: 'settled', state: 'deferred' });
  settle(ledger, 2, { state: 'available' });
  const [sent = '', left = ''] = (await htmlOf(ledger)).split(
    '<details class="folded" id="others">',
  );
  expect(sent).toContain('<h3>c.png</h3>');
  expect(left).toMatch(/^<summary>1 reused, 1 deferred<\/summary>/);
  expect(left).toContain('<li><b>a.png</b> reused</li>');
});

it('the page is empty if nothing was planned, sent or failed: without files, or if all are reused or deferred', () => {
  const ledger = ledgerOf([picture('a.png'), picture('b.png')]);
  ledger.record(itemAt(ledger, 0), { kind: 'settled', state: 'reused' });
  expect(reportOf(ledger).page).not.toBeNull();
  ledger.record(itemAt(ledger, 1), { kind: 'settled', state: 'deferred' });
  expect([reportOf(ledger).page, reportOf(ledgerOf([])).page]).toEqual([null, null]);
});

it.each(HOSTILE)(
  'a hostile name or message is text in the page, never markup: %j',
  async (text) => {
    const cardOf = async (name: string) => {
      const ledger = ledgerOf([
        picture(name, { altText: name, media: { kind: 'image', mediaType: name } }),
      ]);
      settle(ledger, 0, { state: 'failed', error: new ActionError('MEDIA_REJECTED', `x ${name}`) });
      return await htmlOf(ledger);
    };
    const tagsOf = (html: string) =>
      html.replaceAll(/<br>|<wbr>|<\/?code>/g, '').match(/<\/?[a-z][a-z0-9]*/gi);
    expect(tagsOf(await cardOf(text))).toEqual(tagsOf(await cardOf('a.png')));
  },
);
