// The inputs of `mode: check`, in both actions: what is asked, and with which tokens. Files and posts are ignored.

import type { InputError } from '../errors/action-error.ts';
import type { GitHubAccess } from '../github/github-client.ts';
import type { BranchSettings } from '../memory/branch.ts';
import type { PlanSettings } from '../upload/plan.ts';
import { findGitHubErrors, type GitHubInputs, toGitHubAccess } from './github-inputs.ts';
import type { Owner } from './input-types.ts';
import { type ConnectSettings, type LinkedInInputs, toConnectSettings } from './linkedin-access.ts';

export interface CheckInputs {
  readonly mode: 'check';
  readonly action: 'upload' | 'post';
  /** Null to find out which owners the token has. */
  readonly owner: Owner | null;
  readonly api: PlanSettings['api'];
  readonly connect: ConnectSettings;
  /** Null without a branch, and if `githubError` says why GitHub cannot be asked. */
  readonly github: GitHubAccess | null;
  readonly githubError: InputError | null;
  /** The manifest on a branch; null without one. */
  readonly branch: BranchSettings | null;
}

/** `own`: what differs between the actions. */
export function toCheckInputs(
  values: LinkedInInputs & GitHubInputs,
  own: Pick<CheckInputs, 'action' | 'api' | 'branch'>,
  mask: (secret: string) => void,
): CheckInputs {
  const connect = toConnectSettings(values, mask);
  const [githubError = null] = own.branch === null ? [] : findGitHubErrors(values, 'manifest-branch');
  const isReachable = own.branch !== null && githubError === null;
  const github = isReachable ? toGitHubAccess(values, 'manifest-branch', mask) : null;
  return { ...own, mode: 'check', owner: values.owner, connect, github, githubError };
}
