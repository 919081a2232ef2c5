// The names, defaults and fixed values of the inputs of the post action. Data only: other modules parse and use them.

import { INPUTS } from './definitions.ts';

/** All inputs and defaults of post/action.yml (a test compares them). An empty input means its default. */
export const POST_INPUTS = {
  'access-token': INPUTS['access-token'],
  owner: INPUTS.owner,
  posts: '',
  text: '',
  'text-file': '',
  media: '',
  link: '',
  title: '',
  comment: '',
  visibility: '',
  id: '',
  mode: INPUTS.mode,
  'max-posts': '1',
  'max-age-hours': '48',
  approval: 'none',
  environment: '',
  'alt-text': 'warn',
  resend: '0',
  manifest: 'linkedin.json',
  'manifest-branch': 'linkedin-media',
  'linkedin-version': INPUTS['linkedin-version'],
  'api-url': INPUTS['api-url'],
  concurrency: INPUTS.concurrency,
  'wait-minutes': INPUTS['wait-minutes'],
  summary: INPUTS.summary,
  'release-tag': INPUTS['release-tag'],
  'github-token': INPUTS['github-token'],
  'client-id': INPUTS['client-id'],
  'client-secret': INPUTS['client-secret'],
  'refresh-token': INPUTS['refresh-token'],
  'token-warn-days': INPUTS['token-warn-days'],
} as const satisfies Record<string, string>;

export type PostInputName = keyof typeof POST_INPUTS;

/** The inputs of a post without a file. A post file has keys of the same names instead, except `text-file`. */
export const CONTENT_INPUTS = [
  'text',
  'text-file',
  'media',
  'link',
  'title',
  'comment',
  'visibility',
  'id',
  'resend',
] as const satisfies readonly PostInputName[];

export const APPROVALS = ['none', 'review', 'environment'] as const;
export const ALT_TEXT_RULES = ['error', 'warn', 'off'] as const;
/** The value of `text` that takes the text from the release. */
export const RELEASE_NOTES = 'release-notes';
