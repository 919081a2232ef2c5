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
import { type RunningStep, signalAt } from '../support/step-process.ts';
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
    expect([run.exitCode, postEnds(run)]).toEqual([0, { 'posts/a.md': 'known', 'posts/b.md': 'planned' }]);
    expect(reading.github.requests.every((request) => request.startsWith('GET '))).toBe(true);
    expect(sandbox.model.otherCalls().post).toBe(calls);
    await reading.close();
  });

  it('a plan without access to the memory says so, and shows every post as new', async () => {
    const run = await runAlone(POST, { ...POSTS, mode: 'plan', 'github-token': '' });
    expect([run.exitCode, postEnds(run)]).toEqual([0, { 'posts/a.md': 'planned' }]);
    const reason = 'posts of earlier runs look new here: github-token is empty, so the job has no token';
    expect(run.messages('notice').join()).toContain(reason);
  });

  it('a plan that does not know the posts of earlier runs does not check their number', async () => {
    const files: Files = { ...POST, 'posts/b.md': '---\n---\nTwo\n' };
    const run = await runAlone(files, { ...POSTS, mode: 'plan', 'max-posts': '1', 'github-token': '' });
    expect([run.exitCode, postEnds(run)]).toEqual([0, { 'posts/a.md': 'planned', 'posts/b.md': 'planned' }]);
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

  it('a plan with a damaged memory previews the posts, and says that it could not be read', async () => {
    posting.github.commit(MEMORY_BRANCH, { 'linkedin.json': '{' });
    const run = await posting.run(POST, { ...POSTS, mode: 'plan' });
    expect([run.exitCode, postEnds(run)]).toEqual([0, { 'posts/a.md': 'planned' }]);
    expect(readFileSync(run.outputs['preview-file'] ?? '', 'utf8')).toContain('Out now');
    expect(run.messages('notice').join()).toMatch(/linkedin\.json on branch linkedin-media: .*line 1 /);
    expect(posting.github.file(MEMORY_BRANCH)).toBe('{');
  });
});

describe('mode: simulate', () => {
  it('a simulation posts to the sandbox inside the action, and leaves the branch alone', async () => {
    const run = await posting.run(POST, { ...POSTS, mode: 'simulate', 'access-token': '', 'api-url': '' });
    expect([run.exitCode, postEnds(run)]).toEqual([0, { 'posts/a.md': 'posted' }]);
    expect(posting.github.requests).toEqual([]);
    expect(posting.sent).toEqual([]);
    expect(run.outputs['post-urn']).toMatch(/^urn:li:share:90{16}\d\d$/);
    expect(run.log.join('\n')).toContain('Simulated: 1 post went out: 1 posted');
    // The sandbox has posts that nobody can visit.
    expect(run.summary).not.toContain('[on LinkedIn]');
  });
});

describe('Memory on a branch', () => {
  it('the first run says that the manifest is new, and the second one does not', async () => {
    const first = await posting.run(POST, POSTS);
    expect(first.messages('notice').join()).toContain('the manifest is new');
    const second = await posting.run(POST, POSTS);
    expect(second.messages('notice').join()).not.toContain('the manifest is new');
  });

  it.each([
    ['a token that may not write', { permissions: { contents: 'read' } }, 'permissions: contents: write'],
    ['a token that may not read', { permissions: { contents: 'none' } }, 'permissions: contents: write'],
    ['a rule that forbids the branch', { forbids: ['creation'] }, 'forbid a write to branch'],
  ] as const)('%s stops the run before anything is sent', async (_, options, advice) => {
    await posting.close();
    posting = await startPosting({}, options);
    const run = await posting.run(POST, POSTS);
    expect(run.exitCode).toBe(1);
    expect(run.messages('error').join()).toContain(advice);
    expect(posting.sent).toEqual([]);
  });

  it.each([
    [
      'may not be read',
      { permissions: { contents: 'none' }, denial: 404 },
      'input manifest-branch',
      ['contents: write'],
    ],
    ['cannot be reached', { faults: UNREACHABLE }, 'GITHUB_FAILED', ['status 503', 'githubstatus.com']],
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
    ['only posts of another owner', { 'posts/a.md': '---\nowner: urn:li:person:abc\n---\nText\n' }, {}],
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

  it('a run without a token of GitHub, or without a token of LinkedIn, is an input error', async () => {
    const run = await posting.run(POST, { ...POSTS, 'github-token': '', 'access-token': '' });
    expect(run.annotations.map(({ title }) => title)).toEqual(['input access-token', 'input github-token']);
  });

  it('the memory counts the API calls of the posts', async () => {
    await posting.run(POST, POSTS);
    const { calls } = parseManifest(posting.github.file(MEMORY_BRANCH));
    expect(Object.values(calls).map((jobs) => Object.values(jobs))).toEqual([[1]]);
  });
});

describe('Faults', () => {
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
});

describe('Cancellation', () => {
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
    expect(postRows(run)).toMatchObject([{ media: [{ urn: expect.stringMatching(/^urn:li:image:/) }] }]);
    // No step uploads it.
    expect(run.outputs['page-file']).toBe('');
    // The upload is remembered for the next run.
    expect(posting.github.file(MEMORY_BRANCH)).toContain('"a.png"');
  });

  it('a run that is cancelled before the first comment says so in the log and the summary, with the text to add by hand', async () => {
    let interrupt: RunningStep['send'] = () => {};
    await posting.close();
    posting = await startPosting({}, {}, (handle) => async (request) => {
      if (request.method === 'POST' && request.path === '/rest/posts') interrupt('SIGINT');
      return await handle(request);
    });
    const onStart = ({ send }: RunningStep) => {
      interrupt = send;
    };
    const run = await posting.run({ 'posts/a.md': '---\ncomment: Our docs\n---\nOne\n' }, POSTS, { onStart });
    expect(postEnds(run)).toEqual({ 'posts/a.md': 'posted COMMENT_FAILED' });
    expect(run.messages('error').join('\n')).toContain(
      'posts/a.md: the first comment was not made: the run was',
    );
    expect(run.messages('error').join('\n')).toContain('add it by hand: "Our docs"');
    expect(run.summary).toMatch(/COMMENT_FAILED.*Our docs/);
    expect(run.summary).toContain('<b>First comment</b><br>Our docs');
    expect(posting.sandbox.model.otherCalls().comment).toBe(0);
  });
});
