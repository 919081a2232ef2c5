// The workflows in the two READMEs and docs: each YAML block is a complete workflow.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../..');

export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

export interface Job {
  readonly if?: string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: object;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly environment?: string | { readonly name: string; readonly url: string };
  readonly steps: readonly Step[];
}

export interface DocumentedWorkflow {
  readonly page: string;
  /** The line of the opening fence. */
  readonly line: number;
  /** The `name:` of the workflow, which is unique over all pages. */
  readonly name: string;
  readonly text: string;
  /** `text` with the jobs of the workflow that it calls, if it calls the one of this repository. */
  readonly expanded: string;
  /** The name of its first event. */
  readonly event: string;
  readonly jobs: readonly (Job & { readonly id: string })[];
}

const CALLED = 'your-org/linkedin-media-upload/.github/workflows/posts.yml@v1';
const OWN_POST = 'your-org/linkedin-media-upload/post@v1';
const CALLED_FILE = join(ROOT, '.github/workflows/posts.yml');

export function readDocumentedWorkflows(): DocumentedWorkflow[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', 'post/README.md', ...docs.map((name) => `docs/${name}`)].flatMap((page) =>
    workflowsIn(page, readFileSync(join(ROOT, page), 'utf8')),
  );
}

function workflowsIn(page: string, markdown: string): DocumentedWorkflow[] {
  return [...markdown.matchAll(/^```ya?ml\n(.*?)^```$/gms)].map(({ 1: text = '', index }) => {
    const line = markdown.slice(0, index).split('\n').length;
    const expanded = expandCall(text);
    const { name, on, permissions, jobs } = parse(expanded);
    const [event = ''] = typeof on === 'string' ? [on] : Object.keys(on);
    const named = Object.entries<Job>(jobs).map(([id, job]) => ({ permissions, ...job, id }));
    return { page, line, name, text, expanded, event, jobs: named };
  });
}

/** Replaces a job that calls the workflow of this repository by the jobs of that workflow, with its inputs filled in. */
function expandCall(text: string): string {
  if (!text.includes(`uses: ${CALLED}`)) return text;
  const caller = parse(text);
  const [call = {}] = Object.values<{ readonly with?: Readonly<Record<string, unknown>> }>(
    caller.jobs,
  );
  const called = readFileSync(CALLED_FILE, 'utf8');
  const { inputs } = parse(called).on.workflow_call;
  const inputOf = (name: string) => String(call.with?.[name] ?? inputs[name].default);
  const filled = called
    .replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => inputOf(name))
    .replace(/\binputs\.([\w-]+)/g, (_, name: string) => `'${inputOf(name)}'`)
    // In the caller, `$/` would be the repository of the caller. `act` does not know it.
    .replaceAll('uses: $/post', `uses: ${OWN_POST}`);
  return stringify({ ...caller, jobs: parse(filled).jobs });
}
