// How to reach GitHub, for the inputs that need it.

import type { Env } from '../deps.ts';
import { InputError } from '../errors.ts';
import type { GitHubAccess } from '../github/github-client.ts';
import { checkTls, readProxy } from '../http/proxy.ts';
import { Secret } from '../secret.ts';
import { parseApiUrl } from './input-types.ts';
import { errorsOf, invalid } from './parse-inputs.ts';
import { findSecretErrors } from './secrets.ts';

interface GitHubInputs {
  readonly 'github-token': string;
  readonly env: Env;
}

/** `input` is the input that needs GitHub. */
export function* findGitHubErrors(
  { 'github-token': token = '', env = {} }: Partial<GitHubInputs>,
  input: string,
) {
  if (token === '')
    yield new InputError(
      'INPUT_MISSING',
      'github-token',
      'is empty, so the job has no token for GitHub: leave the input out to use the token of the job; with act, pass one with `-s GITHUB_TOKEN`',
      { hint: 'By default, the input has the token that GitHub gives to each job.' },
    );
  else yield* findSecretErrors(token, 'github-token');
  yield* errorsOf(() => checkTls(env));
  yield* errorsOf(() => readProxy(env, apiUrlOf(env, input)));
  yield* errorsOf(() => repositoryOf(env, input));
}

/** `findGitHubErrors` has found no errors. */
export function toGitHubAccess({ 'github-token': token, env }: GitHubInputs, input: string): GitHubAccess {
  const apiUrl = apiUrlOf(env, input);
  return {
    repository: repositoryOf(env, input),
    apiUrl,
    proxy: readProxy(env, apiUrl),
    token: new Secret(token),
  };
}

function repositoryOf({ GITHUB_REPOSITORY = '' }: Env, input: string): GitHubAccess['repository'] {
  const [, owner = '', repo = ''] = /^([\w.-]+)\/([\w.-]+)$/.exec(GITHUB_REPOSITORY) ?? [];
  if (repo === '') throw unusable(input, 'GITHUB_REPOSITORY', 'the name of a repository (owner/name)');
  return { owner, repo };
}

function apiUrlOf({ GITHUB_API_URL: text = '' }: Env, input: string): URL {
  const url = parseApiUrl(text || 'https://api.github.com');
  if (url === null) throw unusable(input, 'GITHUB_API_URL', 'an https URL');
  return url;
}

function unusable(input: string, variable: string, expected: string): InputError {
  return invalid(input, `needs the runner's variable ${variable} to be ${expected}`);
}
