// The post action in `mode: publish`, against a sandbox of LinkedIn and a branch on GitHub: each post goes out once.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { type Files, type Posting, postEnds, postRows, startPosting } from '../support/posting.ts';
import { OWNER } from '../support/publishing.ts';
import { srt } from '../support/subrip.ts';

const CAROUSEL: Files = {
  'media/hero.png': { sample: 'hero.png' },
  'media/team.jpg': { sample: 'team.jpg' },
  'media/team.alt.txt': 'The team at work\n',
  'posts/carousel.md':
    '---\nmedia:\n  - file: media/hero.png\n    alt: The hero\n  - media/team.jpg\n---\nVersion 2 is out (at last). #opensource\n',
};

let posting: Posting;

beforeEach(async () => {
  posting = await startPosting();
});
afterEach(() => posting.close());

it('a carousel is posted with its alternative texts, and a second run posts nothing', async () => {
  const first = await posting.run(CAROUSEL, { posts: 'posts/*.md' });
  expect(first.exitCode).toBe(0);
  const [row] = postRows(first);
  expect(row).toMatchObject({
    id: 'posts/carousel.md',
    file: 'posts/carousel.md',
    state: 'posted',
    author: OWNER,
    urnSource: 'linkedin',
    media: [
      { file: 'media/hero.png', kind: 'image', alt: 'The hero' },
      { file: 'media/team.jpg', kind: 'image', alt: 'The team at work' },
    ],
  });
  expect(posting.sent).toHaveLength(1);
  expect(posting.sent[0]).toMatchObject({
    commentary: 'Version 2 is out \\(at last\\). #opensource',
    content: { multiImage: { images: [{ altText: 'The hero' }, { altText: 'The team at work' }] } },
  });
  expect(first.outputs['post-urn']).toBe(row?.urn);
  expect(first.outputs['post-url']).toBe(`https://www.linkedin.com/feed/update/${row?.urn}/`);
  expect(first.json('urns')).toEqual({ 'posts/carousel.md': row?.urn });

  const second = await posting.run(CAROUSEL, { posts: 'posts/*.md' });
  expect(second.exitCode).toBe(0);
  expect(postEnds(second)).toEqual({ 'posts/carousel.md': 'known' });
  expect(second.outputs['post-urn']).toBe(row?.urn);
  expect(second.outputs).toMatchObject({
    'posted-count': '0',
    'known-count': '1',
    'failed-count': '0',
  });
  expect(posting.sent).toHaveLength(1);
  expect(posting.sandbox.model.calls().register).toBe(2);
});

/** A post with so many different pictures. */
function postWithPictures(count: number): Files {
  const pictures = Array.from({ length: count }, (_, index) => {
    return [`media/${index + 1}.png`, png({ width: 10 + index, height: 5 })] as const;
  });
  const media = pictures.map(([file]) => `  - file: ${file}\n    alt: A picture\n`);
  const post = `---\nmedia:\n${media.join('')}---\nAll of them\n`;
  return { ...Object.fromEntries(pictures), 'posts/a.md': post };
}

it('a post with 20 pictures goes out in their order, and one with 21 is an error that sends nothing', async () => {
  const tooMany = await posting.run(postWithPictures(21), { posts: 'posts/*.md' });
  expect(postEnds(tooMany)).toEqual({ 'posts/a.md': 'failed POST_MEDIA' });
  expect(posting.sandbox.model.calls().register).toBe(0);
  const run = await posting.run(postWithPictures(20), { posts: 'posts/*.md' });
  expect(postEnds(run)).toEqual({ 'posts/a.md': 'posted' });
  const [row] = postRows(run);
  const numbers = Array.from({ length: 20 }, (_, index) => `media/${index + 1}.png`);
  expect(row?.media.map(({ file }) => file)).toEqual(numbers);
  const images = row?.media.map(({ urn }) => ({ id: urn, altText: 'A picture' }));
  expect(posting.sent).toMatchObject([{ content: { multiImage: { images } } }]);
});

