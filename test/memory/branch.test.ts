// The manifest on a branch at the start of a run: reading it, and making sure that it can be written.

import { describe, expect, it } from 'vitest';
import { InputError, RunError } from '../../src/errors/action-error.ts';
import { EMPTY } from '../../src/memory/content.ts';
import { formatContent } from '../../src/memory/content-json.ts';
import { caught } from '../support/caught.ts';
import { BRANCH, BranchFixture, MESSAGE, manifestText } from './branch-fixture.ts';
import { entryOf } from './entries.ts';

describe('reading the branch', () => {
  it('the manifest is read from the branch, with two requests', async () => {
    const fixture = new BranchFixture();
    fixture.fake.commit(BRANCH, { 'linkedin.json': manifestText(entryOf(1), entryOf(2)) });
    const { memory } = await fixture.openJob({ seed: manifestText(entryOf(3)) });
    expect(memory.content.uploads.size).toBe(2);
    expect(fixture.fake.requests).toEqual([
      'GET /contents/linkedin.json',
      expect.stringMatching(/^GET \/git\/blobs\/[0-9a-f]{40}$/),
    ]);
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
    expect([...memory.content.uploads.values()].map(({ file }) => file)).toEqual(['media/00003.png']);
  });

  it('a branch that holds nothing but the day of a token starts from the manifest in the workspace too', async () => {
    const fixture = new BranchFixture();
    const tokens = { '0123456789abcdef': '2026-11-25' };
    fixture.fake.commit(BRANCH, {
      'linkedin.json': formatContent({ ...EMPTY, revision: 1, tokens }),
    });
    const { memory, upload } = await fixture.openJob({ seed: manifestText(entryOf(3)) });
    upload(4);
    await fixture.finish(memory.close());
    expect(fixture.stored()).toEqual([3, 4]);
    expect(memory.content.tokens).toEqual(tokens);
  });

  it.each([
    ['a count of API calls', { calls: { '2026-11-25': { 'job-1': 2 } } }],
    ['a post', { posts: { key: { state: 'posted' } } }],
  ])('a branch that holds %s is not seeded', async (_, used) => {
    const fixture = new BranchFixture();
    fixture.fake.commit(BRANCH, { 'linkedin.json': formatContent({ ...EMPTY, ...used }) });
    const { memory } = await fixture.openJob({ seed: manifestText(entryOf(3)) });
    expect(memory.content.uploads.size).toBe(0);
  });

  it('a damaged manifest in the workspace stops a run whose branch is missing', async () => {
    const fixture = new BranchFixture();
    const { memory } = fixture.job({ seed: 'no JSON' });
    const error = await caught(() => fixture.finish(memory.open()), InputError);
    expect([error.code, error.input]).toEqual(['MANIFEST_INVALID', 'manifest']);
  });

  it('a branch without the file has an empty manifest, and is not seeded', async () => {
    const fixture = new BranchFixture();
    fixture.fake.commit(BRANCH, { 'notes.md': 'x' });
    expect((await fixture.openJob({ seed: manifestText(entryOf(3)) })).memory.content.uploads.size).toBe(0);
  });

  it('a tag with the name of the branch, and another manifest, is not read', async () => {
    const fixture = BranchFixture.holding([1]);
    fixture.fake.git.tag(BRANCH, { 'linkedin.json': manifestText(entryOf(2)) });
    const { memory, upload } = await fixture.openJob();
    expect([...memory.content.uploads.values()].map(({ file }) => file)).toEqual(['media/00001.png']);
    upload(3);
    await fixture.finish(memory.close());
    expect(fixture.stored()).toEqual([1, 3]);
  });

  it('a tag with the name of a missing branch does not replace the manifest in the workspace', async () => {
    const fixture = new BranchFixture();
    fixture.fake.git.tag(BRANCH, { 'linkedin.json': manifestText(entryOf(2)) });
    const { memory } = await fixture.openJob({ seed: manifestText(entryOf(3)) });
    expect([...memory.content.uploads.values()].map(({ file }) => file)).toEqual(['media/00003.png']);
    await fixture.finish(memory.prepareWrites());
    expect(fixture.stored()).toEqual([3]);
  });

  it('a branch that another job creates between two requests is read', async () => {
    const meanwhile = () => fixture.fake.commit(BRANCH, { 'linkedin.json': manifestText(entryOf(1)) });
    const fixture = new BranchFixture({ faults: [{ on: 'list refs', meanwhile }] });
    expect((await fixture.openJob()).memory.content.uploads.size).toBe(1);
  });

  it.each([
    ['other text', { 'linkedin.json': 'no JSON' }, 'it is not valid JSON'],
    ['a folder', { 'linkedin.json/x': '' }, 'it is a folder'],
  ])('%s at the path of the manifest is an error that names path and branch', async (_, files, reason) => {
    const fixture = new BranchFixture();
    fixture.fake.commit(BRANCH, files as Record<string, string>);
    const { memory } = fixture.job();
    const error = await caught(() => fixture.finish(memory.open()), InputError);
    expect([error.code, error.input]).toEqual(['MANIFEST_INVALID', 'manifest']);
    expect(error.message).toContain(`linkedin.json on branch ${BRANCH}`);
    expect(error.message).toContain(reason);
  });
});

describe('preparing writes', () => {
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
    const meanwhile = () => fixture.fake.commit(BRANCH, { 'linkedin.json': manifestText(entryOf(1)) });
    const fixture = new BranchFixture({ faults: [{ on: 'create ref', meanwhile }] });
    const { memory } = await fixture.openJob({ seed: manifestText(entryOf(3)) });
    await fixture.finish(memory.prepareWrites());
    expect(fixture.stored()).toEqual([1]);
    expect(memory.content.uploads.size).toBe(1);
  });

  it('a read-only store sends nothing but reads', async () => {
    const fixture = new BranchFixture({ permissions: { contents: 'read' } });
    const { memory, upload } = await fixture.openJob({ isReadOnly: true, seed: manifestText(entryOf(3)) });
    await fixture.finish(memory.prepareWrites());
    upload(1);
    await fixture.clock.advance(60_000);
    await fixture.finish(memory.close());
    expect(fixture.fake.requests.every((request) => request.startsWith('GET '))).toBe(true);
  });

  it('a cancellation during the creation ends it as cancelled', async () => {
    const fixture = new BranchFixture({
      faults: [{ on: 'create tree', meanwhile: () => new Promise(() => {}) }],
    });
    const { memory, cancel } = await fixture.openJob();
    const prepared = memory.prepareWrites();
    await fixture.clock.advance(1000);
    cancel.abort(new RunError('RUN_CANCELLED', 'the run was cancelled'));
    expect((await caught(() => fixture.finish(prepared), RunError)).code).toBe('RUN_CANCELLED');
  });
});
