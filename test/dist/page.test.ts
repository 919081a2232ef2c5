// The page of the built action in a real browser. Skipped where there is no Chromium, but not in CI on Linux, which has one.

import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import type { MediaFile } from '../../src/media/media-file.ts';
import { buildPage } from '../../src/report/page/page.ts';
import { buildReport } from '../../src/report/uploads/upload-report.ts';
import { ledgerOf, picture, refused, settle } from '../support/ledgers.ts';
import { type Files, runAlone } from '../support/posting.ts';
import { MEDIA, makeWorkspace, OWNER } from '../support/publishing.ts';
import { runAction } from '../support/runner.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const needsChromium = process.env.GITHUB_ACTIONS === 'true' && process.platform === 'linux';
if (CHROMIUM === undefined && needsChromium)
  throw new Error('There is no Chromium, so nothing tests the page: install it in this job.');
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

  /** The page of a plan of these posts. */
  async function showPosts(files: Files) {
    const run = await runAlone(files, { posts: 'posts/*.md', mode: 'plan' });
    return await show(readFileSync(run.outputs['page-file'] ?? '', 'utf8'));
  }

  it('the built action writes a page that shows every file and makes no request', async () => {
    const workspace = await makeWorkspace({ ...MEDIA, 'media/empty.png': '' });
    const inputs = { owner: OWNER, mode: 'simulate', files: 'media/**', 'fail-on': 'never' };
    const run = await runAction({ inputs, workspace });
    const { page, noises } = await show(readFileSync(run.outputs['page-file'] ?? '', 'utf8'));
    expect(await page.locator('h1').textContent()).toBe('Simulated: 4 of 5 files are uploaded');
    expect(await page.locator('.counts li').allTextContents()).toEqual(['1 failed', '4 uploaded']);
    expect(await page.locator('.card h3').allTextContents()).toHaveLength(5);
    expect(await page.locator('.card.bad h3').allTextContents()).toEqual(['media/empty.png']);
    for (const width of await page.locator('.card img').evaluateAll(NATURAL_WIDTHS))
      expect(width).toBeGreaterThan(0);
    expect(await page.locator('.card img').count()).toBe(3);
    expect(await page.locator('.card.bad .tile').evaluate(SYMBOL_OF)).toContain('<svg');
    expect(noises).toEqual([]);
  });

  it('an embedded video plays', async () => {
    const files = {
      'a.mp4': { sample: 'launch.mp4' },
      'posts/a.md': '---\nmedia: [a.mp4]\ntitle: The launch\n---\nWatch\n',
    };
    const run = await runAlone(files, { posts: 'posts/*.md', mode: 'simulate' });
    const { page, noises } = await show(readFileSync(run.outputs['page-file'] ?? '', 'utf8'));
    const seconds = await page.locator('video').evaluate(PLAY);
    expect(Math.round(seconds)).toBe(6);
    expect(await page.locator('.link').textContent()).toBe('The launch');
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
    const post = page.locator('section.post');
    expect(await post.locator('h3').textContent()).toBe('posts/a.md');
    expect(await post.locator('p.text').first().textContent()).toContain(
      'Version 2 is out & <b>fast</b>.',
    );
    expect(await post.locator('.live').allTextContents()).toEqual(['#opensource']);
    const images = post.locator('.media img');
    expect(await images.count()).toBe(2);
    expect(await images.first().getAttribute('alt')).toBe('The dashboard');
    expect(await post.locator('.first-comment').textContent()).toContain('More soon');
    expect(await page.getByText('Four.').isVisible()).toBe(false);
    await page.getByText('…more').click();
    expect(await page.getByText('Four.').isVisible()).toBe(true);
    expect(noises).toEqual([]);
  });

  const ALT = 'A tall picture';
  const TALL = {
    'media/a.jpg': { sample: 'team.jpg' },
    'posts/a.md': `---\nmedia:\n  - file: media/a.jpg\n    alt: ${ALT}\n---\nOut now.\n`,
  };

  it.each([1280, 981])(
    'at a width of %i, what is to be known stands beside the post, and stays in view',
    async (width) => {
      const { page } = await showPosts(TALL);
      await page.setViewportSize({ width, height: 400 });
      const [post, facts] = [await boxOf(page, 'blockquote'), await boxOf(page, 'aside')];
      expect(facts.x).toBeGreaterThan(post.x + post.width);
      expect(facts.width).toBeGreaterThan(300);
      await page.evaluate('scrollTo(0, 400)');
      expect(await page.locator('h3').boundingBox()).toMatchObject({ y: expect.closeTo(16, 0) });
    },
  );

  it.each([980, 768, 390])(
    'at a width of %i, the name and what will happen stand above the post, and the rest below it',
    async (width) => {
      const { page } = await showPosts(TALL);
      await page.setViewportSize({ width, height: 800 });
      const post = await boxOf(page, 'blockquote');
      for (const above of ['h3', '.state']) {
        const { y, height } = await boxOf(page, above);
        expect(y + height).toBeLessThanOrEqual(post.y);
      }
      const alt = await page.getByText(ALT).boundingBox();
      expect(alt?.y).toBeGreaterThanOrEqual(post.y + post.height);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    },
  );

  it('the picture of a link card is cropped to 1.91:1, with a first comment and without one', async () => {
    const card = 'link: { url: https://a.example/, title: Docs, image: media/a.jpg }';
    const { page } = await showPosts({
      'media/a.jpg': { sample: 'team.jpg' },
      'posts/a.md': `---\n${card}\n---\nOut now.\n`,
      'posts/b.md': `---\n${card}\ncomment: More soon\n---\nOut now too.\n`,
    });
    const pictures = await page.locator('.media > *').all();
    expect(pictures).toHaveLength(2);
    for (const picture of pictures) {
      const { width = 0, height = 1 } = (await picture.boundingBox()) ?? {};
      expect(width / height).toBeCloseTo(1.91, 2);
    }
  });

  it('at a width of 390, tiles keep their content inside and have the height of their row', async () => {
    const names = [1, 2, 3, 4, 5].map((number) => `media/a-long-name-of-a-picture-${number}.png`);
    const big = await readFile('samples/hero.png').then((bytes) =>
      Buffer.concat([bytes, Buffer.alloc(9_500_000)]),
    );
    const { page } = await showPosts({
      ...Object.fromEntries(names.map((name) => [name, big])),
      'posts/a.md': `---\nmedia: [${names.join(', ')}]\n---\nOut now.\n`,
    });
    await page.setViewportSize({ width: 390, height: 800 });
    const boxes = await page.locator('.media > *').evaluateAll(OVERFLOWS);
    expect(boxes).toHaveLength(5);
    for (const { hiddenPixels } of boxes) expect(hiddenPixels).toBeLessThanOrEqual(0);
    const heights = boxes.slice(2).map(({ height }) => Math.round(height));
    expect(new Set(heights).size).toBe(1);
  });

  it('a count at the head leads to its post', async () => {
    const posts = [1, 2, 3, 4, 5].map((n) => [
      `posts/${n}.md`,
      `---\n---\n${'Out now.\n\n'.repeat(2)}${n}\n`,
    ]);
    const { page } = await showPosts({
      ...Object.fromEntries(posts),
      'posts/6.md': '---\ndraft: true\n---\nOne day.\n',
    });
    await page.setViewportSize({ width: 390, height: 500 });
    await page.getByRole('link', { name: '1 in draft' }).click();
    const draft = page.locator('h3', { hasText: 'posts/6.md' });
    expect((await draft.boundingBox())?.y).toBeLessThan(500);
  });

  it('a URN is copied with the keyboard', async () => {
    const { page, noises } = await show(await htmlOf([picture('a.png')]));
    await page.locator('button').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('button', { hasText: /Copied|Select it/ }).waitFor();
    expect(noises).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'text has enough contrast in %s mode',
    async (colorScheme) => {
      const empty = refused('b.png', new FileError('FILE_EMPTY', 'b.png', 'is empty'));
      const { page } = await show(
        await htmlOf([picture('a.png', { warnings: ['is small'] }), empty]),
      );
      await page.emulateMedia({ colorScheme });
      const texts =
        '.origin, .counts li, h3, .state, .facts, .error, .hint, .warning, .urn code, button, small';
      for (const element of await page.locator(texts).all())
        expect(
          await element.evaluate(contrast),
          (await element.textContent()) ?? '',
        ).toBeGreaterThan(4.5);
    },
  );

  it.each(['light', 'dark'] as const)(
    'what will happen is the largest line of a post in %s mode, and has enough contrast in each colour',
    async (colorScheme) => {
      const { page } = await showPosts({
        'posts/due.md': '---\n---\nOut now.\n',
        'posts/later.md': '---\nat: 2099-01-01T09:00:00Z\n---\nLater.\n',
        'posts/draft.md': '---\ndraft: true\n---\nOne day.\n',
        'posts/wrong.md': '---\ntitel: x\n---\nWrong.\n',
      });
      await page.emulateMedia({ colorScheme });
      const labels = await page.locator('.outcome > .state').all();
      expect(labels).toHaveLength(4);
      for (const label of labels) {
        expect(await label.evaluate(contrast)).toBeGreaterThan(4.5);
        expect(await label.evaluate(FONT_SIZE)).toBe(16);
      }
      for (const other of await page.locator('aside :not(.state), blockquote *').all())
        expect(await other.evaluate(FONT_SIZE)).toBeLessThanOrEqual(16);
    },
  );

  it.each([1280, 390])(
    'at a width of %i, nothing scrolls sideways, and the cards of a row have one height',
    async (width) => {
      const files = [
        picture('a.png'),
        picture(`${'long-name-'.repeat(30)}.png`, { altText: 'x '.repeat(200) }),
      ];
      const { page } = await show(await htmlOf(files));
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const heights = await page.locator('.card').evaluateAll(HEIGHTS);
      if (width === 1280) expect(new Set(heights).size).toBe(1);
    },
  );

  it.each([1280, 390])('at a width of %i, each URN stands whole on one line', async (width) => {
    const { page } = await show(
      await htmlOf([picture('a.png'), picture('b.png'), picture('c.png')]),
    );
    await page.setViewportSize({ width, height: 800 });
    const urns = page.locator('.urn code');
    expect(await urns.allTextContents()).toHaveLength(6);
    for (const { lines, hiddenPixels } of await urns.evaluateAll(LINES)) {
      expect(lines).toBe(1);
      expect(hiddenPixels).toBe(0);
    }
  });
});

