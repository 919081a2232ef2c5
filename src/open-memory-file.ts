// Where the manifest of a run is kept: a file in the workspace, or a file on a branch.

import { type InputError, inputErrorsIn } from './errors.ts';
import { openBranchMemoryFile } from './github/branch/open-branch-memory-file.ts';
import { type Inputs, manifestPath } from './inputs/read-inputs.ts';
import { rawInput } from './inputs/secrets.ts';
import type { MemoryFile } from './memory/memory-file.ts';
import { WorkspaceFile } from './memory/workspace-file.ts';
import type { Runtime } from './runtime.ts';

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
