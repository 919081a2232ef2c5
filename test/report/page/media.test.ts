// Files on the page: which are embedded, and why others are not.

import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { FileError } from '../../../src/errors/action-error.ts';
import { inspectFile } from '../../../src/media/inspect-file.ts';
import { type MediaFile, uninspectedFile } from '../../../src/media/media-file.ts';
import { buildGallery, type Candidate, renderMedia } from '../../../src/report/page/media.ts';
import { plant } from '../../media/tree.ts';
import { picture, sidecar, video } from '../../support/ledgers.ts';
import { png } from '../../support/media.ts';

const candidate = (file: MediaFile, rank = 0): Candidate => ({ file, rank });

async function shown(file: MediaFile, title = ''): Promise<string> {
  const gallery = buildGallery([candidate(file)]);
  const pieces = await Array.fromAsync(renderMedia({ file, alt: 'An "alt"', title }, gallery));
  return pieces.map(({ markup }) => markup).join('');
}

async function planted(bytes: Buffer) {
  const tree = await plant({ 'a.png': bytes });
  return { tree, file: { ...(await inspectFile(tree.at('a.png'), 'a.png')), error: null } };
}

const fileOf = (sizeBytes: number, mediaType = 'image/png') =>
  picture('a.png', { sizeBytes, media: { kind: 'image', mediaType } });
const PDF = picture('c.pdf', { media: { kind: 'document', mediaType: 'application/pdf' } });

it('a picture is embedded with all its bytes, whatever its size', async () => {
  const { file, tree: _ } = await planted(Buffer.concat([png(), Buffer.alloc(500_000, 7)]));
  const html = await shown(file);
  const [, uri = ''] = /src="data:image\/png;base64,([^"]*)">$/.exec(html) ?? [];
  expect(Buffer.from(uri, 'base64')).toHaveLength(file.sizeBytes);
  expect(html).toMatch(
    /^<img alt="An &#34;alt&#34;" loading="lazy" decoding="async" width="\d+" height="\d+" /,
  );
});

it('a file that changed since its inspection is not embedded, and its box says so', async () => {
  const { file, tree } = await planted(png());
  await writeFile(tree.at('a.png'), 'a secret');
  expect(statSync(tree.at('a.png')).size).toBe(8);
  const html = await shown(file);
  expect(html).toContain('<small>the file has changed meanwhile</small>');
  expect(html).not.toContain('data:');
});

it('an embedded video plays', async () => {
  const { file } = await planted(png());
  const media = { kind: 'video', mediaType: 'video/mp4' } as const;
  expect(await shown({ ...file, media })).toMatch(
    /^<video controls playsinline preload="metadata" src="data:video\/mp4;base64,[^"]+"><\/video>$/,
  );
});

it('a video that is too large shows its thumbnail, and says why it does not play', async () => {
  const { file } = await planted(png());
  const { path, absolutePath, sizeBytes, identity } = file;
  const thumbnail = {
    path,
    absolutePath,
    sizeBytes,
    identity: identity ?? '',
    mediaType: 'image/png',
  } as const;
  const html = await shown(video('a.mp4', { sizeBytes: 1e9, sidecars: { thumbnail } }));
  expect(html).toMatch(/^<img [^>]*src="data:image\/png;base64,[^"]+"><div class="tile video"><p>/);
  expect(html).toContain('left out: the files on this page may have 40 MB together');
});

it.each([
  [
    'a picture that is too large',
    fileOf(40_000_001),
    'left out: the files on this page may have 40 MB together',
  ],
  [
    'a video of a type that browsers do not play',
    video('b.mov', { media: { kind: 'video', mediaType: 'video/quicktime' } }),
    'browsers do not play it',
  ],
  [
    'a file that was rejected',
    uninspectedFile('d.png', new FileError('FILE_EMPTY', 'd.png', 'is empty')),
    'the file was rejected',
  ],
])('the box of %s has a symbol and says why it is not shown', async (_, file, why) => {
  const html = await shown(file);
  expect(html).toMatch(/^<div class="tile (?:image|video)"><p>/);
  expect(html).toContain(`<small>${why}</small>`);
});

