// Reads how to reach GitHub, for the inputs that need it, and where on a branch the manifest is.

import path from 'node:path';
import type { GitHubAccess } from '../action/github/github-client.ts';
import type { Env } from '../deps.ts';
import { InputError } from '../errors.ts';
import { toPosixPath } from '../media/find/posix-paths.ts';
import { Secret } from '../secret.ts';
import type { InputName } from './definitions.ts';
import { type InputReader, rawInput } from './input-reader.ts';
import { checkToken, type InputParser, invalidInput, parseApiUrl } from './parsers.ts';

/** The inputs that need GitHub. */
type GitHubInput = Extract<InputName, 'release-assets' | 'manifest-branch'>;

interface GitHubInputOptions {
  readonly env: Env;
  /** Masks the token, and removes it from `env`. */
  readonly takeToken: () => string;
}

/** Null if no input needs GitHub. Then it removes the token without a check. */
export function readGitHubAccess(
  reader: InputReader,
  { env, takeToken }: GitHubInputOptions,
): GitHubAccess | null {
  const inputs: readonly GitHubInput[] = ['release-assets', 'manifest-branch'];
  const input = inputs.find((name) => rawInput(env, name) !== '');
  if (input !== undefined) return readAccessFor(input, reader, { env, token: takeToken() });
  delete env['INPUT_GITHUB-TOKEN'];
  return null;
}

/** Reads how to reach GitHub, for an input that needs it. */
export function readAccessFor(
  input: GitHubInput,
  reader: InputReader,
  { env, token }: { readonly env: Env; readonly token: string },
): GitHubAccess {
  reader.check(() => checkGitHubToken(token));
  const apiUrl = readApiUrl(reader, env, input);
  const repository = readRepository(reader, env, input);
  return { repository, apiUrl, proxy: reader.proxy(apiUrl), token: new Secret(token) };
}

/** The error message never shows the token. */
function checkGitHubToken(token: string): void {
  if (token === '') {
    const reason = 'is empty; remove the input to use the token of the job';
    throw new InputError('INPUT_MISSING', 'github-token', reason);
  }
  checkToken(token, 'github-token');
}

function readRepository(reader: InputReader, { GITHUB_REPOSITORY = '' }: Env, input: GitHubInput) {
  const [, owner = '', repo = ''] = /^([\w.-]+)\/([\w.-]+)$/.exec(GITHUB_REPOSITORY) ?? [];
  reader.check(() => {
    if (repo === '') throw unusable(input, 'GITHUB_REPOSITORY', 'the name of a repository (owner/name)');
  });
  return { owner, repo };
}

function readApiUrl(reader: InputReader, { GITHUB_API_URL = '' }: Env, input: GitHubInput): URL {
  let url = new URL('https://api.github.com');
  reader.check(() => {
    try {
      if (GITHUB_API_URL !== '') url = parseApiUrl(GITHUB_API_URL, input);
    } catch {
      throw unusable(input, 'GITHUB_API_URL', 'an https URL');
    }
  });
  return url;
}

function unusable(input: GitHubInput, variable: string, expected: string): InputError {
  const text = `needs the runner's variable ${variable} to be ${expected}`;
  return new InputError('INPUT_INVALID', input, text);
}

// What git refuses: https://git-scm.com/docs/git-check-ref-format
const INVALID_BRANCH = /^$|^@$|^-|[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|(^|\/)\.|\.(\/|$)|\.lock(\/|$)/u;

/** Null without a limit. Only a manifest on a branch counts the calls of all runs. */
export function maxCallsParser(env: Env): InputParser<number | null> {
  return (text, name) => {
    if (text === '') return null;
    if (!/^0*[1-9]\d{0,14}$/.test(text)) throw invalidInput(name, text, 'a whole number of at least 1');
    if (rawInput(env, 'manifest-branch') !== '') return Number(text);
    const reason = 'needs `manifest-branch`, where the API calls of all runs are counted';
    throw new InputError('INPUT_INVALID', name, reason);
  };
}

/** The name of a branch, without `refs/heads/`. */
export function parseBranch(text: string, name: string): string {
  if (text.startsWith('refs/')) throw invalidInput(name, text, 'the name alone, such as linkedin-media');
  if (INVALID_BRANCH.test(text)) throw invalidInput(name, text, 'the name of a branch');
  return text;
}

const DEFAULT_PATH = 'linkedin.json';

/** The path of the manifest on its branch, normalized. */
export const parseBranchPath: InputParser<string> = (text, name) => {
  const posix = path.posix.normalize(toPosixPath(text || DEFAULT_PATH));
  const rejection =
    path.isAbsolute(text) || posix.startsWith('/')
      ? 'an absolute path'
      : posix.endsWith('/') || posix === '.'
        ? 'a folder'
        : posix.split('/').some((part) => part === '..' || part.toLowerCase() === '.git')
          ? 'not a path in the repository'
          : null;
  if (rejection === null) return posix;
  const expected = `with \`manifest-branch\` it is the path of a file on the branch, such as ${DEFAULT_PATH}`;
  throw new InputError('INPUT_INVALID', name, `is ${text}, which is ${rejection}; ${expected}`);
};
