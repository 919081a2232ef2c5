// What earlier uploads left: the manifest of a run, in the workspace or on a branch, or none.

import { type ActionError, type InputError, inputErrorsIn, toActionError } from './errors.ts';
import { openBranchMemoryFile } from './github/branch/open-branch-memory-file.ts';
import { withGracePeriod } from './grace-period.ts';
import { type Inputs, manifestPath } from './inputs/read-inputs.ts';
import { rawInput } from './inputs/secrets.ts';
import { apiBaseOf } from './memory/manifest.ts';
import { Memory } from './memory/memory.ts';
import type { MemoryFile } from './memory/memory-file.ts';
import { WorkspaceFile } from './memory/workspace-file.ts';
import type { Runtime } from './runtime.ts';
import { estimateTokenDays, rememberToken, type TokenEstimate } from './token-days.ts';
import type { CallLimit } from './upload/calls/call-limit.ts';
import type { Ledger } from './upload/ledger.ts';
import { maySend } from './upload/reuse.ts';
import { UploadCache } from './upload/upload-cache.ts';

export interface UploadMemory {
  /** Null without a manifest, or if it cannot be read. */
  readonly cache: UploadCache | null;
  /** Why the manifest on the branch cannot be read. Nothing is sent then, but every file has its row. */
  readonly memoryError: ActionError | null;
  /** Null if the memory does not know how long the access token lasts. */
  readonly token: TokenEstimate | null;
}

const NONE: UploadMemory = { cache: null, memoryError: null, token: null };

/** @throws any error of a manifest in the workspace, and what `work` throws */
export async function withMemory<T>(
  inputs: Inputs,
  runtime: Runtime,
  work: (memory: UploadMemory) => Promise<T>,
): Promise<T> {
  const file = openFile(inputs, runtime);
  if (file === null) return await work(NONE);
  try {
    return await work(await openMemory(file, inputs, runtime));
  } finally {
    await file.disconnect();
  }
}

async function openMemory(file: MemoryFile, inputs: Inputs, runtime: Runtime): Promise<UploadMemory> {
  const { clock, signal } = runtime;
  try {
    const memory = new Memory(file, { clock, signal, isReadOnly: inputs.mode === 'plan' });
    await withGracePeriod(memory.open(), runtime);
    const cache = new UploadCache(memory, { apiBase: apiBaseOf(inputs.connect.apiUrl), clock });
    return { ...NONE, cache, token: estimateTokenDays(memory, inputs, runtime) };
  } catch (error) {
    if (inputs.branch === null) throw error;
    // A cancellation is reported through the signal.
    return signal.aborted ? NONE : { ...NONE, memoryError: toActionError(error) };
  }
}

/**
 * The errors of a manifest in the workspace. It is read before the files are searched, and also if other inputs are invalid,
 * so that all errors are reported together.
 */
export async function findManifestErrors({ env, clock }: Runtime): Promise<readonly InputError[]> {
  const path = manifestPath(env);
  if (path === null) return [];
  const isReadOnly = rawInput(env, 'mode') === 'plan';
  const file = new WorkspaceFile({ path, workspace: env.GITHUB_WORKSPACE || null, isReadOnly, clock });
  return await file.read().then(
    () => [],
    (error) => inputErrorsIn(error) ?? [],
  );
}

function openFile({ branch, manifest, ...inputs }: Inputs, runtime: Runtime): MemoryFile | null {
  const { clock, openDispatcher } = runtime;
  if (branch !== null) {
    const dispatcher = openDispatcher(branch.proxy);
    return openBranchMemoryFile(branch, { ...runtime, ...inputs, dispatcher });
  }
  if (manifest === null) return null;
  const isReadOnly = inputs.mode === 'plan';
  return new WorkspaceFile({ path: manifest, workspace: inputs.find.workspace, isReadOnly, clock });
}

interface MemoryRun extends Runtime, UploadMemory {}

/**
 * Makes sure, before anything is sent, that the memory can be written, and lets it follow the ledger. If it cannot be read or
 * written, no file starts. Resolves with whether a file may be sent: else nothing was checked.
 */
export async function followLedger(
  ledger: Ledger,
  run: MemoryRun & { readonly limit: CallLimit | null },
): Promise<boolean> {
  const { cache, memoryError, clock, limit } = run;
  if (memoryError !== null) ledger.failAll(memoryError);
  const facts = { epochMs: clock.epochMs(), isLimited: limit !== null };
  const isSending = ledger.unsettledIndices().some((index) => {
    const { planned } = ledger.entry(index);
    return maySend(planned, facts) && (limit?.fits(planned) ?? true);
  });
  if (cache === null) return isSending;
  try {
    if (isSending) await withGracePeriod(cache.prepareWrites(), run);
  } catch (error) {
    // A cancellation is reported through the signal.
    if (!run.signal.aborted) ledger.failAll(toActionError(error));
  }
  cache.follow(ledger);
  return isSending;
}

/** Stores the rest. A cancelled run has `closeAfterOutputs` for that. */
export async function closeMemory(ledger: Ledger, run: MemoryRun): Promise<void> {
  const { cache, token, signal } = run;
  try {
    await cache?.close(signal);
  } catch (error) {
    ledger.fail(toActionError(error));
  }
  if (token !== null && ledger.runError === null) await rememberToken(token, run);
}

/** Stores the rest in a cancelled run, after its outputs. `finish` is called in any case. */
export async function closeAfterOutputs({ cache }: MemoryRun, finish: () => Promise<void>): Promise<void> {
  try {
    await cache?.closeAfterOutputs();
  } finally {
    await finish();
  }
}
