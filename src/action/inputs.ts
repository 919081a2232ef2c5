// Strings of the workflow into typed settings, one record a room. All faults are found before any is told.

import path from 'node:path';
import { InputError, InputFaults } from '../errors.ts';
import { isLoopback } from '../http/policy.ts';
import { ownerKind } from '../linkedin/urn.ts';
import { isVersion, type LinkedInVersion, NEWEST_KNOWN_VERSION } from '../linkedin/versions.ts';
import type { FindOptions } from '../media/files.ts';
import { parseRecipe } from '../media/limits.ts';
import type { PlanSettings } from '../publish/plan.ts';
import type { PublishSettings } from '../publish/publish.ts';
import { Secret } from '../secret.ts';

/** Every input and its default, as in action.yml (a test compares them): an empty input means its default. */
export const INPUTS = {
  'access-token': { default: '' },
  owner: { default: '' },
  files: { default: '' },
  recipe: { default: 'auto' },
  'image-upload': { default: 'synchronous' },
  mode: { default: 'publish' },
  'linkedin-version': { default: NEWEST_KNOWN_VERSION },
  'api-url': { default: 'https://api.linkedin.com' },
  'if-no-files-found': { default: 'error' },
  'fail-on': { default: 'any' },
  concurrency: { default: '8' },
  'multipart-threshold-mb': { default: '200' },
  'wait-minutes': { default: '30' },
  'max-files': { default: '100' },
  'follow-symlinks': { default: 'false' },
  'include-hidden-files': { default: 'false' },
  summary: { default: 'true' },
} as const satisfies Record<string, { default: string }>;

type InputName = keyof typeof INPUTS;

const MODES = ['publish', 'plan', 'simulate'] as const;
const IF_NO_FILES = ['error', 'warn', 'ignore'] as const;
const FAIL_ON = ['any', 'all', 'never'] as const;

export type Mode = (typeof MODES)[number];
export type IfNoFilesFound = (typeof IF_NO_FILES)[number];
export type FailOn = (typeof FAIL_ON)[number];

export interface ConnectSettings {
  readonly apiUrl: URL;
  readonly version: LinkedInVersion;
  readonly token: Secret;
}

export interface Inputs {
  readonly mode: Mode;
  readonly find: FindOptions;
  readonly ifNoFilesFound: IfNoFilesFound;
  readonly plan: PlanSettings;
  readonly connect: ConnectSettings;
  readonly publish: PublishSettings;
  readonly failOn: FailOn;
}

export type Env = Record<string, string | undefined>;

/**
 * Reads the inputs of the step from `env`; the token leaves `env`, and `mask` hears of it before anything else.
 * @throws InputFaults with every fault, each under the name of its input
 */
export function readInputs(env: Env, mask: (secret: string) => void): Inputs {
  const token = takeSecret(env, 'access-token', mask);
  const faults: InputError[] = [];
  const read = <T>(name: InputName, parse: (text: string, name: InputName) => T, fallback: T): T => {
    try {
      return parse(rawInput(env, name) || INPUTS[name].default, name);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      faults.push(error);
      return fallback;
    }
  };
  const mode = read('mode', oneOf(MODES), 'publish');
  if (mode === 'publish') collect(faults, () => checkToken(token));
  const owner = read('owner', parseOwner, { owner: '', ownerKind: 'person' } as const);
  const waitMs = read('wait-minutes', whole(0, 1440), 0) * 60_000;
  const workspace = env.GITHUB_WORKSPACE ?? '';
  collect(faults, () => checkWorkspace(workspace));
  const inputs: Inputs = {
    mode,
    find: {
      patterns: read('files', required, ''),
      workspace,
      followSymlinks: read('follow-symlinks', yesOrNo, false),
      includeHiddenFiles: read('include-hidden-files', yesOrNo, false),
      maxFiles: read('max-files', whole(1, 100_000), 1),
    },
    ifNoFilesFound: read('if-no-files-found', oneOf(IF_NO_FILES), 'error'),
    plan: {
      api: 'assets',
      ...owner,
      recipe: read('recipe', parseRecipeInput, 'auto'),
      imageUpload: read('image-upload', oneOf(['synchronous', 'asynchronous'] as const), 'synchronous'),
      multipartThresholdBytes: read('multipart-threshold-mb', whole(1, 200), 200) * 1_000_000,
      waitMs,
    },
    connect: {
      apiUrl: read('api-url', parseApiUrl, new URL('https://api.linkedin.com')),
      version: read('linkedin-version', parseVersion, NEWEST_KNOWN_VERSION),
      token: new Secret(token),
    },
    publish: { concurrency: read('concurrency', whole(1, 64), 1), waitMs },
    failOn: read('fail-on', oneOf(FAIL_ON), 'any'),
  };
  read('summary', yesOrNo, true);
  if (faults.length > 0) throw new InputFaults(faults);
  return inputs;
}

