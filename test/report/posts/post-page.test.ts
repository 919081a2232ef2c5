// Posts on the page: as in the feed, with the reasons for their state.

import { expect, it } from 'vitest';
import { ActionError } from '../../../src/errors/action-error.ts';
import { buildPostSections } from '../../../src/report/posts/post-page.ts';
import { video } from '../../support/ledgers.ts';
import { type Given, itemOf, PICTURE } from './post-runs.ts';

async function pageOf(given: Given): Promise<string> {
  return (
    await Array.fromAsync(buildPostSections([itemOf(given)], { mode: 'publish', embedsPictures: false }))
  ).join('');
}

it('a video has its duration and its title', async () => {
  const media = [{ ...PICTURE, kind: 'video', source: video('media/a.mp4') } as const];
  const html = await pageOf({ post: { title: 'The <launch>' }, written: { media } });
  expect(html).toMatch(/<div class="picture placeholder"><span class="play"><\/span>[\d.]+ s<\/div>/);
  expect(html).toContain('<b>The &lt;launch&gt;</b>');
});

it.each([
  ['failed', true],
  ['unknown', true],
  ['planned', false],
  ['scheduled', false],
] as const)('a post that is %s is marked as a failure: %s', async (state, isFailure) => {
  expect((await pageOf({ outcome: { state } })).includes('class="post failed"')).toBe(isFailure);
});

it('the author is linked if it is a page', async () => {
  const link = '<a href="https://www.linkedin.com/company/5/" rel="noreferrer">urn:li:organization:5</a>';
  expect(await pageOf({ post: { author: 'urn:li:organization:5' } })).toContain(link);
  expect(await pageOf({ post: { author: 'urn:li:person:a' } })).not.toContain('<a ');
});

it('code in a reason is shown as code, and its other text is data', async () => {
  const html = await pageOf({ outcome: { state: 'known', reason: '`titel` is not a key of <a> post' } });
  expect(html).toContain('<p class="reason"><code>titel</code> is not a key of &lt;a&gt; post</p>');
});

it('posts that failed come first, each with an error of one line that unfolds', async () => {
  const error = new ActionError('POST_MEDIA', 'has no picture', {
    subject: { file: 'posts/launch.md', line: 3 },
  });
  const items = [
    itemOf({ outcome: { state: 'planned' } }),
    itemOf({ outcome: { state: 'failed', errors: [error] } }),
  ];
  const html = (
    await Array.fromAsync(buildPostSections(items, { mode: 'publish', embedsPictures: false }))
  ).join('');
  const [first, second, ...others] = html.split(/(?=<article )/);
  expect(others).toEqual([]);
  expect(first).toContain('class="post failed"');
  expect(first).toMatch(
    /<details class="error"><summary><b>line 3: has no picture<\/b><\/summary>.+<\/details>/,
  );
  expect(second).not.toContain('<details class="error">');
});

it('of many pictures, five stand as in the feed with the number of the others, which unfold', async () => {
  const media = Array.from({ length: 12 }, (_, n) => ({ ...PICTURE, file: `${n}.png` }));
  const html = await pageOf({ written: { media } });
  const [feed = '', others = ''] = html.split('<details>');
  const count = (text: string) => text.split('class="picture').length - 1;
  expect([count(feed), count(others)]).toEqual([5, 7]);
  expect(feed).toContain('<span class="more">+7</span>');
  expect(others).toContain('<summary>7 more pictures</summary>');
  const few = await pageOf({ written: { media: media.slice(0, 5) } });
  expect([count(few), few.includes('more')]).toEqual([5, false]);
});
