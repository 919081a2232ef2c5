// The documented workflows under unusual conditions: repeated runs, concurrent pushes, and missing or invalid files.

import { afterEach, describe, expect, it } from 'vitest';
import { parseManifest } from '../../src/memory/manifest-text.ts';
import { png } from '../support/media.ts';
import { OtherJob } from '../support/other-job.ts';
import { TOKEN } from '../support/publishing.ts';
import type { JobRecord } from './act.ts';
import { isInAct, MEDIA, setUp, stepsOf, type WorkflowSetup } from './workflow-setup.ts';

let setup: WorkflowSetup;

/** The log of the last step that ran. */
function lastLog(jobs: readonly JobRecord[]): string {
  const steps = jobs.flatMap((job) => job.steps).filter(({ outcome }) => outcome !== 'skipped');
  return steps.at(-1)?.log.join('\n') ?? '';
}

describe.skipIf(!isInAct)(`documented workflows under unusual conditions in act`, () => {
  afterEach(() => setup.close());

  it('a re-run from the commit of its event reuses the uploads of the first run', async () => {
    setup = await setUp();
    const sha = await setup.project.head();
    await stepsOf(setup.run('Publish changed media', {}, { sha }));
    await setup.project.push({ 'media/new.png': png({ width: 9, height: 9 }) });
    const [again] = await stepsOf(setup.run('Publish changed media', {}, { sha, attempt: 2 }));
    expect(again?.outputs).toMatchObject({ 'uploaded-count': '0', 'reused-count': '3' });
  });

  it('the uploads of a run are kept if another job writes to the branch meanwhile', async () => {
    setup = await setUp();
    const other = new OtherJob('linkedin-media', Date.now);
    setup.github.faults.push({ on: 'write contents', meanwhile: () => other.write(setup.github) });
    await stepsOf(setup.run('Publish changed media'));
    const stored = parseManifest(setup.github.file('linkedin-media') ?? '', 'stored');
    expect([stored.entries.size, other.lostFrom(stored)]).toEqual([4, []]);
    await setup.project.push({ 'media/new.png': png({ width: 9, height: 9 }) });
    const [next] = await stepsOf(setup.run('Publish changed media'));
    expect(next?.outputs).toMatchObject({ 'uploaded-count': '1', 'reused-count': '3' });
  });

  it('the job that collects results uploads what a failed job of the matrix left', async () => {
    setup = await setUp();
    setup.github.faults.push({ on: 'create blob', response: { status: 404 } });
    const jobs = await setup.run('Publish many files');
    const results = jobs.map(({ result }) => result);
    // Any of the three jobs of the matrix may be the first.
    expect(results.slice(0, 3).sort()).toEqual(['failure', 'success', 'success']);
    expect(results[3]).toBe('success');
    const { 'uploaded-count': uploaded, 'reused-count': reused } = jobs[3]?.steps[1]?.outputs ?? {};
    expect(Number(uploaded)).toBeGreaterThan(0);
    expect(Number(uploaded) + Number(reused)).toBe(3);
    expect(Object.keys(JSON.parse(lastLog(jobs)))).toHaveLength(3);
    expect(setup.sandbox.model.calls().register).toBe(3);
  });

  it('a re-run restores the manifest from the cache, and saves it again', async () => {
    setup = await setUp({ 'media/a.png': png({ width: 2, height: 2 }) });
    await stepsOf(setup.run('Publish with a cached manifest'));
    await setup.project.push({ 'media/b.png': png({ width: 3, height: 3 }) });
    const counts: unknown[] = [];
    for (const attempt of [2, 3]) {
      const [, media] = await stepsOf(setup.run('Publish with a cached manifest', {}, { attempt }));
      counts.push([media?.outputs['uploaded-count'], media?.outputs['reused-count']]);
    }
    expect(counts).toEqual([
      ['1', '1'],
      ['0', '2'],
    ]);
  });

  it('the step that reads the URN of a missing file fails', async () => {
    const { 'media/hero.png': _, ...others } = MEDIA;
    setup = await setUp(others);
    const [job] = await setup.run('Publish media');
    expect(job?.steps.at(-1)).toMatchObject({ outcome: 'failure' });
    expect(job?.steps.at(-1)?.log.join('\n')).toContain('no URN of media/hero.png');
  });

  it('a workflow with mistakes in its inputs fails at once, and its log names each of them', async () => {
    setup = await setUp();
    const change = (text: string) =>
      text.replace('urn:li:organization:24141830', 'acme').replace('api: media', 'api: images');
    const [job] = await setup.run('Publish media', {}, { change });
    expect(job?.steps.map(({ outcome }) => outcome)).toEqual(['success', 'failure', 'skipped']);
    const log = job?.steps[1]?.log.join('\n') ?? '';
    expect(log).toMatch(/^Error: .*owner/m);
    expect(log).toMatch(/^Error: .*api/m);
    expect(job?.steps[1]?.summary).toContain('owner');
    expect(setup.sandbox.model.log).toEqual([]);
  });

  it('the collected results have only successful files, and the collecting job fails for an invalid file', async () => {
    setup = await setUp({ ...MEDIA, 'media/empty.png': '' });
    const jobs = await setup.run('Publish many files');
    expect(jobs.filter(({ id }) => id === 'upload').map(({ result }) => result)).toContain('failure');
    expect(jobs.at(-1)?.result).toBe('failure');
    const urns = JSON.parse(lastLog(jobs));
    expect(Object.keys(urns)).toHaveLength(3);
    expect(urns).not.toHaveProperty(['media/empty.png']);
    expect(Object.values(urns).every((urn) => String(urn).startsWith('urn:li:'))).toBe(true);
  });

  it('the collected results are empty if all jobs failed', async () => {
    setup = await setUp();
    const secrets = { LINKEDIN_ACCESS_TOKEN: `${TOKEN}-of-last-year` };
    const jobs = await setup.run('Publish many files', {}, { secrets });
    expect(jobs.map(({ result }) => result)).toEqual(['failure', 'failure', 'failure', 'failure']);
    expect(JSON.parse(lastLog(jobs))).toEqual({});
  });
});
