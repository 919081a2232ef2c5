// The inputs of the post action: names, defaults and values. Rules about inputs that belong together are in
// read-post-inputs.ts, so that the upload action, which knows these names, needs no parser of posts.

import { DATED_VERSION, NEWEST_KNOWN_VERSION } from '../linkedin/apis.ts';
import { EXAMPLE_ZONE, isTimeZone, suggestZone } from '../post/file/time-zone.ts';
import { MOST_POSTS } from '../post/plan.ts';
import * as z from '../schema.ts';
import {
  attempts,
  author,
  branch,
  branchPath,
  lines,
  MANIFEST_ON_BRANCH,
  mustBe,
  oneOf,
  parsed,
  runnerVariables,
  secret,
  shared,
  text,
  tokenInputs,
  wholeNumber,
} from './input-types.ts';
import type { Values } from './parse-inputs.ts';

/** Ten years. */
const MAX_HOURS = 87_600;

/** Null if the input is empty. */
const timezone = parsed((name, reject): string | null => {
  if (isTimeZone(name)) return name;
  const example = suggestZone(name) ?? EXAMPLE_ZONE;
  return reject(mustBe(`the IANA name of a time zone, such as ${example}`, name));
})
  .nullable()
  .prefault(null);

/** The inputs of post/action.yml with their defaults, in its order. */
export const postInputs = z.object({
  'access-token': secret,
  owner: author,
  posts: text,
  text,
  'text-file': text,
  media: lines.transform((all) => all.filter((line) => !line.startsWith('#'))),
  alt: lines,
  link: text,
  title: text,
  comment: text,
  visibility: text,
  id: text,
  mode: shared.mode,
  'max-posts': wholeNumber(1, MOST_POSTS).prefault('1'),
  timezone,
  'max-age-hours': wholeNumber(0, MAX_HOURS).prefault('48'),
  approval: oneOf(['none', 'review', 'environment']).prefault('none'),
  environment: text,
  'alt-text': oneOf(
    ['error', 'warn', 'off'],
    'error, warn, off (the text itself is the input `alt`)',
  ).prefault('warn'),
  resend: attempts.prefault('0'),
  manifest: branchPath.prefault(MANIFEST_ON_BRANCH),
  'manifest-branch': branch.prefault('linkedin-media'),
  'linkedin-version': parsed((version, reject) =>
    DATED_VERSION.test(version)
      ? version
      : reject(mustBe(`YYYYMM, such as ${NEWEST_KNOWN_VERSION}`, version)),
  ).prefault(NEWEST_KNOWN_VERSION),
  'api-url': shared['api-url'],
  concurrency: shared.concurrency,
  'wait-minutes': wholeNumber(1, 1440).prefault('30'),
  summary: shared.summary,
  'release-tag': text,
  ...tokenInputs,
  env: runnerVariables,
});

export type PostValues = Values<typeof postInputs>;

/** Inputs of both actions: how LinkedIn and GitHub are reached, and where runs are remembered. */
export type AccessValues = Pick<
  PostValues,
  | 'mode'
  | 'owner'
  | 'accessToken'
  | 'apiUrl'
  | 'clientId'
  | 'clientSecret'
  | 'refreshToken'
  | 'tokenWarnDays'
  | 'githubToken'
  | 'manifest'
  | 'manifestBranch'
  | 'env'
>;
