// Runs a workflow in `act` (https://github.com/nektos/act) on this machine, without containers, and reads its log. LinkedIn is
// the sandbox, and other actions are stand-ins in shell.

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse, parseDocument } from 'yaml';
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { machineVariables } from '../support/job-environment.ts';
import type { Step } from './documented-workflows.ts';
import { ownActionFile } from './language-service.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const LINKEDIN = 'https://api.linkedin.com';

export interface ActRun {
  readonly event: { readonly name: string; readonly payload: object };
  readonly secrets: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** The address of the sandbox. */
  readonly linkedinUrl: string;
}

export interface StepRecord {
  readonly outcome: 'success' | 'failure' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
  readonly log: readonly string[];
  readonly summary: string;
}

export interface JobRecord {
  readonly id: string;
  readonly result: 'success' | 'failure' | 'skipped';
  readonly steps: readonly StepRecord[];
}

/** A line of `act --json`. `stage` is `Pre`, `Main` or `Post`. */
interface Line {
  readonly msg: string;
  readonly jobID?: string;
  readonly matrix?: object;
  readonly stepID?: readonly string[];
  readonly stage?: string;
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
  readonly stepResult?: 'success' | 'failure';
}

/** Resolves with the jobs that ran, in the order of their first lines, and then those that were skipped. */
export async function runInAct(
  text: string,
  { event, secrets, env, linkedinUrl }: ActRun,
): Promise<JobRecord[]> {
  const folder = await mkdtemp(join(tmpdir(), 'act-'));
  const write = async (name: string, content: string) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const flags = {
    '--directory': folder,
    '--workflows': await write('workflow.yml', forAct(text, linkedinUrl)),
    '--eventpath': await write('event.json', JSON.stringify(event.payload)),
    '--secret-file': await write(
      'secrets',
      Object.entries({ GITHUB_TOKEN: FAKE_GITHUB_TOKEN, ...secrets })
        .map(([name, value]) => `${name}='${value}'`)
        .join('\n'),
    ),
    '--action-cache-path': join(folder, 'cache'),
    '--platform': 'ubuntu-latest=-self-hosted',
    '--concurrent-jobs': '1',
    '--actor': 'octocat',
  };
  const assign = (flag: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  const lines = await runAct(folder, [
    ...[event.name, '--json', '--no-skip-checkout', '--no-cache-server'],
    ...Object.entries(flags).flat(),
    ...assign('--env', env),
    ...assign('--local-repository', await makeActions(text, folder)),
  ]);
  return readRecords(text, lines);
}

/** `act` gives a script a terminal, for which curl and jq add colours, and loses what it prints right before it fails. */
const SHELL = 'bash -c "bash -e {0} 2>&1 | cat; code=${PIPESTATUS[0]}; sleep 0.2; exit $code"';

/** The workflow with the sandbox as LinkedIn. */
function forAct(text: string, linkedinUrl: string): string {
  const document = parseDocument(text.replaceAll(LINKEDIN, linkedinUrl));
  for (const [id, steps] of stepsIn(text)) {
    for (const [index, { uses = '', with: { mode = 'publish' } = {} }] of steps.entries()) {
      if (ownActionFile(uses) !== null && !['plan', 'simulate'].includes(String(mode)))
        document.setIn(['jobs', id, 'steps', index, 'with', 'api-url'], linkedinUrl);
    }
  }
  // act 0.2.89 does not know `deployment` of an environment.
  for (const [id] of stepsIn(text)) {
    const path = ['jobs', id, 'environment', 'deployment'];
    if (document.hasIn(path)) document.deleteIn(path);
  }
  document.setIn(['defaults', 'run', 'shell'], SHELL);
  return document.toString({ lineWidth: 0 });
}

function stepsIn(text: string): [id: string, steps: readonly Step[]][] {
  const jobs = Object.entries<{ readonly steps: readonly Step[] }>(parse(text).jobs);
  return jobs.map(([id, { steps }]) => [id, steps]);
}

/** Scripts in place of other actions. They see their inputs, the project in REMOTE, and a folder of the run in STORE. */
const STAND_INS: Readonly<Record<string, string>> = {
  'actions/checkout':
    'git clone -q "$REMOTE" . && git fetch -q origin "${ref:-$SHA_REF}" && git checkout -q --detach FETCH_HEAD',
  'actions/upload-artifact':
    'mkdir -p "$STORE/artifacts" && cp -r "$path" "$STORE/artifacts" && echo artifact-url=https://github.invalid/page >> "$GITHUB_OUTPUT"',
};

/** The built action and the stand-ins, as folders: `act` would clone the actions from GitHub. */
async function makeActions(text: string, folder: string): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  for (const uses of new Set(
    stepsIn(text).flatMap(([, steps]) => steps.flatMap((step) => step.uses ?? [])),
  )) {
    const [name = '', version = ''] = uses.split('@');
    const [owner, repository, ...below] = name.split('/');
    const home = join(folder, 'actions', `${owner}-${repository}`);
    if (ownActionFile(uses) === null) await writeStandIn(name, join(home, ...below));
    else
      for (const part of ['action.yml', 'dist', 'post'])
        await cp(join(ROOT, part), join(home, part), { recursive: true });
    made[`${owner}/${repository}@${version}`] = home;
  }
  return made;
}

