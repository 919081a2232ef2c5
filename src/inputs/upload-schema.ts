// The inputs of the upload action: names, defaults, values, and rules about inputs that belong together.

import { API_NAMES, DATED_VERSION, NEWEST_KNOWN_VERSION, parseRecipe } from '../linkedin/apis.ts';
import { readNamePatterns } from '../media/find/assets.ts';
import { MAX_SHARDS, parseShard } from '../media/find/shards.ts';
import { toPosixPath } from '../media/find/workspace.ts';
import * as z from '../schema.ts';
import { findGitHubErrors, findLinkedInErrors, tagOf } from './access.ts';
import {
  branch,
  branchPath,
  MANIFEST_ON_BRANCH,
  mustBe,
  oneOf,
  owner,
  parsed,
  runnerVariables,
  secret,
  shared,
  text,
  tokenInputs,
  trueOrFalse,
  wholeNumber,
} from './input-types.ts';
import {
  errorsOf,
  findPatternErrors,
  invalid,
  missing,
  type Rule,
  type Values,
} from './parse-inputs.ts';

const IF_NO_FILES = ['error', 'warn', 'ignore'] as const;
const FAIL_ON = ['any', 'all', 'never'] as const;

export type IfNoFilesFound = (typeof IF_NO_FILES)[number];
export type FailOn = (typeof FAIL_ON)[number];

const MAX_FILES = 100_000;

const SHARD = `i/n with i from 1 to n and n at most ${MAX_SHARDS}, such as 2/5 for the second of five shards`;

/** The inputs of action.yml with their defaults, in its order. */
export const uploadInputs = z.object({
  'access-token': secret,
  owner,
  files: text,
  // The Media APIs ignore the recipe, so it may have any form there.
  recipe: parsed((recipe) =>
    recipe === 'auto' ? recipe : (parseRecipe(recipe) ?? { shortName: recipe, urn: recipe }),
  ).prefault('auto'),
  api: oneOf(API_NAMES, 'assets, media (the Images, Videos and Documents APIs)').prefault('assets'),
  'image-upload': oneOf(['synchronous', 'asynchronous']).prefault('synchronous'),
  mode: shared.mode,
  'linkedin-version': text.prefault(NEWEST_KNOWN_VERSION),
  'api-url': shared['api-url'],
  'if-no-files-found': oneOf(IF_NO_FILES).prefault('error'),
  'fail-on': oneOf(FAIL_ON).prefault('any'),
  concurrency: shared.concurrency,
  'multipart-threshold-mb': wholeNumber(1, 200).prefault('200'),
  'wait-minutes': wholeNumber(0, 1440).prefault('30'),
  'max-files': wholeNumber(1, MAX_FILES).prefault('100'),
  'follow-symlinks': trueOrFalse.prefault('false'),
  'include-hidden-files': trueOrFalse.prefault('false'),
  sidecars: trueOrFalse.prefault('false'),
  'media-artifacts': trueOrFalse.prefault('false'),
  manifest: text,
  'manifest-branch': branch.prefault(''),
  'max-calls': parsed((calls, reject) =>
    /^0*[1-9]\d{0,14}$/.test(calls)
      ? Number(calls)
      : reject(mustBe('a whole number of at least 1', calls)),
  )
    .nullable()
    .prefault(null),
  shard: parsed((shard, reject) => parseShard(shard) ?? reject(mustBe(SHARD, shard)))
    .nullable()
    .prefault(null),
  summary: shared.summary,
  'release-tag': text,
  'release-assets': text,
  ...tokenInputs,
  env: runnerVariables,
});

export type UploadValues = Values<typeof uploadInputs>;
type Given = Partial<UploadValues>;

export const uploadRules: readonly Rule<UploadValues>[] = [
  findLinkedInErrors,
  findApiErrors,
  findManifestErrors,
  findFilesErrors,
];

/** Only the Assets API has recipes and unversioned paths, and it has no sidecars. The Media APIs ignore any recipe. */
function* findApiErrors({ api, recipe = 'auto', sidecars, linkedinVersion: version = '' }: Given) {
  const isMedia = api === 'media';
  if (!isMedia && recipe !== 'auto' && parseRecipe(recipe.urn) === null) {
    const expected = '`auto`, urn:li:digitalmediaRecipe:…, or a short name such as feedshare-image';
    yield invalid('recipe', mustBe(expected, recipe.shortName));
  }
  const isValid = DATED_VERSION.test(version) || (version === 'v2' && !isMedia);
  if (!isValid) {
    const expected = `YYYYMM, such as ${NEWEST_KNOWN_VERSION}, ${isMedia ? 'with `api: media`' : 'or v2'}`;
    yield invalid('linkedin-version', mustBe(expected, version));
  }
  if (sidecars && api === 'assets')
    yield invalid(
      'sidecars',
      'needs `api: media`: the Assets API accepts neither captions nor thumbnails',
    );
}

/** With a branch, `manifest` is a path on it, not in the workspace. */
function* findManifestErrors(given: Given) {
  const { mode, manifest = '', manifestBranch: onBranch, maxCalls = null } = given;
  if (onBranch === '') {
    if (toPosixPath(manifest).endsWith('/'))
      yield invalid(
        'manifest',
        `is ${manifest}, which is a folder; add a file name, such as ${MANIFEST_ON_BRANCH}`,
      );
    if (maxCalls !== null)
      yield invalid(
        'max-calls',
        'needs `manifest-branch`, where the API calls of all runs are counted',
      );
  } else if (onBranch !== undefined) {
    const { error } = branchPath.safeParse(manifest || MANIFEST_ON_BRANCH);
    if (error) yield invalid('manifest', error.issues[0]?.message ?? '');
    // A check warns and goes on.
    if (mode !== 'simulate' && mode !== 'check') yield* findGitHubErrors(given, 'manifest-branch');
  }
}

/** The files of the workspace, and the assets of a release. */
function* findFilesErrors(given: Given) {
  if (given.mode === 'check') return;
  const { files = '', releaseAssets: assets = '', releaseTag: tag = '', env = {} } = given;
  if (files === '' && assets === '')
    yield missing(
      'files',
      'is empty, and `release-assets` is empty too; set one of them (in YAML, put a value that starts with `!` in quotes, or on its own line below `files: |`)',
    );
  yield* findPatternErrors('files', files, env);
  if (assets !== '') {
    yield* errorsOf(() => tagOf(tag, env));
    for (const line of assets.split(/[\r\n]+/))
      yield* errorsOf(() => readNamePatterns(line, 'release-assets'));
    yield* findGitHubErrors(given, 'release-assets');
  } else if (tag !== '')
    yield invalid(
      'release-tag',
      'is set, but `release-assets` is empty; set it to the assets to publish, such as *.mp4',
    );
}
