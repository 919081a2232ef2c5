// The upload action with documents: the Documents API, what it refuses, and how posts get their title.

import { expect, it } from 'vitest';
import { docx, ole, pdf, pptx } from '../support/documents.ts';
import { arrivedWhole, publish, rowsOf } from '../support/publishing.ts';

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

it.each(['assets', 'media'])('mode: plan names what happens to a document with api: %s', async (api) => {
  const { run } = await publish({
    inputs: { api, mode: 'plan', files: 'media/*' },
    files: { 'media/a.pdf': pdf() },
  });
  const [row] = rowsOf(run);
  expect(row).toMatchObject(
    api === 'media' ? { state: 'planned' } : { state: 'failed', error: { code: 'FILE_API' } },
  );
  if (api === 'assets') expect(run.summary).toContain('api: media');
});