it('a video is posted with its captions, and a document with its title', async () => {
  const files: Files = {
    'clip.mp4': { sample: 'launch.mp4' },
    'clip.srt': { sample: 'launch.srt' },
    'deck.pdf': { sample: 'deck.pdf' },
    'posts/1-video.md': '---\nmedia: [clip.mp4]\ntitle: The launch\n---\nWatch it\n',
    'posts/2-deck.md': '---\nmedia: [deck.pdf]\ntitle: The deck\n---\nRead it\n',
  };
  const run = await posting.run(files, { posts: 'posts/*.md', 'max-posts': '2' });
  expect(postEnds(run)).toEqual({ 'posts/1-video.md': 'posted', 'posts/2-deck.md': 'posted' });
  expect(posting.sent.map(({ content }) => content)).toMatchObject([
    { media: { id: expect.stringMatching(/^urn:li:video:/), title: 'The launch' } },
    { media: { id: expect.stringMatching(/^urn:li:document:/), title: 'The deck' } },
  ]);
  const video = posting.sandbox.model.assets().find(({ urn }) => urn.startsWith('urn:li:video:'));
  expect(video?.captions?.sizeBytes).toBeGreaterThan(0);
  // Of several posts, the first one that went out.
  expect(run.outputs['post-urn']).toBe(postRows(run)[0]?.urn);
});

it('a link card is posted with its picture, and the first comment is made once', async () => {
  const files: Files = {
    'card.png': { sample: 'hero.png' },
    'posts/link.md':
      '---\nlink: { url: "https://example.org/v2", title: Version 2, description: All of it, image: card.png }\ncomment: "Docs: https://example.org/#docs"\n---\nRead on\n',
  };
  const run = await posting.run(files, { posts: 'posts/*.md' });
  expect(postEnds(run)).toEqual({ 'posts/link.md': 'posted' });
  expect(posting.sent[0]?.content).toMatchObject({
    article: {
      source: 'https://example.org/v2',
      title: 'Version 2',
      description: 'All of it',
      thumbnail: expect.stringMatching(/^urn:li:image:/),
    },
  });
  expect(run.outputs['comment-urn']).toMatch(/^urn:li:comment:/);
  await posting.run(files, { posts: 'posts/*.md' });
  expect(posting.sandbox.model.otherCalls()).toMatchObject({ post: 1, comment: 1 });
});

it.each([
  ...['INVALID_IMAGE_ID', 'INVALID_URN_ID', 'MEDIA_ASSET_PROCESSING_FAILED', 'EXPIRED_UPLOAD_URL'],
])('a picture that LinkedIn cannot use (%s) is uploaded again by the next run', async (code) => {
  await posting.close();
  const body = { status: 400, code, message: 'The media does not exist' };
  posting = await startPosting({ faults: [{ on: 'post', reply: { status: 400, body } }] });
  const files: Files = {
    'hero.png': { sample: 'hero.png' },
    'posts/a.md': '---\nmedia: [{ file: hero.png, alt: Hero }]\n---\nOut now\n',
  };
  const first = await posting.run(files, { posts: 'posts/*.md' });
  expect(postEnds(first)).toEqual({ 'posts/a.md': 'failed POST_REFUSED' });
  expect(first.messages('error').join()).toContain('Run the job again: it uploads the media again');
  const second = await posting.run(files, { posts: 'posts/*.md' });
  expect(postEnds(second)).toEqual({ 'posts/a.md': 'posted' });
  expect(posting.sandbox.model.calls().register).toBe(2);
});

it('without the id of the app, the memory knows how many days the token has at most', async () => {
  const files: Files = { 'posts/a.md': '---\n---\nOne\n' };
  const first = await posting.run(files, { posts: 'posts/*.md' });
  expect(first.outputs['token-days-left']).toBe('60');
  expect(first.log).toContain('the access token expires in at most 60 days');
});

