// Where the manifest of a run is kept: a file in the workspace, or a file on a branch.

import { openBranchMemoryFile } from './github/branch/open-branch-memory-file.ts';
import type { Inputs } from './inputs/read-inputs.ts';
import type { MemoryFile } from './memory/memory-file.ts';
import { WorkspaceFile } from './memory/workspace-file.ts';
import type { Runtime } from './runtime.ts';

/** Null without a manifest. Reads nothing yet, so the inputs may be invalid. */
export function openMemoryFile({ branch, manifest, ...inputs }: Inputs, runtime: Runtime): MemoryFile | null {
  const { clock, openDispatcher } = runtime;
  if (branch !== null) {
    const dispatcher = openDispatcher(branch.proxy);
    return openBranchMemoryFile(branch, { ...runtime, ...inputs, dispatcher });
  }
  if (manifest === null) return null;
  const isReadOnly = inputs.mode === 'plan';
  return new WorkspaceFile({ path: manifest, workspace: inputs.find.workspace, isReadOnly, clock });
}
