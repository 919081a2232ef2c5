// Reads the inputs of the upload action into typed settings, one record per module.

import path from 'node:path';
import type { Env } from '../deps.ts';
import type { GitHubAccess } from '../github/github-client.ts';
import type { ReleaseSettings } from '../github/release/release.ts';
import { parseRecipe } from '../linkedin/recipes.ts';
import type { FindOptions } from '../media/find/find-files.ts';
import { readNamePatterns } from '../media/find/name-patterns.ts';
import type { Shard } from '../media/find/shards.ts';
import { toPosixPath } from '../media/find/workspace.ts';
import type { BranchSettings } from '../memory/branch.ts';
import type { PlanSettings } from '../upload/plan.ts';
import type { UploadSettings } from '../upload/upload-files.ts';
import { type CheckInputs, toCheckInputs } from './check-inputs.ts';
import { tagOf, toGitHubAccess } from './github-inputs.ts';
import { branchPath, MANIFEST_ON_BRANCH, type Mode } from './input-types.ts';
import { type ConnectSettings, type RunValues, toConnectSettings } from './linkedin-access.ts';
import { parseInputs } from './parse-inputs.ts';
import { postInputs } from './post-schema.ts';
import { rawInput } from './secrets.ts';
import {
  type FailOn,
  type IfNoFilesFound,
  type UploadValues,
  uploadInputs,
  uploadRules,
} from './upload-schema.ts';

export interface SearchInputs {
  readonly find: FindOptions;
  /** Whether to look for captions and thumbnails next to videos. */
  readonly sidecars: boolean;
  readonly ifNoFilesFound: IfNoFilesFound;
}

export interface Inputs extends SearchInputs {
  readonly mode: Mode;
  /** Null if neither a release nor a branch is used. */
  readonly github: GitHubAccess | null;
  /** The release whose assets are published too; null without one. */
  readonly release: ReleaseSettings | null;
  /** This job's shard of the files; null for all files. */
  readonly shard: Shard | null;
  /** Absolute path of the manifest in the workspace; null without one there. */
  readonly manifest: string | null;
  /** The manifest on a branch; null without one. */
  readonly branch: BranchSettings | null;
  /** The most API calls per UTC day; null without a limit. */
  readonly maxCalls: number | null;
  readonly planSettings: PlanSettings;
  readonly connect: ConnectSettings;
  readonly upload: UploadSettings;
  readonly failOn: FailOn;
}

/** Reads the inputs of the step from `env`. It first masks the secrets and removes them from `env`. @throws InputError with all errors */
export function readInputs(env: Env, mask: (secret: string) => void): Inputs | CheckInputs {
  const values = parseInputs(uploadInputs, {
    env,
    mask,
    rules: uploadRules,
    other: { names: Object.keys(postInputs.shape), folder: '/post' },
  });
  const { mode, owner } = values;
  // `owner` is null only in `mode: check`: `findLinkedInErrors` reports it in the other modes.
  if (mode === 'check' || owner === null) {
    const own = { action: 'upload', api: values.api, branch: toBranch(values) } as const;
    return toCheckInputs(values, own, mask);
  }
  return toInputs({ ...values, mode, owner }, mask);
}

function toInputs(values: RunValues<UploadValues>, mask: (secret: string) => void): Inputs {
  const { mode, api, recipe, env, 'release-assets': assets, 'release-tag': tag } = values;
  // The search leaves out the manifest. With a branch, a file of the same path in the workspace may be its start.
  const manifest = values.manifest || (values['manifest-branch'] === '' ? '' : MANIFEST_ON_BRANCH);
  const branch = toBranch(values);
  const needsGitHub = assets !== '' ? 'release-assets' : branch && 'manifest-branch';
  return {
    find: {
      patterns: values.files,
      workspace: env.GITHUB_WORKSPACE ?? '',
      followSymlinks: values['follow-symlinks'],
      includeHiddenFiles: values['include-hidden-files'],
      maxFiles: values['max-files'],
      sidecars: values.sidecars,
      manifest: manifest === '' ? null : resolvePath(manifest, env),
    },
    sidecars: values.sidecars,
    ifNoFilesFound: values['if-no-files-found'],
    mode,
    github: needsGitHub && toGitHubAccess(values, needsGitHub, mask),
    release:
      assets === '' ? null : { patterns: readNamePatterns(assets, 'release-assets'), tag: tagOf(tag, env) },
    shard: values.shard ?? null,
    manifest: manifestPath(env),
    branch,
    maxCalls: values['max-calls'] ?? null,
    planSettings: {
      api,
      owner: values.owner.owner,
      // The Media APIs ignore the recipe, so it may have any form there.
      recipe: recipe === 'auto' ? recipe : (parseRecipe(recipe) ?? { shortName: recipe, urn: recipe }),
      imageUpload: values['image-upload'],
      multipartThresholdBytes: values['multipart-threshold-mb'] * 1_000_000,
    },
    connect: toConnectSettings(values, mask),
    upload: {
      concurrency: values.concurrency,
      waitMs: values['wait-minutes'] * 60_000,
      readsArtifacts: values['media-artifacts'],
    },
    failOn: values['fail-on'],
  };
}

/** With a branch, `manifest` is a path on it, not in the workspace. A simulated run leaves the branch alone. */
function toBranch(values: UploadValues): BranchSettings | null {
  const { 'manifest-branch': branch, mode, env } = values;
  if (branch === '' || mode === 'simulate') return null;
  const onBranch = branchPath.parse(values.manifest || MANIFEST_ON_BRANCH);
  return { branch, path: onBranch, workspacePath: resolvePath(onBranch, env) };
}

/** Paths are relative to the workspace, like the patterns. */
function resolvePath(file: string, { GITHUB_WORKSPACE: workspace = '' }: Env): string {
  return toPosixPath(path.resolve(workspace, file));
}

/** Path of the manifest in the workspace, despite other invalid inputs; null without one there. Simulations are not recorded. */
export function manifestPath(env: Env): string | null {
  const file = rawInput(env, 'manifest');
  const isElsewhere = rawInput(env, 'mode') === 'simulate' || rawInput(env, 'manifest-branch') !== '';
  return file === '' || isElsewhere ? null : resolvePath(file, env);
}
