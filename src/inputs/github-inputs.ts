// The inputs that need GitHub: how to reach it, and the release that they name, by its tag or because it triggered this run.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../errors/action-error.ts';
import type { GitHubAccess } from '../github/github-client.ts';
import type { ReleaseRequest } from '../github/release.ts';
import { checkTls, readProxy } from '../http/proxy.ts';
import { toPosixPath } from '../media/find/workspace.ts';
import type { BranchSettings } from '../memory/branch.ts';
import { apiUrl as apiUrlInput, branchPath, MANIFEST_ON_BRANCH } from './input-types.ts';
import { errorsOf, invalid } from './parse-inputs.ts';
import type { AccessValues } from './post-schema.ts';
import { findSecretErrors, readAndMaskProxy } from './secrets.ts';

/** `input` is the input that needs GitHub. */
export function* findGitHubErrors({ githubToken, env = {} }: Partial<AccessValues>, input: string) {
  const token = githubToken?.reveal() ?? '';
  if (token === '')
    yield new InputError(
      'INPUT_MISSING',
      'github-token',
      'is empty, so the job has no token for GitHub: leave the input out to use the token of the job; with act, pass one with `-s GITHUB_TOKEN`',
      { hint: '' },
    );
  else yield* findSecretErrors(token, 'github-token');
  yield* errorsOf(() => checkTls(env));
  yield* errorsOf(() => readProxy(env, apiUrlOf(env, input)));
  yield* errorsOf(() => repositoryOf(env, input));
}

/** `findGitHubErrors` has found no errors. */
export function toGitHubAccess(
  { githubToken: token, env }: AccessValues,
  input: string,
  mask: (secret: string) => void,
): GitHubAccess {
  const apiUrl = apiUrlOf(env, input);
  return {
    repository: repositoryOf(env, input),
    apiUrl,
    proxy: readAndMaskProxy(env, apiUrl, mask),
    token,
  };
}

/** With a branch, `manifest` is a path on it, not in the workspace. A simulated run leaves the branch alone. */
export function toBranch({
  manifestBranch: branch,
  manifest,
  mode,
  env,
}: AccessValues): BranchSettings | null {
  if (branch === '' || mode === 'simulate') return null;
  const onBranch = branchPath.parse(manifest || MANIFEST_ON_BRANCH);
  return { branch, path: onBranch, workspacePath: resolvePath(onBranch, env) };
}

/** Paths are relative to the workspace, like the patterns. */
export function resolvePath(file: string, { GITHUB_WORKSPACE: workspace = '' }: NodeJS.ProcessEnv): string {
  return toPosixPath(path.resolve(workspace, file));
}

function repositoryOf(
  { GITHUB_REPOSITORY = '' }: NodeJS.ProcessEnv,
  input: string,
): GitHubAccess['repository'] {
  const [, owner = '', repo = ''] = /^([\w.-]+)\/([\w.-]+)$/.exec(GITHUB_REPOSITORY) ?? [];
  const problem = "needs the runner's variable GITHUB_REPOSITORY to be the name of a repository (owner/name)";
  if (repo === '') throw invalid(input, problem);
  return { owner, repo };
}

function apiUrlOf({ GITHUB_API_URL: text = '' }: NodeJS.ProcessEnv, input: string): URL {
  const { data } = apiUrlInput.safeParse(text || 'https://api.github.com');
  if (data === undefined)
    throw invalid(input, "needs the runner's variable GITHUB_API_URL to be an https URL");
  return data;
}

/** The release with the given tag, or the one that triggered this run; null without either. The event is not validated. */
export function releaseOf(givenTag: string, env: NodeJS.ProcessEnv): ReleaseRequest | null {
  const { GITHUB_EVENT_NAME: eventName, GITHUB_EVENT_PATH: file = '' } = env;
  let event: ReleaseRequest['event'] = null;
  try {
    if (eventName === 'release') event = JSON.parse(readFileSync(file, 'utf8')).release ?? null;
  } catch {
    // An event that cannot be read names no release.
  }
  const own = typeof event?.tag_name === 'string' ? event.tag_name : '';
  const tag = givenTag || own;
  return tag === '' ? null : { tag, event: tag === own ? event : null };
}

/** The tag for `release-assets`. @throws InputError */
export function tagOf(givenTag: string, env: NodeJS.ProcessEnv): string {
  const release = releaseOf(givenTag, env);
  if (release !== null) return release.tag;
  const { GITHUB_EVENT_NAME: event = '' } = env;
  const reason = event === 'release' ? 'its event has no tag' : `its event is ${event || 'not known'}`;
  const text = `is empty, and no release triggered this run: ${reason}`;
  throw new InputError('INPUT_MISSING', 'release-tag', text);
}
