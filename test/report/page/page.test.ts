// The HTML of the page: its policy, and escaping.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../../src/errors/action-error.ts';
import type { MediaFile } from '../../../src/media/media-file.ts';
import { buildPage, escapeHtml, type PageContent } from '../../../src/report/page/page.ts';
import { buildCards } from '../../../src/report/uploads/upload-page.ts';
import type { FileItem, OutcomeState } from '../../../src/upload/file-state.ts';
import type { Ledger } from '../../../src/upload/ledger.ts';
import { HOSTILE } from '../../support/hostile-names.ts';
import { ledgerOf, picture, refused, settle } from '../../support/ledgers.ts';

const HERO = picture('media/hero.png', { altText: 'The new dashboard' });
const EMPTY = refused('media/empty.png', new FileError('FILE_EMPTY', 'media/empty.png', 'is empty'));

/** Each file that can be uploaded is available. */
function uploaded(files: readonly MediaFile[]): Ledger {
  const ledger = ledgerOf(files);
  for (const [index, { stage }] of ledger.items.entries())
    if (stage === 'waiting') settle(ledger, index, { state: 'available', id: 'C56' });
  return ledger;
}

function chunksOf(body: PageContent['body']): Promise<string[]> {
  return Array.fromAsync(
    buildPage({ title: 'LinkedIn upload', headline: '1 uploaded of 1 file', errors: [], body }),
  );
}

/** The page of `files`, which are available. */
async function htmlOf(
  files: readonly MediaFile[],
  change = (item: FileItem): FileItem => item,
): Promise<string> {
  const items = uploaded(files).items.map(change);
  const cards = buildCards(items, { api: 'assets', embedsPictures: false });
  return (await chunksOf(cards)).join('');
}

describe('page', () => {
  it('a card shows the name, state, facts, alt text and URN of its file', async () => {
    const html = await htmlOf([HERO]);
    for (const text of ['media/hero.png', 'available', '8 × 4', 'The new dashboard', 'urn:li:image:C56'])
      expect(html).toContain(text);
    expect(html).toContain('<button type="button" data-copy="urn:li:image:C56"');
  });

  it('the card of a failed file shows its error and its hint', async () => {
    const error = new FileError('FILE_EMPTY', 'a.png', 'is empty', {
      hint: 'Exclude it with a `!` pattern & <b>.',
    });
    const html = await htmlOf([refused('a.png', error)]);
    expect(html).toContain('class="failed"');
    expect(html).toContain(
      '<details class="error"><summary><b>is empty</b></summary>Exclude it with a <code>!</code> pattern &amp; &lt;b&gt;.</details>',
    );
  });

  it('the policy of the page allows its own style and script, embedded pictures, and no request', async () => {
    const html = await htmlOf([HERO]);
    const policy =
      /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const hashOf = (tag: string) => {
      const source = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html)?.[1] ?? '';
      return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
    };
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      'img-src data:',
      `style-src ${hashOf('style')}`,
      `script-src ${hashOf('script')}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html).not.toMatch(/\b(?:src|href)="(?!data:)/);
    expect(html).not.toMatch(/ (?:on\w+|style)=/);
  });

  it.each(HOSTILE)('a hostile name is text in the page, never markup: %j', async (file) => {
    const media = { kind: 'image', mediaType: file } as const;
    const html = await htmlOf([picture(file, { altText: file, media })], (entry) => ({
      ...entry,
      state: file as OutcomeState,
      identity: entry.identity && { ...entry.identity, mediaUrn: file, assetUrn: file },
    }));
    const plain = await htmlOf([
      picture('a.png', { altText: 'A', media: { kind: 'image', mediaType: 'image/png' } }),
    ]);
    // A URN may break after its colons.
    const tagsOf = (text: string) => text.replaceAll(':<wbr>', ':').match(/<\/?[a-z][a-z0-9]*/gi);
    expect(tagsOf(html)).toEqual(tagsOf(plain));
  });

  it('the page of a thousand files is written in few chunks', async () => {
    const ledger = uploaded(Array.from({ length: 1000 }, (_, index) => picture(`${index}.png`)));
    const chunks = await chunksOf(buildCards(ledger.items, { api: 'assets', embedsPictures: false }));
    expect(chunks.join('').match(/<li /g)).toHaveLength(1000);
    expect(chunks.length).toBeLessThan(20);
  });

  it('escaped text has no character that ends a text or an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']|(?!\n)[\p{Cc}\p{Cs}\u202e\u200b\ufff9-\ufffb]/u);
      }),
    );
  });
});

describe('cards', () => {
  it('one file needs no filter', async () => {
    expect(await htmlOf([HERO])).not.toContain('id="filter"');
    expect(await htmlOf([HERO, EMPTY])).toContain('id="filter"');
  });
});

it('an error is one line, and a URN breaks only after its colons', async () => {
  const error = new FileError('FILE_EMPTY', 'b.png', 'is empty', { hint: 'Commit it.' });
  const html = await htmlOf([picture('a.png', { warnings: ['has a `password`'] }), refused('b.png', error)]);
  expect(html).toContain('<details class="error"><summary><b>is empty</b></summary>Commit it.</details>');
  expect(html).toContain('<code>urn:<wbr>li:<wbr>image:<wbr>C56</code>');
  expect(html).toContain('<p class="warning">⚠ has a <code>password</code></p>');
});
