// The inputs of `mode: check`, in both actions: what is asked, and with which tokens. Files and posts are ignored.

import type { BranchSettings } from '../github/branch/open-branch-store.ts';
import type { GitHubAccess } from '../github/github-client.ts';
import type { PlanSettings } from '../upload/plan.ts';
import type { InputMode, Mode, Owner } from './input-types.ts';
import type { ConnectSettings } from './linkedin-access.ts';
import { missing } from './parse-inputs.ts';

export interface CheckInputs {
  readonly action: 'upload' | 'post';
  /** Null to find out which owners the token has. */
  readonly owner: Owner | null;
  readonly api: PlanSettings['api'];
  readonly connect: ConnectSettings;
  /** Null without a branch. */
  readonly github: GitHubAccess | null;
  /** The manifest on a branch; null without one. */
  readonly branch: BranchSettings | null;
}

interface Given {
  readonly mode: InputMode;
  /** Null if the input is empty. */
  readonly owner: Owner | null;
}

/** Only `mode: check` needs no owner. Without a valid mode, nothing is missing yet. */
export function* findOwnerErrors({ mode, owner }: Partial<Given>) {
  if (owner === null && mode !== undefined && mode !== 'check') yield missing('owner', 'is empty');
}

/** The values of a run that publishes, plans or simulates. */
export type RunValues<V extends Given> = V & { readonly mode: Mode; readonly owner: Owner };

/** False in `mode: check`. `findOwnerErrors` has found no errors. */
export function isRun<V extends Given>(values: V): values is RunValues<V> {
  return values.mode !== 'check' && values.owner !== null;
}
