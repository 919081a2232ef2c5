// Pictures of the page: which are embedded, and what stands in place of the others.

import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../../src/errors/action-error.ts';
import { inspectFile } from '../../../src/media/inspect-file.ts';
import { type MediaFile, uninspectedFile } from '../../../src/media/media-file.ts';
import {
  type EmbeddedPictures,
  MAX_EMBEDDED_BYTES,
  renderPicture,
  selectPictures,
} from '../../../src/report/page/picture.ts';
import { plant } from '../../media/tree.ts';
import { picture, video } from '../../support/ledgers.ts';
import { png } from '../../support/media.ts';

async function pictureHtml(file: MediaFile, embedded: EmbeddedPictures): Promise<string> {
  return (await Array.fromAsync(renderPicture(file, embedded))).join('');
}

function embeddedHtml(file: MediaFile): Promise<string> {
  return pictureHtml(file, selectPictures([file]));
}

describe('renderPicture', () => {
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
