// Reads the inputs of the post action into typed settings.

import path from 'node:path';
import type { Env } from '../deps.ts';
import type { InputError } from '../errors/action-error.ts';
import type { RequiredApproval } from '../github/approval/approvals.ts';
import type { GitHubAccess } from '../github/github-client.ts';
import type { ReleaseRequest } from '../github/release/release.ts';
import { toPosixPath } from '../media/find/workspace.ts';
import type { BranchSettings } from '../memory/branch.ts';
import type { PostSource } from '../post/file/inline-post.ts';
import type { AltTextRule } from '../post/inspect-post.ts';
import type { PlanSettings } from '../upload/plan.ts';
import type { UploadSettings } from '../upload/upload-files.ts';
import { type CheckInputs, toCheckInputs } from './check-inputs.ts';
import { findGitHubErrors, releaseOf, toGitHubAccess } from './github-inputs.ts';
import type { Mode } from './input-types.ts';
import {
  type ConnectSettings,
  findLinkedInErrors,
  type RunValues,
  toConnectSettings,
} from './linkedin-access.ts';
import { invalid, missing, parseInputs, type Rule } from './parse-inputs.ts';
import { findContentErrors, toPostSource } from './post-content.ts';
import { type PostValues, postInputs } from './post-schema.ts';
import { uploadInputs } from './upload-schema.ts';

export interface PostInputs {
  readonly mode: Mode;
  readonly source: PostSource;
  readonly workspace: string;
  /** How to upload, for the author of this job. */
  readonly planSettings: PlanSettings;
  readonly maxPosts: number;
  /** 0: no limit. */
  readonly maxAgeHours: number;
  /** How a person has to approve each post. */
  readonly approval: RequiredApproval | { readonly kind: 'none' };
  readonly altText: AltTextRule;
  /** The release of the posts; null without one. */
  readonly release: ReleaseRequest | null;
  /** How to reach GitHub; null if that is impossible. */
  readonly github: GitHubAccess | null;
  /** Why it is impossible. It is reported when GitHub is needed: only `mode: publish` always needs it. */
  readonly githubError: InputError | null;
  /** Where posts and uploads are remembered; null in `mode: simulate`, and in `plan` without access to GitHub. */
  readonly branch: BranchSettings | null;
  readonly connect: ConnectSettings;
  readonly upload: UploadSettings;
}

const RULES: readonly Rule<PostValues>[] = [
  findLinkedInErrors,
  (given) => (given.mode === 'check' ? [] : findContentErrors(given)),
  findEnvironmentErrors,
  // Nothing is published without a memory on a branch.
  (given) => (given.mode === 'publish' ? findGitHubErrors(given, 'manifest-branch') : []),
];

function* findEnvironmentErrors({ approval, environment = '' }: Partial<PostValues>) {
  if (approval === 'environment' && environment === '')
    yield missing('environment', 'is empty, but `approval: environment` needs the name of the environment');
  if (approval !== undefined && approval !== 'environment' && environment !== '')
    yield invalid(
      'environment',
      `is set, but \`approval\` is \`${approval}\`; set \`approval: environment\``,
    );
}

/** Reads the inputs of the step from `env`. It first masks the secrets and removes them from `env`. @throws InputError with all errors */
export function readPostInputs(env: Env, mask: (secret: string) => void): PostInputs | CheckInputs {
  const values = parseInputs(postInputs, {
    env,
    mask,
    rules: RULES,
    other: { names: Object.keys(uploadInputs.shape), folder: '' },
  });
  const { mode, owner } = values;
  // `owner` is null only in `mode: check`: `findLinkedInErrors` reports it in the other modes.
  if (mode === 'check' || owner === null) {
    const own = { action: 'post', api: 'media', branch: toBranch(values) } as const;
    return toCheckInputs(values, own, mask);
  }
  return toInputs({ ...values, mode, owner }, mask);
}

function toInputs(values: RunValues<PostValues>, mask: (secret: string) => void): PostInputs {
  const { mode, env } = values;
  const [githubError = null] = findGitHubErrors(values, 'manifest-branch');
  const github = githubError === null ? toGitHubAccess(values, 'manifest-branch', mask) : null;
  return {
    mode,
    source: toPostSource(values),
    workspace: env.GITHUB_WORKSPACE ?? '',
    planSettings: {
      api: 'media',
      owner: values.owner.owner,
      recipe: 'auto',
      imageUpload: 'synchronous',
      multipartThresholdBytes: 200_000_000,
    },
    maxPosts: values['max-posts'],
    maxAgeHours: values['max-age-hours'],
    approval:
      values.approval === 'environment'
        ? { kind: values.approval, environment: values.environment }
        : { kind: values.approval },
    altText: values['alt-text'],
    release: releaseOf(values['release-tag'], env),
    github,
    githubError,
    branch: mode === 'simulate' || github === null ? null : toBranch(values),
    connect: toConnectSettings(values, mask),
    upload: {
      concurrency: values.concurrency,
      waitMs: values['wait-minutes'] * 60_000,
      readsArtifacts: false,
    },
  };
}

function toBranch({ manifest, 'manifest-branch': branch, env }: PostValues): BranchSettings {
  const workspacePath = toPosixPath(path.resolve(env.GITHUB_WORKSPACE ?? '', manifest));
  return { branch, path: manifest, workspacePath };
}
