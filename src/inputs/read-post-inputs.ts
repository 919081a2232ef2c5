// Reads the inputs of the post action, with the rules of its posts: patterns of post files, or the inputs of one post without a file.
// The modules take the values of zod, and what several inputs mean together.

import { InputError } from '../errors/action-error.ts';
import type { GitHubAccess } from '../github/github-client.ts';
import type { ReleaseRequest } from '../github/release.ts';
import { RELEASE_ADVICE, RELEASE_LINE, readNamePatterns } from '../media/find/assets.ts';
import { type InlineContent, parseInlinePost, RELEASE_NOTES } from '../post/file/parse-post.ts';
import { PLACEHOLDER_RELEASE } from '../post/file/text-rules.ts';
import {
  type CheckInputs,
  findGitHubErrors,
  findLinkedInErrors,
  type RunInputs,
  reachGitHub,
  releaseOf,
  toRunInputs,
} from './access.ts';
import {
  errorsOf,
  findPatternErrors,
  invalid,
  missing,
  parseInputs,
  type Rule,
} from './parse-inputs.ts';
import { type PostValues, postInputs } from './post-schema.ts';
import { uploadInputs } from './upload-schema.ts';

/** How the media of posts are uploaded. */
const MEDIA_UPLOADS = {
  api: 'media',
  recipe: 'auto',
  imageUpload: 'synchronous',
  multipartThresholdBytes: 200_000_000,
  readsArtifacts: false,
} as const;

export interface PostInputs
  extends Omit<PostValues, keyof RunInputs>,
    RunInputs,
    Readonly<typeof MEDIA_UPLOADS> {
  /** The release of the posts; null without one. */
  readonly release: ReleaseRequest | null;
  /** How to reach GitHub; null if that is impossible. */
  readonly github: GitHubAccess | null;
  /** Why it is impossible. It is reported when GitHub is needed: only `mode: publish` always needs it. */
  readonly githubError: InputError | null;
}

const RULES: readonly Rule<PostValues>[] = [
  findLinkedInErrors,
  // Any text is valid, so all of these are given.
  (given) =>
    given.mode === 'check'
      ? []
      : findContentErrors({ ...(given as PostValues), resend: given.resend ?? 0 }),
  findEnvironmentErrors,
  findRefErrors,
  // Nothing is published without a memory on a branch.
  (given) => (given.mode === 'publish' ? findGitHubErrors(given, 'manifest-branch') : []),
];

function* findEnvironmentErrors({ approval, environment = '' }: Partial<PostValues>) {
  if (approval === 'environment' && environment === '')
    yield missing(
      'environment',
      'is empty, but `approval: environment` needs the name of the environment',
    );
  if (approval !== undefined && approval !== 'environment' && environment !== '')
    yield invalid(
      'environment',
      `is set, but \`approval\` is \`${approval}\`; set \`approval: environment\``,
    );
}

/** The ref of a pull request, or of a merge queue, which tests pull requests before it merges them. */
const UNMERGED_REF = /^refs\/(?:pull|heads\/gh-readonly-queue)\//;

/** A pull request that is not merged may still change, or be closed. */
function* findRefErrors({ mode, env = {} }: Partial<PostValues>) {
  const { GITHUB_REF: ref = '' } = env;
  if (mode !== 'publish' || !UNMERGED_REF.test(ref)) return;
  const problem = `is publish, but this run is for ${ref}, which is not merged`;
  yield invalid('mode', `${problem}; use \`mode: plan\` for pull requests and merge queues`);
}

/**
 * Reads the inputs of the step from `env`. It first masks the secrets and removes them from `env`.
 * @throws InputError with all errors
 */
export function readPostInputs(
  env: NodeJS.ProcessEnv,
  mask: (secret: string) => void,
): PostInputs | CheckInputs {
  const values = parseInputs(postInputs, {
    env,
    mask,
    rules: RULES,
    other: { names: Object.keys(uploadInputs.shape), folder: '' },
  });
  const given = toRunInputs({ ...values, ...MEDIA_UPLOADS }, 'post', mask);
  if (given.mode === 'check') return given;
  const { github, githubError } = reachGitHub(values, mask);
  return {
    ...given,
    github,
    githubError,
    release: releaseOf(values.releaseTag, env),
    // A plan may be made without access to GitHub.
    branch: github && given.branch,
  };
}

/** The inputs of a post without a file. A post file has keys of the same names instead, except `text-file`. */
const CONTENT = [
  'text',
  'text-file',
  'media',
  'alt',
  'link',
  'title',
  'comment',
  'visibility',
  'id',
  'resend',
] as const;

/** The inputs that accept any text, and what the rules about them need to know. */
export interface ContentInputs extends InlineContent {
  readonly posts: string;
  readonly releaseTag: string;
  readonly owner?: string | null;
  readonly env: NodeJS.ProcessEnv;
}

export function* findContentErrors(given: ContentInputs) {
  const { posts, env } = given;
  if (posts === '') {
    yield* findMediaErrors(given);
    yield* findTextErrors(given);
    yield* findPostErrors(given);
    return;
  }
  yield* findPatternErrors('posts', posts, env);
  // A post file has keys for these.
  for (const name of CONTENT) {
    const isText = name === 'text' || name === 'text-file';
    const where = isText
      ? 'the text is in each post file'
      : `each post file has its own \`${name}\``;
    const value = name === 'text-file' ? given.textFile : given[name];
    const isGiven = [value].flat().some(Boolean);
    if (isGiven) yield invalid(name, `cannot be combined with \`posts\`; remove it: ${where}`);
  }
}

function* findMediaErrors({ media, alt, env }: ContentInputs) {
  for (const line of media) {
    const [, exclude = '', pattern] = RELEASE_LINE.exec(line) ?? [];
    if (pattern === undefined) yield* findPatternErrors('media', line, env);
    else yield* errorsOf(() => readNamePatterns(exclude + pattern, 'media'));
  }
  if (media.length > 0 && media.every((line) => line.startsWith('!')))
    yield invalid('media', 'has no pattern that includes files; write one without a `!` before it');
  if (media.length === 0 && alt.length > 0)
    yield invalid('alt', 'needs `media`, the pictures that it describes');
}

function* findTextErrors({ text, textFile: file, releaseTag: tag, env }: ContentInputs) {
  if (text === '' && file === '')
    yield missing('posts', 'is empty, and so are `text` and `text-file`; set one of them');
  if (text !== '' && file !== '')
    yield invalid('text-file', 'is set, but `text` is set too; keep one of them');
  if (text === RELEASE_NOTES && releaseOf(tag, env) === null)
    yield invalid('text', `is ${RELEASE_NOTES}, but there is no release: ${RELEASE_ADVICE}`);
}

/** The errors that do not depend on a text that is still to be read. */
function findPostErrors(given: ContentInputs): readonly InputError[] {
  const { text, textFile, releaseTag, owner, env } = given;
  if (text === '' && textFile === '') return [];
  const isGiven = textFile === '' && text !== RELEASE_NOTES;
  const release = releaseOf(releaseTag, env) && PLACEHOLDER_RELEASE;
  const context = { text: isGiven ? text : 'Text', owner: owner ?? '', timezone: null, release };
  return parseInlinePost(given, context).errors.filter((error) => error instanceof InputError);
}