/** @throws if the action has no stand-in */
async function writeStandIn(name: string, home: string): Promise<void> {
  const run = STAND_INS[name];
  if (run === undefined) throw new Error(`There is no stand-in for ${name}`);
  const names = ['ref', 'path', 'key', 'restore-keys'];
  const inputs = Object.fromEntries(
    names.map((input) => [input, { description: input, default: '' }]),
  );
  const env = Object.fromEntries(
    names.map((input) => [input.replace('-', '_'), `\${{ inputs.${input} }}`]),
  );
  const action = {
    name,
    description: name,
    inputs,
    outputs: { 'artifact-url': { value: '${{ steps.only.outputs.artifact-url }}' } },
    runs: { using: 'composite', steps: [{ id: 'only', run, shell: 'bash', env }] },
  };
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'action.yml'), JSON.stringify(action));
}

/** Resolves with the lines of the log. @throws with the log if `act` failed before the first step */
async function runAct(home: string, args: readonly string[]): Promise<Line[]> {
  const { PATH = '', ...others } = machineVariables();
  const env = { ...others, HOME: home, PATH: dirname(process.execPath) + delimiter + PATH };
  return await new Promise((done, fail) => {
    execFile('act', args, { cwd: home, env, maxBuffer: 100_000_000 }, (error, stdout, stderr) => {
      const lines = `${stdout}${stderr}`
        .split('\n')
        .map((line) => (line.startsWith('{') ? (JSON.parse(line) as Line) : { msg: line }));
      // The exit code is 1 if a job failed.
      if (error === null || (error.code === 1 && lines.some(isEnd))) done(lines);
      else
        fail(new Error(`act failed:\n${lines.map(({ msg }) => msg).join('\n')}`, { cause: error }));
    });
  });
}

/** Whether a line tells the result of a step. */
function isEnd({ stage, stepResult }: Line): boolean {
  return stage === 'Main' && stepResult !== undefined;
}

function readRecords(text: string, lines: readonly Line[]): JobRecord[] {
  const jobs = stepsIn(text);
  const ofJobs = Map.groupBy(
    lines.filter(({ jobID }) => jobID !== undefined),
    ({ jobID, matrix }) => JSON.stringify([jobID, matrix]),
  );
  const ran = [...ofJobs.values()].map((ofJob): JobRecord => {
    const [id, steps] = jobs.find(([name]) => name === ofJob[0]?.jobID) ?? ['', []];
    const records = steps.map((step, index) => readStep(step.id ?? String(index), ofJob));
    const isFailed = records.some(({ outcome }) => outcome === 'failure');
    return { id, result: isFailed ? 'failure' : 'success', steps: records };
  });
  const skipped = jobs.filter(([name]) => !ran.some(({ id }) => id === name));
  return [...ran, ...skipped.map(([id]): JobRecord => ({ id, result: 'skipped', steps: [] }))];
}

function readStep(id: string, ofJob: readonly Line[]): StepRecord {
  const lines = ofJob.filter(({ stage, stepID }) => stage === 'Main' && stepID?.[0] === id);
  const outputs = lines.filter(({ command }) => command === 'set-output');
  return {
    outcome: lines.findLast(({ stepResult }) => stepResult !== undefined)?.stepResult ?? 'skipped',
    outputs: Object.fromEntries(outputs.map(({ name = '', arg = '' }) => [name, arg])),
    log: lines.flatMap(({ raw_output: isRaw, command, msg, arg }) => {
      if (isRaw) return [msg.replace(/\r?\n$/, '')];
      return command === 'error' ? [`Error: ${arg}`] : [];
    }),
    summary: lines.find(({ command }) => command === 'summary')?.content ?? '',
  };
}
