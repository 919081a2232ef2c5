// Finds runs that GitHub may cancel although no later run has their text. GitHub keeps one running and one waiting run of a
// concurrency group, and cancels the older of two that wait: a folder of posts goes out with the next run, but a release or the
// text of a form is in its own run only.

import { parse } from 'yaml';
import { evaluate } from './language-service.ts';

type Concurrency = string | { readonly group: string };
type Inputs = Readonly<Record<string, unknown>>;

interface WorkflowJob {
  readonly concurrency?: Concurrency;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, unknown>> };
  readonly steps?: readonly { readonly uses?: string; readonly with?: Inputs }[];
}

interface Workflow {
  readonly name: string;
  readonly on: string | readonly string[] | Readonly<Record<string, object | null>>;
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

/** What starts a run. */
interface Occasion {
  readonly name: string;
  /** Whether the event has a text of its own. */
  readonly hasText: boolean;
  readonly github: object;
  readonly inputs: Inputs;
}

/** A run, or one of its jobs, that takes a place in a group. */
interface Member {
  readonly run: string;
  readonly group: string;
  readonly hasText: boolean;
}

/** A line for each group that a run with a text of its own shares with another run, or that the jobs of one run share. */
export function findSharedGroups(workflows: readonly string[]): string[] {
  const members = workflows.flatMap((text) => membersOf(parse(text) as Workflow));
  const lines = [...Map.groupBy(members, ({ group }) => group)].flatMap(([group, sharing]) => {
    const runs = [...new Set(sharing.map(({ run }) => run))];
    const isLost = runs.length > 1 && sharing.some(({ hasText }) => hasText);
    const isCrowded = sharing.length > runs.length;
    return isLost || isCrowded ? [`${group}: ${runs.join(', ')}`] : [];
  });
  return lines.toSorted();
}

function membersOf(workflow: Workflow): Member[] {
  const jobs = Object.values(workflow.jobs);
  const postsText = jobs.some(hasOwnText);
  return occasionsOf(workflow).flatMap((occasion, index) => {
    const { name, github, inputs } = occasion;
    const ofRun = {
      workflow: workflow.name,
      run_id: `${workflow.name} ${index}`,
      run_number: index + 1,
    };
    const contexts = { github: { ...github, ...ofRun }, inputs, vars: {} };
    const own = { run: `${workflow.name} (${name})`, hasText: occasion.hasText || postsText };
    const ofJobs = jobs.flatMap((job) =>
      matrixOf(job).flatMap((matrix) =>
        groupsOf(job.concurrency, { ...contexts, matrix, needs: {}, strategy: {} }),
      ),
    );
    return [...groupsOf(workflow.concurrency, contexts), ...ofJobs].map((group) => ({
      ...own,
      group,
    }));
  });
}

/** None or one, in lower case: GitHub ignores the case of a group. */
function groupsOf(concurrency: Concurrency | undefined, contexts: object): string[] {
  if (concurrency === undefined) return [];
  const template = typeof concurrency === 'string' ? concurrency : concurrency.group;
  const group = template.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
    evaluate(expression, contexts),
  );
  return [group.toLowerCase()];
}

/** Whether the step takes something else than the files of the branch, which a later run has too. */
function hasOwnText({ steps = [] }: WorkflowJob): boolean {
  return steps.some(({ uses = '', with: inputs = {} }) => {
    if (!uses.includes('/linkedin-media-upload')) return false;
    return ['text', 'text-file', 'release-tag', 'release-assets'].some((input) => input in inputs);
  });
}

/** The values of each job of a matrix, as far as the docs use it. */
function matrixOf({ strategy }: WorkflowJob): object[] {
  const { include, ...axes } = strategy?.matrix ?? {};
  if (Array.isArray(include)) return include;
  const [[axis, values] = []] = Object.entries(axes);
  return Array.isArray(values) ? values.map((value) => ({ [String(axis)]: value })) : [{}];
}

/** Two runs of each event: what differs between them may name the occasion. */
function occasionsOf({ on }: Workflow): Occasion[] {
  const names = typeof on === 'string' ? [on] : on;
  const events = Array.isArray(names) ? names.map((name) => [name, null]) : Object.entries(names);
  return events.flatMap(([name, options]) => occasionsOfEvent(String(name), options ?? {}));
}

function occasionsOfEvent(event: string, options: Readonly<Record<string, unknown>>): Occasion[] {
  if (event === 'workflow_dispatch') return dispatches(Object.keys(options.inputs ?? {}));
  return [1, 2].map((number) => {
    const tag = `v${number}`;
    const isTag = event === 'release' || 'tags' in options;
    const isPullRequest = event.startsWith('pull_request');
    const branch = isPullRequest ? `refs/pull/${number}/merge` : 'refs/heads/main';
    const ref = isTag ? `refs/tags/${tag}` : branch;
    const payloads = {
      release: { id: number, tag_name: tag, name: `Version ${number}` },
      pull_request: { number },
    };
    return {
      name: `${event} ${number}`,
      hasText: event === 'release' || event === 'repository_dispatch',
      github: {
        event_name: event,
        ref,
        ref_name: ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
        sha: `commit ${number}`,
        event: payloads,
      },
      inputs: {},
    };
  });
}

/** Forms that differ in one field each. Those without a field have no text. */
function dispatches(fields: readonly string[]): Occasion[] {
  const first = Object.fromEntries(fields.map((field) => [field, `${field} 1`]));
  const others = fields.map((field) => ({ ...first, [field]: `${field} 2` }));
  return [first, ...others].map((inputs, index) => ({
    name: `form ${index + 1}`,
    hasText: fields.length > 0,
    github: {
      event_name: 'workflow_dispatch',
      ref: 'refs/heads/main',
      ref_name: 'main',
      sha: 'commit',
      event: { inputs },
    },
    inputs,
  }));
}
