// Reads the inputs of the post action. The modules take the values of zod, and what several inputs mean together.

import type { InputError } from '../errors/action-error.ts';
import type { GitHubAccess } from '../github/github-client.ts';
import type { ReleaseRequest } from '../github/release/release.ts';
import type { BranchSettings } from '../memory/branch.ts';
import { type CheckInputs, toCheckInputs } from './check-inputs.ts';
import { findGitHubErrors, releaseOf, toBranch, toGitHubAccess } from './github-inputs.ts';
import type { Mode } from './input-types.ts';
import { findLinkedInErrors, type LinkedInAccess, toLinkedInAccess } from './linkedin-access.ts';
import { invalid, missing, parseInputs, type Rule } from './parse-inputs.ts';
import { findContentErrors } from './post-content.ts';
import { type PostValues, postInputs } from './post-schema.ts';
import { uploadInputs } from './upload-schema.ts';

/** How the media of posts are uploaded. */
const MEDIA_UPLOADS = {
  api: 'media',
  recipe: 'auto',
  imageUpload: 'synchronous',
  multipartThresholdBytes: 200_000_000,
  readsArtifacts: false,
} as const;

export interface PostInputs extends PostValues, LinkedInAccess, Readonly<typeof MEDIA_UPLOADS> {
  readonly mode: Mode;
  /** The author of this job. */
  readonly owner: string;
  readonly workspace: string;
  readonly waitMs: number;
  /** The release of the posts; null without one. */
  readonly release: ReleaseRequest | null;
  /** How to reach GitHub; null if that is impossible. */
  readonly github: GitHubAccess | null;
  /** Why it is impossible. It is reported when GitHub is needed: only `mode: publish` always needs it. */
  readonly githubError: InputError | null;
  /** Where posts and uploads are remembered; null in `mode: simulate`, and in `plan` without access to GitHub. */
  readonly branch: BranchSettings | null;
}

const RULES: readonly Rule<PostValues>[] = [
  findLinkedInErrors,
  // Any text is valid, so all of these are given.
  (given) =>
    given.mode === 'check' ? [] : findContentErrors({ ...(given as PostValues), resend: given.resend ?? 0 }),
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
export function readPostInputs(
  env: NodeJS.ProcessEnv,
  mask: (secret: string) => void,
): PostInputs | CheckInputs {
  const values = parseInputs(postInputs, {
    env,
    mask,
    rules: RULES,
    other: { names: Object.keys(uploadInputs.shape), folder: '' },
  });
  const { mode, owner } = values;
  const given = { ...values, ...MEDIA_UPLOADS, ...toLinkedInAccess(values, mask), branch: toBranch(values) };
  // `owner` is null only in `mode: check`: `findLinkedInErrors` reports it in the other modes.
  if (mode === 'check' || owner === null) return toCheckInputs({ ...given, action: 'post' }, mask);
  const [githubError = null] = findGitHubErrors(values, 'manifest-branch');
  const github = githubError === null ? toGitHubAccess(values, 'manifest-branch', mask) : null;
  return {
    ...given,
    mode,
    owner,
    github,
    githubError,
    workspace: env.GITHUB_WORKSPACE ?? '',
    waitMs: values.waitMinutes * 60_000,
    release: releaseOf(values.releaseTag, env),
    branch: github && given.branch,
  };
}
