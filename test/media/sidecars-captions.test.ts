// Inspection of captions: which files are valid SubRip text, and which error code rejects the others.

import { expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import { openBytes } from '../../src/media/bytes.ts';
import { inspectCaptions } from '../../src/media/sidecars.ts';
import { caught } from '../support/caught.ts';
import { lfsPointer } from '../support/media.ts';
import { testRun } from '../support/run.ts';
import { srt } from '../support/subrip.ts';
import { plant } from './tree.ts';

async function inspect(content: string | Uint8Array) {
  const tree = await plant({ 'media/a.srt': content });
  return inspectCaptions({ absolutePath: tree.at('media/a.srt'), path: 'media/a.srt' }, { run: testRun() });
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
  ['Latin-1', Buffer.from(srt().replace('Line', 'Grüße'), 'latin1'), 'FILE_UNREADABLE', /not UTF-8/],
  ['UTF-16', Buffer.from(BOM + srt(), 'utf16le'), 'FILE_UNREADABLE', /not UTF-8/],
  [
    'UTF-8 that is cut inside a character',
    Buffer.from(`${srt()}é`).subarray(0, -1),
    'FILE_UNREADABLE',
    /not UTF-8/,
  ],
  ['a Git LFS pointer', lfsPointer(), 'FILE_LFS_POINTER', /is a Git LFS pointer/],
  ['one byte more than 10 MB', padded(srt(), 10_000_001), 'FILE_UNREADABLE', /10\.0 MB, which is too large/],
])('inspectCaptions rejects %s', async (_, content, code, message) => {
  const error = await caught(() => inspect(content), FileError);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.message.startsWith('media/a.srt ')).toBe(true);
});
