// The workflows of the post action in README and docs: they follow the rules for jobs that post, and run as `publish` against
// the sandbox, twice. The second run posts nothing.

import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { PostRow } from '../../src/report/posts/post-row.ts';
import { mp4, png } from '../support/media.ts';
import { srt } from '../support/subrip.ts';
import { publishRelease } from '../world/github/releases.ts';
import type { JobRecord, StepRecord } from './act.ts';
import { type Job, readDocumentedWorkflows } from './documented-workflows.ts';
import { evaluate } from './language-service.ts';
import { isInAct, setUp, standInForGh, type WorkflowSetup } from './workflow-setup.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const POST = 'your-org/linkedin-media-upload/post@v1';

const CALLED = await readFile(join(ROOT, '.github/workflows/posts.yml'), 'utf8');
const README = await readFile(join(ROOT, 'README.md'), 'utf8');
const WORKFLOWS = readDocumentedWorkflows().filter(({ expanded }) =>
  expanded.includes(`uses: ${POST}`),
);
const PUBLISHING = WORKFLOWS.flatMap(({ name, jobs, text, expanded }) =>
  jobs
    .filter((job) => JSON.stringify(job).includes('secrets.'))
    .map((job) => ({ name, job, isCalled: expanded !== text })),
);

function postStepOf(job: Job): Job['steps'][number] {
  const found = job.steps.find(({ uses }) => uses === POST);
  if (found === undefined) throw new Error('no step posts');
  return found;
}

describe('documented workflows that post', () => {
  it('each workflow has one job that posts', () => {
    expect(PUBLISHING.map(({ name }) => name)).toEqual(WORKFLOWS.map(({ name }) => name));
    expect(WORKFLOWS.length).toBeGreaterThanOrEqual(6);
  });

  it.each(PUBLISHING)('$name: no run is cancelled while it posts', ({ job }) => {
    expect(job.concurrency?.['cancel-in-progress'] ?? false).toBe(false);
  });

  it.each([
    ['merge_group', 'refs/heads/main'],
    ['pull_request_review', 'refs/heads/main'],
    ['pull_request', 'refs/heads/main'],
    ['workflow_dispatch', 'refs/pull/1/merge'],
  ])('the called workflow publishes nothing for %s of %s', (event, ref) => {
    const condition: string = parse(CALLED).jobs.publish.if;
    const github = { event_name: event, ref };
    const needs = { preview: { outputs: { results: '', truncated: 'false' } } };
    expect(evaluate(condition, { github, inputs: { approval: 'none' }, needs })).toBe('false');
  });

  it.each(PUBLISHING)(
    '$name: the job has the environment with the token, the permissions that it needs, and the current state of the branch',
    ({ job, isCalled }) => {
      expect(job.environment).toEqual({
        name: expect.stringMatching(/^(?:linkedin|\$\{\{ matrix\.environment \}\})$/),
        url: '${{ steps.post.outputs.post-url }}',
      });
      // The workflow that others call is for every `approval`.
      const forApproval = isCalled ? { actions: 'read', 'pull-requests': 'read' } : {};
      expect(job.permissions).toEqual({ contents: 'write', ...forApproval });
      const post = postStepOf(job);
      expect(post).toMatchObject({ id: 'post', uses: POST });
      const checkouts = job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
      for (const { with: inputs } of checkouts) expect(inputs?.ref).toBe('${{ github.ref }}');
      const page = {
        if: "${{ !cancelled() && steps.post.outputs.page-file != '' }}",
        uses: expect.stringMatching(/^actions\/upload-artifact@/),
        with: { path: '${{ steps.post.outputs.page-file }}', archive: false, 'retention-days': 14 },
      };
      // Nothing follows the post but the upload of its page.
      expect(job.steps).toEqual([...checkouts, post, page]);
    },
  );

  it('the called workflow hands `mode` to the job that publishes, and `alt-text` to both', () => {
    const { on, jobs } = parse(CALLED);
    expect(on.workflow_call.inputs).toMatchObject({
      mode: { type: 'string', default: 'publish' },
      'alt-text': { type: 'string', default: 'warn' },
    });
    const [preview, publish] = [jobs.preview, jobs.publish].map(
      ({ steps }: Job) => steps.find(({ uses }) => uses === '$/post')?.with,
    );
    expect(preview).toMatchObject({
      mode: 'plan',
      'alt-text': '${{ inputs.alt-text }}',
      timezone: '${{ inputs.timezone }}',
    });
    expect(publish).toMatchObject({
      mode: '${{ inputs.mode }}',
      'alt-text': '${{ inputs.alt-text }}',
      timezone: '${{ inputs.timezone }}',
    });
  });

  it('the called workflow asks a reviewer only if a post is due, and remembers renamed posts without one', () => {
    const condition: string = parse(CALLED).jobs.publish.if;
    const runs = (
      approval: string,
      state: string,
      { event = 'push', truncated = 'false' } = {},
    ) => {
      // Only with a reviewer is there a job that looks first.
      const results = approval === 'environment' ? JSON.stringify([{ state }]) : '';
      const needs = { preview: { outputs: { results, truncated } } };
      return evaluate(condition, {
        github: { event_name: event, ref: 'refs/heads/main' },
        inputs: { approval },
        needs,
      });
    };
    const known = ['none', 'review', 'environment'].map((approval) => runs(approval, 'known'));
    expect(known).toEqual(['true', 'true', 'false']);
    expect(runs('environment', 'planned')).toBe('true');
    expect(runs('none', 'planned', { event: 'pull_request' })).toBe('false');
    expect(runs('environment', 'known', { truncated: 'true' })).toBe('true');
  });
});

