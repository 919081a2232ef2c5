// A workflow file as data: its jobs in the order of their needs, and the combinations of a matrix.

import { parse } from 'yaml';

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly shell?: string;
}

export interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly environment?: string | Environment;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

interface Environment {
  readonly name: string;
  readonly url?: string;
}

export interface Workflow {
  readonly name: string;
  readonly on: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

export function parseWorkflow(text: string): Workflow {
  return parse(text) as Workflow;
}

function needsOf({ needs = [] }: Job): readonly string[] {
  return typeof needs === 'string' ? [needs] : needs;
}

/** Null for a job without one, which gets no secret of an environment. */
export function environmentOf({ environment }: Job): Environment | null {
  return typeof environment === 'string' ? { name: environment } : (environment ?? null);
}

/** The ids of the jobs, each after those it needs. */
export function jobOrder({ jobs }: Workflow): string[] {
  const ordered = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    const job = jobs[id];
    if (job === undefined || path.includes(id)) throw new Error(`The job ${id} is missing or needs itself`);
    for (const need of needsOf(job)) visit(need, [...path, id]);
    ordered.add(id);
  };
  for (const id of Object.keys(jobs)) visit(id, []);
  return [...ordered];
}

/** A job without a matrix has one empty combination. A matrix has keys with values, or `include` alone. */
export function combinations({ strategy }: Job): Record<string, unknown>[] {
  const { include, ...keys } = strategy?.matrix ?? {};
  if (include !== undefined && Object.keys(keys).length > 0)
    throw new Error('The emulator has no `include` beside other keys');
  if (include !== undefined) return include as Record<string, unknown>[];
  return Object.entries(keys).reduce<Record<string, unknown>[]>(
    (made, [key, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
}
