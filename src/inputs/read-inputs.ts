// Reads the inputs into typed settings, one record per module. Finds all errors before it reports any.

import path from 'node:path';
import type { BranchSettings } from '../action/github/branch/open-branch-store.ts';
import type { GitHubAccess } from '../action/github/github-client.ts';
import type { ReleaseSettings } from '../action/release/release-assets.ts';
import type { Env } from '../deps.ts';
import { InputError } from '../errors.ts';
import type { ProxyConfig } from '../http/proxy.ts';
import { type LinkedInVersion, NEWEST_KNOWN_VERSION } from '../linkedin/versions.ts';
import type { FindOptions } from '../media/find/find-files.ts';
import { readPatterns } from '../media/find/patterns.ts';
import { toPosixPath } from '../media/find/posix-paths.ts';
import type { Shard } from '../media/find/shards.ts';
import type { PlanSettings } from '../publish/plan.ts';
import type { PublishSettings } from '../publish/publish.ts';
import { Secret } from '../secret.ts';
import {
  APIS,
  APIS_HELP,
  FAIL_ON,
  type FailOn,
  IF_NO_FILES,
  type IfNoFilesFound,
  IMAGE_UPLOADS,
  INPUTS,
  MODES,
  MODES_HELP,
  type Mode,
} from './definitions.ts';
import { maxCallsParser, parseBranch, parseBranchPath, readGitHubAccess } from './github-inputs.ts';
import { InputReader, rawInput, takeSecret } from './input-reader.ts';
import {
  type InputParser,
  integerBetween,
  oneOf,
  parseApiUrl,
  parseBoolean,
  parseOwner,
  parseShardInput,
  recipeParser,
  requiredFiles,
  sidecarsParser,
  versionParser,
} from './parsers.ts';
import { readRelease } from './release-inputs.ts';
import { secretChecks, type TokenSettings, takeSecrets, tokenSettings } from './secrets.ts';

type ApiName = PlanSettings['api'];

const MAX_FILES = 100_000;

export interface ConnectSettings extends TokenSettings {
  readonly apiUrl: URL;
  readonly version: LinkedInVersion;
  readonly proxy: ProxyConfig;
}

export interface Inputs {
  readonly mode: Mode;
  readonly find: FindOptions;
  /** The release whose assets are published too; null without one. */
  readonly release: ReleaseSettings | null;
  /** Whether to look for captions and thumbnails next to videos. */
  readonly sidecars: boolean;
  /** This job's shard of the files; null for all files. */
  readonly shard: Shard | null;
  /** Absolute path of the manifest in the workspace; null without one there. */
  readonly manifest: string | null;
  /** The manifest on a branch; null without one. */
  readonly branch: BranchSettings | null;
  /** The most API calls per UTC day; null without a limit. */
  readonly maxCalls: number | null;
  readonly ifNoFilesFound: IfNoFilesFound;
  readonly plan: PlanSettings;
  readonly connect: ConnectSettings;
  readonly publish: PublishSettings;
  readonly failOn: FailOn;
}

export interface ReadResult {
  /** Invalid values are replaced by fallbacks, which serve only to find further errors. */
  readonly inputs: Inputs;
  /** In the order of action.yml. */
  readonly errors: readonly InputError[];
}

/**
 * Reads the inputs of the step from `env`. It first masks the secrets and removes them from `env`. It also masks the
 * password of a proxy.
 */
export function readInputs(env: Env, mask: (secret: string) => void): ReadResult {
  const secrets = takeSecrets((name) => takeSecret(env, name, mask));
  const reader = new InputReader(env);
  const givenMode = reader.read<Mode | null>('mode', oneOf(MODES, MODES_HELP), null);
  // An invalid mode must not also require a token.
  if (givenMode === 'publish') for (const check of secretChecks(secrets)) reader.check(check);
  const mode = givenMode ?? 'publish';
  const api = reader.read<ApiName | null>('api', oneOf(APIS, APIS_HELP), null);
  const waitMs = reader.read('wait-minutes', integerBetween(0, 1440), 0) * 60_000;
  const readsArtifacts = reader.read('media-artifacts', parseBoolean, false);
  const plan = { api: api ?? 'assets', ...readPlanSettings(reader, api), waitMs, readsArtifacts };
  const warnDays = reader.read('token-warn-days', integerBetween(0, 365), 0);
  const sidecars = reader.read('sidecars', sidecarsParser(api), false);
  const github = readGitHubAccess(reader, { env, takeToken: () => takeSecret(env, 'github-token', mask) });
  const branch = readBranch(reader, env, github);
  const manifest = branch?.workspacePath ?? reader.read('manifest', filePathIn(env), null);
  const parseFiles = rawInput(env, 'release-assets') === '' ? requiredFiles : String;
  const inputs: Inputs = {
    mode,
    find: { ...readFindOptions(reader, env.GITHUB_WORKSPACE ?? '', parseFiles), sidecars, manifest },
    release: readRelease(reader, env, github),
    ifNoFilesFound: reader.read('if-no-files-found', oneOf(IF_NO_FILES), 'error'),
    sidecars,
    shard: reader.read('shard', parseShardInput, null),
    manifest: manifestPath(env),
    branch: mode === 'simulate' ? null : branch,
    maxCalls: reader.read('max-calls', maxCallsParser(env), null),
    plan,
    connect: {
      ...readConnectSettings(reader, { api, mode }),
      ...tokenSettings(secrets, { ...plan, mode, warnDays, mask }),
    },
    publish: { concurrency: reader.read('concurrency', integerBetween(1, 64), 1), waitMs, readsArtifacts },
    failOn: reader.read('fail-on', oneOf(FAIL_ON), 'any'),
  };
  reader.read('summary', parseBoolean, true);
  maskProxies([inputs.connect.proxy, github?.proxy ?? 'direct'], mask);
  return { inputs, errors: reader.errors };
}

