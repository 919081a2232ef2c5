// Files that do not lie in the workspace: those of a release, which lie beside each other under names of no folder.

import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors.ts';
import { inspectFiles } from '../../src/media/inspection.ts';
import { attachSidecars } from '../../src/media/sidecars.ts';
import type { FoundFile } from '../../src/media/workspace.ts';
import { jpeg } from '../support/media.ts';
import { srt } from '../support/subrip.ts';
import { only, summaryOf, VIDEO } from './sidecar-runs.ts';
import { plant } from './tree.ts';

const FAULT = new FileError('ASSET_DIFFERS', 'release:v1/clip.srt has another SHA-256 than GitHub lists');

/** Released files under a number each, as they are brought; those of `broken` could not be. */
async function bring(contents: Record<string, string | Uint8Array>, broken: readonly string[] = []) {
  const tree = await plant();
  const released = await Promise.all(
    Object.entries(contents).map(async ([name, content], index): Promise<FoundFile> => {
      await writeFile(tree.at(`${index}`), content);
      const file = {
        path: `release:v1/${name}`,
        absolutePath: tree.at(`${index}`),
        sizeBytes: content.length,
      };
      return broken.includes(name) ? { ...file, fault: FAULT } : file;
    }),
  );
  const options = { workspace: tree.workspace, followSymlinks: false, includeHiddenFiles: false, released };
  const matching = async (suffix: RegExp) =>
    attachSidecars(await inspectFiles(released.filter(({ path }) => suffix.test(path))), options);
  return { matching };
}

describe('a released video', () => {
  const FILES = { 'clip.mp4': VIDEO, 'clip.srt': srt(), 'clip.thumbnail.jpg': jpeg(), 'other.srt': srt() };
  const WHOLE = 'release:v1/clip.mp4 + release:v1/clip.srt + release:v1/clip.thumbnail.jpg';

  it.each([
    ['that match', /clip/],
    ['that match nothing', /mp4$/],
  ])('takes along the sidecars of its release %s', async (_, suffix) => {
    const { matching } = await bring(FILES);
    expect(summaryOf(only(await matching(suffix)))).toBe(WHOLE);
  });

  it('goes without what its release does not hold', async () => {
    const { matching } = await bring({ 'clip.mp4': VIDEO });
    const clip = only(await matching(/mp4$/));
    expect(summaryOf(clip)).toBe('release:v1/clip.mp4');
    expect(clip.warnings).toEqual([]);
  });

  it.each([
    ['that match', /clip/],
    ['that match nothing', /mp4$/],
  ])('is refused for sidecars that could not be brought, %s', async (_, suffix) => {
    const { matching } = await bring(FILES, ['clip.srt']);
    const clip = only(await matching(suffix));
    expect(clip.fault).toMatchObject({ code: 'FILE_SIDECAR' });
    expect(clip.fault?.message).toContain(FAULT.message);
  });

  it('that could not be brought has the reason, and its sidecars do not go by themselves', async () => {
    const { matching } = await bring(FILES, ['clip.mp4']);
    const clip = only(await matching(/clip/));
    expect(clip).toMatchObject({ path: 'release:v1/clip.mp4', fault: FAULT, identity: null, media: null });
  });
});
