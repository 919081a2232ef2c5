// Whether GitHub lets a run read and write the memory on a branch, for `mode: check`. Changes nothing on the branch.

import { toActionError } from './errors.ts';
import type { ConnectSettings } from './inputs/linkedin-access.ts';
import { Memory } from './memory/memory.ts';
import type { MemoryFile } from './memory/memory-file.ts';
import type { BranchFinding } from './report/check/findings.ts';
import type { Runtime } from './runtime.ts';
import { readTokenEstimate, type TokenEstimate } from './token-days.ts';

export interface CheckedBranch {
  readonly finding: BranchFinding;
  /** Null if the memory cannot be read, and if LinkedIn is asked instead. */
  readonly token: TokenEstimate | null;
}

/** @throws the reason of a cancellation */
export async function checkBranch(
  file: MemoryFile,
  connect: ConnectSettings,
  { clock, signal, logger }: Runtime,
): Promise<CheckedBranch> {
  const memory = new Memory(file, { clock, signal, isReadOnly: false });
  const { name } = file;
  let token: TokenEstimate | null = null;
  let exists = false;
  try {
    await memory.open();
    exists = memory.current.revision > 0;
    token = readTokenEstimate(memory, connect, logger);
    // A blob that nothing refers to.
    await file.probe();
    return { finding: { name, exists, error: null }, token };
  } catch (thrown) {
    signal.throwIfAborted();
    return { finding: { name, exists, error: toActionError(thrown) }, token };
  }
}