/** The place of the first such element. */
async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new RangeError(`no ${selector}`);
  return box;
}

interface Shown {
  readonly naturalWidth: number;
  readonly offsetHeight: number;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly firstChild: unknown;
}

const NATURAL_WIDTHS = (elements: unknown) =>
  (elements as Shown[]).map(({ naturalWidth }) => naturalWidth);

/** The lines of each text, and how much of it is outside of its box. Runs in the browser. */
const LINES = (elements: unknown) => {
  const { document } = globalThis as unknown as {
    document: {
      createRange(): { selectNodeContents(of: unknown): void; getClientRects(): unknown[] };
    };
  };
  return (elements as Shown[]).map((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const lines = range.getClientRects().length;
    return { lines, hiddenPixels: element.scrollWidth - element.clientWidth };
  });
};

/** The height of each element, and by how much its content is larger. Runs in the browser. */
const OVERFLOWS = (elements: unknown) =>
  (
    elements as Record<
      'offsetHeight' | 'scrollHeight' | 'scrollWidth' | 'clientHeight' | 'clientWidth',
      number
    >[]
  ).map(({ offsetHeight, scrollHeight, scrollWidth, clientHeight, clientWidth }) => ({
    height: offsetHeight,
    hiddenPixels: Math.max(scrollHeight - clientHeight, scrollWidth - clientWidth),
  }));

