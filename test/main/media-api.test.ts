// The upload action with `api: media`: the Images and Videos APIs.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mp4, png } from '../support/media.ts';
import { arrivedWhole, type Content, endsOf, MEDIA, publish, rowsOf } from '../support/publishing.ts';
import type { LinkedInOptions } from '../world/linkedin-faults.ts';
import { upload } from '../world/uploads.ts';

const sample = (name: string) => readFileSync(join(resolve(import.meta.dirname, '../../samples'), name));

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

describe('Migration from the Assets API', () => {
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

  it('api: media sends every byte of each file', async () => {
    const { sandbox } = await publishMedia();
    for (const name of ['launch.mp4', 'hero.png', 'spinner.gif', 'team.jpg']) {
      expect(sandbox.model.assets().filter((asset) => arrivedWhole(asset, sample(name)))).toHaveLength(1);
    }
  });
});

describe('Variants of the Videos and Images APIs', () => {
  it.each<[name: string, options: LinkedInOptions]>([
    ['parts of an odd size', { partSizeBytes: 99_991 }],
    ['a last range past the end of the file', { partSizeBytes: 4_194_304, overlongLastRange: 4_194_304 }],
    ['ETags that are a path', { videoEtags: 'path' }],
    ['ETags that are a quoted path', { videoEtags: 'quoted-path' }],
    ['ETags that are quoted hex digits', { videoEtags: 'quoted-hex' }],
    ['an empty upload token', { uploadToken: '' }],
    [
      'no upload token',
      { faults: [{ on: 'register', every: true, mutate: { value: { uploadToken: null } } }] },
    ],
    ['an upload token', { uploadToken: 'opaque/token==' }],
    ['a picture that waits for its upload after the 201', { lagMs: 90, processingMs: 120 }],
  ])('an upload succeeds with %s', async (_, options) => {
    const { run, sandbox } = await publishMedia({ files: 'media/clips/*\nmedia/*.png' }, options);
    expect(endsOf(run)).toEqual({ 'media/clips/launch.mp4': 'available', 'media/hero.png': 'available' });
    expect(sandbox.model.log).toEqual([]);
    expect(sandbox.model.assets().filter((asset) => arrivedWhole(asset, sample('launch.mp4')))).toHaveLength(
      1,
    );
  });

  it('a failed video is reported with LinkedIn’s reason and its URN', async () => {
    const faults = [
      {
        on: 'register' as const,
        finalStatus: 'PROCESSING_FAILED',
        failureReason: 'codec <x>',
      },
    ];
    const { run } = await publishMedia({ files: 'media/clips/*' }, { faults });
    const [row] = rowsOf(run);
    expect(row).toMatchObject({ state: 'failed', error: { code: 'PROCESSING_FAILED' } });
    expect(row?.error?.message).toContain('codec <x>');
    expect(row?.mediaUrn).toMatch(/^urn:li:video:/);
    expect(run.json('video-urns')).toEqual([]);
  });
});

describe('Status reads', () => {
  it('status reads of all waiting files of a kind are one call', async () => {
    const pictures = ['a', 'b', 'c'].map((name, index) => [
      `${name}.png`,
      png({ width: 9 + index, height: 9 }),
    ]);
    const run = await upload({ files: Object.fromEntries(pictures), inputs: { api: 'media' } });
    expect(Object.values(run.ends)).toEqual(['available', 'available', 'available']);
    expect(run.names().filter((name) => name !== 'upload')).toEqual([...Array(3).fill('register'), 'status']);
    expect(run.summary).toContain('with 4 API calls');
  });

  it.each(['assets', 'media'])(
    'files are unverified, with one notice, when the token may not read the status (%s)',
    async (api) => {
      const { run } = await publishMedia(
        { api, 'image-upload': 'asynchronous' },
        { statusReads: 'forbidden' },
      );
      expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['unverified']));
      expect(run.exitCode).toBe(0);
      expect(run.messages('notice')).toHaveLength(1);
      expect(run.outputs['uploaded-count']).toBe('4');
      expect(run.json('image-urns')).toHaveLength(3);
    },
  );
});

describe('Sidecars', () => {
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

  it('sidecars are found without a matching pattern, and a video needs none', async () => {
    const files = { ...WITH_SIDECARS, 'media/other.mp4': mp4() };
    const { run } = await publishMedia({ sidecars: 'true', files: '**/*.mp4' }, {}, files);
    expect(endsOf(run)).toEqual({ 'media/launch.mp4': 'available', 'media/other.mp4': 'available' });
    expect(rowsOf(run)[1]).not.toHaveProperty('sidecars');
    expect(run.messages('notice')).toEqual([]);
  });

  it('captions whose name or format LinkedIn does not take get a warning with the name that is used', async () => {
    const { 'media/launch.srt': _, ...files } = WITH_SIDECARS;
    const others = { 'media/launch.vtt': 'WEBVTT', 'media/launch.en.srt': { sample: 'launch.srt' } };
    const inputs = { sidecars: 'true', files: '**/*.mp4' };
    const { run } = await publishMedia(inputs, {}, { ...files, ...others });
    expect([run.exitCode, run.messages('warning')]).toEqual([
      0,
      [
        'media/launch.mp4 has captions that are not sent, media/launch.en.srt, media/launch.vtt: those of a video are SubRip text named media/launch.srt',
      ],
    ]);
    const without = await publishMedia({ ...inputs, sidecars: 'false' }, {}, { ...files, ...others });
    expect(without.run.messages('warning')).toEqual([]);
  });

  it('sidecars are treated like other files with sidecars: false', async () => {
    const { run } = await publishMedia({}, {}, WITH_SIDECARS);
    expect(endsOf(run)).toEqual({
      'media/launch.mp4': 'available',
      'media/launch.srt': 'FILE_TYPE',
      'media/launch.thumbnail.jpg': 'available',
    });
    expect(run.messages('error')[0]).toContain(
      'media/launch.srt is not an image, video or document. To upload captions with the video of their name, set `api: media` and `sidecars: true`',
    );
  });
});

describe('Media artifacts', () => {
  it.each(['assets', 'media'])(
    'artifact URLs, which are credentials, are only in the results, not in the log or summary (%s)',
    async (api) => {
      const { run } = await publishMedia({ api, 'media-artifacts': 'true' }, {});
      const addresses = rowsOf(run).flatMap(({ artifacts = [] }) =>
        artifacts.flatMap((one) => one.addresses.map(({ url }) => url)),
      );
      expect(addresses.length).toBeGreaterThanOrEqual(4);
      const seen = run.rawLog.join('\n') + run.summary;
      for (const url of addresses) {
        expect(url).toMatch(/^https?:/);
        expect(seen).not.toContain(url);
        expect(seen).not.toContain(new URL(url).pathname);
      }
    },
  );
});