/** The post files in the pages, by the path that the text before them names. */
function documentedPosts(markdown: string): Record<string, string> {
  const found = markdown.matchAll(
    /`(posts\/[\w-]+\.md)`[^`]*(?:`[^`\n]+`[^`]*)*?\n\n```markdown\n(.*?)^```$/gms,
  );
  return Object.fromEntries([...found].map(([, path = '', text = '']) => [path, text]));
}

const EXAMPLES = documentedPosts(
  (await readFile(join(ROOT, 'docs/posts.md'), 'utf8')).replaceAll('\r\n', '\n'),
);

const MEDIA = {
  'media/dashboard.png': png({ width: 8, height: 4 }),
  'media/latency.png': png({ width: 4, height: 4 }),
  'media/launch.mp4': mp4(),
  'media/launch.srt': srt(),
  'media/launch.thumbnail.png': png({ width: 8, height: 4 }),
  'media/slides.pdf': await readFile(join(ROOT, 'samples/deck.pdf')),
};
const SHORT = { 'posts/short.md': '---\n---\nOut now. #opensource\n' };

function pullRequestFrom(fork: string): object {
  return { number: 1, head: { repo: { full_name: fork } } };
}

let setup: WorkflowSetup;

const run: WorkflowSetup['run'] = (name, changes) => setup.run(name, changes);

/** The step that posts, of each job that ran. */
function postSteps(jobs: readonly JobRecord[]): StepRecord[] {
  return jobs.flatMap(({ steps }) => steps.filter(({ outputs }) => 'post-urn' in outputs));
}

function statesOf(step: StepRecord | undefined): Record<string, string> {
  const rows: PostRow[] = JSON.parse(step?.outputs.results ?? '[]');
  return Object.fromEntries(rows.map(({ id, state, error }) => [id, error?.code ?? state]));
}

/** Runs a workflow twice: the first run posts, the second one posts nothing. Resolves with the posting step of the first. */
async function twice(start: () => Promise<readonly JobRecord[]>, posts = 1): Promise<StepRecord[]> {
  const [first, second] = [await start(), await start()];
  for (const { id, result, steps } of [...first, ...second])
    expect([id, result], steps.at(-1)?.log.join('\n')).not.toEqual([id, 'failure']);
  const ofFirst = postSteps(first).filter(({ outputs }) => outputs['posted-count'] !== '0');
  const urls = ofFirst.map(({ outputs }) => outputs['post-url']);
  expect(urls).toHaveLength(posts);
  for (const url of urls)
    expect(url).toMatch(/^https:\/\/www\.linkedin\.com\/feed\/update\/urn:li:\w+:\d+\/$/);
  for (const { outputs } of postSteps(second)) expect(outputs['posted-count']).toBe('0');
  expect(setup.sandbox.model.posts).toHaveLength(posts);
  return ofFirst;
}

/** The bodies that LinkedIn has taken. */
const sent = () => setup.sandbox.model.posts as Record<string, unknown>[];

describe.skipIf(!isInAct)(`runs of documented workflows that post in act`, () => {
  beforeEach(async () => {
    setup = await setUp({ ...MEDIA, ...SHORT });
  });
  afterEach(() => setup.close());

  const restart = async (files: Record<string, string | Uint8Array>) => {
    await setup.close();
    setup = await setUp({ ...MEDIA, ...files });
  };

  it('“Posts” posts the carousel of the README', async () => {
    const files = documentedPosts(README);
    expect(Object.keys(files)).toEqual(['posts/version-2.md']);
    await restart(files);
    await twice(() => run('Posts', { event: { name: 'push' } }));
    const images = [
      { altText: 'The new dashboard in its dark theme' },
      { altText: 'Latency falls by half' },
    ];
    expect(sent()).toMatchObject([
      {
        commentary: 'Version 2 is out \\(it took a while\\). #opensource',
        content: { multiImage: { images } },
      },
    ]);
  });

  it('“Posts” with `mode: simulate` needs no secret, and shows the post', async () => {
    await restart(documentedPosts(README));
    const change = (text: string) => text.replace('mode: publish', 'mode: simulate');
    const jobs = await run('Posts', { event: { name: 'push' }, secrets: {}, change });
    const [step] = postSteps(jobs);
    expect(statesOf(step)).toEqual({ 'posts/version-2.md': 'posted' });
    expect(step?.summary).toContain('Simulated');
    expect(step?.summary).toContain('Version 2 is out');
    expect(setup.sandbox.model.log).toEqual([]);
    expect(setup.github.requests).toEqual([]);
  });

  it('the examples of posts are text, a carousel, a video, a document, a link card and a poll', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual([
      'posts/carousel.md',
      'posts/link.md',
      'posts/poll.md',
      'posts/short.md',
      'posts/slides.md',
      'posts/video.md',
    ]);
  });

  it.each([
    ['posts/carousel.md', { multiImage: { images: [{ altText: /./ }, { altText: /./ }] } }, 0],
    ['posts/video.md', { media: { id: /^urn:li:video:/, title: 'The launch in two minutes' } }, 0],
    [
      'posts/slides.md',
      { media: { id: /^urn:li:document:/, title: 'How we halved the latency' } },
      0,
    ],
    [
      'posts/link.md',
      { article: { source: 'https://example.org/v2', thumbnail: /^urn:li:image:/ } },
      1,
    ],
    ['posts/poll.md', { poll: { question: 'Which part should we speed up next?' } }, 0],
  ])('“Posts” posts %s', async (path, content, comments) => {
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    await restart({ [path]: (EXAMPLES[path] ?? '').replace(/^at: .*$/m, `at: ${anHourAgo}`) });
    const event = { name: 'schedule' };
    const [step] = await twice(() => run('Posts', { event }));
    expect(statesOf(step)).toEqual({ [path]: 'posted' });
    expect(sent()).toMatchObject([{ content: matching(content) }]);
    expect(setup.sandbox.model.otherCalls().comment ?? 0).toBe(comments);
    const captions = setup.sandbox.model
      .assets()
      .filter((asset) => asset.captions !== undefined && asset.captions !== null);
    expect(captions).toHaveLength(path === 'posts/video.md' ? 1 : 0);
  });

  it.each([
    ['octocat/media', 1],
    ['somebody/fork', 0],
  ])(
    '“Posts” shows a pull request from %s its posts, without a secret, as a page and in %i comments',
    async (from, comments) => {
      const gh = await standInForGh();
      const event = { name: 'pull_request', payload: { pull_request: pullRequestFrom(from) } };
      const jobs = await run('Posts', { event, secrets: {}, env: gh.env });
      expect(jobs.map(({ id, result }) => [id, result])).toEqual([
        ['preview', 'success'],
        ['publish', 'skipped'],
      ]);
      expect(postSteps(jobs)[0]?.summary).toContain('Out now.');
      const written = await gh.calls();
      expect(written).toHaveLength(comments);
      for (const call of written) {
        expect(call).toMatch(
          /^pr comment 1 --body-file \S+\n<!-- linkedin posts of urn:li:organization:24141830 -->\n## .*1 post would go out\n/,
        );
        expect(call).toContain('Out now.');
        // Whoever reads the comment does not know the workflow.
        expect(call).toContain('[The page with the pictures](https://github.invalid/page)\n');
      }
      expect(await readdir(setup.artifacts)).toEqual([expect.stringMatching(/\.html$/)]);
      expect(setup.sandbox.model.log).toEqual([]);
      expect(setup.github.requests.every((request) => request.startsWith('GET '))).toBe(true);
    },
  );

  it('“Posts” shows the errors of a plan that failed in the comment of the run before', async () => {
    await restart({
      'posts/bad.md': '---\ntitel: x\n---\nBad\n',
      'posts/good.md': '---\n---\nOut now.\n',
    });
    const gh = await standInForGh('77\n');
    const event = {
      name: 'pull_request',
      payload: { pull_request: pullRequestFrom('octocat/media') },
    };
    const jobs = await run('Posts', { event, secrets: {}, env: gh.env });
    expect(jobs.map((job) => [job.id, job.result])).toEqual([
      ['preview', 'failure'],
      ['publish', 'skipped'],
    ]);
    const [call = '', ...others] = await gh.calls();
    expect(others).toEqual([]);
    const edit = 'api --silent --method PATCH repos/octocat/media/issues/comments/77 -F body=@';
    expect(call.startsWith(edit)).toBe(true);
    expect(call.split('\n').slice(1, 3)).toEqual([
      '<!-- linkedin posts of urn:li:organization:24141830 -->',
      '## ❌ Nothing would go out, because of errors in 1 post',
    ]);
    expect(call).toContain('`titel` is not a key of a post; did you mean `title`?');
    expect(call).toContain('goes out once the errors are corrected');
  });

  it('“Posts” calls the workflow of this repository in 16 lines, and posts', async () => {
    const { text } = WORKFLOWS.find(({ name }) => name === 'Posts') ?? expect.fail('none');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(16);
    const [step] = await twice(() => run('Posts', { event: { name: 'schedule' } }));
    expect(statesOf(step)).toEqual({ 'posts/short.md': 'posted' });
    expect(step?.summary).toContain(
      '(https://github.invalid/octocat/media/actions/runs/1000000001#artifacts)',
    );
  });

  it('“Publish merged posts” of the page of the post action posts a file, once', async () => {
    const [step] = await twice(() => run('Publish merged posts'));
    expect(statesOf(step)).toEqual({ 'posts/short.md': 'posted' });
  });

  it('“Post now” posts the text and the picture of its form, once', async () => {
    const inputs = { text: 'Live from the booth. #opensource', media: 'media/dashboard.png' };
    await twice(() =>
      run('Post now', { event: { name: 'workflow_dispatch', payload: { inputs } } }),
    );
    expect(sent()).toMatchObject(
      [{ commentary: inputs.text, content: { media: { id: /^urn:li:image:/ } } }].map(matching),
    );
  });

  const release = (more: object = {}) => ({
    name: 'release',
    payload: {
      action: 'released',
      release: {
        tag_name: 'v2.0',
        name: 'Version 2 (final)',
        html_url: 'https://github.com/octocat/media/releases/tag/v2.0',
        prerelease: false,
        body: 'For GitHub\n<!-- linkedin -->\n**Version 2 is out.** #opensource\n<!-- /linkedin -->\n',
        ...more,
      },
    },
  });

  it('“Announce a release” posts the text of a file with a link card to the release', async () => {
    await restart({ '.github/linkedin.txt': '{{name}} is out, as {{tag}}. #opensource\n' });
    await twice(() => run('Announce a release', { event: release() }));
    const article = {
      source: 'https://github.com/octocat/media/releases/tag/v2.0',
      title: 'Version 2 (final)',
    };
    expect(sent()).toMatchObject([
      { commentary: 'Version 2 \\(final\\) is out, as v2.0. #opensource', content: { article } },
    ]);
  });

  it.each(['Announce a release', 'Announce a release with its notes'])(
    '“%s” leaves a prerelease',
    async (name) => {
      const [job] = await run(name, { event: release({ prerelease: true }) });
      expect(job?.result).toBe('skipped');
    },
  );

  it('“Announce a release with its notes” posts their part for LinkedIn with the pictures of the release', async () => {
    const assets = ['1.png', '2.png'].map((name, n) => ({
      name,
      content: png({ width: n + 3, height: 4 }),
    }));
    const storage = await publishRelease(setup.github, { assets, tag: 'v2.0' });
    await twice(() => run('Announce a release with its notes', { event: release() })).finally(() =>
      storage.close(),
    );
    const images = [{ id: expect.any(String) }, { id: expect.any(String) }];
    expect(sent()).toMatchObject([
      { commentary: 'Version 2 is out. #opensource', content: { multiImage: { images } } },
    ]);
  });

  it('“Announce a release with its notes”, started by hand, takes the corrected notes', async () => {
    const name = 'Announce a release with its notes';
    const event = { name: 'workflow_dispatch', payload: { inputs: { tag: 'v2.0' } } };
    const assets = [{ name: '1.png', content: png({ width: 3, height: 4 }) }];
    const { body } = release().payload.release;
    const storage = await publishRelease(setup.github, { assets, tag: 'v2.0', body });
    const [job] = await run(name, { event: release({ body: 'For GitHub' }) });
    expect(job?.result).toBe('failure');
    await twice(() => run(name, { event })).finally(() => storage.close());
    expect(sent()).toMatchObject([{ commentary: 'Version 2 is out. #opensource' }]);
  });

  it('“Publish on several pages” posts each file for its owner, and a file without owner for each', async () => {
    await restart({ 'posts/acme.md': '---\nowner: urn:li:organization:24141830\n---\nBy Acme\n' });
    const steps = await twice(() => run('Publish on several pages'));
    expect(steps.map(statesOf)).toEqual([{ 'posts/acme.md': 'posted' }]);
    await restart(SHORT);
    await twice(() => run('Publish on several pages'), 2);
    const authors = sent().map(({ author }) => String(author));
    expect(authors.sort()).toEqual(['urn:li:organization:24141830', 'urn:li:person:-f_U1Zq']);
  });

  it('“Publish approved posts” posts what a reviewer has approved, and nothing else', async () => {
    const hub = setup.github;
    for (const login of ['alice', 'bob'])
      hub.accounts.set(login, { type: 'User', access: 'write' });
    hub.git.commit('launch', SHORT, 'Add a post');
    hub.open('launch', 'alice');
    hub.merge(1);
    // The project has the same files as this history, in other commits.
    const start = () =>
      run('Publish approved posts', {
        event: { name: 'push' },
        env: { SHA_REF: hub.git.head('main') },
      });
    expect(postSteps(await start()).map(statesOf)).toEqual([UNAPPROVED]);
    hub.review(1, 'bob', 'APPROVED');
    await twice(start);
  });

  it('“Publish approved posts” posts after the approval of the environment', async () => {
    const hub = setup.github;
    hub.accounts.set('bob', { type: 'User', access: 'write' });
    const start = () =>
      run('Publish approved posts', {
        event: { name: 'push' },
        env: { GITHUB_RUN_ID: hub.runId },
        change: (text) => text.replace(/\breview\b/g, 'environment'),
      });
    // The preview, and the job that publishes.
    expect(postSteps(await start()).map(statesOf)).toEqual([
      { 'posts/short.md': 'planned' },
      UNAPPROVED,
    ]);
    hub.approvals.push({ state: 'approved', environments: ['linkedin'], login: 'bob' });
    await twice(start);
  });
});

const UNAPPROVED = { 'posts/short.md': 'POST_UNAPPROVED' };

/** Texts as they are, and patterns as matchers. */
function matching(value: unknown): unknown {
  if (value instanceof RegExp) return expect.stringMatching(value);
  if (Array.isArray(value)) return value.map(matching);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, matching(inner)]));
}
