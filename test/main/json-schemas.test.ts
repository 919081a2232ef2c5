// The files that the built actions write are valid by the JSON Schemas in the repository.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { fromJSONSchema } from '../../src/schema.ts';
import { pdf } from '../support/documents.ts';
import { MEMORY_BRANCH, postEnds, startPosting } from '../support/posting.ts';
import { endsOf, MEDIA, makeWorkspace, publish } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';

const ROOT = resolve(import.meta.dirname, '../..');

type Name = 'results' | 'post-results' | 'manifest';

function readJson(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Fails with the place of the first error. */
function expectValid(name: Name, value: unknown): void {
  const schema = readJson(join(ROOT, `schemas/${name}.schema.json`));
  const { error } = fromJSONSchema(schema).safeParse(value);
  expect(error?.issues ?? []).toEqual([]);
  if (name === 'manifest') return;
  const known = Object.keys(schema.items.properties);
  for (const row of value as object[])
    expect(known).toEqual(expect.arrayContaining(Object.keys(row)));
}

function resultsOf(run: StepRun) {
  return readJson(run.outputs['results-file'] ?? '');
}

it.each(['assets', 'media'])(
  'results and manifest of uploads with api %s are valid, with artifacts, sidecars and errors',
  async (api) => {
    const files = {
      ...MEDIA,
      'media/clips/launch.srt': { sample: 'launch.srt' },
      'media/hero.alt.txt': 'The dashboard\n',
      'media/deck.pdf': pdf(),
      'media/empty.png': '',
    };
    const workspace = await makeWorkspace(files);
    const inputs = {
      api,
      manifest: 'linkedin.json',
      'media-artifacts': 'true',
      'fail-on': 'never',
      ...(api === 'media' && { sidecars: 'true' }),
    };
    const { run } = await publish({ workspace, inputs });
    const rows = resultsOf(run);
    expect(endsOf(run)).toMatchObject({
      'media/hero.png': 'available',
      'media/empty.png': 'FILE_EMPTY',
    });
    expect(rows.some(({ artifacts }: { artifacts?: unknown }) => artifacts !== undefined)).toBe(
      true,
    );
    expectValid('results', rows);
    expectValid('manifest', readJson(join(workspace, 'linkedin.json')));
  },
);

it('results of posts, and a manifest with posts, are valid', async () => {
  const posting = await startPosting();
  try {
    const files = {
      'media/hero.png': { sample: 'hero.png' },
      'posts/1.md': '---\nmedia: [media/hero.png]\ncomment: More soon\n---\nOne\n',
      'posts/2.md': '---\nat: 2099-01-01T00:00:00Z\n---\nTwo\n',
      'posts/3.md': '---\nurn: urn:li:share:7\n---\nThree\n',
    };
    const run = await posting.run(files, { posts: 'posts/*.md' });
    expect(postEnds(run)).toMatchObject({ 'posts/1.md': 'posted', 'posts/2.md': 'scheduled' });
    expectValid('post-results', resultsOf(run));
    const manifest = JSON.parse(posting.github.file(MEMORY_BRANCH) ?? '');
    expect(Object.keys(manifest.posts)).toHaveLength(2);
    expectValid('manifest', manifest);
  } finally {
    await posting.close();
  }
});

it('a row without a required field, and a state that does not exist, are not valid', () => {
  const row = { file: 'a.png', state: 'available', api: 'media', attempts: 1, durationMs: 1 };
  const schema = fromJSONSchema(readJson(join(ROOT, 'schemas/results.schema.json')));
  expect(schema.safeParse([row]).success).toBe(true);
  expect(schema.safeParse([{ ...row, file: undefined }]).success).toBe(false);
  expect(schema.safeParse([{ ...row, state: 'done' }]).success).toBe(false);
});
