// The HTML of the page: cards, escaping, and pictures.

import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../../src/errors.ts';
import { inspectFile } from '../../../src/media/inspect.ts';
import { type MediaFile, uninspectedFile } from '../../../src/media/media-file.ts';
import { escapeHtml } from '../../../src/report/page/html.ts';
import { buildPage, type PageContent } from '../../../src/report/page/page.ts';
import {
  type EmbeddedPictures,
  MAX_EMBEDDED_BYTES,
  renderPicture,
  selectPictures,
} from '../../../src/report/page/picture.ts';
import { buildCards } from '../../../src/report/uploads/upload-page.ts';
import { buildReport } from '../../../src/report/uploads/upload-report.ts';
import type { FileState, OutcomeState } from '../../../src/upload/file-state.ts';
import type { Ledger } from '../../../src/upload/ledger.ts';
import { plant } from '../../media/tree.ts';
import { HOSTILE } from '../../support/hostile-names.ts';
import { ledgerOf, picture, refused, settle, video } from '../../support/ledgers.ts';
import { png } from '../../support/media.ts';

const HERO = picture('media/hero.png', { altText: 'The new dashboard' });
const EMPTY = refused('media/empty.png', new FileError('FILE_EMPTY', 'media/empty.png', 'is empty'));
const SETTINGS = {
  mode: 'publish',
  failOn: 'any',
  planSettings: { api: 'assets', waitMs: 0, readsArtifacts: false },
} as const;

/** Each file that can be uploaded is available. */
function uploaded(files: readonly MediaFile[]): Ledger {
  const ledger = ledgerOf(files);
  for (const index of ledger.unsettledIndices()) settle(ledger, index, { state: 'available', id: 'C56' });
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
  change = (entry: FileState): FileState => entry,
): Promise<string> {
  const entries = uploaded(files).entries.map(change);
  const cards = buildCards(entries, { api: 'assets', embedsPictures: false, isPlan: false });
  return (await chunksOf(cards)).join('');
}

/** The cards of a report, in their order. */
async function cardsOf(ledger: Ledger): Promise<string[]> {
  const html = (await Array.fromAsync(buildReport(ledger, SETTINGS, null).page(false))).join('');
  return html.match(/<li .*<\/li>/g) ?? [];
}

async function pictureHtml(file: MediaFile, embedded: EmbeddedPictures): Promise<string> {
  return (await Array.fromAsync(renderPicture(file, embedded))).join('');
}

function embeddedHtml(file: MediaFile): Promise<string> {
  return pictureHtml(file, selectPictures([file]));
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
    const chunks = await chunksOf(buildReport(ledger, SETTINGS, null).page(false));
    expect(chunks.join('').match(/<li /g)).toHaveLength(1000);
    expect(chunks.length).toBeLessThan(20);
  });

  it('escaped text has no character that ends a text or an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']|(?!\n)[\p{Cc}\p{Cs}\u202e\u200b]/u);
      }),
    );
  });
});

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

  it.each([
    ['a picture', picture('a.png'), 'image'],
    ['a video', video('b.mp4'), '<span class="play"></span>6.0 s'],
    [
      'a document',
      picture('c.pdf', { media: { kind: 'document', mediaType: 'application/pdf', pages: 3 } }),
      'PDF, 3 pages',
    ],
    [
      'a file that was not read',
      uninspectedFile('d.png', new FileError('FILE_EMPTY', 'd.png', 'is empty')),
      'no preview',
    ],
  ])('in place of a missing picture, %s has a symbol and a text', async (_, file, text) => {
    const html = await pictureHtml(file, new Map());
    expect(html).toMatch(/^<div class="picture placeholder">/);
    expect(html.replace(/<svg class="document".*<\/svg>/, '')).toContain(`>${text}</div>`);
    expect(html.includes('<svg class="document"')).toBe(file.path === 'c.pdf');
  });

  it('one file needs no filter', async () => {
    expect(await htmlOf([HERO])).not.toContain('id="filter"');
    expect(await htmlOf([HERO, EMPTY])).toContain('id="filter"');
  });
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

it('an error is one line, and a URN breaks only after its colons', async () => {
  const error = new FileError('FILE_EMPTY', 'b.png', 'is empty', { hint: 'Commit it.' });
  const html = await htmlOf([picture('a.png', { warnings: ['has a `password`'] }), refused('b.png', error)]);
  expect(html).toContain('<details class="error"><summary><b>is empty</b></summary>Commit it.</details>');
  expect(html).toContain('<code>urn:<wbr>li:<wbr>image:<wbr>C56</code>');
  expect(html).toContain('<p class="warning">⚠ has a <code>password</code></p>');
});

describe('embedded pictures', () => {
  const fileOf = (sizeBytes: number, mediaType = 'image/png') =>
    picture('a.png', { sizeBytes, media: { kind: 'image', mediaType } });

  it('the largest pictures are left out first, and files that are not pictures always', () => {
    const [small, large, half] = [fileOf(1000), fileOf(MAX_EMBEDDED_BYTES), fileOf(MAX_EMBEDDED_BYTES / 2)];
    const selected = selectPictures([large, small, video('b.mp4'), half, fileOf(1, 'image/svg+xml')]);
    expect([...selected.keys()]).toEqual([small, half]);
  });

  it('a picture is embedded with all its bytes, whatever its size', async () => {
    const bytes = Buffer.concat([png(), Buffer.alloc(500_000, 7)]);
    const tree = await plant({ 'a.png': bytes });
    const file = { ...(await inspectFile(tree.at('a.png'), 'a.png')), error: null };
    const [, uri = ''] = /src="data:image\/png;base64,([^"]*)"/.exec(await embeddedHtml(file)) ?? [];
    expect(Buffer.from(uri, 'base64').equals(bytes)).toBe(true);
  });

  it('a file that changed since its inspection is not embedded', async () => {
    const tree = await plant({ 'a.png': png() });
    const file = { ...(await inspectFile(tree.at('a.png'), 'a.png')), error: null };
    await writeFile(tree.at('a.png'), 'a secret');
    expect(statSync(tree.at('a.png')).size).toBe(8);
    expect(await embeddedHtml(file)).toContain('src="data:image/png;base64,"');
  });

  it('the thumbnail of a video is embedded with a play sign', async () => {
    const tree = await plant({ 'a.png': png() });
    const { media: _, identity, ...inspected } = await inspectFile(tree.at('a.png'), 'a.png');
    const thumbnail = { ...inspected, identity: identity ?? '', mediaType: 'image/png' } as const;
    const html = await embeddedHtml(video('a.mp4', { sidecars: { thumbnail } }));
    expect(html).toMatch(/<img [^>]*src="data:image\/png;base64,[^"]+"><span class="play">/);
  });
});
