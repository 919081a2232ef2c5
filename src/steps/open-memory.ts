// Opens what earlier runs remember, in the workspace or on a branch. For both programs.

import { type ActionError, type InputError, inputErrorsIn, toActionError } from '../errors.ts';
import { openBranchStore } from '../github/branch/branch-store.ts';
import type { GitHubClient } from '../github/github-client.ts';
import { withGracePeriod } from '../grace-period.ts';
import type { Mode } from '../inputs/input-types.ts';
import type { ConnectSettings } from '../inputs/linkedin-access.ts';
import { type Inputs, manifestPath } from '../inputs/read-inputs.ts';
import { rawInput } from '../inputs/secrets.ts';
import { InMemoryStore } from '../memory/in-memory-store.ts';
import { apiBaseOf } from '../memory/manifest.ts';
import type { ManifestStore } from '../memory/manifest-store.ts';
import { Memory } from '../memory/memory.ts';
import { WorkspaceStore } from '../memory/workspace-store.ts';
import type { Runtime } from '../runtime.ts';
import { UploadCache } from '../upload/upload-cache.ts';
import { estimateTokenDays, type TokenEstimate } from './token-days.ts';

export interface RunMemory {
  readonly memory: Memory;
  readonly uploads: UploadCache;
  /** Whether earlier runs filled it and later ones read it. If not, it is empty and ends with the run. */
  readonly isKept: boolean;
  /** Why it could not be read. Null if it was read, or is not needed. */
  readonly error: ActionError | null;
  /** Null if the memory does not know how long the access token lasts. */
  readonly token: TokenEstimate | null;
}

interface MemoryInputs {
  readonly mode: Mode;
  readonly connect: ConnectSettings;
}

interface OpenedManifest {
  /** Null without a manifest in the workspace, and with errors. */
  readonly inWorkspace: Memory | null;
  readonly errors: readonly InputError[];
}

/**
 * Opens the manifest in the workspace. It is read before the files are searched, and also if other inputs are invalid, so
 * that all errors are reported together.
 */
export async function openManifest(runtime: Runtime): Promise<OpenedManifest> {
  const { env, clock, signal } = runtime;
  const path = manifestPath(env);
  if (path === null) return { inWorkspace: null, errors: [] };
  const isReadOnly = rawInput(env, 'mode') === 'plan';
  const store = new WorkspaceStore({ path, workspace: env.GITHUB_WORKSPACE || null, isReadOnly, clock });
  const memory = new Memory(store, { clock, signal, isReadOnly });
  try {
    await withGracePeriod(memory.open(), runtime);
    return { inWorkspace: memory, errors: [] };
  } catch (error) {
    const errors = inputErrorsIn(error);
    if (errors === null) throw error;
    return { inWorkspace: null, errors };
  }
}

interface OpenRun extends Runtime, Pick<OpenedManifest, 'inWorkspace'> {
  /** Null without a branch. */
  readonly github: GitHubClient | null;
}

/** The memory of an upload: the manifest in the workspace, or that on a branch. Null without one. */
export async function openUploadMemory(inputs: Inputs, run: OpenRun): Promise<RunMemory | null> {
  const { inWorkspace, github } = run;
  if (inWorkspace !== null) return toRunMemory(inWorkspace, inputs, run);
  const { branch, shard } = inputs;
  if (branch === null || github === null) return null;
  return await openMemory(openBranchStore(branch, { ...run, shard, github }), inputs, run);
}

/** A memory that cannot be read is empty. So is that of a run that is cancelled meanwhile, but without an error. */
export async function openMemory(
  store: ManifestStore,
  inputs: MemoryInputs,
  runtime: Runtime,
): Promise<RunMemory> {
  const { clock, signal } = runtime;
  const memory = new Memory(store, { clock, signal, isReadOnly: inputs.mode === 'plan' });
  try {
    await withGracePeriod(memory.open(), runtime);
    return toRunMemory(memory, inputs, runtime);
  } catch (error) {
    const empty = await openEmptyMemory(inputs, runtime);
    return signal.aborted ? empty : { ...empty, error: toActionError(error) };
  }
}

export async function openEmptyMemory(inputs: MemoryInputs, runtime: Runtime): Promise<RunMemory> {
  const memory = new Memory(new InMemoryStore(runtime.clock), {
    ...runtime,
    isReadOnly: inputs.mode === 'plan',
  });
  await memory.open();
  return { ...toRunMemory(memory, inputs, runtime), isKept: false };
}

/** `memory` is open. */
function toRunMemory(memory: Memory, inputs: MemoryInputs, runtime: Runtime): RunMemory {
  const apiBase = apiBaseOf(inputs.connect.apiUrl);
  return {
    memory,
    uploads: new UploadCache(memory, { apiBase, clock: runtime.clock }),
    isKept: true,
    error: null,
    token: estimateTokenDays(memory, inputs, runtime),
  };
}
