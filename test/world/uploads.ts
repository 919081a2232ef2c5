// Runs of the upload action in one workspace and in virtual time, against the sandbox, with the calls that go wrong.

import { join } from 'node:path';
import { expect } from 'vitest';
import type { ResultRow } from '../../src/report/uploads/result-row.ts';
import type { Clock, Open, Run } from '../../src/run.ts';
import type { SandboxHandler } from '../../src/sandbox/messages.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import { canary } from '../leaks/canaries.ts';
import { writeFiles } from '../support/folders.ts';
import type { CallName } from './faults.ts';
import type { Fate, Machine } from './machine.ts';
import type { StepResult } from './runner.ts';
import { Runs, type Setting } from './runs.ts';
import type { Call } from './world.ts';

const OWNER = 'urn:li:organization:24141830';

type Files = Readonly<Record<string, string | Uint8Array>>;

interface Setup extends Omit<Setting, 'seed' | 'expiresMs' | 'epochMs'> {
  /** By their names in the folder `media`. */
  readonly files: Files;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Called when a call reaches LinkedIn, before it is handled. `nth` counts the calls of its name from 1. */
  readonly onCall?: (call: Call, nth: number, machine: Machine) => unknown;
  /** Every random number of the run, such as those of its backoff. */
  readonly random?: number;
}

interface RunOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** In place of the clock of the machine. */
  readonly clock?: Partial<Clock>;
  /** In place of the network of the world. */
  readonly openDispatcher?: Run['openDispatcher'];
  readonly fate?: Partial<Fate>;
  readonly open?: Open;
}

export interface UploadRun extends StepResult {
  readonly rows: readonly ResultRow[];
  /** File → its state, and the code of its error. */
  readonly ends: Readonly<Record<string, string>>;
  readonly log: string;
  readonly summary: string;
  readonly calls: readonly Call[];
  readonly tookMs: number;
  row(file: string): ResultRow;
  /** The names of the calls, of one file or of all. */
  names(file?: string): CallName[];
}

/** Runs in one workspace. */
export class Uploads extends Runs {
  readonly workspace = join(this.folder, 'workspace');
  readonly #setup: Setup;
  readonly #machines = new Map<string, Machine>();

  constructor({ files, inputs = {}, onCall = () => {}, random, linkedin, ...setting }: Setup) {
    super({ ...setting, linkedin: { processingMs: 0, ...linkedin } });
    this.#setup = { files, inputs, onCall };
    if (random !== undefined) this.world.random.next = () => random;
    this.world.connect('linkedin', this.#watched(this.routes));
    this.write(files);
  }

  write(files: Files): void {
    const media = Object.entries(files).map(([name, bytes]) => [`media/${name}`, bytes] as const);
    writeFiles(this.workspace, new Map(media));
  }

  /** Plays a run to its end. */
  run(options: RunOptions = {}): Promise<UploadRun> {
    return this.finish(this.start(options));
  }

  async start({
    inputs = {},
    fate = {},
    env = {},
    clock = {},
    ...given
  }: RunOptions = {}): Promise<UploadRun> {
    const machine = this.nextMachine(fate);
    const { name } = machine;
    this.#machines.set(name, machine);
    const usual = { owner: OWNER, 'access-token': canary('token'), files: 'media/**' };
    const startMs = this.time.now();
    const { workspace } = this;
    const plan = {
      program: 'upload',
      workspace,
      inputs: { ...usual, ...this.#setup.inputs, ...inputs },
    } as const;
    const result = await this.runOn(machine, plan, (runtime) => ({
      ...runtime,
      env: { ...runtime.env, GITHUB_RUN_ID: name.replace('run-', '47'), ...env },
      clock: { ...runtime.clock, ...clock },
      ...given,
    }));
    const calls = this.world.callsOf(name, 'linkedin');
    return describeRun(result, calls, this.time.now() - startMs);
  }

  #watched(handle: SandboxHandler): SandboxHandler {
    const { onCall } = this.#setup;
    const counts = new Map<CallName, number>();
    return async (request) => {
      const call = this.world.calls.findLast(
        ({ handled, path }) => handled === null && request.path.startsWith(path),
      );
      const machine = this.#machines.get(call?.machine ?? '');
      if (call !== undefined && machine !== undefined) {
        const nth = (counts.get(call.name) ?? 0) + 1;
        counts.set(call.name, nth);
        await onCall?.(call, nth, machine);
      }
      return await handle(request);
    };
  }
}

export interface UploadSetup extends Setup, Omit<RunOptions, 'inputs'> {}

/** One run in a workspace of its own. */
export async function upload(
  setup: UploadSetup,
): Promise<UploadRun & { readonly model: SandboxModel }> {
  const uploads = new Uploads(setup);
  return { ...(await uploads.run({ ...setup, inputs: {} })), model: uploads.model };
}

function describeRun(result: StepResult, calls: readonly Call[], tookMs: number): UploadRun {
  const textOf = (end: string) => [...result.texts].find(([name]) => name.endsWith(end))?.[1];
  // The log, which has the outputs here, lacks artifacts.
  const rows: ResultRow[] = JSON.parse(textOf('results.json') ?? '[]');
  const nameOf = ({ file }: ResultRow) => file.replace(/^media\//, '');
  const rowOf = (file: string) => rows.find((row) => nameOf(row) === file);
  const idsOf = ({ assetUrn, mediaUrn, abandonedUrns = [] }: ResultRow) =>
    [assetUrn, mediaUrn, ...abandonedUrns].map((urn) => urn?.slice(urn.lastIndexOf(':') + 1) ?? '');
  return {
    ...{ ...result, rows, calls, tookMs },
    ends: Object.fromEntries(
      rows.map((row) => [nameOf(row), [row.state, row.error?.code].join(' ').trim()]),
    ),
    log: result.texts.get('log') ?? '',
    summary: textOf('summary.md') ?? '',
    row: (file) => rowOf(file) ?? expect.fail(`no row of ${file}`),
    names: (file) => {
      const row = file === undefined ? undefined : rowOf(file);
      const ids = row === undefined ? [''] : idsOf(row).filter((id) => id !== '');
      return calls
        .filter(({ path, body, handled }) =>
          ids.some((id) => [path, body, handled?.body].join().includes(id)),
        )
        .map(({ name }) => name);
    },
  };
}
