// The post action in `mode: plan` and `mode: simulate`, its memory on a branch, cancellation and faults.

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxHandler } from '../../src/sandbox/messages.ts';
import { parseManifest } from '../support/manifest.ts';
import {
  type Files,
  type Inputs,
  MEMORY_BRANCH,
  type Posting,
  postEnds,
  postRows,
  runAlone,
  startPosting,
} from '../support/posting.ts';
import type { StepRun } from '../support/runner.ts';
import { signalAt } from '../support/step-process.ts';
import type { GitHubFault } from '../world/github/api.ts';

const POST: Files = { 'posts/a.md': '---\n---\nOut now\n' };
const POSTS = { posts: 'posts/*.md' };

const UNREACHABLE: readonly GitHubFault[] = Array(50).fill({
  on: 'read contents',
  response: { status: 503 },
});

/** Without that of the headline, which comes last. */
function errorTitles({ annotations }: StepRun): (string | undefined)[] {
  const titles = annotations.flatMap(({ level, title }) => (level === 'error' ? [title] : []));
  return titles.at(-1) === 'LinkedIn posts' ? titles.slice(0, -1) : titles;
}

let posting: Posting;

beforeEach(async () => {
  posting = await startPosting();
});
afterEach(() => posting.close());

describe('mode: plan', () => {
  it('a plan needs no token, sends nothing, and reads the memory with a token that may only read', async () => {
    await posting.run(POST, POSTS);
    const text = posting.github.file(MEMORY_BRANCH) ?? '';
    const { sandbox } = posting;
    const calls = sandbox.model.otherCalls().post;
    const reading = await startPosting({}, { permissions: { contents: 'read' } });
    reading.github.commit(MEMORY_BRANCH, { 'linkedin.json': text });
    const files: Files = { ...POST, 'posts/b.md': '---\n---\nNew\n' };
    const inputs = { ...POSTS, mode: 'plan', 'access-token': '', 'api-url': sandbox.url };
    const run = await reading.run(files, inputs);
    expect([run.exitCode, postEnds(run)]).toEqual([
      0,
      { 'posts/a.md': 'known', 'posts/b.md': 'planned' },
    ]);
    expect(reading.github.requests.every((request) => request.startsWith('GET '))).toBe(true);
    expect(sandbox.model.otherCalls().post).toBe(calls);
    await reading.close();
  });

  it('a plan without access to the memory says so, and shows every post as new', async () => {
    const run = await runAlone(POST, { ...POSTS, mode: 'plan', 'github-token': '' });
    expect([run.exitCode, postEnds(run)]).toEqual([0, { 'posts/a.md': 'planned' }]);
    const reason =
      'posts of earlier runs look new here: github-token is empty, so the job has no token';
    expect(run.messages('notice').join()).toContain(reason);
  });

  it('a plan fails for a post with a mistake, and still plans the others', async () => {
    const files: Files = { ...POST, 'posts/b.md': '---\ndraf: true\n---\nText\n' };
    const run = await posting.run(files, { ...POSTS, mode: 'plan', 'access-token': '' });
    expect([run.exitCode, postEnds(run)]).toEqual([
      1,
      { 'posts/a.md': 'planned', 'posts/b.md': 'failed POST_KEY' },
    ]);
    expect(run.summary).toContain('draft');
  });

  it('a file that was renamed and edited before a run has seen either is planned as a new post', async () => {
    await posting.run(POST, POSTS);
    const files: Files = { 'posts/b.md': '---\n---\nAnother text\n' };
    const run = await posting.run(files, { ...POSTS, mode: 'plan' });
    expect(postEnds(run)).toEqual({ 'posts/b.md': 'planned' });
    const preview = readFileSync(run.outputs['preview-file'] ?? '', 'utf8');
    expect(preview).toMatch(/^## ✅ 1 post would go out\n/);
    expect(preview).toContain('Another text');
  });

  it('a post with 20 long alternative texts leaves space in the preview for the posts after it', async () => {
    const entry = (n: number) => `  - { file: ${n}.png, alt: '${'&'.repeat(4000)}' }`;
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    const pictures = numbers.map((n) => [`${n}.png`, { sample: 'hero.png' }] as const);
    const media = numbers.map(entry).join('\n');
    const files: Files = {
      'posts/a.md': `---\nmedia:\n${media}\n---\nTwenty pictures\n`,
      'posts/b.md': '---\n---\nThe post after it\n',
      ...Object.fromEntries(pictures),
    };
    const run = await posting.run(files, { ...POSTS, mode: 'plan', 'max-posts': '2' });
    const preview = readFileSync(run.outputs['preview-file'] ?? '', 'utf8');
    expect(preview.length).toBeLessThan(65_000);
    expect(preview).toContain('Twenty pictures');
    expect(preview).toContain('The post after it');
    expect(preview).toContain('(cut here: the page shows 3,800 more characters)');
  });

  it('posts that do not fit into the preview are named, under a warning that asks to open the page', async () => {
    const names = Array.from({ length: 9 }, (_, n) => `posts/${n}.md`);
    const long = (name: string) => `---\n---\n${name} ${'<'.repeat(2900)}\n`;
    const files = Object.fromEntries(names.map((name) => [name, long(name)]));
    const run = await posting.run(files, { ...POSTS, mode: 'plan', 'max-posts': '9' });
    const preview = readFileSync(run.outputs['preview-file'] ?? '', 'utf8');
    expect(preview.length).toBeLessThan(65_000);
    expect(preview).toMatch(/^## ⚠️ 9 posts would go out\n/);
    const shown = names.filter((name) => preview.includes(`<h3>${name}</h3>`));
    const left = names.filter((name) => !shown.includes(name));
    expect(shown.length).toBeGreaterThan(0);
    expect(left.length).toBeGreaterThan(0);
    const listed = left.map((name) => `\`${name}\``).join(', ');
    expect(preview).toContain(`not fit here: ${listed}. Open the page`);
  });

  it('the whole address of a link card stands beside the post', async () => {
    const url = 'https://example.org/a/path?to=something&utm=1#there';
    const files: Files = {
      'posts/a.md': `---\nlink: { url: '${url}', title: Docs }\n---\nRead this\n`,
    };
    const run = await posting.run(files, { ...POSTS, mode: 'plan' });
    const shown = `The card leads to <code>${url.replaceAll('&', '&#38;')}</code>`;
    expect(readFileSync(run.outputs['preview-file'] ?? '', 'utf8')).toContain(shown);
    expect(readFileSync(run.outputs['page-file'] ?? '', 'utf8')).toContain(shown);
  });

  it('a plan with a damaged memory previews the posts, and says that it could not be read', async () => {
    posting.github.commit(MEMORY_BRANCH, { 'linkedin.json': '{' });
    const run = await posting.run(POST, { ...POSTS, mode: 'plan' });
    expect([run.exitCode, postEnds(run)]).toEqual([0, { 'posts/a.md': 'planned' }]);
    expect(readFileSync(run.outputs['preview-file'] ?? '', 'utf8')).toContain('Out now');
    expect(run.messages('notice').join()).toMatch(
      /linkedin\.json on branch linkedin-media: .*line 1 /,
    );
    expect(posting.github.file(MEMORY_BRANCH)).toBe('{');
  });
});

it('a simulation posts to the sandbox inside the action, and leaves the branch alone', async () => {
  const run = await posting.run(POST, {
    ...POSTS,
    mode: 'simulate',
    'access-token': '',
    'api-url': '',
  });
  expect([run.exitCode, postEnds(run)]).toEqual([0, { 'posts/a.md': 'posted' }]);
  expect(posting.github.requests).toEqual([]);
  expect(posting.sent).toEqual([]);
  expect(run.outputs['post-urn']).toMatch(/^urn:li:share:90{16}\d\d$/);
  expect(run.log.join('\n')).toContain('Simulated: 1 post went out: 1 posted');
  // The sandbox has posts that nobody can visit.
  expect(run.summary).not.toContain('[on LinkedIn]');
});

it('a simulation plays more posts than `max-posts`, and warns how many a run would send', async () => {
  const files: Files = { ...POST, 'posts/b.md': '---\n---\nOut too\n' };
  const run = await posting.run(files, {
    ...POSTS,
    mode: 'simulate',
    'max-posts': '1',
    'api-url': '',
  });
  expect([run.exitCode, postEnds(run)]).toEqual([
    0,
    { 'posts/a.md': 'posted', 'posts/b.md': 'posted' },
  ]);
  expect(run.messages('warning').join()).toContain(
    'plays all 2 posts that are due, but a run sends at most 1 (`max-posts`), and the others wait',
  );
  const two = await posting.run(files, {
    ...POSTS,
    mode: 'simulate',
    'max-posts': '2',
    'api-url': '',
  });
  expect(two.messages('warning').join()).not.toContain('max-posts');
});

describe('Memory on a branch', () => {
  it.each([
    [
      'may not be read',
      { permissions: { contents: 'none' }, denial: 404 },
      'input manifest-branch',
      ['contents: write'],
    ],
    [
      'cannot be reached',
      { faults: UNREACHABLE },
      'GITHUB_FAILED',
      ['status 503', 'githubstatus.com'],
    ],
  ] as const)(
    'a memory that %s stops the run, and the error says what to do',
    async (_, options, title, advice) => {
      await posting.close();
      posting = await startPosting({}, options);
      const run = await posting.run(POST, POSTS);
      expect(run.exitCode).toBe(1);
      expect(errorTitles(run)).toEqual([title]);
      const [error = ''] = run.messages('error');
      for (const part of advice) expect(error).toContain(part);
      // Nothing is wrong with the file.
      expect(error).not.toContain('restore');
      expect(postEnds(run)).toEqual({ 'posts/a.md': 'skipped RUN_STOPPED' });
      expect(posting.sent).toEqual([]);
    },
  );

  it('a damaged memory stops the run, is not changed, and every post has its row, its errors and its preview', async () => {
    posting.github.commit(MEMORY_BRANCH, { 'linkedin.json': '{' });
    const files: Files = {
      ...POST,
      'posts/b.md': '---\ndraf: true\n---\nTwo\n',
      'posts/c.md': '---\n---\nThree\n',
    };
    const run = await posting.run(files, POSTS);
    expect([run.exitCode, run.outputs['failed-count']]).toEqual([1, '3']);
    expect(postEnds(run)).toEqual({
      'posts/a.md': 'skipped RUN_STOPPED',
      'posts/b.md': 'failed POST_KEY',
      'posts/c.md': 'skipped RUN_STOPPED',
    });
    expect(errorTitles(run)).toEqual(['input manifest', 'POST_KEY']);
    expect(run.messages('error')[0]).toMatch(/linkedin\.json on branch linkedin-media: .*line 1 /);
    expect(readFileSync(run.outputs['preview-file'] ?? '', 'utf8')).toContain('Three');
    expect([posting.github.file(MEMORY_BRANCH), posting.sent]).toEqual(['{', []]);
  });

  it.each<[string, Files, Inputs]>([
    ['no post', { 'README.md': '' }, {}],
    ['no post for a release', { 'README.md': '' }, { 'release-tag': 'v1' }],
    [
      'only posts of another owner',
      { 'posts/a.md': '---\nowner: urn:li:person:abc\n---\nText\n' },
      {},
    ],
  ])('a run that finds %s sends no request to GitHub or LinkedIn', async (_, files, inputs) => {
    await posting.close();
    const requests: string[] = [];
    const around = (handle: SandboxHandler): SandboxHandler => {
      return async (request) => {
        requests.push(request.path);
        return await handle(request);
      };
    };
    posting = await startPosting({}, { faults: UNREACHABLE }, around);
    for (const mode of ['publish', 'plan']) {
      const run = await posting.run(files, { ...POSTS, ...inputs, mode });
      expect(run.exitCode).toBe(0);
      expect(run.messages('notice').join()).not.toContain('memory');
    }
    expect([posting.github.requests, requests]).toEqual([[], []]);
  });

  it('the memory counts the API calls of the posts', async () => {
    await posting.run(POST, POSTS);
    const { calls } = parseManifest(posting.github.file(MEMORY_BRANCH));
    expect(Object.values(calls).map((jobs) => Object.values(jobs))).toEqual([[1]]);
  });
});

it('a run that is cancelled during an upload posts nothing, and writes its outputs', async () => {
  await posting.close();
  posting = await startPosting({ processingMs: 3_600_000 });
  const files: Files = {
    'a.png': { sample: 'hero.png' },
    'posts/a.md': '---\nmedia: [{ file: a.png, alt: A }]\n---\nOne\n',
  };
  const run = await posting.run(files, POSTS, {
    onLine: signalAt(/a\.png: uploaded/, 'SIGINT'),
  });
  expect(run.exitCode).toBe(1);
  expect(postEnds(run)).toEqual({ 'posts/a.md': 'skipped RUN_CANCELLED' });
  expect(run.annotations.map(({ title }) => title)).toContain('RUN_CANCELLED');
  expect(posting.sent).toEqual([]);
  expect(postRows(run)).toMatchObject([
    { media: [{ urn: expect.stringMatching(/^urn:li:image:/) }] },
  ]);
  // No step uploads it.
  expect(run.outputs['page-file']).toBe('');
  // The upload is remembered for the next run.
  expect(posting.github.file(MEMORY_BRANCH)).toContain('"a.png"');
});

it('a post that LinkedIn refuses fails, the others go out, and the next run may try again', async () => {
  await posting.close();
  const reply = { status: 422, body: { status: 422, message: 'no' } };
  posting = await startPosting({ faults: [{ on: 'post', reply }] });
  const files: Files = { ...POST, 'posts/b.md': '---\n---\nTwo\n' };
  const run = await posting.run(files, { ...POSTS, 'max-posts': '2' });
  expect(postEnds(run)).toEqual({ 'posts/a.md': 'failed POST_REFUSED', 'posts/b.md': 'posted' });
  expect(run.outputs['post-urn']).toBe(postRows(run)[1]?.urn);
  const again = await posting.run(files, POSTS);
  expect(postEnds(again)).toEqual({ 'posts/a.md': 'posted', 'posts/b.md': 'known' });
});
