// What an older version left in the memory of posts.

import { expect, it } from 'vitest';
import { formatManifest } from '../../src/memory/manifest-text.ts';
import { postKeyText } from '../../src/post/memory/memory.ts';
import { BranchFixture } from '../github/branch/branch-fixture.ts';
import { makeEntry } from './posts.ts';

it('a comment that was left to a later run is named once, and forgotten with the next write', async () => {
  const posted = makeEntry({ state: 'posted' });
  const text = formatManifest({
    posts: { [postKeyText(posted)]: { ...posted, comment: { state: 'due' }, editedDigest: 'c'.repeat(64) } },
  });
  const jobs = new BranchFixture();
  jobs.store(text);
  const job = await jobs.openJob();
  const { memory } = job;
  const posts = job.posts();
  expect(posts.droppedComments).toEqual([posted]);
  expect(posts.entries()).toEqual([posted]);
  await jobs.finish(memory.close());
  expect(jobs.content.posts).toEqual({ [postKeyText(posted)]: posted });
  expect((await jobs.openJob()).posts().droppedComments).toEqual([]);
});
