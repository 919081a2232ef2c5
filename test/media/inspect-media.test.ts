// Inspection of the files of a run: alternative texts beside pictures, invalid sidecars of videos, and a run that is cancelled.

import { mkdir, rm, symlink } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { RunError } from '../../src/errors/action-error.ts';
import { openAsSystem } from '../../src/media/bytes.ts';
import { openWorkspace } from '../../src/media/find/workspace.ts';
import { altTextFileOf, inspectMedia } from '../../src/media/inspect-media.ts';
import type { Open } from '../../src/run.ts';
import { caught } from '../support/caught.ts';
import { gif, jpeg, lfsPointer, mp4, png } from '../support/media.ts';
import { testRun } from '../support/run.ts';
import { srt } from '../support/subrip.ts';
import { find } from './find/find.ts';
import {
  attach,
  clipOf,
  inspectAll,
  inspected,
  only,
  PAIR,
  run,
  summaryOf,
  VIDEO,
} from './sidecar-runs.ts';
import { plant } from './tree.ts';

const FILES = {
  'media/hero.png': png(),
  'media/hero.alt.txt': '\ufeff The new dashboard\r\n',
  'media/clip.mp4': mp4(),
  'media/clip.alt.txt': 'of a video',
  'plain.png': png(),
  'blank.png': png(),
  'blank.alt.txt': ' \n',
  'long.png': png(),
  'long.alt.txt': 'x'.repeat(4087),
  'binary.png': png(),
  'binary.alt.txt': Buffer.from([0xff, 0xfe]),
};

async function described(patterns: string, tree?: Awaited<ReturnType<typeof plant>>) {
  return await inspected(tree ?? (await plant(FILES)), patterns);
}

it.each([
  ['media/a.png', 'media/a.alt.txt'],
  ['a.b.jpeg', 'a.b.alt.txt'],
  ['v1.0/photo', 'v1.0/photo.alt.txt'],
])('the alternative text of %s is in %s', (file, text) => {
  expect(altTextFileOf(file)).toBe(text);
});

it('a picture has the text of the file beside it, without blank space around it', async () => {
  const [hero, plain] = await described('media/hero.png\nplain.png');
  expect(hero).toMatchObject({ altText: 'The new dashboard', warnings: [] });
  expect(plain).not.toHaveProperty('altText');
});

it('the text of a matched picture is not uploaded as a file, and the text of a video is', async () => {
  const files = await described('media/*');
  expect(files.map(({ path }) => path)).toEqual([
    'media/clip.alt.txt',
    'media/clip.mp4',
    'media/hero.png',
  ]);
  expect(files[1]).not.toHaveProperty('altText');
});

it('the text of a picture that cannot be uploaded is no file of its own, so that only the picture is reported', async () => {
  const tree = await plant({
    'a.JPG': png().subarray(0, -4),
    'a.alt.txt': 'of a',
    'b.alt.txt': 'of nothing',
  });
  const files = await described('*', tree);
  expect(files.map(({ path, error }) => [path, error?.code])).toEqual([
    ['a.JPG', 'FILE_TRUNCATED'],
    ['b.alt.txt', 'FILE_TYPE'],
  ]);
});

it('the text of a picture may have 4,086 characters', async () => {
  const text = 'x'.repeat(4086);
  const [picture] = await described('a.png', await plant({ 'a.png': png(), 'a.alt.txt': text }));
  expect(picture).toMatchObject({ altText: text, warnings: [] });
});

it.each([
  ['blank.png', /has an alternative text, blank\.alt\.txt, which is empty/],
  ['long.png', /long\.alt\.txt, of more than 4,086 characters/],
  ['binary.png', /cannot be used: binary\.alt\.txt is not UTF-8 text/],
])('a text that cannot be used becomes a warning: %s', async (file, text) => {
  const [picture] = await described(file);
  expect(picture).toMatchObject({ error: null, warnings: [expect.stringMatching(text)] });
  expect(picture).not.toHaveProperty('altText');
});

it.skipIf(process.platform === 'win32')('a link is not read as an alternative text', async () => {
  const tree = await plant({ 'a.png': png(), '../outside/secret.txt': 'secret' });
  await symlink(`${tree.outside}/secret.txt`, tree.at('a.alt.txt'));
  const [picture] = await described('a.png', tree);
  expect(picture).not.toHaveProperty('altText');
  expect(picture?.warnings).toHaveLength(1);
});

