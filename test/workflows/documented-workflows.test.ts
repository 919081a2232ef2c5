// Every workflow in README and docs is valid for GitHub, and does what the page says.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mp4, png } from '../support/media.ts';
import { TOKEN } from '../support/publishing.ts';
import { srt } from '../support/subrip.ts';
import { startReleases } from '../world/github/releases.ts';
import type { JobRecord, StepRecord } from './act.ts';
import { readDocumentedWorkflows } from './documented-workflows.ts';
import { workflowErrors } from './language-service.ts';
import { isInAct, setUp, standInForGh, type WorkflowSetup } from './workflow-setup.ts';

const WORKFLOWS = readDocumentedWorkflows();

/** As in a real folder, other files are next to the pictures and videos. */
const MEDIA = {
  'media/hero.png': png({ width: 8, height: 4 }),
  'media/team/all.png': png({ width: 4, height: 4 }),
  'media/launch.mp4': mp4(),
  'media/launch.srt': srt(),
  'media/drafts/wip.png': png({ width: 2, height: 2 }),
  'media/brand/guide.pdf': '%PDF-1.7\n',
};

/** A condition of jobs that never run for a pull request. */
const NO_PULL_REQUEST = /github\.event_name (?:!= 'pull_request'|== '(?!pull_request'))/;

/** A run of the check with an owner that LinkedIn refuses. */
const REFUSED = {
  event: { name: 'schedule' },
  change: (text: string) => text.replace('api: media', 'owner: urn:li:organization:24141833'),
};

const ASSET_URN = /^urn:li:digitalmediaAsset:/;

let setup: WorkflowSetup;

const run: WorkflowSetup['run'] = (name, changes) => setup.run(name, changes);

async function startWith(
  files: Readonly<Record<string, string | Uint8Array>> = MEDIA,
): Promise<void> {
  setup = await setUp(files);
}

/** The steps, without the checkout, of the one job that ran. */
async function stepsOf(jobs: Promise<JobRecord[]>): Promise<StepRecord[]> {
  const ran = (await jobs).filter(({ result }) => result !== 'skipped');
  const [job = expect.fail('no job'), ...others] = ran;
  expect(others).toEqual([]);
  const failed = job.steps.find(({ outcome }) => outcome === 'failure');
  expect(job.result, failed?.log.join('\n')).toBe('success');
  return job.steps.slice(1);
}

function statesOf(results: string | undefined): Record<string, string> {
  const rows = JSON.parse(results ?? '[]') as { file: string; state: string }[];
  return Object.fromEntries(rows.map(({ file, state }) => [file, state]));
}

describe('documented workflows', () => {
  it('the pages have complete workflows with unique names', () => {
    const names = WORKFLOWS.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(7);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, text } of WORKFLOWS) expect(text, name).toMatch(/^jobs:$/m);
  });

  it.each(WORKFLOWS)('$page:$line $name is valid for GitHub', async ({ text }) => {
    expect(await workflowErrors(text)).toEqual([]);
  });

  it.each(WORKFLOWS)(
    '$page:$line $name has minimal permissions, and no expression in a script',
    ({ text }) => {
      expect(text).toMatch(/^permissions:\n {2}contents: read\n/m);
      // Outputs reach scripts through `env:`. An expression in a script would make their text a part of the script.
      for (const [script] of text.matchAll(/run: (?:.+|\|\n(?: {10}.*\n)+)/g))
        expect(script).not.toContain('${{');
    },
  );

  it.each(WORKFLOWS.filter(({ text }) => text.includes('pull_request:')))(
    '$page:$line $name gives a pull request no secret, 15 minutes at most, and no write permission but for comments',
    ({ jobs }) => {
      const ran = jobs.filter(({ if: condition = '' }) => !NO_PULL_REQUEST.test(condition));
      expect(ran).not.toEqual([]);
      for (const job of ran) {
        // A job may comment on the pull request. A fork cannot: GitHub gives its runs a token that only reads.
        const { 'pull-requests': _, ...others } = job.permissions ?? {};
        expect(Object.values(others)).not.toContain('write');
        expect(job.environment).toBeUndefined();
        expect(job['timeout-minutes']).toBeLessThanOrEqual(15);
        expect(JSON.stringify(job)).not.toContain('secrets.');
      }
    },
  );

  it.each(
    WORKFLOWS.flatMap(({ jobs, ...rest }) =>
      jobs.map((job) => ({ ...rest, id: job.id, job })),
    ).filter(({ job }) => JSON.stringify(job).includes('secrets.')),
  )('$page:$line $name: the job $id names the environment that holds its secret', ({ job }) => {
    const { environment } = job;
    const name = typeof environment === 'object' ? environment.name : environment;
    expect(name).toMatch(/^(?:linkedin|\$\{\{ matrix\.environment \}\})$/);
  });

  it('each documented workflow has a test in this file, or in the one for posts', () => {
    const files = [import.meta.filename, join(import.meta.dirname, 'post-workflows.test.ts')];
    const tested = files.map((file) => readFileSync(file, 'utf8')).join('');
    for (const { name } of WORKFLOWS) expect(tested, name).toContain(`run('${name}'`);
  });
});

