// Which files the entries of `media` in a post file stand for.

import { describe, expect, it } from 'vitest';
import { findEntries, NamedFiles } from '../../src/post/find-media.ts';
import { plant } from '../media/tree.ts';

const ASSETS = ['b.png', 'a.png', 'notes.txt'].map((name, index) => ({
  path: `release:v1/${name}`,
  name,
  id: index + 1,
  sizeBytes: 1,
  sha256: null,
  isUploaded: true,
}));

/** `entry path` of each file, then the findings. */
async function find(...files: string[]): Promise<string[]> {
  const { workspace } = await plant({ 'media/a.png': 'x', 'media/b.png': 'y' });
  const places = {
    named: new NamedFiles(workspace),
    workspace,
    assets: ASSETS,
    run: new AbortController(),
  };
  const media = files.map((file) => ({ file, alt: null }));
  const { refs, findings } = await findEntries(media, places);
  return [
    ...refs.map(({ entry, source }) => `${entry} ${source.path}`),
    ...findings.map(({ path, problem }) => `${path.join('.')}: ${problem}`),
  ];
}

describe('findEntries', () => {
  it('the error of a pattern without assets lists the assets', async () => {
    expect(await find('release:*.gif')).toEqual([
      'media.0: release:*.gif matches no asset of the release; its assets are b.png, a.png, notes.txt',
    ]);
  });

  it('files are in the order of the entries', async () => {
    expect(await find('media/b.png', 'media/a.png', 'release:b.png')).toEqual([
      '0 media/b.png',
      '1 media/a.png',
      '2 release:v1/b.png',
    ]);
  });

  it('a file that is listed twice is an error, which says where it is listed first', async () => {
    expect(await find('media/b.png', 'media/a.png', 'media/b.png')).toEqual([
      '0 media/b.png',
      '1 media/a.png',
      'media.2: media/b.png adds nothing: media/b.png is already in entry 1 of `media`',
    ]);
    expect(await find('release:*.png', 'release:b.png')).toEqual([
      '0 release:v1/a.png',
      '0 release:v1/b.png',
      'media.1: release:b.png adds nothing: release:v1/b.png is already in entry 1 of `media`',
    ]);
  });

  it('an asset that two patterns match takes its place from the first', async () => {
    expect(await find('release:b.png', 'release:*.png')).toEqual([
      '0 release:v1/b.png',
      '1 release:v1/a.png',
    ]);
  });
});