it('a scheduled post waits, a post that is too old expires, and the rest are told apart', async () => {
  const files: Files = {
    'posts/draft.md': '---\ndraft: true\n---\nNot yet\n',
    'posts/later.md': '---\nat: 2031-02-03T09:00:00+01:00\n---\nLater\n',
    'posts/latest.md': '---\nat: 2032-02-03T09:00:00+01:00\n---\nLatest\n',
    'posts/old.md': '---\nat: 2020-02-03T09:00:00Z\n---\nOld news\n',
    'posts/other.md': '---\nowner: urn:li:person:abc\n---\nOf somebody else\n',
  };
  const run = await posting.run(files, { posts: 'posts/*.md' });
  expect(run.exitCode).toBe(0);
  expect(postEnds(run)).toEqual({
    'posts/draft.md': 'draft',
    'posts/later.md': 'scheduled',
    'posts/latest.md': 'scheduled',
    'posts/old.md': 'expired',
    'posts/other.md': 'other-owner',
  });
  expect(run.outputs).toMatchObject({
    'next-at': '2031-02-03T09:00:00+01:00',
    'waiting-count': '2',
    'failed-count': '0',
    'post-urn': '',
  });
  expect(run.messages('warning').join()).toContain('posts/old.md is not posted');
  const verdict = 'Nothing went out, because 1 post has expired';
  expect(run.messages('warning').at(-1)).toMatch(
    new RegExp(`^${verdict}: 2 scheduled, 1 in draft, 1 expired`),
  );
  expect(run.summary.startsWith(`## ⚠️ ${verdict}\n`)).toBe(true);
  for (const reason of [
    'it is due on Mon 3 Feb 2031, 09:00 (+01:00)',
    'more than 48 hours ago',
    'it is a draft',
    'its owner is',
  ])
    expect(run.summary).toContain(reason);
  expect(posting.sandbox.model.otherCalls().post).toBe(0);
  expect(posting.github.count('write contents')).toBe(0);
});

it('a post of another owner is `other-owner`, and goes out in the job that runs for that owner', async () => {
  const person = 'urn:li:person:ab-C_1';
  const files: Files = {
    'posts/a.md': `---\nowner: ${OWNER}\n---\nOf the page\n`,
    'posts/b.md': `---\nowner: ${person}\n---\nOf the person\n`,
  };
  const ofPage = await posting.run(files, { posts: 'posts/*.md' });
  expect([ofPage.exitCode, postEnds(ofPage)]).toEqual([
    0,
    { 'posts/a.md': 'posted', 'posts/b.md': 'other-owner' },
  ]);
  expect(ofPage.summary).toContain(`its owner is \`${person}\``);
  const ofPerson = await posting.run(files, { posts: 'posts/*.md', owner: person });
  expect([ofPerson.exitCode, postEnds(ofPerson)]).toEqual([
    0,
    { 'posts/a.md': 'other-owner', 'posts/b.md': 'posted' },
  ]);
  expect(posting.sent.map(({ author }) => author)).toEqual([OWNER, person]);
});

it('a draft with a mistake fails at its line, and the other posts are not sent', async () => {
  const files: Files = {
    'posts/a.md': '---\ndraft: true\nvisibility: friends\n---\nNot yet\n',
    'posts/b.md': '---\n---\nFine\n',
  };
  const run = await posting.run(files, { posts: 'posts/*.md' });
  expect([run.exitCode, postEnds(run)]).toEqual([
    1,
    { 'posts/a.md': 'failed POST_KEY', 'posts/b.md': 'skipped RUN_STOPPED' },
  ]);
  const places = run.annotations.map(({ file, line, title }) => [title, file, line]);
  expect(places).toContainEqual(['POST_KEY', 'posts/a.md', 3]);
  expect(posting.sent).toEqual([]);
});

it('more due posts than `max-posts` fail the first run of a memory without posts, before anything is sent', async () => {
  const files: Files = { 'posts/a.md': '---\n---\nOne\n', 'posts/b.md': '---\n---\nTwo\n' };
  const run = await posting.run(files, { posts: 'posts/*.md' });
  expect(run.exitCode).toBe(1);
  expect(run.annotations.map(({ title }) => title)).toContain('input max-posts');
  expect(run.messages('error').join()).toContain('posts/a.md, posts/b.md');
  expect(postEnds(run)).toEqual({
    'posts/a.md': 'skipped RUN_STOPPED',
    'posts/b.md': 'skipped RUN_STOPPED',
  });
  expect(run.outputs['failed-count']).toBe('2');
  expect(posting.sandbox.model.otherCalls().post).toBe(0);
  const both = await posting.run(files, { posts: 'posts/*.md', 'max-posts': '2' });
  expect(both.outputs['posted-count']).toBe('2');
});