/** Whether the job summary is wanted, also when other inputs are faulty. */
export function wantsSummary(env: Env): boolean {
  return !/^false$/i.test(rawInput(env, 'summary'));
}

/** Where `mode: simulate` goes: to the sandbox, with a token that is none. */
export function simulatedTarget({ version }: ConnectSettings, sandboxUrl: string): ConnectSettings {
  return { version, apiUrl: new URL(sandboxUrl), token: new Secret('SIMULATED') };
}

function collect(faults: InputError[], check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    faults.push(error);
  }
}

/** The runner's spelling: upper case, spaces as `_`, hyphens as they are. */
function variable(name: InputName): string {
  return `INPUT_${name.toUpperCase()}`;
}

function rawInput(env: Env, name: InputName): string {
  return env[variable(name)]?.trim() ?? '';
}

function takeSecret(env: Env, name: InputName, mask: (secret: string) => void): string {
  const text = rawInput(env, name);
  if (text !== '') mask(text);
  delete env[variable(name)];
  return text;
}

// The text of a fault never shows the token, not even a part of it.
function checkToken(token: string): void {
  if (token === '' || /^\*+$/.test(token)) {
    throw new InputError(
      'INPUT_MISSING',
      'access-token',
      'is empty; it is needed to publish, and secrets are not given to pull requests from forks: use `mode: plan` or `mode: simulate` there',
    );
  }
  if (/^bearer\b/i.test(token)) throw tokenFault('starts with "Bearer"; give the bare token');
  if (/^["']|["']$/.test(token)) throw tokenFault('stands in quotes; give the bare token');
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw tokenFault(
      'holds blanks, line breaks or other characters that no token has; store the secret again',
    );
  }
}

function tokenFault(text: string): InputError {
  return new InputError('INPUT_INVALID', 'access-token', text);
}

function checkWorkspace(workspace: string): void {
  if (path.isAbsolute(workspace)) return;
  throw new InputError(
    'INPUT_MISSING',
    'files',
    'cannot be looked up: GITHUB_WORKSPACE is not set to a folder',
  );
}

function parseOwner(text: string, name: InputName): Pick<PlanSettings, 'owner' | 'ownerKind'> {
  required(text, name);
  const kind = ownerKind(text);
  if (kind !== null) return { owner: text, ownerKind: kind };
  throw invalid(
    name,
    text,
    'a URN such as urn:li:organization:24141830, urn:li:person:… or urn:li:sponsoredAccount:…',
  );
}

function parseRecipeInput(text: string, name: InputName): PlanSettings['recipe'] {
  const recipe = text === 'auto' ? text : parseRecipe(text);
  if (recipe !== null) return recipe;
  throw invalid(name, text, '`auto`, a short name such as feedshare-image, or urn:li:digitalmediaRecipe:…');
}

function parseApiUrl(text: string, name: InputName): URL {
  const url = URL.parse(text);
  const isHttps = url?.protocol === 'https:';
  const isLocal = url?.protocol === 'http:' && isLoopback(url.hostname);
  if (url !== null && (isHttps || isLocal) && url.username === '' && url.password === '') return url;
  throw invalid(name, text, 'an https address (http only on loopback), without user and password');
}

function parseVersion(text: string, name: InputName): LinkedInVersion {
  if (isVersion(text)) return text;
  throw invalid(name, text, `YYYYMM, such as ${NEWEST_KNOWN_VERSION}, or v2`);
}

function required(text: string, name: InputName): string {
  if (text === '') throw new InputError('INPUT_MISSING', name, 'is empty');
  return text;
}

function oneOf<T extends string>(values: readonly T[]): (text: string, name: InputName) => T {
  return (text, name) => {
    const value = values.find((candidate) => candidate === text);
    if (value === undefined) throw invalid(name, text, `one of: ${values.join(', ')}`);
    return value;
  };
}

function whole(min: number, max: number): (text: string, name: InputName) => number {
  return (text, name) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw invalid(name, text, `a whole number from ${min} to ${max}`);
    return value;
  };
}

// The spellings that YAML 1.2 and actions/core take for a boolean.
function yesOrNo(text: string, name: InputName): boolean {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  throw invalid(name, text, '`true` or `false`');
}

function invalid(name: InputName, text: string, expected: string): InputError {
  return new InputError(
    'INPUT_INVALID',
    name,
    `is ${JSON.stringify(text.slice(0, 200))}, but takes ${expected}`,
  );
}
