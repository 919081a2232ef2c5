// The inputs of both actions that say how LinkedIn, GitHub and the memory on a branch are reached, and what `mode: check` makes of
// them. And the release that the inputs name, by its tag or because it triggered this run.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../errors/action-error.ts';
import type { GitHubAccess } from '../github/github-client.ts';
import type { ReleaseRequest } from '../github/release.ts';
import { checkTls, type ProxyConfig, readProxy } from '../http/proxy.ts';
import type { ApiName, LinkedInVersion } from '../linkedin/apis.ts';
import type { TokenOptions } from '../linkedin/session.ts';
import { ownerKind } from '../linkedin/urn.ts';
import { toPosixPath } from '../media/find/workspace.ts';
import type { BranchSettings } from '../memory/branch.ts';
import { Secret } from '../secret.ts';
import {
  apiUrl as apiUrlInput,
  branchPath,
  type InputMode,
  MANIFEST_ON_BRANCH,
  type Mode,
} from './input-types.ts';
import { errorsOf, invalid, missing } from './parse-inputs.ts';
import type { AccessValues, PostValues } from './post-schema.ts';
import { findSecretErrors, readAndMaskProxy } from './secrets.ts';

/** What both actions need to send requests to LinkedIn, beside their inputs. */
export interface LinkedInAccess {
  readonly proxy: ProxyConfig;
  /** Empty if a refresh obtains it. */
  readonly token: Secret;
  /** Null if the token is neither checked nor refreshed. */
  readonly tokenOptions: TokenOptions | null;
}

/** The other modes use no token, and send nothing to LinkedIn. */
const ONLINE_MODES: readonly unknown[] = ['publish', 'check'] satisfies InputMode[];

export function* findLinkedInErrors(given: Partial<AccessValues>) {
  const { mode, owner, apiUrl, env = {} } = given;
  // Only `mode: check` needs no owner. Without a valid mode, nothing is missing yet.
  if (owner === null && mode !== undefined && mode !== 'check') yield missing('owner', 'is empty');
  if (!ONLINE_MODES.includes(mode)) return;
  yield* findCredentialErrors(given);
  yield* errorsOf(() => checkTls(env));
  if (apiUrl !== undefined) yield* errorsOf(() => readProxy(env, apiUrl));
}

function* findCredentialErrors({ mode, accessToken, clientId, ...given }: Partial<AccessValues>) {
  const token = accessToken?.reveal() ?? '';
  const refresh = given.refreshToken?.reveal() ?? '';
  // A refresh token replaces the access token.
  if (refresh === '') {
    if (token === '')
      yield new InputError(
        'TOKEN_MISSING',
        'access-token',
        `is empty, but \`mode: ${mode}\` needs it`,
      );
    else yield* findSecretErrors(token, 'access-token');
  }
  const app = Object.entries({
    'client-id': clientId,
    'client-secret': given.clientSecret?.reveal(),
    'refresh-token': refresh,
  });
  const [firstGiven] = app.find(([, text]) => text) ?? [];
  const use =
    refresh === ''
      ? 'both are needed to check the access token'
      : 'a refresh token needs both `client-id` and `client-secret`';
  for (const [name, text] of app) {
    if (text) yield* findSecretErrors(text, name);
    else if (firstGiven !== undefined && name !== 'refresh-token')
      yield missing(name, `is empty, but \`${firstGiven}\` is set: ${use}`);
  }
}

function toLinkedInAccess(inputs: AccessValues, mask: (secret: string) => void): LinkedInAccess {
  const { mode, owner, apiUrl, clientId, clientSecret, env } = inputs;
  const isOnline = ONLINE_MODES.includes(mode);
  const refreshToken = inputs.refreshToken.reveal() === '' ? null : inputs.refreshToken;
  const hasApp = isOnline && clientId !== '' && clientSecret.reveal() !== '';
  return {
    proxy: isOnline ? readAndMaskProxy(env, apiUrl, mask) : 'direct',
    token: refreshToken === null ? inputs.accessToken : new Secret(''),
    tokenOptions: hasApp
      ? {
          clientId,
          clientSecret,
          refreshToken,
          mask,
          ownerKind: owner === null ? null : ownerKind(owner),
          warnDays: inputs.tokenWarnDays,
        }
      : null,
  };
}

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