it('an error in one post keeps the others from being sent, and is annotated at its line', async () => {
  const files: Files = {
    'posts/bad.md': '---\ntitel: Oops\nmedia:\n  - missing.png\n---\nText\n',
    'posts/good.md': '---\n---\nFine\n',
    'posts/none.md': 'No front matter\n',
  };
  const run = await posting.run(files, { posts: 'posts/*.md' });
  expect(run.exitCode).toBe(1);
  expect(postEnds(run)).toEqual({
    'posts/bad.md': 'failed POST_KEY',
    'posts/good.md': 'skipped RUN_STOPPED',
    'posts/none.md': 'failed POST_KEY',
  });
  const places = run.annotations.map(({ file, line, title }) => [title, file, line]);
  expect(places).toContainEqual(['POST_KEY', 'posts/bad.md', 2]);
  expect(places).toContainEqual(['POST_KEY', 'posts/none.md', 1]);
  expect(run.messages('error').join()).toContain('did you mean `title`?');
  expect(posting.sandbox.model.otherCalls().post).toBe(0);
});

it('a picture that a pattern of posts matches is an error that names a better pattern', async () => {
  const files: Files = { 'posts/a.md': '---\n---\nText\n', 'posts/a.png': { sample: 'hero.png' } };
  const run = await posting.run(files, { posts: 'posts' });
  expect(postEnds(run)).toMatchObject({ 'posts/a.png': 'failed FILE_UNREADABLE' });
  expect(run.messages('error').join()).toContain('`posts/**/*.md` matches only posts');
});

it('a README without front matter is skipped with a line in the log only, and the other posts go out', async () => {
  const files: Files = { 'posts/a.md': '---\n---\nText\n', 'posts/README.md': '# Posts\n' };
  const run = await posting.run(files, { posts: 'posts/*.md' });
  expect([run.exitCode, postEnds(run)]).toEqual([0, { 'posts/a.md': 'posted' }]);
  expect(run.log).toContain(
    'posts/README.md is skipped: it has no front matter, so it is not a post',
  );
  expect(JSON.stringify(run.annotations)).not.toContain('README');
  expect(run.summary).not.toContain('README');
});

it('patterns that match nothing succeed with a notice', async () => {
  const run = await posting.run({ 'posts/README.txt': '' }, { posts: 'posts/*.md' });
  expect(run.exitCode).toBe(0);
  expect(run.messages('notice').join()).toContain('posts matches no file');
  expect(run.summary).toContain('posts: matches no file, so there is nothing to post');
  expect(run.summary).toMatch(/^## ⚠️/m);
  expect(run.messages('warning')).toEqual([]);
  expect(run.json('results')).toEqual([]);
});

it('captions with CR LF go out with LF', async () => {
  const text = srt(2);
  const files: Files = {
    'clip.mp4': { sample: 'launch.mp4' },
    'clip.srt': text.replaceAll('\n', '\r\n'),
    'posts/a.md': '---\nmedia: [clip.mp4]\n---\nWatch it\n',
  };
  expect(postEnds(await posting.run(files, { posts: 'posts/*.md' }))).toEqual({
    'posts/a.md': 'posted',
  });
  const [video] = posting.sandbox.model.assets();
  const sha256 = createHash('sha256').update(text).digest('hex');
  expect(video?.captions).toMatchObject({ sizeBytes: text.length, sha256 });
});

it('the preview file shows the posts as they will look', async () => {
  const run = await posting.run(CAROUSEL, { posts: 'posts/*.md' });
  const preview = readFileSync(run.outputs['preview-file'] ?? '', 'utf8');
  expect(preview).toMatch(/^## ✅ 1 post went out\n/);
  expect(preview).toContain('#opensource</b>');
  expect(preview).toContain('<li>media/team.jpg<br><span class="alt">The team at work</span></li>');
  expect(JSON.parse(readFileSync(run.outputs['results-file'] ?? '', 'utf8'))).toEqual(
    run.json('results'),
  );
});

it('an alternative text with CR LF goes out with LF', async () => {
  const files: Files = {
    'a.png': { sample: 'hero.png' },
    'a.alt.txt': 'One\r\nTwo\r\n',
    'posts/a.md': '---\nmedia: [a.png]\n---\nOut now\n',
  };
  const run = await posting.run(files, { posts: 'posts/*.md' });
  expect(postRows(run)[0]?.media).toMatchObject([{ alt: 'One\nTwo' }]);
  expect(JSON.stringify(posting.sent)).toContain(JSON.stringify('One\nTwo'));
});