it('a text of a release is not that of a picture in the workspace, and the other way round', async () => {
  const tree = await plant({
    'a.png': png(),
    'b.alt.txt': 'beside it',
    '../outside/0': png(),
    '../outside/1': 'released',
  });
  const { files } = await find(tree, 'a.png');
  const asset = (name: string, index: number) => {
    return { path: `release:v1/${name}`, absolutePath: `${tree.outside}/${index}`, sizeBytes: 8 };
  };
  const released = ['b.png', 'a.alt.txt'].map(asset);
  const texts = await inspectAll([...files, ...released.slice(0, 1)], { ...tree, released });
  expect(texts.map(({ error, altText }) => [error, altText])).toEqual([
    [null, undefined],
    [null, undefined],
  ]);
});

const REASON = new RunError('RUN_CANCELLED', 'the run was cancelled (SIGTERM)');
// More than are inspected at a time.
const IMAGES = Object.fromEntries(
  Array.from({ length: 30 }, (_, index) => [`${index}.png`, png()]),
);

/** Aborts when a file is opened for the time number `at`, counted from 1. */
function abortingAt(at: number) {
  const end = new AbortController();
  let opens = 0;
  const open: Open = (path, flags) => {
    opens += 1;
    if (opens === at) end.abort(REASON);
    return openAsSystem(path, flags);
  };
  return { open, signal: end.signal, opens: () => opens };
}

async function inspect(files: Record<string, Uint8Array>, at: number) {
  const tree = await plant(files);
  const { files: found } = await find(tree, '*');
  const { open, signal, opens } = abortingAt(at);
  const workspace = await openWorkspace(tree);
  const options = { workspace, sidecars: true, altTexts: false, digests: true };
  const inspected = await inspectMedia(found, options, testRun({ open, signal }));
  return { inspected, opens: opens() };
}

it.each(['*', 'nothing/*'])(
  'a cancelled run aborts the search for files with its reason: %s',
  async (patterns) => {
    const tree = await plant(IMAGES);
    const search = () => find(tree, patterns, {}, { signal: AbortSignal.abort(REASON) });
    expect(await caught(search, RunError)).toBe(REASON);
  },
);

it('a cancelled run opens no further file, and the remaining files fail with its reason', async () => {
  const { inspected, opens } = await inspect(IMAGES, 5);
  expect(inspected).toHaveLength(30);
  const completed = inspected.filter(({ error }) => error === null);
  expect(completed.length).toBe(opens);
  expect(opens).toBeLessThanOrEqual(4 + 5);
  expect(inspected.filter(({ error }) => error === REASON)).toHaveLength(30 - opens);
});

it('a cancelled run has no row for the captions of a video', async () => {
  const { inspected } = await inspect(
    { 'a.mp4': mp4(), 'a.srt': Buffer.from('x'), 'b.png': png() },
    1,
  );
  expect(inspected.map(({ path }) => path)).toEqual(['a.mp4', 'b.png']);
});

it('a cancelled run aborts a digest without an error for the file', async () => {
  // Inspection opens each file once, then the digest opens it again.
  const { inspected, opens } = await inspect({ 'a.mp4': mp4(), 'b.mp4': mp4() }, 3);
  expect(inspected.map(({ error, media }) => [error, media?.sha256])).toEqual([
    [null, undefined],
    [null, undefined],
  ]);
  expect(opens).toBeLessThanOrEqual(4);
});

