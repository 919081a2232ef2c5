// The inputs of the post action: names, defaults, values, and rules about inputs that belong together.

import { isVersion, NEWEST_KNOWN_VERSION } from '../linkedin/versions.ts';
import { MOST_POSTS } from '../post/plan.ts';
import * as z from '../schema.ts';
import { findGitHubErrors } from './github-access.ts';
import {
  attempts,
  author,
  branch,
  branchPath,
  MANIFEST_ON_BRANCH,
  mustBe,
  oneOf,
  parsed,
  text,
  wholeNumber,
} from './input-types.ts';
import { findCredentialErrors, findNetworkErrors } from './linkedin-access.ts';
import { findContentErrors } from './post-content.ts';
import { invalid, missing, withRules } from './rules.ts';
import { credentials, shared } from './shared-inputs.ts';

/** Ten years. */
const MAX_HOURS = 87_600;

/** The inputs of post/action.yml with their defaults, in its order. */
const inputs = z.object({
  'access-token': text,
  owner: author,
  posts: text,
  text,
  'text-file': text,
  media: text,
  link: text,
  title: text,
  comment: text,
  visibility: text,
  id: text,
  mode: shared.mode,
  'max-posts': wholeNumber(1, MOST_POSTS).prefault('1'),
  'max-age-hours': wholeNumber(0, MAX_HOURS).prefault('48'),
  approval: oneOf(['none', 'review', 'environment']).prefault('none'),
  environment: text,
  'alt-text': oneOf(['error', 'warn', 'off']).prefault('warn'),
  resend: attempts.prefault('0'),
  manifest: branchPath.prefault(MANIFEST_ON_BRANCH),
  'manifest-branch': branch.prefault('linkedin-media'),
  'linkedin-version': parsed(
    (version) => (isVersion(version) && version !== 'v2' ? version : null),
    mustBe(`YYYYMM, such as ${NEWEST_KNOWN_VERSION}`),
  ).prefault(NEWEST_KNOWN_VERSION),
  'api-url': shared['api-url'],
  concurrency: shared.concurrency,
  'wait-minutes': wholeNumber(1, 1440).prefault('30'),
  summary: shared.summary,
  'release-tag': text,
  ...credentials,
});

export type PostValues = z.infer<typeof inputs>;
type Given = Partial<PostValues>;

export const postInputs = withRules(inputs, [
  findCredentialErrors,
  findNetworkErrors,
  findContentErrors,
  findEnvironmentErrors,
  // Nothing is published without a memory on a branch.
  (given) => (given.mode === 'publish' ? findGitHubErrors(given, 'manifest-branch') : []),
]);

function* findEnvironmentErrors({ approval, environment = '' }: Given) {
  if (approval === 'environment' && environment === '')
    yield missing('environment', 'is empty, but `approval: environment` needs the name of the environment');
  if (approval !== undefined && approval !== 'environment' && environment !== '')
    yield invalid(
      'environment',
      `is set, but \`approval\` is \`${approval}\`; set \`approval: environment\``,
    );
}
