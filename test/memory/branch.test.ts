// The manifest on a branch at the start of a run: reading it, and making sure that it can be written.

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors/action-error.ts';
import { caught } from '../support/caught.ts';
import { formatManifest, parseManifest } from '../support/manifest.ts';
import { BRANCH, BranchFixture, MESSAGE, manifestText } from './branch-fixture.ts';
import { entryOf } from './entries.ts';

describe('reading the branch', () => {
  it('the manifest is read from the branch, with one request', async () => {
    const fixture = new BranchFixture();
    fixture.fake.commit(BRANCH, { 'linkedin.json': manifestText(entryOf(1), entryOf(2)) });
    const { memory } = await fixture.openJob({ seed: manifestText(entryOf(3)) });
    expect(memory.content.uploads.size).toBe(2);
    expect(fixture.fake.requests).toEqual(['GET /contents/linkedin.json']);
  });

  it('a manifest of 10,000 entries, which is too large for GitHub to inline it, is read, merged and written', async () => {
    const fixture = new BranchFixture();
    const entries = Array.from({ length: 10_000 }, (_, n) => entryOf(n));
    fixture.fake.commit(BRANCH, { 'linkedin.json': manifestText(...entries) });
    const { memory, upload } = await fixture.openJob();
    expect(memory.content.uploads.size).toBe(10_000);
    fixture.fake.commit(BRANCH, { 'linkedin.json': manifestText(...entries, entryOf(10_000)) });
    upload(10_001);
    await fixture.finish(memory.close());
    expect(fixture.stored()).toEqual(Array.from({ length: 10_002 }, (_, n) => n));
  });

  it('a missing branch starts from the manifest in the workspace', async () => {
    const fixture = new BranchFixture();
    fixture.fake.commit(`${BRANCH}-2`, { 'linkedin.json': manifestText(entryOf(1)) });
    const { memory } = await fixture.openJob({ seed: manifestText(entryOf(3)) });
    expect([...memory.content.uploads.values()].map(({ file }) => file)).toEqual([
      'media/00003.png',
    ]);
  });

  it('a new branch takes the uploads of the manifest in the workspace, and never its posts', async () => {
    const fixture = new BranchFixture();
    const seed = JSON.parse(manifestText(entryOf(3)));
    const { memory } = await fixture.openJob({
      seed: JSON.stringify({ ...seed, revision: 7, posts: { key: { state: 'posted' } } }),
    });
    expect(memory.content).toMatchObject({ revision: 0, posts: {} });
    expect(memory.content.uploads.size).toBe(1);
  });

  it('a damaged manifest in the workspace stops a run whose branch is missing', async () => {
    const fixture = new BranchFixture();
    const { memory } = fixture.job({ seed: 'no JSON' });
    const error = await caught(() => fixture.finish(memory.open()), InputError);
    expect([error.code, error.input]).toEqual(['MANIFEST_INVALID', 'manifest']);
  });

  it('a branch without the file starts from the manifest in the workspace, and keeps its other files', async () => {
    const fixture = new BranchFixture();
    fixture.fake.commit(BRANCH, { 'notes.md': 'x' });
    const { memory } = await fixture.openJob({ seed: manifestText(entryOf(3)) });
    await fixture.finish(memory.prepareWrites());
    expect(fixture.stored()).toEqual([3]);
    expect(fixture.fake.file(BRANCH, 'notes.md')).toBe('x');
  });

  it('a tag with the name of the branch, and another manifest, is not read', async () => {
    const fixture = BranchFixture.holding([1]);
    fixture.fake.git.tag(BRANCH, { 'linkedin.json': manifestText(entryOf(2)) });
    const { memory, upload } = await fixture.openJob();
    expect([...memory.content.uploads.values()].map(({ file }) => file)).toEqual([
      'media/00001.png',
    ]);
    upload(3);
    await fixture.finish(memory.close());
    expect(fixture.stored()).toEqual([1, 3]);
  });

  it.each([
    ['other text', { 'linkedin.json': 'no JSON' }, 'it is not valid JSON'],
    ['a folder', { 'linkedin.json/x': '' }, 'expected object'],
  ])(
    '%s at the path of the manifest is an error that names path and branch',
    async (_, files, reason) => {
      const fixture = new BranchFixture();
      fixture.fake.commit(BRANCH, files as Record<string, string>);
      const { memory } = fixture.job();
      const error = await caught(() => fixture.finish(memory.open()), InputError);
      expect([error.code, error.input]).toEqual(['MANIFEST_INVALID', 'manifest']);
      expect(error.message).toContain(`linkedin.json on branch ${BRANCH}`);
      expect(error.message).toContain(reason);
    },
  );
});

it('the permission is checked with a blob, and nothing is committed', async () => {
  const fixture = BranchFixture.holding([1]);
  const { memory } = await fixture.openJob();
  await fixture.finish(memory.prepareWrites());
  expect(fixture.fake.count('create blob')).toBe(1);
  expect(fixture.fake.history(BRANCH)).toHaveLength(1);
});

it('a missing branch is created with one commit without a parent, from the manifest in the workspace', async () => {
  const fixture = new BranchFixture();
  const { memory } = await fixture.openJob({ seed: manifestText(entryOf(3)) });
  await fixture.finish(memory.prepareWrites());
  const history = fixture.fake.history(BRANCH);
  expect(history).toMatchObject([{ parents: [], message: MESSAGE }]);
  expect([...(history[0]?.files.keys() ?? [])]).toEqual(['linkedin.json']);
  expect(fixture.stored()).toEqual([3]);
});

it('a branch that another job creates first is used', async () => {
  const theirs = formatManifest({ ...parseManifest(manifestText(entryOf(1))), revision: 1 });
  const meanwhile = () => fixture.fake.commit(BRANCH, { 'linkedin.json': theirs });
  const fixture = new BranchFixture({ faults: [{ on: 'create ref', meanwhile }] });
  const { memory } = await fixture.openJob({ seed: manifestText(entryOf(3)) });
  await fixture.finish(memory.prepareWrites());
  expect(fixture.stored()).toEqual([1]);
  expect(memory.content.uploads.size).toBe(1);
});