it.each([
  ['an unknown input', 'owner: ', 'ownr: ', /Invalid action input 'ownr'/],
  ['an unknown key', 'runs-on: ', 'run-on: ', /Unexpected value 'run-on'/],
  ['an output of an unknown step', 'steps.media.outputs', 'steps.medium.outputs', /medium/],
  [
    'an input of the other action',
    'linkedin-media-upload@',
    'linkedin-media-upload/post@',
    /'files'/,
  ],
])('the language service reports %s', async (_, right, wrong, complaint) => {
  const { text } = WORKFLOWS.find(({ name }) => name === 'Publish media') ?? expect.fail('none');
  expect((await workflowErrors(text.replace(right, wrong))).join('\n')).toMatch(complaint);
});

describe.skipIf(!isInAct)(`runs of documented workflows in act`, () => {
  beforeEach(() => startWith());
  afterEach(() => setup.close());

  it('“Publish media” uploads the pictures and the video, but no draft, and hands their URNs to a step', async () => {
    const [media, script] = await stepsOf(run('Publish media'));
    expect(statesOf(media?.outputs.results)).toEqual({
      'media/hero.png': 'available',
      'media/launch.mp4': 'available',
      'media/team/all.png': 'available',
    });
    const { 'asset-urns': assets = '', 'image-urns': images = '' } = media?.outputs ?? {};
    const [hero, launch, team] = JSON.parse(assets) as string[];
    for (const urn of [hero, launch, team]) expect(urn).toMatch(ASSET_URN);
    // The derived URN has the id of the asset.
    expect(JSON.parse(images)).toEqual(
      [hero, team].map((urn) => urn?.replace('digitalmediaAsset', 'image')),
    );
    expect(script?.log[0]).toBe(`${assets} ${images}`);
  });

  it('“Publish media” with `mode: simulate` needs no token, and passes the URNs of the sandbox on', async () => {
    const change = (text: string) =>
      text.replace('recipe: auto', 'mode: simulate\n          recipe: auto');
    const [media, script] = await stepsOf(run('Publish media', { change, secrets: {} }));
    expect(JSON.parse(media?.outputs['asset-urns'] ?? '')).toHaveLength(3);
    expect(script?.log[0]).toMatch(
      /"urn:li:digitalmediaAsset:SIMULATED-.*"urn:li:image:SIMULATED-/,
    );
    expect(setup.sandbox.model.log).toEqual([]);
  });

  it('“Publish media” with `mode: simulate` fails for a typing error in `recipe`, and names the nearest recipe', async () => {
    const change = (text: string) =>
      text.replace('recipe: auto', 'mode: simulate\n          recipe: feedshare-imge');
    const [job] = await run('Publish media', { change, secrets: {} });
    const media = job?.steps.find(({ outputs }) => 'asset-urns' in outputs);
    expect(job?.result).toBe('failure');
    expect(media?.log.join('\n')).toContain('/registerUploadRequest/recipes');
    expect(media?.summary).toContain('did you mean feedshare-image?');
  });

  it('“Check LinkedIn” says which owners the token has, and fails for one that LinkedIn refuses', async () => {
    const gh = await standInForGh();
    const [good] = await run('Check LinkedIn', { env: gh.env });
    expect([good?.result, good?.steps[0]?.outputs.owners]).toEqual([
      'success',
      expect.stringContaining('urn:li:organization:24141830'),
    ]);
    expect(good?.steps[0]?.summary).toContain('`owner: urn:li:organization:24141830`');
    const [refused] = await run('Check LinkedIn', { ...REFUSED, env: gh.env });
    expect([refused?.result, refused?.steps[0]?.summary]).toEqual([
      'failure',
      expect.not.stringMatching(/Sam|Sandbox Company/),
    ]);
    expect(setup.sandbox.model.assets()).toEqual([]);
  });

  it.each([
    ['opens an issue for a token that needs a person', '', REFUSED, ['issue create']],
    ['opens no second issue', '12', REFUSED, []],
    ['closes the issue when all is well', '12', {}, ['issue close 12']],
    ['touches no issue while all is well', '', {}, []],
  ])('“Check LinkedIn” %s', async (_, open, changes, expected) => {
    const gh = await standInForGh(open);
    await run('Check LinkedIn', { ...changes, env: gh.env });
    const calls = await gh.calls();
    expect(calls).toEqual(expected.map((start) => expect.stringContaining(start)));
  });

  it('“Publish changed media” keeps the manifest on a branch, and a second run reuses all uploads', async () => {
    const [first] = await stepsOf(run('Publish changed media'));
    expect(first?.outputs['uploaded-count']).toBe('3');
    expect(setup.github.file('linkedin-media')).toContain('media/hero.png');
    const [second] = await stepsOf(run('Publish changed media'));
    expect(second?.outputs).toMatchObject({ 'uploaded-count': '0', 'reused-count': '3' });
  });

  it('“Show the media” uploads the page with every file as an artifact', async () => {
    const [checked, uploaded] = await stepsOf(run('Show the media', { secrets: {} }));
    expect(uploaded?.outcome).toBe('success');
    const name = basename(checked?.outputs['page-file'] ?? '');
    expect(readFileSync(join(setup.artifacts, name), 'utf8')).toContain('media/hero.png');
  });

  it('“Publish a backlog” sends a part of the pictures each day, and each of them once', async () => {
    const pictures = Array.from({ length: 12 }, (_, n) => [
      `media/${n}.png`,
      png({ width: n + 1, height: 2 }),
    ]);
    await setup.close();
    await startWith(Object.fromEntries(pictures));
    const counts: unknown[] = [];
    for (const _day of [0, 1]) {
      const change = (text: string) => text.replace('max-calls: 150', 'max-calls: 14');
      const event = { name: 'schedule' };
      const [media] = await stepsOf(run('Publish a backlog', { event, change }));
      counts.push(
        ['uploaded', 'reused', 'remaining'].map((name) => Number(media?.outputs[`${name}-count`])),
      );
      // Makes the counts those of an earlier day. The days are those of GitHub's clock.
      const counted = setup.github
        .file('linkedin-media')
        ?.replace(/"calls":\{"[\d-]+"/, '"calls":{"2026-01-01"');
      setup.github.commit('linkedin-media', {
        'linkedin.json': counted ?? expect.fail('no manifest'),
      });
    }
    // A picture takes one call. Some are for status reads.
    const [first] = counts as [number[]];
    expect(first[0]).toBeGreaterThanOrEqual(6);
    expect(counts.at(-1)).toMatchObject([expect.any(Number), expect.any(Number), 0]);
    expect(setup.sandbox.model.calls().register).toBe(12);
  });

  it('“Try it out” outputs simulated URNs and sends nothing to LinkedIn', async () => {
    const [media, uploaded] = await stepsOf(run('Try it out'));
    expect(media?.outputs['image-urn']).toContain('SIMULATED');
    expect(media?.outputs['video-urn']).toContain('SIMULATED');
    expect(uploaded?.outcome).toBe('success');
    expect(setup.sandbox.model.log).toEqual([]);
  });

  it('“Publish many files” uploads each file in exactly one of three jobs, and collects the results', async () => {
    const jobs = await run('Publish many files');
    expect(jobs.map(({ result }) => result)).toEqual(Array(4).fill('success'));
    const media = jobs.slice(0, 3).map(({ steps }) => statesOf(steps[1]?.outputs.results));
    expect(media.flatMap((share) => Object.values(share))).toEqual(Array(3).fill('available'));
    expect(media.every((share) => Object.keys(share).length > 0)).toBe(true);
    const [, collected, script] = jobs[3]?.steps ?? [];
    expect(collected?.outputs).toMatchObject({ 'uploaded-count': '0', 'reused-count': '3' });
    expect(Object.keys(JSON.parse(script?.log.join('\n') ?? '')).sort()).toEqual([
      'media/hero.png',
      'media/launch.mp4',
      'media/team/all.png',
    ]);
    expect(setup.sandbox.model.calls().register).toBe(3);
  });
});

describe.skipIf(!isInAct)('runs of documented workflows with other media', () => {
  afterEach(() => setup.close());

  it('“Publish the media of a release” uploads the matching assets of the release', async () => {
    await startWith();
    const assets = [
      { name: 'hero.png', content: png({ width: 8, height: 4 }) },
      { name: 'launch.mp4', content: mp4() },
      { name: 'launch.srt', content: Buffer.from(srt()) },
      { name: 'draft-launch.mp4', content: mp4() },
      { name: 'source.tar.gz', content: Buffer.from('no medium') },
    ];
    const github = await startReleases({ assets, tag: 'v2.0' });
    const env = { GITHUB_API_URL: github.apiUrl };
    const [job] = await run('Publish the media of a release', { env }).finally(() =>
      github.close(),
    );
    expect(job?.result, job?.steps[0]?.log.join('\n')).toBe('success');
    expect(statesOf(job?.steps[0]?.outputs.results)).toEqual({
      'release:v2.0/hero.png': 'available',
      'release:v2.0/launch.mp4': 'available',
    });
    expect(job?.steps[0]?.outputs.results).toContain('release:v2.0/launch.srt');
  });

  it('“Publish changed media” plans the files of a pull request, and fails for an invalid file', async () => {
    await startWith({ ...MEDIA, 'media/empty.png': '' });
    const event = { name: 'pull_request' };
    const [check, publish] = await run('Publish changed media', { event, secrets: {} });
    expect(check?.result).toBe('failure');
    expect(statesOf(check?.steps[1]?.outputs.results)).toMatchObject({
      'media/hero.png': 'planned',
      'media/empty.png': 'failed',
    });
    expect(publish?.result).toBe('skipped');
    expect(setup.sandbox.model.log).toEqual([]);
    expect(setup.github.requests.every((request) => request.startsWith('GET '))).toBe(true);
  });

  it('“Publish many files” collects an empty object if all jobs failed', async () => {
    await startWith();
    const jobs = await run('Publish many files', {
      secrets: { LINKEDIN_ACCESS_TOKEN: `${TOKEN}-old` },
    });
    expect(jobs.map(({ result }) => result)).toEqual(Array(4).fill('failure'));
    expect(JSON.parse(jobs[3]?.steps.at(-1)?.log.join('\n') ?? '')).toEqual({});
  });
});