/** How to reach GitHub for the memory on a branch, or why that is impossible. */
export function reachGitHub(values: AccessValues, mask: (secret: string) => void) {
  const [githubError = null] = findGitHubErrors(values, 'manifest-branch');
  const github = githubError === null ? toGitHubAccess(values, 'manifest-branch', mask) : null;
  return { github, githubError };
}

/** With a branch, `manifest` is a path on it, not in the workspace. A simulated run leaves the branch alone. */
function toBranch({
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
export function resolvePath(
  file: string,
  { GITHUB_WORKSPACE: workspace = '' }: NodeJS.ProcessEnv,
): string {
  return toPosixPath(path.resolve(workspace, file));
}

function repositoryOf(
  { GITHUB_REPOSITORY = '' }: NodeJS.ProcessEnv,
  input: string,
): GitHubAccess['repository'] {
  const [, owner = '', repo = ''] = /^([\w.-]+)\/([\w.-]+)$/.exec(GITHUB_REPOSITORY) ?? [];
  const problem =
    "needs the runner's variable GITHUB_REPOSITORY to be the name of a repository (owner/name)";
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
  const reason =
    event === 'release' ? 'its event has no tag' : `its event is ${event || 'not known'}`;
  const text = `is empty, and no release triggered this run: ${reason}`;
  throw new InputError('INPUT_MISSING', 'release-tag', text);
}

/** What `mode: check` asks, and with which tokens. Files and posts are ignored. */
export interface CheckInputs extends LinkedInAccess {
  readonly mode: 'check';
  readonly action: 'upload' | 'post';
  /** Null to find out which owners the token has. */
  readonly owner: string | null;
  readonly api: ApiName;
  readonly apiUrl: URL;
  readonly linkedinVersion: LinkedInVersion;
  readonly tokenWarnDays: number;
  /** The manifest on a branch; null without one. */
  readonly branch: BranchSettings | null;
  /** Null without a branch, and if `githubError` says why GitHub cannot be asked. */
  readonly github: GitHubAccess | null;
  readonly githubError: InputError | null;
}

/** What a run of either action needs, beside its own inputs. */
export interface RunInputs extends LinkedInAccess {
  readonly mode: Mode;
  /** The author, in the post action. */
  readonly owner: string;
  readonly workspace: string;
  readonly waitMs: number;
  /** Where the memory lies. Null without a branch, and in `mode: simulate`. */
  readonly branch: BranchSettings | null;
}

type SharedValues = AccessValues &
  Pick<PostValues, 'waitMinutes'> &
  Pick<CheckInputs, 'api' | 'linkedinVersion'>;

/** What `mode: check` asks, or what a run needs, beside the values of zod. */
export function toRunInputs<V extends SharedValues>(
  values: V,
  action: CheckInputs['action'],
  mask: (secret: string) => void,
): CheckInputs | (V & RunInputs) {
  const { mode, owner, waitMinutes, env } = values;
  const branch = toBranch(values);
  const given = { ...values, ...toLinkedInAccess(values, mask), branch };
  // `owner` is null only in `mode: check`: `findLinkedInErrors` reports it in the other modes.
  if (mode === 'check' || owner === null) {
    const reached =
      branch === null ? { github: null, githubError: null } : reachGitHub(values, mask);
    return { ...given, ...reached, mode: 'check', action };
  }
  return {
    ...given,
    mode,
    owner,
    workspace: env.GITHUB_WORKSPACE ?? '',
    waitMs: waitMinutes * 60_000,
  };
}
