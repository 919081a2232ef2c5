// Reads the inputs of the upload action. The modules take the values of zod, and what several inputs mean together.

import type { GitHubAccess } from '../github/github-client.ts';
import type { ReleaseSettings } from '../github/release.ts';
import { readNamePatterns } from '../media/find/assets.ts';
import {
  type CheckInputs,
  type RunInputs,
  resolvePath,
  tagOf,
  toGitHubAccess,
  toRunInputs,
} from './access.ts';
import { MANIFEST_ON_BRANCH } from './input-types.ts';
import { parseInputs } from './parse-inputs.ts';
import { postInputs } from './post-schema.ts';
import { rawInput } from './secrets.ts';
import { type UploadValues, uploadInputs, uploadRules } from './upload-schema.ts';

export interface Inputs extends Omit<UploadValues, keyof RunInputs>, RunInputs {
  readonly multipartThresholdBytes: number;
  readonly readsArtifacts: boolean;
  /** Null if neither a release nor a branch is used. */
  readonly github: GitHubAccess | null;
  /** The release whose assets are published too; null without one. */
  readonly release: ReleaseSettings | null;
  /** Absolute path of the manifest in the workspace; null without one there. */
  readonly manifestFile: string | null;
}

/**
 * Reads the inputs of the step from `env`. It first masks the secrets and removes them from `env`.
 * @throws InputError with all errors
 */
export function readInputs(
  env: NodeJS.ProcessEnv,
  mask: (secret: string) => void,
): Inputs | CheckInputs {
  const values = parseInputs(uploadInputs, {
    env,
    mask,
    rules: uploadRules,
    other: { names: Object.keys(postInputs.shape), folder: '/post' },
  });
  const given = toRunInputs(values, 'upload', mask);
  if (given.mode === 'check') return given;
  const { releaseAssets: assets, manifestBranch } = values;
  const needsGitHub = assets !== '' ? 'release-assets' : given.branch && 'manifest-branch';
  return {
    ...given,
    multipartThresholdBytes: values.multipartThresholdMb * 1_000_000,
    readsArtifacts: values.mediaArtifacts,
    // The search leaves out the manifest. With a branch, a file of the same path in the workspace may be its start.
    manifest: values.manifest || (manifestBranch === '' ? '' : MANIFEST_ON_BRANCH),
    github: needsGitHub && toGitHubAccess(values, needsGitHub, mask),
    release:
      assets === ''
        ? null
        : {
            patterns: readNamePatterns(assets, 'release-assets'),
            tag: tagOf(values.releaseTag, env),
          },
    manifestFile: manifestPath(env),
  };
}

/** Path of the manifest in the workspace, despite other invalid inputs; null without one there. Simulations are not recorded. */
export function manifestPath(env: NodeJS.ProcessEnv): string | null {
  const file = rawInput(env, 'manifest');
  const isElsewhere =
    rawInput(env, 'mode') === 'simulate' || rawInput(env, 'manifest-branch') !== '';
  return file === '' || isElsewhere ? null : resolvePath(file, env);
}
