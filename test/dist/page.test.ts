// The page of the built action in a real browser. Skipped where there is no Chromium.

import { existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import type { MediaFile } from '../../src/media/media-file.ts';
import { buildPage } from '../../src/report/page/page.ts';
import { buildCards } from '../../src/report/uploads/upload-page.ts';
import { ledgerOf, picture, refused, settle } from '../support/ledgers.ts';
import { runAlone } from '../support/posting.ts';
import { MEDIA, makeWorkspace, OWNER } from '../support/publishing.ts';
import { runAction } from '../support/runner.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
if (CHROMIUM === undefined)
  process.stdout.write(
    'The tests of the page are skipped: there is no Chromium (`apt-get install chromium`).\n',
  );

describe.skipIf(CHROMIUM === undefined)('the page in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  /** Every request and every message of the console, which has violations of the policy. */
  async function show(html: string) {
    const page = await browser.newPage();
    page.setDefaultTimeout(300_000);
    const noises: string[] = [];
    page.on('request', (request) => {
      if (!/^(?:data|about|file):/.test(request.url())) noises.push(request.url());
    });
    page.on('console', (message) => noises.push(message.text()));
    page.on('pageerror', (error) => noises.push(error.message));
    await page.setContent(html, { waitUntil: 'domcontentloaded' });
    return { page, noises };
  }

  const visible = (page: Page) => page.locator('#cards > li:visible h2').allTextContents();

  it('the built action writes a page that shows every file, filters them, and makes no request', async () => {
    const workspace = await makeWorkspace({ ...MEDIA, 'media/empty.png': '' });
    const inputs = { owner: OWNER, mode: 'simulate', files: 'media/**', 'fail-on': 'never' };
    const run = await runAction({ inputs, workspace });
    const { page, noises } = await show(readFileSync(run.outputs['page-file'] ?? '', 'utf8'));
    expect(await visible(page)).toHaveLength(5);
    expect(await page.locator('#count').textContent()).toBe('5 of 5 files');
    const loaded = await page
      .locator('#cards img')
      .evaluateAll((images) =>
        images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
      );
    expect(loaded).toHaveLength(3);
    for (const width of loaded) expect(width).toBeGreaterThan(0);
    await page.locator('#state').selectOption('failed');
    expect(await visible(page)).toEqual(['media/empty.png']);
    await page.locator('#state').selectOption('');
    await page.locator('#name').fill('HERO');
    expect(await visible(page)).toEqual(['media/hero.png']);
    await page.locator('#name').press('Enter');
    expect(await visible(page)).toEqual(['media/hero.png']);
    expect(noises).toEqual([]);
  });

  it('the page of the post action shows a post as in the feed, and makes no request', async () => {
    const text = 'Version 2 is out & <b>fast</b>. #opensource\n\nOne.\nTwo.\nThree.\nFour.';
    const files = {
      'posts/a.md': `---\nmedia:\n  - file: media/hero.png\n    alt: The dashboard\n  - media/team.jpg\ncomment: More soon\n---\n${text}\n`,
      'media/hero.png': { sample: 'hero.png' },
      'media/team.jpg': { sample: 'team.jpg' },
    };
    const inputs = { posts: 'posts/*.md', mode: 'simulate', 'alt-text': 'off' };
    const run = await runAlone(files, inputs);
    const { page, noises } = await show(readFileSync(run.outputs['page-file'] ?? '', 'utf8'));
    const post = page.locator('article.post');
    expect(await post.locator('h2').textContent()).toContain('posts/a.md');
    expect(await post.locator('p.text').first().textContent()).toContain('Version 2 is out & <b>fast</b>.');
    expect(await post.locator('.live').allTextContents()).toEqual(['#opensource']);
    const images = post.locator('.grid img');
    expect(await images.count()).toBe(2);
    expect(await images.first().getAttribute('alt')).toBe('The dashboard');
    expect(await post.locator('.comment').textContent()).toContain('More soon');
    expect(await page.getByText('Four.').isVisible()).toBe(false);
    await page.getByText('…more').click();
    expect(await page.getByText('Four.').isVisible()).toBe(true);
    expect(noises).toEqual([]);
  });

  it('a URN is copied with the keyboard', async () => {
    const { page, noises } = await show(await htmlOf([picture('a.png'), picture('b.png')]));
    await page.locator('#name').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Copied').waitFor();
    expect(noises).toEqual([]);
  });

  it('a file name with markup is shown as text and runs nothing', async () => {
    const file = '<img src=x onerror=alert(1)>.png';
    const { page, noises } = await show(await htmlOf([picture(file)]));
    expect(await visible(page)).toEqual([file]);
    expect(noises).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('text has enough contrast in %s mode', async (colorScheme) => {
    const empty = refused('b.png', new FileError('FILE_EMPTY', 'b.png', 'is empty'));
    const { page } = await show(await htmlOf([picture('a.png'), empty]));
    await page.emulateMedia({ colorScheme });
    for (const state of await page.locator('.state').all())
      expect(await state.evaluate(contrastWithPage)).toBeGreaterThan(4.5);
  });

  it('at each width, URNs break only after a colon, cards of a row have one height, and a hidden card stays hidden', async () => {
    const files = [picture('a.png'), picture('b.png', { altText: 'x '.repeat(200) })];
    const { page } = await show(await htmlOf(files));
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate(LINES_OF_LAST_WORD)).toBe(1);
      const heights = await page
        .locator('#cards > li')
        .evaluateAll((items) =>
          items.map((item) => (item as unknown as { offsetHeight: number }).offsetHeight),
        );
      if (width === 1280) expect(new Set(heights).size).toBe(1);
      await page.locator('#name').fill('a.png');
      expect(await visible(page)).toEqual(['a.png']);
      await page.locator('#name').fill('');
    }
  });

  it('1,200 files are filtered', async () => {
    const files = Array.from({ length: 1200 }, (_, index) => picture(`media/${index}.png`));
    const { page } = await show(await htmlOf(files));
    await page.locator('#name').fill('media/1134.');
    expect(await page.locator('#count').textContent()).toBe('1 of 1,200 files');
  });
});

/** The number of lines that the last word of the last URN takes. */
const LINES_OF_LAST_WORD = `(() => {
  const range = document.createRange();
  range.selectNodeContents([...document.querySelectorAll('.urn code')].at(-1).lastChild);
  return range.getClientRects().length;
})()`;

async function htmlOf(files: readonly MediaFile[]): Promise<string> {
  const ledger = ledgerOf(files);
  for (const index of ledger.items.keys())
    settle(ledger, index, { state: 'available', id: 'SIMULATED-C4E10AQ000001' });
  const body = buildCards(ledger.items, { api: 'assets', embedsPictures: false });
  const page = buildPage({ title: 'LinkedIn upload', headline: 'done', errors: [], body });
  return (await Array.fromAsync(page)).join('');
}

/** The contrast ratio of the WCAG between the text of `element` and the page. Runs in the browser. */
function contrastWithPage(element: unknown): number {
  const { getComputedStyle, document } = globalThis as unknown as {
    getComputedStyle(element: unknown): { color: string; backgroundColor: string };
    document: {
      createElement(name: string): { style: { color: string } };
      body: { append(element: unknown): void };
    };
  };
  const luminance = (color: string) => {
    const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
      const value = Number(part) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const canvas = document.createElement('p');
  canvas.style.color = 'Canvas';
  document.body.append(canvas);
  const [text, page] = [element, canvas].map((one) => luminance(getComputedStyle(one).color) + 0.05);
  return Math.max(text ?? 0, page ?? 0) / Math.min(text ?? 1, page ?? 1);
}
