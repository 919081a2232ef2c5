// Where the manifest of a run is kept: a file in the workspace, or a file on a branch.

import type { Inputs } from '../inputs/read-inputs.ts';
import { FileStore } from '../memory/file-store.ts';
import type { Store } from '../memory/store.ts';
import { openBranchStore } from './github/branch/open-branch-store.ts';
import type { Runtime } from './runtime.ts';

/** Null without a manifest. Reads nothing yet, so the inputs may be invalid. */
export function openStore({ branch, manifest, ...inputs }: Inputs, runtime: Runtime): Store | null {
  const { clock, openDispatcher } = runtime;
  const isReadOnly = inputs.mode === 'plan';
  if (branch !== null) {
    const dispatcher = openDispatcher(branch.proxy);
    return openBranchStore(branch, { ...runtime, ...inputs, dispatcher, isReadOnly });
  }
  if (manifest === null) return null;
  return new FileStore({ path: manifest, workspace: inputs.find.workspace, isReadOnly, clock });
}