it('a document has its title, its facts and a symbol, and needs no reason', async () => {
  expect(await shown(PDF, 'The <deck>')).toBe(
    '<div class="tile document"><p><b>The &lt;deck&gt;</b><small>PDF · 1.0 kB</small></p></div>',
  );
});

const embeddedOf = (candidates: readonly Candidate[]) => {
  const gallery = buildGallery(candidates);
  return candidates.map(({ file }) => gallery.has(file.absolutePath));
};
let halves = 0;
const half = () => ({ ...fileOf(20_000_000), absolutePath: `/nowhere/${++halves}.png` });

it('pictures of 40 MB together are embedded, and with one byte more the last one is left out', () => {
  const embeddedWith = (sizeBytes: number) =>
    embeddedOf([half(), fileOf(sizeBytes)].map((file) => candidate(file)));
  expect(embeddedWith(20_000_000)).toEqual([true, true]);
  expect(embeddedWith(20_000_001)).toEqual([true, false]);
});

it('pictures are embedded up to 40 MB, those of a lower rank first', () => {
  expect(embeddedOf([half(), half(), half()].map((file) => candidate(file)))).toEqual([
    true,
    true,
    false,
  ]);
  const ranked = [1, 1, 0].map((rank) => candidate(half(), rank));
  expect(embeddedOf(ranked)).toEqual([true, false, true]);
});

it('videos are embedded after all pictures, and a type that may execute something never', () => {
  const clip = video('b.mp4', {
    sizeBytes: 40_000_000,
    sidecars: { thumbnail: sidecar('b.png', 100) },
  });
  const gallery = buildGallery([candidate(clip), candidate(fileOf(10), 1)]);
  expect(gallery.get(clip.absolutePath)?.source.path).toBe('b.png');
  expect(embeddedOf([candidate(fileOf(1, 'image/svg+xml')), candidate(PDF)])).toEqual([
    false,
    false,
  ]);
});

it('a file that stands twice counts once, is embedded once, and is shown in both places', async () => {
  const { file, tree: _ } = await planted(png());
  const gallery = buildGallery([candidate(file), candidate(file, 1)]);
  const render = async (alt: string) => {
    const pieces = await Array.fromAsync(renderMedia({ file, alt, title: '' }, gallery));
    return pieces.map(({ markup }) => markup).join('');
  };
  const svg = (alt: string) =>
    `<svg role="img" aria-label="${alt}" viewBox="0 0 \\d+ \\d+" preserveAspectRatio="xMidYMid slice">`;
  expect(await render('One')).toMatch(
    new RegExp(
      `^${svg('One')}<image id="picture-1" [^>]*href="data:image/png;base64,[^"]+"/></svg>$`,
    ),
  );
  expect(await render('Two')).toMatch(new RegExp(`^${svg('Two')}<use href="#picture-1"/></svg>$`));
  const both = [half(), half()];
  expect(embeddedOf([...both, ...both].map((one) => candidate(one)))).toEqual([
    true,
    true,
    true,
    true,
  ]);
});

it('a file that changed has a box in each of its places', async () => {
  const { file, tree } = await planted(png());
  await writeFile(tree.at('a.png'), 'a secret');
  const gallery = buildGallery([candidate(file), candidate(file)]);
  for (const alt of ['One', 'Two']) {
    const pieces = await Array.fromAsync(renderMedia({ file, alt, title: '' }, gallery));
    expect(pieces.map(({ markup }) => markup).join('')).toContain('the file has changed meanwhile');
  }
});

it('a video has its thumbnail as poster', async () => {
  const { file } = await planted(png());
  const thumbnail = { ...file, identity: file.identity ?? '', mediaType: 'image/png' } as const;
  const media = { kind: 'video', mediaType: 'video/mp4' } as const;
  expect(await shown({ ...file, media, sidecars: { thumbnail } })).toMatch(
    /^<video controls playsinline preload="metadata" poster="data:image\/png;base64,[^"]+" src="data:video\/mp4;base64,[^"]+"><\/video>$/,
  );
});
