// The environment of a documented workflow in the tests: the LinkedIn sandbox, a git project, and an artifact store.

import { spawnSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { mp4, png } from '../support/media.ts';
import { TOKEN } from '../support/publishing.ts';
import { srt } from '../support/subrip.ts';
import { GitHubReviews } from '../world/github/reviews.ts';
import { type JobRecord, type RunContext, runInAct, type StepRecord } from './act.ts';
import { readDocumentedWorkflows } from './documented-workflows.ts';
import { completeEvent, type Event } from './event.ts';
import { makeProject, type Project } from './project.ts';
import { parseWorkflow } from './workflow.ts';

// `act`, and tools that an Ubuntu runner has, and that a developer's machine may lack.
const TOOLS = ['act', 'bash', 'git', 'jq', 'curl'];

/** As in a real folder, other files are next to the pictures and videos. */
export const MEDIA = {
  'media/hero.png': png({ width: 8, height: 4 }),
  'media/team/all.png': png({ width: 4, height: 4 }),
  'media/launch.mp4': mp4(),
  'media/launch.srt': srt(),
  'media/drafts/wip.png': png({ width: 2, height: 2 }),
  'media/brand/guide.pdf': '%PDF-1.7\n',
};

/** Whether `npm run e2e` runs the tests, and finds what they need. */
export const isInAct =
  process.env.WORKFLOW_RUNNER === 'act' && TOOLS.every((tool) => spawnSync(tool, ['--version']).status === 0);

const WORKFLOWS = readDocumentedWorkflows();

export interface WorkflowSetup {
  readonly sandbox: Sandbox;
  readonly github: GitHubReviews;
  readonly project: Project;
  /** The folder of the artifacts that the workflow uploads. */
  readonly artifacts: string;
  contextOf(text: string, event?: Partial<Event>): Promise<RunContext>;
  /** Runs the workflow with this name, by default for its first event at the current commit of main. */
  run(name: string, event?: Partial<Event>, more?: Partial<RunContext> & Changes): Promise<JobRecord[]>;
  close(): Promise<void>;
}

interface Changes {
  /** Changes the text of the documented workflow. */
  readonly change?: (text: string) => string;
}

export async function setUp(
  files: Readonly<Record<string, string | Uint8Array>> = MEDIA,
): Promise<WorkflowSetup> {
  const sandbox = await startSandbox({ token: TOKEN, processingMs: 0 });
  const github = new GitHubReviews({ foreignSecrets: [TOKEN] });
  const { apiUrl, close } = await github.listen();
  const project = await makeProject(files);
  const store = await mkdtemp(join(tmpdir(), 'store-'));
  const contextOf = async (text: string, event?: Partial<Event>): Promise<RunContext> => ({
    remote: project.remote,
    store,
    sha: await project.head(),
    secrets: { LINKEDIN_ACCESS_TOKEN: TOKEN },
    event: completeEvent(parseWorkflow(text), event),
    linkedinUrl: sandbox.url,
    github: { fake: github, apiUrl },
  });
  return {
    sandbox,
    github,
    project,
    artifacts: join(store, 'artifacts'),
    contextOf,
    run: async (name, event, { change, ...more } = {}) => {
      const { expanded: text } =
        WORKFLOWS.find((one) => one.name === name) ?? expect.fail(`no workflow ${name}`);
      return await runInAct(change?.(text) ?? text, { ...(await contextOf(text, event)), ...more });
    },
    close: async () => {
      expect(github.breaches).toEqual([]);
      await Promise.all([sandbox.close(), close()]);
    },
  };
}

/** The steps, without the checkout, of the one job that ran. */
export async function stepsOf(jobs: Promise<JobRecord[]>): Promise<StepRecord[]> {
  const ran = (await jobs).filter(({ result }) => result !== 'skipped');
  const [job = expect.fail('no job'), ...others] = ran;
  expect(others).toEqual([]);
  const failed = job.steps.find(({ outcome }) => outcome === 'failure');
  expect(job.result, failed?.log.join('\n')).toBe('success');
  return job.steps.slice(1);
}

export function statesOf(results: string | undefined): Record<string, string> {
  const rows = JSON.parse(results ?? '[]') as { file: string; state: string }[];
  return Object.fromEntries(rows.map(({ file, state }) => [file, state]));
}