const huge = png({ width: 8000, height: 5000 });
const cases: [name: string, file: string, content: string | Uint8Array, reason: RegExp][] = [
  ['captions without a cue', 'clip.srt', 'Hello\n', /clip\.srt is not SubRip text/],
  [
    'captions that are not UTF-8',
    'clip.srt',
    Buffer.from([0x31, 0x0a, 0xff]),
    /clip\.srt is not UTF-8/,
  ],
  ['empty captions', 'clip.srt', '', /clip\.srt is not SubRip text/],
  [
    'captions larger than 10 MB',
    'clip.srt',
    Buffer.alloc(10_000_001, srt()),
    /clip\.srt has 10\.0 MB, which is too large/,
  ],
  ['captions in Git LFS', 'clip.srt', lfsPointer(), /clip\.srt is a Git LFS pointer.*lfs: true/],
  ['text as a thumbnail', 'clip.thumbnail.png', 'text', /clip\.thumbnail\.png is not an image/],
  [
    'a GIF as a thumbnail',
    'clip.thumbnail.png',
    gif({ frames: 1 }),
    /png is image\/gif, but .* PNG or JPG/,
  ],
  ['a video as a thumbnail', 'clip.thumbnail.jpg', VIDEO, /jpg is video\/mp4, but/],
  [
    'a truncated PNG thumbnail',
    'clip.thumbnail.png',
    png().subarray(0, -5),
    /clip\.thumbnail\.png has no PNG end chunk/,
  ],
  [
    'a truncated JPEG thumbnail',
    'clip.thumbnail.jpeg',
    jpeg().subarray(0, 30),
    /clip\.thumbnail\.jpeg has no JPEG image data/,
  ],
  ['an empty thumbnail', 'clip.thumbnail.png', '', /clip\.thumbnail\.png is empty/],
  [
    'a thumbnail in Git LFS',
    'clip.thumbnail.png',
    lfsPointer(),
    /clip\.thumbnail\.png is a Git LFS pointer.*lfs: true/,
  ],
  ['a thumbnail with too many pixels', 'clip.thumbnail.png', huge, /png has 40,000,000 pixels/],
];
it.each(cases)(
  'an invalid sidecar rejects its video, whether it matches a pattern or not: %s',
  async (_, name, content, reason) => {
    const tree = await plant({ 'a.png': png(), 'clip.mp4': VIDEO, [name]: content });
    for (const patterns of ['a.png\nclip.mp4', '**']) {
      const files = await run(tree, patterns);
      expect(files.map(summaryOf)).toEqual(['a.png', 'clip.mp4 + FILE_SIDECAR']);
      const { message = '', hint = '' } = files[1]?.error ?? {};
      expect(`${message}. ${hint}`).toMatch(reason);
      expect(message.startsWith('clip.mp4 is rejected because of its sidecars: ')).toBe(true);
      expect(files[1]).not.toHaveProperty('sidecars');
      expect(files[1]?.media?.kind).toBe('video');
    }
  },
);

it('a video gets one error with both reasons when captions and thumbnail are invalid', async () => {
  const clip = await clipOf({ 'clip.srt': '', 'clip.thumbnail.png': 'text' });
  expect(clip.error?.message).toMatch(
    /: clip\.srt is not SubRip text: .*; clip\.thumbnail\.png is not an image, video or document$/,
  );
});

it('an invalid sidecar rejects its video although a second thumbnail is valid', async () => {
  const clip = await clipOf({ 'clip.thumbnail.png': '', 'clip.thumbnail.jpg': jpeg() });
  expect(summaryOf(clip)).toBe('clip.mp4 + FILE_SIDECAR');
});

it('an invalid sidecar rejects no other video', async () => {
  const files = await run(
    await plant({ 'a.mp4': VIDEO, 'a.srt': '', 'b.mp4': VIDEO, 'b.srt': srt() }),
    '**',
  );
  expect(files.map(summaryOf)).toEqual(['a.mp4 + FILE_SIDECAR', 'b.mp4 + b.srt']);
});

it.each(['clip.srt', 'clip.thumbnail.png'])(
  'a directory named %s is an invalid sidecar',
  async (name) => {
    const tree = await plant({ 'clip.mp4': VIDEO });
    await mkdir(tree.at(name));
    const { error } = only(await run(tree, 'clip.mp4'));
    expect(error).toMatchObject({
      code: 'FILE_SIDECAR',
      message: expect.stringContaining(`${name} is a folder`),
    });
  },
);

it.each(['clip.srt', 'clip.thumbnail.png'])(
  'a matched %s that was deleted is an invalid sidecar',
  async (name) => {
    const tree = await plant(PAIR);
    const files = await inspected(tree, 'clip.mp4');
    await rm(tree.at(name));
    const gone = await inspectAll(
      [{ path: name, absolutePath: tree.at(name), sizeBytes: 0 }],
      tree,
    );
    const { error } = only(await attach(tree, [...files, ...gone]));
    expect(error).toMatchObject({
      code: 'FILE_SIDECAR',
      message: expect.stringContaining(`${name} cannot be read`),
    });
  },
);
