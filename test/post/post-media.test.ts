// What is known of a post once its files were looked at.

import { symlink } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { toReviewedPost } from '../../src/github/approval.ts';
import { openWorkspace } from '../../src/media/find/workspace.ts';
import { parsePostFile } from '../../src/post/file/parse-post-file.ts';
import { findMedia, inspectPost } from '../../src/post/post-media.ts';
import { plant } from '../media/tree.ts';
import { mp4, png } from '../support/media.ts';
import { testRun } from '../support/run.ts';
import { PAGE } from './posts.ts';

async function inspect(
  frontMatter: string,
  files: Parameters<typeof plant>[0],
  links: [string, string][] = [],
) {
  const { workspace: folder, at } = await plant(files);
  for (const [target, path] of links) await symlink(target, at(path));
  const source = `---\n${frontMatter}\n---\nText`;
  const written = parsePostFile(source, 'posts/a.md', { owner: PAGE, release: null });
  const run = testRun();
  const workspace = await openWorkspace({ workspace: folder, includeHiddenFiles: true });
  const found = await findMedia(written, { workspace, folder, assets: null, run });
  return await inspectPost(written, found, { altText: 'off', workspace, release: null, run });
}

it.skipIf(process.platform === 'win32')(
  'linked captions of a video are refused without the name of an input that only the upload action has',
  async () => {
    const files = { 'a.mp4': mp4(), 'real.srt': 'x' };
    const { errors } = await inspect('media: [a.mp4]', files, [['real.srt', 'a.srt']]);
    const text = errors.map(({ message, hint }) => `${message} ${hint}`).join();
    expect(text).toContain('a.srt is reached through a link');
    expect(text).not.toContain('follow-symlinks');
  },
);

it('the thumbnail of a video may be the picture of a link card', async () => {
  const image = 'media/launch.thumbnail.png';
  const source = `link: { url: "https://a.example/", title: x, image: ${image} }`;
  const inspected = await inspect(source, { [image]: png() });
  expect(inspected.errors).toEqual([]);
  expect(inspected.linkImage?.path).toBe(image);
  expect(toReviewedPost(inspected).paths).toEqual(['posts/a.md', image]);
});

it.each([
  ['the file with the alternative text of a picture', 'media: [a.png]', ['posts/a.md', 'a.png', 'a.alt.txt']],
  ['no such file if the post has the text', 'media: [{ file: a.png, alt: A }]', ['posts/a.md', 'a.png']],
  [
    'no such file for a link card',
    'link: { url: "https://a.example/", title: x, image: a.png }',
    ['posts/a.md', 'a.png'],
  ],
  [
    'captions and thumbnails of a video',
    'media: [a.mp4]',
    expect.arrayContaining(['posts/a.md', 'a.mp4', 'a.srt', 'a.thumbnail.jpg']),
  ],
])('a review covers %s', async (_, frontMatter, paths) => {
  const inspected = await inspect(frontMatter, { 'a.png': png(), 'a.mp4': mp4() });
  expect(toReviewedPost(inspected).paths).toEqual(paths);
});
