// Whether GitHub lets a run read and write the memory on a branch, for `mode: check`. Stores there only the day on which the
// token was first seen.

import { toActionError } from '../errors.ts';
import { withGracePeriod } from '../grace-period.ts';
import type { ConnectSettings } from '../inputs/linkedin-access.ts';
import type { ManifestStore } from '../memory/manifest-store.ts';
import { Memory } from '../memory/memory.ts';
import type { BranchFinding } from '../report/check/findings.ts';
import type { Runtime } from '../runtime.ts';
import { readTokenEstimate, type TokenEstimate } from './token-days.ts';

export interface CheckedBranch {
  readonly finding: BranchFinding;
  readonly memory: Memory;
  /** Null if the memory cannot be read, and if LinkedIn is asked instead. */
  readonly token: TokenEstimate | null;
}

/** Changes nothing on the branch. @throws the reason of a cancellation */
export async function checkBranch(
  store: ManifestStore,
  connect: ConnectSettings,
  { clock, signal }: Runtime,
): Promise<CheckedBranch> {
  const memory = new Memory(store, { clock, signal, isReadOnly: false });
  const finding = { name: store.name, exists: false, isCreated: false, error: null };
  let token: TokenEstimate | null = null;
  try {
    await memory.open();
    finding.exists = memory.current.revision > 0;
    token = readTokenEstimate(memory, connect);
    // A blob that nothing refers to.
    await store.probe();
    return { finding, memory, token };
  } catch (thrown) {
    signal.throwIfAborted();
    return { finding: { ...finding, error: toActionError(thrown) }, memory, token };
  }
}

/**
 * Stores the day of a token that no run has seen yet, and creates a missing branch for it.
 * @throws the reason of a cancellation
 */
export async function storeTokenDay(
  { finding, memory, token }: CheckedBranch,
  runtime: Runtime,
): Promise<BranchFinding> {
  if (token === null || finding.error !== null) return finding;
  try {
    if (!finding.exists) await withGracePeriod(memory.prepareWrites(), runtime);
    await withGracePeriod(token.store(), runtime);
    return { ...finding, isCreated: !finding.exists && memory.current.revision > 0 };
  } catch (thrown) {
    runtime.signal.throwIfAborted();
    return { ...finding, error: toActionError(thrown) };
  }
}
