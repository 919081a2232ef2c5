// The names, defaults and fixed values of the action's inputs. Data only: other modules parse and use them.

import { NEWEST_KNOWN_VERSION } from '../linkedin/versions.ts';

/** All inputs and defaults of action.yml (a test compares them). An empty input means its default. */
export const INPUTS = {
  'access-token': '',
  owner: '',
  files: '',
  recipe: 'auto',
  api: 'assets',
  'image-upload': 'synchronous',
  mode: 'publish',
  'linkedin-version': NEWEST_KNOWN_VERSION,
  'api-url': 'https://api.linkedin.com',
  'if-no-files-found': 'error',
  'fail-on': 'any',
  concurrency: '8',
  'multipart-threshold-mb': '200',
  'wait-minutes': '30',
  'max-files': '100',
  'follow-symlinks': 'false',
  'include-hidden-files': 'false',
  sidecars: 'false',
  'media-artifacts': 'false',
  manifest: '',
  'manifest-branch': '',
  'max-calls': '',
  shard: '',
  summary: 'true',
  'release-tag': '',
  'release-assets': '',
  'github-token': '',
  'client-id': '',
  'client-secret': '',
  'refresh-token': '',
  'token-warn-days': '10',
} as const satisfies Record<string, string>;

export type InputName = keyof typeof INPUTS;

export const MODES = ['publish', 'plan', 'simulate'] as const;
/** Helps users who write another name, such as `dry-run`. */
export const MODES_HELP = 'publish, plan (which sends nothing), simulate (which sends to a sandbox)';
export const APIS = ['assets', 'media'] as const;
export const APIS_HELP = 'assets, media (the Images, Videos and Documents APIs)';
export const IF_NO_FILES = ['error', 'warn', 'ignore'] as const;
export const FAIL_ON = ['any', 'all', 'never'] as const;
export const IMAGE_UPLOADS = ['synchronous', 'asynchronous'] as const;

export type Mode = (typeof MODES)[number];
export type IfNoFilesFound = (typeof IF_NO_FILES)[number];
export type FailOn = (typeof FAIL_ON)[number];
