// Runs a workflow in `act` (https://github.com/nektos/act) on this machine, without containers, and reads its log. LinkedIn is
// the sandbox, and other actions are stand-ins, made of git and a folder.

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { parseDocument } from 'yaml';
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { machineVariables } from '../support/job-environment.ts';
import type { GitHub } from '../world/github/github.ts';
import { type Event, refOf } from './event.ts';
import { ownActionFile } from './language-service.ts';
import { combinations, environmentOf, type Job, jobOrder, parseWorkflow, type Step } from './workflow.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const TIMEOUT_MS = 120_000;
const LINKEDIN = 'https://api.linkedin.com';
const NOTHING: Omit<StepRecord, 'label'> = { outcome: 'success', outputs: {}, log: [], summary: '' };

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
  /** GitHub's API. */
  readonly github: {
    readonly fake: GitHub;
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

/** A line of `act --json`. `stage` is `Pre`, `Main` or `Post`. */
interface Line {
  readonly msg: string;
  readonly jobID?: string;
  readonly matrix?: Readonly<Record<string, unknown>>;
  readonly stepID?: readonly string[];
  readonly stage?: string;
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
  readonly stepResult?: 'success' | 'failure';
}

/** @throws with the log of `act` if a job has run no step */
export async function runInAct(text: string, context: RunContext): Promise<JobRecord[]> {
  // `act` does not limit the token to the permissions of a job.
  context.github.fake.permissions = {};
  const folder = await mkdtemp(join(tmpdir(), 'act-'));
  const write = async (name: string, content: string) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const secrets = { GITHUB_TOKEN: FAKE_GITHUB_TOKEN, ...context.secrets };
  const flags = {
    '--directory': folder,
    '--workflows': await write('workflow.yml', forAct(text, context.linkedinUrl)),
    '--eventpath': await write('event.json', JSON.stringify(context.event.payload)),
    '--secret-file': await write('secrets', assignments(secrets, "'").join('\n')),
    '--action-cache-path': join(folder, 'cache'),
    '--platform': 'ubuntu-latest=-self-hosted',
    '--concurrent-jobs': '1',
    '--actor': 'octocat',
  };
  const args = [
    ...[context.event.name, '--json', '--no-skip-checkout', '--no-cache-server'],
    ...Object.entries(flags).flat(),
    ...assignments(variables(context)).flatMap((one) => ['--env', one]),
    ...assignments(await localActions(text, folder, context)).flatMap((one) => ['--local-repository', one]),
  ];
  return readRecords(text, await runAct(args, folder));
}

function assignments(values: Readonly<Record<string, string>>, quote = ''): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${quote}${value}${quote}`);
}

/** `act` gives a script a terminal, for which curl and jq add colours, and loses what it prints right before it fails. */
const SHELL = 'bash -c "bash -e {0} 2>&1 | cat; code=${PIPESTATUS[0]}; sleep 0.2; exit $code"';

/** The workflow with the sandbox as LinkedIn, and without `strategy.job-index`, which `act` does not know. */
function forAct(text: string, linkedinUrl: string): string {
  const { jobs } = parseWorkflow(text);
  const document = parseDocument(text.replaceAll(LINKEDIN, linkedinUrl));
  for (const [id, { steps }] of Object.entries(jobs)) {
    for (const [index, { uses = '', with: { mode = 'publish' } = {} }] of steps.entries()) {
      if (ownActionFile(uses) !== null && !['plan', 'simulate'].includes(String(mode)))
        document.setIn(['jobs', id, 'steps', index, 'with', 'api-url'], linkedinUrl);
    }
  }
  document.setIn(['defaults', 'run', 'shell'], SHELL);
  const matrices = Object.values(jobs).flatMap(({ strategy }) => Object.entries(strategy?.matrix ?? {}));
  const [[key, values] = ['', []]] = matrices;
  const indexes = JSON.stringify(Object.fromEntries(values.map((value, index) => [value, index])));
  return document
    .toString({ lineWidth: 0 })
    .replaceAll('strategy.job-index', () => `fromJSON('${indexes}')[matrix.${key}]`);
}

/** What `act` would take from the folder's git repository, or from github.com. */
function variables({ sha, attempt = 1, github, env }: RunContext): Record<string, string> {
  return {
    GITHUB_REPOSITORY: 'octocat/media',
    GITHUB_RUN_ID: '1000000001',
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_API_URL: github.apiUrl,
    GITHUB_GRAPHQL_URL: 'https://api.github.invalid/graphql',
    GITHUB_SERVER_URL: 'https://github.invalid',
    SHA_REF: sha,
    ...env,
  };
}

/** The built action and the stand-ins, as folders: `act` would clone the actions from GitHub. */
async function localActions(text: string, folder: string, context: RunContext) {
  const steps = Object.values(parseWorkflow(text).jobs).flatMap((job) => job.steps);
  const made: Record<string, string> = {};
  for (const uses of new Set(steps.flatMap((step) => step.uses ?? []))) {
    const [name = '', version = ''] = uses.split('@');
    const [owner, repository, ...below] = name.split('/');
    const home = join(folder, 'actions', `${owner}-${repository}`);
    if (ownActionFile(uses) !== null) await copyAction(home);
    else await writeStandIn(name, join(home, ...below), context);
    made[`${owner}/${repository}@${version}`] = home;
  }
  return made;
}

async function copyAction(home: string): Promise<void> {
  for (const name of ['action.yml', 'dist', 'post'])
    await cp(join(ROOT, name), join(home, name), { recursive: true });
}

async function writeStandIn(
  name: string,
  home: string,
  { remote, store, sha, event }: RunContext,
): Promise<void> {
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'action.yml'), `name: ${name}\nruns: { using: node24, main: main.mjs }\n`);
  const standIns = pathToFileURL(join(import.meta.dirname, 'stand-ins.ts')).href;
  const main = `import { runStandIn } from '${standIns}';
const given = Object.entries(process.env).filter(([name]) => name.startsWith('INPUT_'));
const inputs = Object.fromEntries(given.map(([name, value]) => [name.slice(6).toLowerCase(), value]));
const place = ${JSON.stringify({ remote, store, sha, ref: refOf(event) })};
await runStandIn('${name}', inputs, { workspace: process.env.GITHUB_WORKSPACE, ...place });
`;
  await writeFile(join(home, 'main.mjs'), main);
}

/** Resolves with the lines of the log. @throws with the log if `act` did not end by itself, or failed before the first step */
async function runAct(args: readonly string[], home: string): Promise<Line[]> {
  const { PATH = '', ...others } = machineVariables();
  const env = { ...others, HOME: home, PATH: dirname(process.execPath) + delimiter + PATH };
  const options = { cwd: home, env, timeout: TIMEOUT_MS, maxBuffer: 100_000_000 };
  return await new Promise((done, fail) => {
    execFile('act', args, options, (error, stdout, stderr) => {
      const lines = `${stdout}${stderr}`
        .split('\n')
        .map((line) => (line.startsWith('{') ? (JSON.parse(line) as Line) : { msg: line }));
      // The exit code is 1 if a job failed.
      const isGood = error === null || (error.code === 1 && lines.some(isEnd));
      if (isGood) done(lines);
      else fail(new Error(`act failed:\n${messages(lines)}`, { cause: error }));
    });
  });
}

/** Whether a line tells the result of a step. */
function isEnd({ stage, stepResult }: Line): boolean {
  return stage === 'Main' && stepResult !== undefined;
}

function readRecords(text: string, lines: readonly Line[]): JobRecord[] {
  const workflow = parseWorkflow(text);
  return jobOrder(workflow).flatMap((id) => {
    const job = workflow.jobs[id] as Job;
    return combinations(job).map((matrix): JobRecord => {
      const isOfJob = (line: Line) => line.jobID === id && isDeepStrictEqual(line.matrix, matrix);
      const ofJob = lines.filter(isOfJob);
      // A job that is skipped is not in the log.
      if (ofJob.length === 0) return { id, matrix, result: 'skipped', steps: [], environmentUrl: '' };
      if (!ofJob.some(isEnd)) throw new Error(`${id} ran no step:\n${messages(lines)}`);
      const steps = job.steps.map((step, index) => readStep(step, index, ofJob));
      const failed = steps.some(({ outcome }) => outcome === 'failure');
      const environmentUrl = environmentUrlOf(job, steps);
      return { id, matrix, result: failed ? 'failure' : 'success', steps, environmentUrl };
    });
  });
}

/** `act` has no environments. The link is an output of a step. */
function environmentUrlOf(job: Job, records: readonly StepRecord[]): string {
  const url = environmentOf(job)?.url ?? '';
  return url.replaceAll(/\$\{\{ steps\.([\w-]+)\.outputs\.([\w-]+) \}\}/g, (_, id: string, name: string) => {
    const index = job.steps.findIndex((step) => step.id === id);
    return records[index]?.outputs[name] ?? '';
  });
}

function readStep(step: Step, index: number, ofJob: readonly Line[]): StepRecord {
  const id = step.id ?? String(index);
  const lines = ofJob.filter(({ stage, stepID }) => stage === 'Main' && stepID?.at(-1) === id);
  const outputs = lines.filter(({ command }) => command === 'set-output');
  return {
    ...NOTHING,
    label: labelOf(step),
    outcome: lines.find(({ stepResult }) => stepResult !== undefined)?.stepResult ?? 'skipped',
    outputs: Object.fromEntries(outputs.map(({ name = '', arg = '' }) => [name, arg])),
    log: lines.flatMap(shown),
    summary: lines.find(({ command }) => command === 'summary')?.content ?? '',
  };
}

/** A line as GitHub displays it. */
function shown({ raw_output: isRaw, command = '', msg, arg = '' }: Line): string[] {
  if (isRaw) return [msg.replace(/\r?\n$/, '')];
  const label = { error: 'Error: ', warning: 'Warning: ', notice: 'Notice: ' }[command];
  return label === undefined ? [] : `${label}${arg}`.split('\n');
}

function messages(lines: readonly Line[]): string {
  return lines.map(({ msg }) => msg.trimEnd()).join('\n');
}

function labelOf({ name, id, uses, run = '' }: Step): string {
  return name ?? id ?? uses ?? run.split('\n')[0] ?? '';
}
