// Emulates GitHub for the features that the documented workflows use: needs, matrices and conditions, this action as a
// process against the LinkedIn sandbox, stand-ins for other actions, and scripts in bash.

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import type { GitHubContents, Permission } from '../support/github-contents.ts';
import type { GitHubReviews } from '../support/github-reviews.ts';
import { makeRunnerTemp } from '../support/job-environment.ts';
import { runAction } from '../support/runner.ts';
import { type Event, refOf } from './event.ts';
import { type Contexts, holds, interpolate, type Status } from './expressions.ts';
import { ownActionFile } from './language-service.ts';
import { runScript } from './script.ts';
import { runStandIn } from './stand-ins.ts';
import {
  combinations,
  environmentOf,
  type Job,
  jobOrder,
  needsOf,
  parseWorkflow,
  type Step,
  type Workflow,
} from './workflow.ts';

export interface RunContext {
  /** The bare git repository that `actions/checkout` clones. */
  readonly remote: string;
  /** A folder shared by all jobs, and by all runs with the same folder. */
  readonly store: string;
  /** Of each environment, and not of the repository: a job without `environment:` gets none. */
  readonly secrets: Readonly<Record<string, string>>;
  /** With the fields of `completeEvent`. */
  readonly event: Event;
  /** The commit of the event. A re-run has the same one. */
  readonly sha: string;
  /** The number of the attempt, 1 by default. */
  readonly attempt?: number;
  /** The LinkedIn API for this action and for scripts. */
  readonly linkedinUrl: string;
  /** GitHub's API. The token of each job has the permission of the job. */
  readonly github: {
    readonly fake: GitHubContents;
    readonly reviews: GitHubReviews;
    readonly apiUrl: string;
  };
  /** Overrides the variables of a step. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface StepRecord {
  readonly label: string;
  readonly outcome: 'success' | 'failure' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
  readonly log: readonly string[];
  readonly summary: string;
}

export interface JobRecord {
  readonly id: string;
  readonly matrix: Readonly<Record<string, unknown>>;
  readonly result: 'success' | 'failure' | 'skipped';
  readonly steps: readonly StepRecord[];
  /** The link that GitHub shows at the deployment, with the outputs of the steps. */
  readonly environmentUrl: string;
}

interface FinishedJob extends JobRecord {
  readonly outputs: Readonly<Record<string, string>>;
}

export const LINKEDIN = 'https://api.linkedin.com';

export async function runWorkflow(text: string, context: RunContext): Promise<JobRecord[]> {
  const workflow = parseWorkflow(text);
  const records: FinishedJob[] = [];
  for (const id of jobOrder(workflow)) {
    const job = workflow.jobs[id] as Job;
    for (const [index, matrix] of combinations(job).entries()) {
      const run = new JobRun({ id, job, matrix, index, workflow, context, before: records });
      records.push(await run.run());
    }
  }
  return records;
}

interface JobOptions {
  readonly id: string;
  readonly job: Job;
  readonly matrix: Readonly<Record<string, unknown>>;
  readonly index: number;
  readonly workflow: Workflow;
  readonly context: RunContext;
  readonly before: readonly FinishedJob[];
}

class JobRun {
  readonly #options: JobOptions;
  readonly #steps: StepRecord[] = [];
  readonly #outputs: Record<string, { outputs: unknown; outcome: string; conclusion: string }> = {};
  #env: Record<string, string> = {};
  #status: Status = 'success';
  #workspace = '';
  #runnerTemp = '';

  constructor(options: JobOptions) {
    this.#options = options;
  }

