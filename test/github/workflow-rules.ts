// The rules for .github/workflows as a table, and a pure function that checks the text of one workflow.

import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly strategy?: { readonly matrix?: { readonly os?: readonly string[] } };
  readonly defaults?: { readonly run?: { readonly shell?: string } };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly defaults?: Job['defaults'];
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What a job may write, and nothing else: `workflow/job` → scopes. */
const MAY_WRITE: Readonly<Record<string, readonly string[]>> = {
  'codeql.yml/analyze': ['security-events'],
  'scorecard.yml/analyze': ['id-token', 'security-events'],
  'release.yml/publish': ['attestations', 'contents', 'id-token'],
  'posts.yml/preview': ['pull-requests'],
  'posts.yml/publish': ['contents'],
};

/** The secrets of a protected environment that a workflow may read, and no others. */
const MAY_READ: Readonly<Record<string, readonly string[]>> = {
  'release.yml': ['RELEASE_DEPLOY_KEY'],
  'posts.yml': ['LINKEDIN_ACCESS_TOKEN'],
};

/** Each runs with the permissions of this repository on input from anyone. */
const REFUSED_EVENTS = ['pull_request_target', 'workflow_run', 'issue_comment', 'issues', 'discussion'];
const RUNNERS = /^(ubuntu|macos|windows)-(latest|\d+(\.\d+)?)$/;
const PINNED = /^\s*(?:- )?uses: (?:\.\/(?:post)?|[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;

/** As users write it. `./post` would be a folder of the caller. */
const OWN = /^\s*(?:- )?uses: your-org\/linkedin-media-upload\/post@v1$/;

interface Context {
  readonly file: string;
  readonly text: string;
  readonly workflow: Workflow;
}

/** Each rule returns one sentence, without its subject, for every breach. */
const RULES: readonly ((context: Context) => string[])[] = [
  ({ workflow }) => (isEmpty(workflow.permissions) ? [] : ['has no `permissions: {}` at its top']),
  // A called workflow has it at its job: at the top it would be that of the caller.
  ({ workflow }) =>
    workflow.concurrency === undefined && !eventsOf(workflow).includes('workflow_call')
      ? ['has no concurrency group']
      : [],
  ({ workflow }) =>
    eventsOf(workflow)
      .filter((event) => REFUSED_EVENTS.includes(event))
      .map((event) => `runs on ${event}`),
  ({ text }) =>
    lines(text, /\buses:/)
      .filter((line) => !PINNED.test(line) && !OWN.test(line))
      .map((line) => `does not pin by digest and version:${line}`),
  ({ file, text }) =>
    lines(text, /\bsecrets\./)
      .filter((line) => !(MAY_READ[file] ?? []).some((secret) => line.includes(`secrets.${secret} `)))
      .map((line) => `asks for a secret:${line}`),
  ({ workflow, file }) => jobsOf(workflow).flatMap(([name, job]) => breachesOfJob(`${file}/${name}`, job)),
  ({ workflow }) =>
    stepsOf(workflow)
      .filter(({ run }) => run?.includes('${{'))
      .map(({ run }) => `puts an expression into a script: ${run}`),
  ({ workflow }) =>
    jobsOf(workflow).flatMap(([name, job]) =>
      job.steps.every((step) => hasShell(step, job, workflow))
        ? []
        : [`leaves the shell of job ${name} to the system`],
    ),
  ({ workflow }) => stepsOf(workflow).flatMap(breachesOfStep),
];

/** One sentence for each breach in one workflow; `file` is its name below .github/workflows. */
export function findWorkflowBreaches(file: string, text: string): string[] {
  const workflow = parse(text) as Workflow;
  return RULES.flatMap((rule) => rule({ file, text, workflow })).map((breach) => `${file} ${breach}`);
}

/** Every `uses:` of another repository, as written, with its version. */
export function pinsIn(text: string): string[] {
  return lines(text, /\buses: [^.]/).map((line) => line.replace(/^.*uses: /, ''));
}

function breachesOfJob(id: string, job: Job): string[] {
  const { permissions, environment, strategy } = job;
  const writes = Object.entries(permissions ?? {}).flatMap(([scope, level]) =>
    level === 'read' ? [] : [scope],
  );
  const excess = writes.filter((scope) => !MAY_WRITE[id]?.includes(scope));
  const runners = job['runs-on'] === '${{ matrix.os }}' ? (strategy?.matrix?.os ?? []) : [job['runs-on']];
  return [
    ...(permissions === undefined ? [`does not say the permissions of ${id}`] : []),
    ...excess.map((scope) => `lets ${id} write ${scope}`),
    ...(writes.includes('contents') && environment === undefined
      ? [`lets ${id} write without a protected environment`]
      : []),
    ...(job['timeout-minutes'] === undefined ? [`has no timeout for ${id}`] : []),
    ...runners.filter((runner) => !RUNNERS.test(runner)).map((runner) => `runs ${id} on ${runner}`),
  ];
}

function breachesOfStep({ uses = '', run = '', with: inputs = {} }: Step): string[] {
  // An install script can download files that the lock file does not cover, as the one of `node` does.
  const installs = run.split(/\n|&&|;/).filter((line) => /\bnpm (?:ci|i|install)\b/.test(line));
  if (installs.some((line) => !line.includes('--ignore-scripts'))) return ['runs the scripts of packages'];
  if (uses.startsWith('actions/checkout@') && inputs['persist-credentials'] !== false) {
    return ['leaves the credentials of a checkout on disk'];
  }
  const mayCache = inputs.cache !== undefined || inputs['package-manager-cache'] !== false;
  if (uses.startsWith('actions/setup-node@') && mayCache) return ['lets setup-node restore a cache'];
  return uses.startsWith('actions/cache') ? ['restores a cache'] : [];
}

function hasShell({ run, shell }: Step, job: Job, workflow: Workflow): boolean {
  return (
    run === undefined || (shell ?? job.defaults?.run?.shell ?? workflow.defaults?.run?.shell) !== undefined
  );
}

function eventsOf({ on }: Workflow): string[] {
  return typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(on as object);
}

function jobsOf({ jobs }: Workflow): [string, Job][] {
  return Object.entries(jobs);
}

function stepsOf(workflow: Workflow): Step[] {
  return jobsOf(workflow).flatMap(([, { steps }]) => steps);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** The lines of code that match. */
function lines(text: string, pattern: RegExp): string[] {
  return text.split(/\r?\n/).filter((line) => pattern.test(line) && !/^\s*#/.test(line));
}
