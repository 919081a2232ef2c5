// The built action with documents: the Documents API, what it refuses, and how posts get their title.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { docx, ole, pdf, pptx } from '../support/documents.ts';
import { arrivedWhole, publish, rowsOf } from '../support/publishing.ts';

const DOCUMENTS = {
  'media/a.pdf': pdf(),
  'media/b.pptx': pptx(),
  'media/c.docx': docx(),
  'media/d.ppt': ole(['PowerPoint Document']),
  'media/e.doc': ole(['WordDocument']),
};

describe('Documents', () => {
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
        { file: 'media/a.pdf', state: 'available', kind: 'document', mediaType: 'application/pdf', pages: 3 },
        { file: 'media/b.pptx', state: 'available', kind: 'document', pages: 3 },
        { file: 'media/c.docx', state: 'available', kind: 'document', pages: 2 },
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

  it('a body of posts-file has the name of the document as its title', async () => {
    const { run } = await publish({
      inputs: { api: 'media', files: 'media/*' },
      files: { 'media/Launch deck.v2.pdf': pdf() },
    });
    const [post] = JSON.parse(readFileSync(run.outputs['posts-file'] ?? '', 'utf8'));
    expect(post.body.content.media).toEqual({ id: run.outputs['document-urn'], title: 'Launch deck.v2' });
  });

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

  it('the recipe feedshare-document gets a warning that names api: media', async () => {
    const { run } = await publish({ inputs: { recipe: 'feedshare-document', mode: 'plan' } });
    expect(run.messages('warning')).toEqual([
      expect.stringMatching(/LinkedIn rejects feedshare-document.*api: media/),
    ]);
  });

  it('a document of 100 MB is uploaded whole', async () => {
    const small = pdf();
    const large = Buffer.concat([small, Buffer.alloc(100_000_000 - 2 * small.length, ' '), small]);
    const { run, sandbox } = await publish({
      inputs: { api: 'media', files: 'media/*' },
      files: { 'media/a.pdf': large },
    });
    expect(rowsOf(run)).toMatchObject([{ state: 'available', bytes: 100_000_000 }]);
    expect(sandbox.model.assets().filter((asset) => arrivedWhole(asset, large))).toHaveLength(1);
  });
});
