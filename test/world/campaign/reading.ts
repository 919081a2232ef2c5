// What a story shows to a user, in the form in which invariants ask for it.

import type { Call } from '../world.ts';
import type { Run, Story } from './story.ts';

/** A rule that a story breaks. */
export interface Violation {
  readonly rule: string;
  readonly text: string;
}

export function violation(rule: string, { machine }: Run, text: string): Violation {
  return { rule, text: `${machine.name}: ${text}` };
}

export interface Row {
  readonly file: string;
  /** Of a post. */
  readonly text?: string;
  readonly state: string;
  readonly urn?: string;
  readonly assetUrn?: string;
  readonly mediaUrn?: string;
  readonly possibleOrphans?: number;
  /** Their paths. */
  readonly sidecars?: Readonly<Record<string, string>>;
  readonly media?: readonly { readonly file: string; readonly urn: string | null }[];
  readonly error?: { readonly code: string; readonly message: string };
}

/** A run that ended by itself. */
export interface EndedRun extends Run {
  readonly result: NonNullable<Run['result']>;
}

export function endedRuns({ runs }: Story): EndedRun[] {
  return runs.filter((run): run is EndedRun => run.result !== null);
}

/** None if they are no JSON, which breaks a rule of its own. */
export function rowsOf({ result }: EndedRun): Row[] {
  try {
    return JSON.parse(result.outputs.results || '[]') as Row[];
  } catch {
    return [];
  }
}

/** Whether a run says that it has sent its edit after a newer one, perhaps, and how the author repairs that. */
export function isLateEdit({ error }: Row): boolean {
  return error?.message.includes('may show the older text') === true;
}

export function isSuccess({ state, error }: Row): boolean {
  return (
    ['available', 'unverified', 'reused', 'deferred', 'posted', 'edited', 'known'].includes(
      state,
    ) ||
    (state === 'processing' && error === undefined)
  );
}

/** The bare id, which all URNs of an asset share. */
export function idOf(urn: string): string {
  return urn.slice(urn.lastIndexOf(':') + 1);
}

/** The entries of a memory, loosely typed. */
export function memoryOf(text: string | null) {
  const { uploads = [], posts = {} } = JSON.parse(text ?? '{}');
  return {
    uploads: uploads as { sha256: string; urn: string; state: string }[],
    posts: Object.values<{ ids: string[]; state: string; urn?: string; run?: string }>(posts),
  };
}

/** Calls that put a version of the memory on its branch. Those before them store only its parts. */
const STORING = /^PUT .*\/contents\/|^POST .*\/git\/refs$/;

const MEMORY_CODES = ['MANIFEST_WRITE', 'BRANCH_PROTECTED'];

/** Whether the memory may lack what a run reports: its last write is not known to be stored, or it says so. */
export function isMemoryBehind({ world }: Story, { machine, result }: Run): boolean {
  const writes = world.callsOf(machine.name, 'github').filter(({ name }) => name === 'write');
  const last = writes.at(-1);
  const isStored =
    last === undefined ||
    (last.deliveredMs !== null &&
      [200, 201].includes(last.status ?? 0) &&
      STORING.test(`${last.method} ${last.path}`));
  const isSaid =
    result?.annotations.some(({ title = '' }) => MEMORY_CODES.includes(title)) ?? false;
  return !isStored || isSaid;
}

export function struckCalls({ world }: Story): Call[] {
  return world.calls.filter(({ fault }) => fault !== null);
}

/** Whether another run was under way during this one. */
export function isAlone({ runs }: Story, run: Run): boolean {
  return runs.every(
    (other) => other === run || other.endMs < run.startMs || other.startMs > run.endMs,
  );
}

/** Whether a row asks which post a `revision` means, or whether a file has got an earlier name of its post again. */
function asksAboutEdit({ error }: Row, kinds: readonly string[]): boolean {
  if (error?.code !== 'POST_KEY') return false;
  if (kinds.includes('revise') && error.message.includes('asks for an edit')) return true;
  return kinds.includes('rename') && error.message.includes('is an earlier name of');
}

/** Whether a run asks the author which post a file is, after a change that leaves that open. */
export function asksAuthor({ schedule: { items } }: Story, run: EndedRun): boolean {
  const kinds = items.flatMap(({ changes }) => changes.map(({ kind }) => kind));
  const isOpen = kinds.some((kind) => ['copy', 'move', 'id'].includes(kind));
  if (rowsOf(run).some((row) => asksAboutEdit(row, kinds))) return true;
  // A run that learns of the change only when it claims the post names the error in the row of that.
  const asks = ({ error }: Row) =>
    error?.code === 'POST_KEY' || error?.message.includes('the post that was here');
  return isOpen && rowsOf(run).some(asks);
}