/** Masks the passwords of `proxies`. */
export function maskProxies(proxies: readonly ProxyConfig[], mask: (secret: string) => void): void {
  for (const secret of new Set(proxies.flatMap((proxy) => (proxy === 'direct' ? [] : proxy.secrets))))
    mask(secret);
}

/** Whether the job summary is wanted. Works even if other inputs are invalid. */
export function wantsSummary(env: Env): boolean {
  return !/^false$/i.test(rawInput(env, 'summary'));
}

/**
 * The path of the manifest in the workspace, even if other inputs are invalid; null without one there. Simulated uploads
 * are not recorded.
 */
export function manifestPath(env: Env): string | null {
  return rawInput(env, 'mode') === 'simulate' || rawInput(env, 'manifest-branch') !== ''
    ? null
    : new InputReader(env).read('manifest', filePathIn(env), null);
}

/** Settings for `mode: simulate`: the sandbox, with a dummy token too short to be redacted from its responses. */
export function sandboxSettings({ version }: ConnectSettings, sandboxUrl: string): ConnectSettings {
  const token = new Secret('none');
  return { version, apiUrl: new URL(sandboxUrl), token, tokenOptions: null, proxy: 'direct' };
}

/** With a branch, `manifest` is a path on it, not in the workspace. */
function readBranch(reader: InputReader, env: Env, github: GitHubAccess | null): BranchSettings | null {
  if (rawInput(env, 'manifest-branch') === '') return null;
  const branch = reader.read('manifest-branch', parseBranch, '');
  const onBranch = reader.read('manifest', parseBranchPath, '');
  const workspacePath = toPosixPath(path.resolve(env.GITHUB_WORKSPACE ?? '', onBranch));
  return github && { ...github, branch, path: onBranch, workspacePath };
}

/** Paths are relative to the workspace, like the patterns. */
function filePathIn({ GITHUB_WORKSPACE: workspace = '' }: Env): InputParser<string | null> {
  return (text, name) => {
    if (text === '') return null;
    if (!toPosixPath(text).endsWith('/')) return toPosixPath(path.resolve(workspace, text));
    throw new InputError(
      'INPUT_INVALID',
      name,
      `is ${text}, which is a folder; add a file name, such as linkedin.json`,
    );
  };
}

function readFindOptions(
  reader: InputReader,
  workspace: string,
  parseFiles: InputParser<string>,
): Omit<FindOptions, 'sidecars' | 'manifest'> {
  reader.check(() => {
    if (path.isAbsolute(workspace)) return;
    const text = 'is relative to the workspace, but GITHUB_WORKSPACE is not an absolute path';
    throw new InputError('WORKSPACE_EMPTY', 'files', text);
  });
  const patterns = reader.read('files', parseFiles, '');
  // Line by line, so that one invalid pattern does not hide another.
  for (const line of patterns.split(/[\r\n]+/)) {
    reader.check(() => readPatterns(line, { named: workspace, real: workspace }));
  }
  return {
    patterns,
    workspace,
    followSymlinks: reader.read('follow-symlinks', parseBoolean, false),
    includeHiddenFiles: reader.read('include-hidden-files', parseBoolean, false),
    maxFiles: reader.read('max-files', integerBetween(1, MAX_FILES), MAX_FILES),
  };
}

function readPlanSettings(
  reader: InputReader,
  api: ApiName | null,
): Omit<PlanSettings, 'api' | 'waitMs' | 'readsArtifacts'> {
  return {
    ...reader.read('owner', parseOwner, { owner: '', ownerKind: 'person' }),
    recipe: reader.read('recipe', recipeParser(api), 'auto'),
    imageUpload: reader.read('image-upload', oneOf(IMAGE_UPLOADS), 'synchronous'),
    multipartThresholdBytes: reader.read('multipart-threshold-mb', integerBetween(1, 200), 200) * 1_000_000,
  };
}

export function readConnectSettings(
  reader: InputReader,
  { api, mode }: { api: ApiName | null; mode: Mode },
): Pick<ConnectSettings, 'apiUrl' | 'proxy' | 'version'> {
  const apiUrl = reader.read('api-url', parseApiUrl, new URL(INPUTS['api-url']));
  return {
    apiUrl,
    // Without calls to LinkedIn, the proxy settings need no check.
    proxy: mode === 'publish' ? reader.proxy(apiUrl) : 'direct',
    version: reader.read('linkedin-version', versionParser(api), NEWEST_KNOWN_VERSION),
  };
}