const HEIGHTS = (elements: unknown) =>
  (elements as Shown[]).map(({ offsetHeight }) => offsetHeight);

/** Plays a video without sound, until it moves. Its length in seconds. */
async function PLAY(element: unknown): Promise<number> {
  const video = element as {
    muted: boolean;
    readonly currentTime: number;
    readonly duration: number;
    play(): Promise<void>;
  };
  video.muted = true;
  await video.play();
  while (video.currentTime === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  return video.duration;
}

async function htmlOf(files: readonly MediaFile[]): Promise<string> {
  const ledger = ledgerOf(files);
  for (const [index, { stage }] of ledger.items.entries())
    if (stage === 'waiting')
      settle(ledger, index, { state: 'available', id: 'SIMULATED-C4E10AQ000001' });
  const settings = { mode: 'publish', failOn: 'any', api: 'assets' } as const;
  const report = buildReport(ledger, { ...settings, waitMs: 0, readsArtifacts: false }, null);
  const origin = [{ text: 'octocat/media', url: null }];
  const page = buildPage({ ...report, isPartial: false, origin, errors: [] }, report.page ?? []);
  return (await Array.fromAsync(page)).join('');
}

/** The contrast ratio of the WCAG between the text of `element` and what is behind it. Runs in the browser. */
function contrast(element: unknown): number {
  interface Node {
    readonly parentElement: Node | null;
  }
  const { getComputedStyle } = globalThis as unknown as {
    getComputedStyle(element: unknown): { color: string; backgroundColor: string };
  };
  const luminance = (color: string) => {
    const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
      const value = Number(part) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = element as Node;
  while (
    getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)' &&
    behind.parentElement !== null
  )
    behind = behind.parentElement;
  const { color } = getComputedStyle(element);
  const [text = 0, ground = 0] = [color, getComputedStyle(behind).backgroundColor].map(
    (one) => luminance(one) + 0.05,
  );
  return Math.max(text, ground) / Math.min(text, ground);
}

const FONT_SIZE = (element: unknown) => {
  const { getComputedStyle } = globalThis as unknown as {
    getComputedStyle(of: unknown): { fontSize: string };
  };
  return Number.parseFloat(getComputedStyle(element).fontSize);
};

const SYMBOL_OF = (element: unknown) => {
  const { getComputedStyle } = globalThis as unknown as {
    getComputedStyle(of: unknown, part: string): { backgroundImage: string };
  };
  return getComputedStyle(element, '::before').backgroundImage;
};
