// The inputs of `mode: check`, in both actions: what is asked, and with which tokens. Files and posts are ignored.

import type { InputError } from '../errors/action-error.ts';
import type { GitHubAccess } from '../github/github-client.ts';
import type { BranchSettings } from '../memory/branch.ts';
import { findGitHubErrors, toGitHubAccess } from './github-inputs.ts';
import type { LinkedInAccess } from './linkedin-access.ts';
import type { AccessValues } from './post-schema.ts';
import type { LinkedInVersion, ApiName } from '../linkedin/apis.ts';

interface Asked extends LinkedInAccess {
  readonly action: 'upload' | 'post';
  /** Null to find out which owners the token has. */
  readonly owner: string | null;
  readonly api: ApiName;
  readonly apiUrl: URL;
  readonly linkedinVersion: LinkedInVersion;
  readonly tokenWarnDays: number;
  /** The manifest on a branch; null without one. */
  readonly branch: BranchSettings | null;
}

export interface CheckInputs extends Asked {
  readonly mode: 'check';
  /** Null without a branch, and if `githubError` says why GitHub cannot be asked. */
  readonly github: GitHubAccess | null;
  readonly githubError: InputError | null;
}

export function toCheckInputs(asked: Asked & AccessValues, mask: (secret: string) => void): CheckInputs {
  const [githubError = null] = asked.branch === null ? [] : findGitHubErrors(asked, 'manifest-branch');
  const isReachable = asked.branch !== null && githubError === null;
  const github = isReachable ? toGitHubAccess(asked, 'manifest-branch', mask) : null;
  return { ...asked, mode: 'check', github, githubError };
}
