// The upload action with `api: media`: the Images, Videos and Documents APIs.

import { expect, it } from 'vitest';
import { docx, ole, pdf, pptx } from '../support/documents.ts';
import {
  arrivedWhole,
  type Content,
  endsOf,
  MEDIA,
  publish,
  rowsOf,
} from '../support/publishing.ts';
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
    expect(row).toMatchObject({
      api: 'media',
      urnSource: 'linkedin',
      status: 'AVAILABLE',
      attempts: 1,
    });
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

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const DOCUMENTS = {
  'media/a.pdf': pdf(),
  'media/b.pptx': pptx(),
  'media/c.docx': docx(),
  'media/d.ppt': ole('slides'),
  'media/e.doc': ole('text'),
};

it.each(['urn:li:organization:24141830', 'urn:li:person:-f_Ut43FoQ'])(
  'documents of each type are uploaded whole for %s',
  async (owner) => {
    const { run, sandbox } = await publish({
      inputs: { api: 'media', owner, files: 'media/*' },
      files: DOCUMENTS,
    });
    expect(run.exitCode).toBe(0);
    expect(sandbox.model.log).toEqual([]);
    const rows = rowsOf(run);
    expect(rows).toMatchObject([
      { file: 'media/a.pdf', state: 'available', kind: 'document', mediaType: 'application/pdf' },
      {
        file: 'media/b.pptx',
        state: 'available',
        kind: 'document',
        mediaType: `${OFFICE}.presentationml.presentation`,
      },
      {
        file: 'media/c.docx',
        state: 'available',
        kind: 'document',
        mediaType: `${OFFICE}.wordprocessingml.document`,
      },
      { file: 'media/d.ppt', state: 'available', mediaType: 'application/vnd.ms-powerpoint' },
      { file: 'media/e.doc', state: 'available', mediaType: 'application/msword' },
    ]);
    const assets = sandbox.model.assets();
    for (const content of Object.values(DOCUMENTS))
      expect(assets.filter((asset) => arrivedWhole(asset, content))).toHaveLength(1);
    const urns = rows.map(({ mediaUrn }) => mediaUrn);
    expect(run.json('document-urns')).toEqual(urns);
    expect(run.outputs['document-urn']).toBe(urns[0]);
    expect(urns[0]).toMatch(/^urn:li:document:SIMULATED/);
    expect(run.json('urns')).toMatchObject({ 'media/a.pdf': urns[0] });
    expect(run.json('image-urns')).toEqual([]);
  },
);

it.each(['assets', 'media'])(
  'mode: plan names what happens to a document with api: %s',
  async (api) => {
    const { run } = await publish({
      inputs: { api, mode: 'plan', files: 'media/*' },
      files: { 'media/a.pdf': pdf() },
    });
    const [row] = rowsOf(run);
    expect(row).toMatchObject(
      api === 'media' ? { state: 'planned' } : { state: 'failed', error: { code: 'FILE_API' } },
    );
    if (api === 'assets') expect(run.summary).toContain('api: media');
  },
);
