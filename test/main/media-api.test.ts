// The upload action with `api: media`: the Images and Videos APIs.

import { expect, it } from 'vitest';
import { type Content, endsOf, MEDIA, publish, rowsOf } from '../support/publishing.ts';
import type { LinkedInOptions } from '../world/linkedin-faults.ts';

/** Publishes with `api: media`, and otherwise like `publish`. */
const publishMedia = (
  inputs = {},
  sandboxOptions: LinkedInOptions = {},
  files: Readonly<Record<string, Content>> = MEDIA,
) => publish({ inputs: { api: 'media', ...inputs }, sandboxOptions, files });

const WITH_SIDECARS = {
  'media/launch.mp4': { sample: 'launch.mp4' },
  'media/launch.srt': { sample: 'launch.srt' },
  'media/launch.thumbnail.jpg': { sample: 'launch.thumbnail.jpg' },
};

const broken = { ...MEDIA, 'media/empty.png': '', 'media/notes.txt': 'no medium' };

it('api: media ends with the same states as api: assets, and with URNs from LinkedIn', async () => {
  const before = await publish({ files: broken });
  const after = await publishMedia({}, {}, broken);
  expect(endsOf(after.run)).toEqual(endsOf(before.run));
  expect(after.run.exitCode).toBe(before.run.exitCode);
  expect(after.sandbox.model.log).toEqual([]);
  const good = rowsOf(after.run).filter(({ state }) => state === 'available');
  expect(good).toHaveLength(4);
  for (const row of good) {
    expect(row).toMatchObject({ api: 'media', urnSource: 'linkedin', status: 'AVAILABLE', attempts: 1 });
    expect(row.mediaUrn).toMatch(new RegExp(`^urn:li:${row.kind}:SIMULATED`));
    expect(row).not.toHaveProperty('assetUrn');
    expect(row).not.toHaveProperty('recipe');
  }
  expect(after.run.json('asset-urns')).toEqual([]);
  expect(after.run.outputs['asset-urn']).toBe('');
  expect(after.run.json('image-urns')).toHaveLength(3);
  expect(after.run.outputs['video-urn']).toMatch(/^urn:li:video:SIMULATED/);
});

it('sidecars are uploaded before the video is finalized, and get no row', async () => {
  const { run, sandbox } = await publishMedia({ sidecars: 'true' }, {}, WITH_SIDECARS);
  expect(run.messages('error')).toEqual([]);
  expect(rowsOf(run)).toMatchObject([
    {
      file: 'media/launch.mp4',
      state: 'available',
      sidecars: { captions: 'media/launch.srt', thumbnail: 'media/launch.thumbnail.jpg' },
    },
  ]);
  expect(sandbox.model.log).toEqual([]);
  expect(JSON.stringify(sandbox.model.assets())).toContain('captions');
});
