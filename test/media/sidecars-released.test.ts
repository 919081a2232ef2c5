// Sidecars among the files of a release, which are outside the workspace.

import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import type { FoundFile } from '../../src/media/find/workspace.ts';
import { jpeg } from '../support/media.ts';
import { srt } from '../support/subrip.ts';
import { attach, inspectAll, only, summaryOf, VIDEO } from './sidecar-runs.ts';
import { plant } from './tree.ts';

const ERROR = new FileError('ASSET_DIFFERS', 'release:v1/clip.srt', 'has another SHA-256 than GitHub lists');

/** Release assets as they are downloaded, each under a number. The download of `broken` ones failed. */
async function download(contents: Record<string, string | Uint8Array>, broken: readonly string[] = []) {
  const tree = await plant();
  const released = await Promise.all(
    Object.entries(contents).map(async ([name, content], index): Promise<FoundFile> => {
      await writeFile(tree.at(`${index}`), content);
      const file = {
        path: `release:v1/${name}`,
        absolutePath: tree.at(`${index}`),
        sizeBytes: content.length,
      };
      return broken.includes(name) ? { ...file, error: ERROR } : file;
    }),
  );
  const matching = async (suffix: RegExp) => {
    const files = released.filter(({ path }) => suffix.test(path));
    return attach(tree, await inspectAll(files, tree), { released });
  };
  return { matching };
}

const FILES = { 'clip.mp4': VIDEO, 'clip.srt': srt(), 'clip.thumbnail.jpg': jpeg(), 'other.srt': srt() };
const WHOLE = 'release:v1/clip.mp4 + release:v1/clip.srt + release:v1/clip.thumbnail.jpg';

it.each([
  ['match a pattern', /clip/],
  ['match no pattern', /mp4$/],
])('a video is uploaded with the sidecars of its release that %s', async (_, suffix) => {
  const { matching } = await download(FILES);
  expect(summaryOf(only(await matching(suffix)))).toBe(WHOLE);
});

it('the file extensions of sidecars can be in upper case', async () => {
  const { matching } = await download({ 'clip.mp4': VIDEO, 'clip.SRT': srt() });
  expect(summaryOf(only(await matching(/mp4$/)))).toBe('release:v1/clip.mp4 + release:v1/clip.SRT');
});

it('a video has no sidecars when its release has no sidecars', async () => {
  const { matching } = await download({ 'clip.mp4': VIDEO });
  const clip = only(await matching(/mp4$/));
  expect(summaryOf(clip)).toBe('release:v1/clip.mp4');
  expect(clip.warnings).toEqual([]);
});

it.each([
  ['match a pattern', /clip/],
  ['match no pattern', /mp4$/],
])('a video is rejected when the download of its captions failed (sidecars %s)', async (_, suffix) => {
  const { matching } = await download(FILES, ['clip.srt']);
  const clip = only(await matching(suffix));
  expect(clip.error).toMatchObject({ code: 'FILE_SIDECAR' });
  expect(clip.error?.message).toContain(ERROR.message);
});

it('a video whose download failed keeps the reason, and its sidecars are not uploaded without it', async () => {
  const { matching } = await download(FILES, ['clip.mp4']);
  const clip = only(await matching(/clip/));
  expect(clip).toMatchObject({ path: 'release:v1/clip.mp4', error: ERROR, identity: null, media: null });
});
