// What an older version left in the memory of posts.

import { expect, it } from 'vitest';
import { formatManifest } from '../../src/memory/manifest-text.ts';
import { postKeyText } from '../../src/post/memory/memory.ts';
import { LaggingJobs } from '../memory/lagging-jobs.ts';
import { makeEntry } from './posts.ts';

it('a comment that was left to a later run is named once, and forgotten with the next write', async () => {
  const posted = makeEntry({ state: 'posted' });
  const text = formatManifest({
    posts: { [postKeyText(posted)]: { ...posted, comment: { state: 'due' }, editedDigest: 'c'.repeat(64) } },
  });
  const jobs = new LaggingJobs();
  jobs.branch.store(text);
  const { memory, posts } = await jobs.open('one');
  expect(posts.droppedComments).toEqual([posted]);
  expect(posts.entries()).toEqual([posted]);
  await jobs.finish(memory.close());
  expect(jobs.branch.content.posts).toEqual({ [postKeyText(posted)]: posted });
  expect((await jobs.open('two')).posts.droppedComments).toEqual([]);
});
