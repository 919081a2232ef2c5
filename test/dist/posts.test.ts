// The built action and its posts file: for each upload a body that LinkedIn accepts once its text is filled in.

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { Caller } from '../sandbox/caller.ts';
import { png } from '../support/media.ts';
import { MEDIA, makeWorkspace, OWNER, publish, TOKEN } from '../support/publishing.ts';
import { runAction, type StepRun } from '../support/runner.ts';

interface Post {
  readonly kind: string;
  readonly files: readonly string[];
  readonly ready: boolean;
  readonly body: Record<string, unknown>;
}

const postsIn = (run: StepRun): Post[] => JSON.parse(readFileSync(run.outputs['posts-file'] ?? '', 'utf8'));
const summaryOf = (run: StepRun) => postsIn(run).map(({ kind, files, ready }) => [kind, ready, ...files]);

describe('Bodies in the posts file', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ processingMs: 0 });
  });
  afterEach(() => sandbox.close());

  it.each(['assets', 'media'])(
    'every body in the posts file is accepted as a post once it has its text (api: %s)',
    async (api) => {
      const run = await runAction({
        workspace: await makeWorkspace(MEDIA),
        inputs: { 'access-token': TOKEN, owner: OWNER, files: 'media/**', 'api-url': sandbox.url, api },
      });
      expect(summaryOf(run)).toEqual([
        ['video', true, 'media/clips/launch.mp4'],
        ['image', true, 'media/hero.png'],
        ['image', true, 'media/spinner.gif'],
        ['image', true, 'media/team.jpg'],
        ['images', true, 'media/hero.png', 'media/spinner.gif', 'media/team.jpg'],
      ]);
      const caller = new Caller(sandbox.url);
      for (const { body } of postsIn(run)) {
        expect(body.commentary).toBe('');
        expect((await caller.post('/rest/posts', { ...body, commentary: 'Out now' })).status).toBe(201);
      }
      expect(sandbox.model.posts).toHaveLength(5);
    },
  );
});

describe('Posts file', () => {
  const files = { 'media/a.png': png(), 'media/b.png': png({ width: 5, height: 4 }), 'media/empty.png': '' };

  it('the posts file is written beside the results file, and holds the successful uploads of a failed run', async () => {
    const { run } = await publish({ files });
    expect(run.exitCode).toBe(1);
    const { 'posts-file': posts, 'results-file': results = '' } = run.outputs;
    // The separators are the same on Windows.
    expect(posts).toBe(`${dirname(results)}/posts.json`);
    expect(posts).not.toContain('\\');
    expect(summaryOf(run)).toEqual([
      ['image', true, 'media/a.png'],
      ['image', true, 'media/b.png'],
      ['images', true, 'media/a.png', 'media/b.png'],
    ]);
  });

  it('the posts file marks media that LinkedIn has not confirmed as not ready', async () => {
    const { run } = await publish({
      files,
      inputs: { api: 'media', 'wait-minutes': '0', 'fail-on': 'never' },
    });
    expect(postsIn(run).map(({ ready }) => ready)).toEqual([false, false, false]);
  });

  it('the posts file of mode: simulate has URNs that are marked as simulated', async () => {
    const { run } = await publish({ files, inputs: { mode: 'simulate', 'fail-on': 'never' } });
    expect(postsIn(run)).toHaveLength(3);
    for (const { body } of postsIn(run))
      expect(JSON.stringify(body.content)).toMatch(/urn:li:image:SIMULATED/);
  });

  it.each([
    ['nothing was uploaded', { 'media/empty.png': '' }, {}],
    ['nothing was sent', files, { mode: 'plan' }],
    ['an ad account owns it', files, { owner: 'urn:li:sponsoredAccount:1', recipe: 'ads-image' }],
    ['no file was found', {}, { 'if-no-files-found': 'ignore' }],
  ])('the posts file is not written when %s', async (_, given, inputs) => {
    const { run } = await publish({ files: given, inputs: { ...inputs, 'fail-on': 'never' } });
    expect(run.exitCode).toBe(0);
    expect(run.outputs['posts-file']).toBe('');
  });

  it('the posts file escapes names with shell or HTML characters', async () => {
    const name = "media/it's $(id) `x` <b>.png";
    const { run } = await publish({ files: { [name]: png() } });
    expect(postsIn(run)[0]?.files).toEqual([name]);
    expect(readFileSync(run.outputs['posts-file'] ?? '', 'utf8')).not.toMatch(/['`$<>]/);
  });
});