  async run(): Promise<FinishedJob> {
    const { id, job, matrix, workflow, context } = this.#options;
    if (!holds(job.if, this.#contexts(), this.#needs().status))
      return { id, matrix, result: 'skipped', steps: [], outputs: {}, environmentUrl: '' };
    this.#runnerTemp = await makeRunnerTemp();
    this.#workspace = join(await mkdtemp(join(tmpdir(), 'job-')), 'workspace');
    await mkdir(this.#workspace);
    await writeFile(join(this.#runnerTemp, 'event.json'), JSON.stringify(context.event.payload));
    this.#env = this.#texts({ ...workflow.env, ...job.env });
    for (const step of job.steps) await this.#take(step);
    return {
      id,
      matrix,
      result: this.#status,
      steps: this.#steps,
      outputs: this.#texts(job.outputs ?? {}),
      environmentUrl: interpolate(environmentOf(job)?.url ?? '', this.#contexts()),
    };
  }

  async #take(step: Step): Promise<void> {
    const label = labelOf(step);
    const record = holds(step.if, this.#contexts(), this.#status)
      ? { ...NOTHING, label, ...(await this.#perform(step)) }
      : { ...NOTHING, label, outcome: 'skipped' as const };
    this.#steps.push(record);
    if (record.outcome === 'failure') this.#status = 'failure';
    if (step.id === undefined) return;
    const { outputs, outcome } = record;
    this.#outputs[step.id] = { outputs, outcome, conclusion: outcome };
  }

  async #perform(step: Step): Promise<Partial<StepRecord>> {
    const { remote, store, sha, event, env: override } = this.#options.context;
    const own = { ...this.#env, ...this.#texts(step.env ?? {}) };
    const env = { ...own, ...this.#variables(step), ...override };
    if (step.run !== undefined) return await this.#script(step.run, env);
    const inputs = this.#texts(step.with ?? {});
    const action = ownActionFile(step.uses ?? '');
    if (action !== null) return await this.#runOwn(action, inputs, env);
    const place = { workspace: this.#workspace, remote, store, sha, ref: refOf(event) };
    await runStandIn(step.uses ?? '', inputs, place);
    return { outcome: 'success' };
  }

  /** The variables that differ between runs, jobs and steps. They replace those of the workflow. */
  #variables({ id, uses = '' }: Step): Record<string, string> {
    const { id: job, workflow, context } = this.#options;
    const [, repository, version] = /^([^/]+\/[^/@]+)[^@]*@(.+)$/.exec(uses) ?? [];
    const { ref, ref_name, ref_type, run_attempt } = githubContext(context);
    return {
      GITHUB_ACTION: id ?? `__${(repository ?? 'run').replace('/', '_')}`,
      ...(repository && { GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: version ?? '' }),
      GITHUB_API_URL: context.github.apiUrl,
      GITHUB_EVENT_NAME: context.event.name,
      GITHUB_EVENT_PATH: join(this.#runnerTemp, 'event.json'),
      GITHUB_JOB: job,
      GITHUB_REF: ref,
      GITHUB_REF_NAME: ref_name,
      GITHUB_REF_TYPE: ref_type,
      GITHUB_RUN_ATTEMPT: run_attempt,
      GITHUB_SHA: context.sha,
      GITHUB_WORKFLOW: workflow.name,
    };
  }

  async #script(run: string, env: Record<string, string>): Promise<Partial<StepRecord>> {
    const script = interpolate(run, this.#contexts(), this.#status).replaceAll(
      LINKEDIN,
      this.#options.context.linkedinUrl,
    );
    const end = await runScript({ script, workspace: this.#workspace, runnerTemp: this.#runnerTemp, env });
    this.#env = { ...this.#env, ...end.env };
    return end;
  }

  /** Runs this action with the inputs of the step, against the sandbox. */
  async #runOwn(
    action: string,
    inputs: Record<string, string>,
    env: Record<string, string>,
  ): Promise<Partial<StepRecord>> {
    const { context, job, workflow } = this.#options;
    const { fake, reviews } = context.github;
    const permissions = job.permissions ?? workflow.permissions;
    fake.permission = contentsPermission(permissions, context.event.name);
    reviews.permissions = reviewPermissions(permissions);
    const isReal = !['plan', 'simulate'].includes(inputs.mode ?? 'publish');
    return await runAction({
      action,
      workspace: this.#workspace,
      inputs: { ...inputs, ...(isReal && { 'api-url': context.linkedinUrl }) },
      runnerTemp: this.#runnerTemp,
      secrets: Object.values(context.secrets),
      env,
    });
  }

  #texts(values: Readonly<Record<string, unknown>>): Record<string, string> {
    const contexts = this.#contexts();
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, interpolate(String(value), contexts)]),
    );
  }

  /** The jobs that this one needs. The jobs of a matrix count as one. */
  #needs(): { status: Status; needs: Record<string, unknown> } {
    const { job, before } = this.#options;
    const needed = before.filter(({ id }) => needsOf(job).includes(id));
    const resultOf = (jobs: readonly FinishedJob[]) =>
      jobs.every(({ result }) => result === 'success') ? 'success' : 'failure';
    const needs = [...Map.groupBy(needed, ({ id }) => id)].map(([id, jobs]) => [
      id,
      { result: resultOf(jobs), outputs: jobs.at(-1)?.outputs },
    ]);
    return { status: resultOf(needed), needs: Object.fromEntries(needs) };
  }

  #contexts(): Contexts {
    const { job, matrix, index, context } = this.#options;
    return {
      github: { ...githubContext(context), token: FAKE_GITHUB_TOKEN, workspace: this.#workspace },
      secrets: environmentOf(job) === null ? {} : context.secrets,
      env: this.#env,
      matrix,
      strategy: { 'job-index': index, 'job-total': combinations(job).length },
      steps: this.#outputs,
      needs: this.#needs().needs,
      job: { status: this.#status },
      runner: { os: 'Linux', temp: this.#runnerTemp },
    };
  }
}

/** A workflow that sets no permission of the token gets none here. A pull request from a fork may only read. */
function contentsPermission({ contents }: Readonly<Record<string, string>> = {}, event: string): Permission {
  if (contents === 'write') return event === 'pull_request' ? 'read' : 'write';
  return contents === 'read' ? 'read' : 'none';
}

function reviewPermissions(given: Readonly<Record<string, string>> = {}): GitHubReviews['permissions'] {
  const isMissing = (name: string) => given[name] === undefined || given[name] === 'none';
  return {
    ...(isMissing('contents') && { contents: 'none' }),
    ...(isMissing('pull-requests') && { pullRequests: 'none' }),
    ...(isMissing('actions') && { actions: 'none' }),
  };
}

function githubContext({ event, sha, attempt = 1 }: RunContext) {
  const ref = refOf(event);
  return {
    event_name: event.name,
    event: event.payload,
    ref,
    ref_name: ref.replace(/^refs\/(?:heads|pull|tags)\//, ''),
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    sha,
    repository: 'octocat/media',
    run_id: '1000000001',
    run_attempt: String(attempt),
  };
}

export function labelOf({ name, id, uses, run = '' }: Step): string {
  return name ?? id ?? uses ?? run.split('\n')[0] ?? '';
}

export const NOTHING: Omit<StepRecord, 'label'> = { outcome: 'success', outputs: {}, log: [], summary: '' };
