// Sidecars: which video a file belongs to, what is recorded about a sidecar, which captions are valid, and those of a release.

import { appendFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import { openBytes } from '../../src/media/bytes.ts';
import type { FoundFile } from '../../src/media/find/workspace.ts';
import { inspectCaptions } from '../../src/media/sidecars.ts';
import { caught } from '../support/caught.ts';
import { gif, jpeg, lfsPointer, mp4, png } from '../support/media.ts';
import { testRun } from '../support/run.ts';
import { srt } from '../support/subrip.ts';
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

const THUMBNAIL = 'clip.thumbnail.png';
const cases: [
  name: string,
  files: Record<string, string | Uint8Array>,
  patterns: string,
  summaries: string[],
][] = [
  ['captions and thumbnail, not matched', PAIR, '*.mp4', [`clip.mp4 + clip.srt + ${THUMBNAIL}`]],
  ['captions and thumbnail, matched too', PAIR, '**', [`clip.mp4 + clip.srt + ${THUMBNAIL}`]],
  ['captions alone', { 'clip.mp4': VIDEO, 'clip.srt': srt() }, '**', ['clip.mp4 + clip.srt']],
  ['no sidecar', { 'clip.mp4': VIDEO, 'b.srt': srt() }, '*.mp4', ['clip.mp4']],
  [
    'a .jpeg thumbnail',
    { 'clip.mp4': VIDEO, 'clip.thumbnail.jpeg': jpeg() },
    '**',
    ['clip.mp4 + clip.thumbnail.jpeg'],
  ],
  [
    'file extensions in upper case, not matched',
    { 'clip.MP4': VIDEO, 'clip.SRT': srt(), 'clip.thumbnail.PNG': png() },
    '*.MP4',
    ['clip.MP4 + clip.SRT + clip.thumbnail.PNG'],
  ],
  [
    'file extensions in upper case, matched too',
    { 'clip.mp4': VIDEO, 'clip.SRT': srt(), 'clip.thumbnail.JPG': jpeg(), 'b.SRT': srt() },
    '**',
    ['b.SRT + FILE_SIDECAR', 'clip.mp4 + clip.SRT + clip.thumbnail.JPG'],
  ],
  [
    'excluded captions, which need no match',
    PAIR,
    '**\n!**/*.srt',
    [`clip.mp4 + clip.srt + ${THUMBNAIL}`],
  ],
  [
    'files in other folders',
    {
      'a/clip.mp4': VIDEO,
      'b/clip.srt': srt(),
      'clip.thumbnail.png': png(),
      'a/c/clip.srt': srt(),
    },
    '**',
    [
      'a/c/clip.srt + FILE_SIDECAR',
      'a/clip.mp4',
      'b/clip.srt + FILE_SIDECAR',
      `${THUMBNAIL} + FILE_SIDECAR`,
    ],
  ],
  [
    'a name with dots',
    { 'a.b.mp4': VIDEO, 'a.b.srt': srt(), 'a.srt': srt() },
    '*.mp4',
    ['a.b.mp4 + a.b.srt'],
  ],
  [
    'two videos with the same stem',
    { ...PAIR, 'clip.mov': mp4({ brand: 'qt  ' }) },
    '**',
    [`clip.mov + clip.srt + ${THUMBNAIL}`, `clip.mp4 + clip.srt + ${THUMBNAIL}`],
  ],
  [
    'sidecars without a matched video',
    PAIR,
    '*.png\n*.srt',
    ['clip.srt + FILE_SIDECAR', `${THUMBNAIL} + FILE_SIDECAR`],
  ],
  [
    'an image named like a video',
    { ...PAIR, 'clip.mp4': png() },
    '**',
    ['clip.mp4', 'clip.srt + FILE_SIDECAR', `${THUMBNAIL} + FILE_SIDECAR`],
  ],
  [
    'text named like a video',
    { ...PAIR, 'clip.mp4': 'text' },
    '**',
    ['clip.mp4 + FILE_TYPE', 'clip.srt + FILE_SIDECAR', `${THUMBNAIL} + FILE_SIDECAR`],
  ],
  [
    'a video named like an image',
    { 'clip.png': VIDEO, 'clip.srt': srt() },
    '**',
    ['clip.png + clip.srt'],
  ],
  ['a video named .srt, which is not its own captions', { 'clip.srt': VIDEO }, '**', ['clip.srt']],
  [
    'a thumbnail of an image',
    { 'a.png': png(), 'a.thumbnail.png': png() },
    '**',
    ['a.png', 'a.thumbnail.png + FILE_SIDECAR'],
  ],
  [
    'a truncated video, whose sidecars are not uploaded without it',
    { ...PAIR, 'clip.mp4': VIDEO.subarray(0, -9), 'd.png': png() },
    '**',
    ['clip.mp4 + FILE_TRUNCATED', 'd.png'],
  ],
  [
    'a Git LFS pointer named like a video',
    { ...PAIR, 'clip.mp4': lfsPointer() },
    '**',
    ['clip.mp4 + FILE_LFS_POINTER'],
  ],
  [
    'a truncated image, which is not a video',
    { 'clip.png': png().subarray(0, -9), 'clip.srt': srt() },
    '**',
    ['clip.png + FILE_TRUNCATED', 'clip.srt + FILE_SIDECAR'],
  ],
  [
    'many files, in their order',
    {
      'a.png': png(),
      'b.mp4': VIDEO,
      'b.srt': srt(),
      'c.gif': gif({ frames: 1 }),
      'd.mp4': VIDEO,
      'd.thumbnail.jpg': jpeg(),
      'e.srt': srt(),
    },
    '**',
    ['a.png', 'b.mp4 + b.srt', 'c.gif', 'd.mp4 + d.thumbnail.jpg', 'e.srt + FILE_SIDECAR'],
  ],
];
it.each(cases)(
  'attachSidecars attaches sidecars to their video, and only to it: %s',
  async (_, files, patterns, summaries) => {
    expect((await run(await plant(files), patterns)).map(summaryOf)).toEqual(summaries);
  },
);

it.each(['clip.Srt', 'Clip.srt', 'clip.thumbnail.Png', 'clip.Thumbnail.png', 'clip.srt.txt'])(
  'attachSidecars does not treat %s as a sidecar of clip.mp4',
  async (name) => {
    const clip = await clipOf({ [name]: name.toLowerCase().endsWith('png') ? png() : srt() });
    expect(clip.error).toBeNull();
    expect(clip).not.toHaveProperty('sidecars');
  },
);

it.each<[string, Record<string, string | Uint8Array>, string | null]>([
  [
    'other formats and languages',
    { 'clip.vtt': srt(), 'clip.en.srt': srt(), 'clip.ASS': srt() },
    'clip.ASS, clip.en.srt, clip.vtt: those of a video are SubRip text named clip.srt',
  ],
  ['a name in another letter case', { 'clip.Srt': srt() }, 'clip.Srt: '],
  [
    'beside the captions that are sent',
    { 'clip.srt': srt(), 'clip.de.srt': srt() },
    'clip.de.srt: ',
  ],
  [
    'none of this video',
    {
      'clip.srt': srt(),
      'clip2.vtt': srt(),
      'other.vtt': srt(),
      'sub/clip.vtt': srt(),
      'clip.vtt.txt': srt(),
    },
    null,
  ],
])(
  'captions beside a video with another name or format are a warning: %s',
  async (_, files, unused) => {
    const clip = await clipOf(files);
    const expected =
      unused === null ? [] : [expect.stringContaining(`has captions that are not sent, ${unused}`)];
    expect([clip.warnings, clip.error]).toEqual([expected, null]);
  },
);

it('captions in a folder are named by their path; those of another video, and those that a pattern matches, are not', async () => {
  const tree = await plant({ 'media/clip.mp4': VIDEO, 'media/clip.vtt': srt() });
  expect(only(await run(tree, '**/*.mp4')).warnings.join()).toContain('not sent, media/clip.vtt: ');
  const others = { 'clip.mp4': VIDEO, 'clip.2.mp4': VIDEO, 'clip.2.srt': srt(), 'clip.vtt': srt() };
  expect(
    (await run(await plant(others), '*.mp4\n*.vtt')).flatMap(({ warnings }) => warnings),
  ).toEqual([]);
});

describe('attached sidecars', () => {
  it('a sidecar has all fields that its upload needs', async () => {
    const tree = await plant({
      'media/clip.mp4': VIDEO,
      'media/clip.srt': srt(),
      'media/clip.thumbnail.png': jpeg(),
    });
    const clip = only(await run(tree, 'media/*.mp4'));
    expect(clip.sidecars).toEqual({
      captions: {
        path: 'media/clip.srt',
        absolutePath: tree.at('media/clip.srt'),
        sizeBytes: Buffer.byteLength(srt()),
        identity: expect.stringContaining(` ${Buffer.byteLength(srt())} `),
        mediaType: 'application/x-subrip',
      },
      thumbnail: {
        path: 'media/clip.thumbnail.png',
        absolutePath: tree.at('media/clip.thumbnail.png'),
        sizeBytes: jpeg().length,
        identity: expect.stringContaining(` ${jpeg().length} `),
        // Detected from its bytes, not from its name.
        mediaType: 'image/jpeg',
      },
    });
    expect(clip).toMatchObject({ path: 'media/clip.mp4', error: null, warnings: [] });
  });

  it.each(['captions', 'thumbnail'] as const)(
    'a sidecar that is modified after inspection is not opened (%s)',
    async (kind) => {
      const tree = await plant(PAIR);
      const sidecar = only(await run(tree, '**')).sidecars?.[kind];
      if (sidecar === undefined) throw new Error('expected a sidecar');
      await (await openBytes(sidecar)).close();
      await appendFile(sidecar.absolutePath, 'x');
      await expect(openBytes(sidecar)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    },
  );

  it('a sidecar that matches a pattern is not inspected twice', async () => {
    const tree = await plant(PAIR);
    const files = await inspected(tree, '**');
    await writeFile(tree.at('clip.thumbnail.png'), 'no longer an image');
    const clip = only(await attach(tree, files));
    expect(clip.error).toBeNull();
    const thumbnail = clip.sidecars?.thumbnail;
    if (thumbnail === undefined) throw new Error('expected a thumbnail');
    await expect(openBytes(thumbnail)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  it.skipIf(process.platform !== 'linux')(
    'a file extension in lower case comes first',
    async () => {
      const clip = only(await run(await plant({ ...PAIR, 'clip.SRT': srt() }), '**'));
      expect(clip.sidecars?.captions?.path).toBe('clip.srt');
    },
  );

  it('the thumbnail is the first of png, jpg and jpeg when there are several thumbnails', async () => {
    const jpegs = { 'clip.thumbnail.jpg': jpeg(), 'clip.thumbnail.jpeg': jpeg() };
    const three = only(await run(await plant({ ...PAIR, ...jpegs }), '**'));
    expect(three.sidecars?.thumbnail?.path).toBe('clip.thumbnail.png');
    const two = await clipOf(jpegs);
    expect(two.sidecars?.thumbnail?.path).toBe('clip.thumbnail.jpg');
  });
});

async function inspect(content: string | Uint8Array) {
  const tree = await plant({ 'media/a.srt': content });
  return inspectCaptions(
    { absolutePath: tree.at('media/a.srt'), path: 'media/a.srt' },
    { run: testRun() },
  );
}

const BOM = '\uFEFF';
const crlf = (text: string) => text.replaceAll('\n', '\r\n');
/** The same text, padded with spaces to `sizeBytes`. */
const padded = (text: string, sizeBytes: number) =>
  Buffer.concat([Buffer.from(text)], sizeBytes).fill(' ', text.length);

it.each([
  ['one cue', srt()],
  ['Windows line endings', crlf(srt(3))],
  ['a byte order mark', BOM + srt()],
  ['a byte order mark directly before the times', `${BOM}00:00:01,000 --> 00:00:02,000\nHi`],
  ['letters of many scripts', srt().replace('Line', 'Grüße 你好 😀')],
  ['positions after the times', srt().replace('01,000\n', '01,000  X1:10 X2:20 Y1:30 Y2:40\n')],
  ['tabs and several spaces around the arrow', srt().replace(' --> ', '\t -->  ')],
  ['a file that ends with the times of a cue', '1\n00:00:01,000 --> 00:00:02,000'],
  ['10 MB', padded(srt(), 10_000_000)],
])('inspectCaptions accepts captions with %s', async (_, content) => {
  const captions = await inspect(content);
  expect(captions).toMatchObject({
    path: 'media/a.srt',
    sizeBytes: Buffer.byteLength(content),
    mediaType: 'application/x-subrip',
  });
  const bytes = await openBytes(captions);
  await bytes.close();
  expect(bytes.sizeBytes).toBe(Buffer.byteLength(content));
});

it.each([
  ['an empty file', '', 'FILE_SIDECAR', /no line like/],
  ['only a byte order mark', BOM, 'FILE_SIDECAR', /no line like/],
  ['text without times', '1\nHello\n', 'FILE_SIDECAR', /not SubRip text/],
  ['WebVTT', 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHi\n', 'FILE_SIDECAR', /no line like/],
  ['times without hours', '1\n00:01,000 --> 00:02,000\nHi\n', 'FILE_SIDECAR', /no line like/],
  ['times inside a line', 'from 00:00:01,000 --> 00:00:02,000\n', 'FILE_SIDECAR', /no line like/],
  ['a time of 75 minutes', '1\n00:75:01,000 --> 00:76:02,000\n', 'FILE_SIDECAR', /no line like/],
  [
    'Latin-1',
    Buffer.from(srt().replace('Line', 'Grüße'), 'latin1'),
    'FILE_UNREADABLE',
    /not UTF-8/,
  ],
  ['UTF-16', Buffer.from(BOM + srt(), 'utf16le'), 'FILE_UNREADABLE', /not UTF-8/],
  [
    'UTF-8 that is cut inside a character',
    Buffer.from(`${srt()}é`).subarray(0, -1),
    'FILE_UNREADABLE',
    /not UTF-8/,
  ],
  ['a Git LFS pointer', lfsPointer(), 'FILE_LFS_POINTER', /is a Git LFS pointer/],
  [
    'one byte more than 10 MB',
    padded(srt(), 10_000_001),
    'FILE_UNREADABLE',
    /10\.0 MB, which is too large/,
  ],
])('inspectCaptions rejects %s', async (_, content, code, message) => {
  const error = await caught(() => inspect(content), FileError);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.message.startsWith('media/a.srt ')).toBe(true);
});

const ERROR = new FileError(
  'ASSET_DIFFERS',
  'release:v1/clip.srt',
  'has another SHA-256 than GitHub lists',
);

/** Release assets as they are downloaded, each under a number. The download of `broken` ones failed. */
async function download(
  contents: Record<string, string | Uint8Array>,
  broken: readonly string[] = [],
) {
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

const FILES = {
  'clip.mp4': VIDEO,
  'clip.srt': srt(),
  'clip.thumbnail.jpg': jpeg(),
  'other.srt': srt(),
};
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
])(
  'a video is rejected when the download of its captions failed (sidecars %s)',
  async (_, suffix) => {
    const { matching } = await download(FILES, ['clip.srt']);
    const clip = only(await matching(suffix));
    expect(clip.error).toMatchObject({ code: 'FILE_SIDECAR' });
    expect(clip.error?.message).toContain(ERROR.message);
  },
);

it('a video whose download failed keeps the reason, and its sidecars are not uploaded without it', async () => {
  const { matching } = await download(FILES, ['clip.mp4']);
  const clip = only(await matching(/clip/));
  expect(clip).toMatchObject({
    path: 'release:v1/clip.mp4',
    error: ERROR,
    identity: null,
    media: null,
  });
});
