// The built actions as jobs side by side: processes that share the memory on a branch.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseManifest } from '../support/manifest.ts';
import { png } from '../support/media.ts';
import { MEMORY_BRANCH, type Posting, postEnds, startPosting } from '../support/posting.ts';
import { endsOf, makeWorkspace, OWNER, TOKEN } from '../support/publishing.ts';
import { runAction } from '../support/runner.ts';

/** Pictures with different bytes. */
const FILES = Object.fromEntries(
  Array.from({ length: 16 }, (_, n) => [`media/${n}.png`, png({ width: n + 1, height: 4 })]),
);

let posting: Posting;
beforeEach(async () => {
  posting = await startPosting();
});
afterEach(() => posting.close());

async function upload(inputs: Record<string, string> = {}) {
  return await runAction({
    workspace: await makeWorkspace(FILES),
    inputs: {
      'access-token': TOKEN,
      owner: OWNER,
      api: 'media',
      files: 'media/**',
      'api-url': posting.sandbox.url,
      'manifest-branch': MEMORY_BRANCH,
      ...inputs,
    },
    env: { GITHUB_API_URL: posting.gitHubUrl },
  });
}

it('three jobs of a matrix share the branch, and a last job collects the results of all', async () => {
  const jobs = await Promise.all(
    Array.from({ length: 3 }, (_, i) => upload({ shard: `${i + 1}/3` })),
  );
  expect(jobs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  const { uploads } = parseManifest(posting.github.file(MEMORY_BRANCH));
  expect(uploads.size).toBe(16);
  const last = await upload();
  expect(new Set(Object.values(endsOf(last)))).toEqual(new Set(['reused']));
  expect(last.json('image-urns')).toHaveLength(16);
  expect(posting.sandbox.model.calls().register).toBe(16);
});

it('a post with a picture and a comment goes out once, whatever number of jobs publishes it', async () => {
  const files = {
    'posts/a.md': '---\nmedia: [a.png]\ncomment: More soon\n---\nOut now\n',
    'a.png': { sample: 'hero.png' },
    'a.alt.txt': 'The hero\n',
  };
  const run = () => posting.run(files, { posts: 'posts/*.md' }, { start: runAction });
  const jobs = await Promise.all([run(), run()]);
  // The other job finds the post on the branch, or the claim of the job that sends it.
  const others = jobs
    .map((job) => postEnds(job)['posts/a.md'])
    .filter((state) => state !== 'posted');
  expect([['known'], ['skipped POST_CLAIMED']]).toContainEqual(others);
  expect(posting.sandbox.model.otherCalls()).toMatchObject({ post: 1, comment: 1 });
});
