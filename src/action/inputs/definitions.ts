// The names, defaults and fixed values of the action's inputs. Data only: other modules parse and use them.

import { NEWEST_KNOWN_VERSION } from '../../linkedin/versions.ts';

/** All inputs and defaults of action.yml (a test compares them). An empty input means its default. */
export const INPUTS = {
  'access-token': { default: '' },
  owner: { default: '' },
  files: { default: '' },
  recipe: { default: 'auto' },
  api: { default: 'assets' },
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
  sidecars: { default: 'false' },
  'media-artifacts': { default: 'false' },
  manifest: { default: '' },
  shard: { default: '' },
  summary: { default: 'true' },
  'release-tag': { default: '' },
  'release-assets': { default: '' },
  'github-token': { default: '' },
  'client-id': { default: '' },
  'client-secret': { default: '' },
  'refresh-token': { default: '' },
  'token-warn-days': { default: '10' },
} as const satisfies Record<string, { default: string }>;

export type InputName = keyof typeof INPUTS;

export const MODES = ['publish', 'plan', 'simulate'] as const;
/** Helps users who write another name, such as `dry-run`. */
export const MODES_HELP = 'publish, plan (which sends nothing), simulate (which sends to a sandbox)';
export const APIS = ['assets', 'media'] as const;
export const IF_NO_FILES = ['error', 'warn', 'ignore'] as const;
export const FAIL_ON = ['any', 'all', 'never'] as const;
export const IMAGE_UPLOADS = ['synchronous', 'asynchronous'] as const;

export type Mode = (typeof MODES)[number];
export type IfNoFilesFound = (typeof IF_NO_FILES)[number];
export type FailOn = (typeof FAIL_ON)[number];
