// Reads the inputs of the post action into typed settings. Finds all errors before it reports any.

import path from 'node:path';
import type { BranchSettings } from '../action/github/branch/open-branch-store.ts';
import type { GitHubAccess } from '../action/github/github-client.ts';
import type { Env } from '../deps.ts';
import { InputError } from '../errors.ts';
import { toPosixPath } from '../media/find/posix-paths.ts';
import type { AltTextRule } from '../post/file/media-rules.ts';
import { MOST_POSTS } from '../post/plan.ts';
import type { PlanSettings } from '../publish/plan.ts';
import type { PublishSettings } from '../publish/publish.ts';
import { MODES, MODES_HELP, type Mode } from './definitions.ts';
import { parseBranch, parseBranchPath, readAccessFor } from './github-inputs.ts';
import { InputReader, rawInput, takeSecret } from './input-reader.ts';
import { integerBetween, oneOf, parseAuthor, parseBoolean } from './parsers.ts';
import { type PostSource, readPostSource } from './post-content-inputs.ts';
import { ALT_TEXT_RULES, APPROVALS, POST_INPUTS } from './post-definitions.ts';
import { type ConnectSettings, maskProxies, readConnectSettings } from './read-inputs.ts';
import { type ReleaseRequest, readReleaseRequest } from './release-inputs.ts';
import { secretChecks, takeSecrets, tokenSettings } from './secrets.ts';

/** How a person has to approve each post. */
export type ApprovalInput =
  | { readonly kind: 'none' }
  | { readonly kind: 'review' }
  | { readonly kind: 'environment'; readonly environment: string };

/** How to reach GitHub, or why that is impossible. */
export type GitHubSettings =
  | { readonly access: GitHubAccess; readonly error: null }
  | { readonly access: null; readonly error: InputError };

export interface PostInputs {
  readonly mode: Mode;
  readonly source: PostSource;
  readonly workspace: string;
  /** How to upload, for the author of this job. */
  readonly plan: PlanSettings;
  readonly maxPosts: number;
  /** 0: no limit. */
  readonly maxAgeHours: number;
  readonly approval: ApprovalInput;
  readonly altText: AltTextRule;
  /** The release of the posts; null without one. */
  readonly release: ReleaseRequest | null;
  readonly github: GitHubSettings;
  /** Where posts and uploads are remembered; null in `mode: simulate`, and in `plan` without access to GitHub. */
  readonly branch: BranchSettings | null;
  readonly connect: ConnectSettings;
  readonly publish: PublishSettings;
}

interface ReadResult {
  /** Invalid values are replaced by fallbacks, which serve only to find further errors. */
  readonly inputs: PostInputs;
  /** In the order of post/action.yml. */
  readonly errors: readonly InputError[];
}

/** Reads the inputs of the step from `env`. It first masks the secrets and removes them from `env`. */
export function readPostInputs(env: Env, mask: (secret: string) => void): ReadResult {
  const secrets = takeSecrets((name) => takeSecret(env, name, mask));
  const githubToken = takeSecret(env, 'github-token', mask);
  const reader = new InputReader(env, POST_INPUTS);
  const givenMode = reader.read<Mode | null>('mode', oneOf(MODES, MODES_HELP), null);
  const mode = givenMode ?? 'publish';
  // An invalid mode must not also demand a token.
  if (givenMode === 'publish') for (const check of secretChecks(secrets)) reader.check(check);
  const plan = readUploadSettings(reader);
  const warnDays = reader.read('token-warn-days', integerBetween(0, 365), 0);
  const github = readGitHub(reader, { env, token: githubToken, mode: givenMode ?? 'plan' });
  const release = readReleaseRequest(reader, env);
  const inputs: PostInputs = {
    mode,
    source: readPostSource(reader, { env, owner: plan.owner, hasRelease: release !== null }),
    workspace: env.GITHUB_WORKSPACE ?? '',
    plan,
    maxPosts: reader.read('max-posts', integerBetween(1, MOST_POSTS), 1),
    maxAgeHours: reader.read('max-age-hours', integerBetween(0, MAX_HOURS), 0),
    approval: readApproval(reader, env),
    altText: reader.read('alt-text', oneOf(ALT_TEXT_RULES), 'warn'),
    release,
    github,
    branch: readMemoryBranch(reader, env, { mode, access: github.access }),
    connect: {
      ...readConnectSettings(reader, { api: plan.api, mode }),
      ...tokenSettings(secrets, { ...plan, mode, warnDays, mask }),
    },
    publish: {
      concurrency: reader.read('concurrency', integerBetween(1, 64), 1),
      waitMs: plan.waitMs,
      readsArtifacts: false,
    },
  };
  reader.read('summary', parseBoolean, true);
  maskProxies([inputs.connect.proxy, github.access?.proxy ?? 'direct'], mask);
  return { inputs, errors: reader.errors };
}

/** Ten years. */
const MAX_HOURS = 87_600;

function readUploadSettings(reader: InputReader): PlanSettings {
  return {
    api: 'media',
    ...reader.read('owner', parseAuthor, { owner: '', ownerKind: 'person' }),
    recipe: 'auto',
    imageUpload: 'synchronous',
    multipartThresholdBytes: 200_000_000,
    waitMs: reader.read('wait-minutes', integerBetween(1, 1440), 1) * 60_000,
    readsArtifacts: false,
  };
}

/** `mode: publish` needs GitHub for any posts, because nothing is published without a memory. */
function readGitHub(
  reader: InputReader,
  { env, token, mode }: { readonly env: Env; readonly token: string; readonly mode: Mode },
): GitHubSettings {
  const own = mode === 'publish' ? reader : new InputReader(env, POST_INPUTS);
  const access = readAccessFor('manifest-branch', own, { env, token });
  const [error] = mode === 'publish' ? [] : own.errors;
  return error === undefined ? { access, error: null } : { access: null, error };
}

function readMemoryBranch(
  reader: InputReader,
  { GITHUB_WORKSPACE: workspace = '' }: Env,
  { mode, access }: { readonly mode: Mode; readonly access: GitHubAccess | null },
): BranchSettings | null {
  const branch = reader.read('manifest-branch', parseBranch, '');
  const onBranch = reader.read('manifest', parseBranchPath, '');
  if (mode === 'simulate' || access === null) return null;
  const workspacePath = toPosixPath(path.resolve(workspace, onBranch));
  return { ...access, branch, path: onBranch, workspacePath };
}

function readApproval(reader: InputReader, env: Env): ApprovalInput {
  const kind = reader.read('approval', oneOf(APPROVALS), 'none');
  const environment = rawInput(env, 'environment');
  reader.check(() => {
    if (kind === 'environment' && environment === '') {
      const reason = 'is empty, but `approval: environment` needs the name of the environment';
      throw new InputError('INPUT_MISSING', 'environment', reason);
    }
    if (kind !== 'environment' && environment !== '') {
      const reason = `is set, but \`approval\` is \`${kind}\`; set \`approval: environment\``;
      throw new InputError('INPUT_INVALID', 'environment', reason);
    }
  });
  return kind === 'environment' ? { kind, environment } : { kind };
}
