// The keys of a post and their rules, for values that YAML has already parsed. The one source of the parser and of
// post/post.schema.json. Pure: independent of lines and files.

import type { ErrorCode } from '../../errors/error-codes.ts';
import { formatNumber, pluralize, visibleForm } from '../../format.ts';
import { AUTHOR, expectedOwner, POST_URN } from '../../linkedin/urn.ts';
import { explainMistake } from '../../media/find/pattern-mistakes.ts';
import { ALT_TEXT_MAX } from '../../media/limits.ts';
import * as z from '../../schema.ts';
import { similarName } from '../../similar-name.ts';
import { INSTANT_PATTERN, parseInstant } from './instant.ts';
import type { KeyPath, PostIssue, PostNote } from './post-issue.ts';

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/post-api-schema (read 2026-11-26)
const MAX_LINK_TITLE_CHARS = 400;
const MAX_DESCRIPTION_CHARS = 4086;
/** LinkedIn gives no number. Other tools use this one. */
const MAX_COMMENT_CHARS = 1250;
/** The length of the longest path, because the path is the default. */
const MAX_ID_CHARS = 4096;
export const MAX_IMAGES = 20;

function mustBe(what: string, missing = 'is missing') {
  return {
    error: ({ input }: { readonly input?: unknown }) => {
      if (input === undefined) return missing;
      return input === null ? 'is empty: give it a value, or remove the key' : `must be ${what}`;
    },
  };
}

const EMPTY = 'is empty: give it a value, or remove the key';

function text(maxChars?: number, missing?: string) {
  const schema = z.string(mustBe('text (put a number, a date or `true` in quotes)', missing));
  const filled = schema
    .trim()
    .min(1, { error: EMPTY, abort: true })
    .refine((value) => visibleForm(value) !== '', { error: EMPTY, abort: true });
  if (maxChars === undefined) return filled;
  // LinkedIn counts UTF-16 units, as `length` does. zod and JSON Schema count code points.
  return filled
    .refine(({ length }) => length <= maxChars, `is longer than ${formatNumber(maxChars)} characters`)
    .meta({ maxLength: maxChars });
}

/** A text of a certain form. `expected` completes the sentence "must be …", also about a value that YAML takes for a number. */
function textLike(form: RegExp, expected: (text: string) => string) {
  const { error } = mustBe('');
  const explain = ({ input }: { readonly input?: unknown }) => {
    const written = String(input ?? '').trim();
    return written === '' ? error({ input: null }) : `is ${written}, but must be ${expected(written)}`;
  };
  return z.string({ error: explain }).trim().regex(form, { error: explain, abort: true });
}

/** With the day and the time that the author wrote, as far as they can be read. */
function expectedInstant(text: string): string {
  const [, day, time = '09:00:00'] = /^(\d{4}-\d\d-\d\d)(?:[T ]+(\d\d:\d\d(?::\d\d)?))?/i.exec(text) ?? [];
  const example = day === undefined ? '2026-12-03T09:00:00+01:00' : `${day}T${time}+01:00`;
  return `a date, \`T\`, a time and the offset of your time zone from UTC, such as ${example}`;
}

function expectedPostUrn(text: string): string {
  const [urn] = /urn:li:(?:share|ugcPost|activity):\d+/.exec(text) ?? [];
  if (urn !== undefined) return `the URN alone: ${urn}`;
  return 'urn:li:share:…, urn:li:ugcPost:… or urn:li:activity:… with a number, as in the address of the post';
}

function isWorkspacePath(path: string): boolean {
  return (
    !path.startsWith('release:') &&
    !/^[/~]|^[a-z]:[\\/]|^[a-z]+:\/\//i.test(path) &&
    !path.split('/').includes('..')
  );
}

/** `release:PATTERN` has a pattern for names of assets. */
function isMediaPath(path: string): boolean {
  if (path.startsWith('release:')) return /^release:[^/]+$/.test(path);
  // Only the input `media` has `!` lines: here, the assets of such a line would be in the post.
  return !/^!\s*release:/.test(path) && isWorkspacePath(path);
}

function isWebAddress(address: string): boolean {
  const url = URL.parse(address);
  return /^https?:\/\/[^\s]+$/i.test(address) && url !== null && url.username === '' && url.password === '';
}

/** The error of a path that its author meant relative to the post file, to the repository, or to one machine. */
function pathError(expected: string) {
  return {
    error: ({ input }: { readonly input?: unknown }) => {
      const mistake = explainMistake(String(input));
      return mistake === null ? `must be ${expected}` : `cannot be used: ${mistake}`;
    },
  };
}

const mediaPath = text()
  .refine(
    isMediaPath,
    pathError('a path inside the workspace, or `release:` and a pattern for names of assets'),
  )
  .describe('Path relative to the workspace, or release:PATTERN for assets of the release.');

const media = z
  .array(
    z.union(
      [
        mediaPath,
        z.strictObject(
          {
            file: mediaPath,
            alt: text(ALT_TEXT_MAX)
              .describe('Alternative text of an image. Defaults to the content of NAME.alt.txt next to it.')
              .exactOptional(),
          },
          mustBe('a path or `{ file, alt }`'),
        ),
      ],
      mustBe('a path or `{ file, alt }`'),
    ),
    mustBe('a list, with a path or `{ file, alt }` in each line that starts with `-`'),
  )
  .max(MAX_IMAGES, `has more than ${MAX_IMAGES} entries, and a post has at most ${MAX_IMAGES} images`)
  .describe('Files in display order: nothing, 1 image, 2 to 20 images, 1 video, or 1 document.');

const MISSING_CARD_TITLE = 'is missing, but a link card needs a title: LinkedIn does not fetch the page';

const link = z
  .strictObject(
    {
      url: text().refine(isWebAddress, 'must be an address that starts with https:// or http://'),
      title: text(MAX_LINK_TITLE_CHARS, MISSING_CARD_TITLE).describe(
        'Title of the card. LinkedIn does not fetch the page.',
      ),
      description: text(MAX_DESCRIPTION_CHARS).exactOptional(),
      image: text()
        .refine(isWorkspacePath, pathError('the path of an image inside the workspace'))
        .describe('Path of an image, relative to the workspace.')
        .exactOptional(),
    },
    mustBe(
      'the keys `url`, `title` and, if wanted, `description` and `image`, in lines below `link:` that begin with two blanks, such as `  url: https://…`',
    ),
  )
  .describe('A link card instead of media.');

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/poll-post-api (read 2026-12-01)
const MAX_QUESTION_CHARS = 140;
const MAX_OPTION_CHARS = 30;

const OPTION_COUNT = {
  error: ({ input }: { readonly input?: unknown }) => {
    const count = Array.isArray(input) ? input.length : 0;
    return `has ${pluralize(count, 'option')}, but a poll has 2 to 4, each in a line that starts with \`-\``;
  },
};

const poll = z
  .strictObject(
    {
      question: text(MAX_QUESTION_CHARS),
      options: z
        .array(
          text(MAX_OPTION_CHARS),
          mustBe('a list of 2 to 4 options, each in a line that starts with `-`'),
        )
        .min(2, OPTION_COUNT)
        .max(4, OPTION_COUNT)
        .superRefine((options, { addIssue }) => {
          const seen = options.map(visibleForm);
          const repeated = seen.findIndex((option, index) => seen.indexOf(option) < index);
          const message = 'repeats an option before it: write another one';
          if (repeated >= 0) addIssue({ code: 'custom', path: [repeated], message });
        }),
      days: z
        .literal([1, 3, 7, 14], mustBe('1, 3, 7 or 14, the days that the poll is open'))
        .describe('How many days the poll is open.')
        .default(3),
    },
    mustBe(
      'the keys `question`, `options` and, if wanted, `days`, in lines below `poll:` that begin with two blanks, such as `  question: …`',
    ),
  )
  .describe('A poll instead of media and link.');

const RESEND = '`true`, `false` or the number of further attempts, such as 1';

export const frontMatterSchema = z
  .strictObject(
    {
      media: media.exactOptional(),
      title: text().describe('Title of the video or document. Required for a document.').exactOptional(),
      link: link.exactOptional(),
      poll: poll.exactOptional(),
      owner: textLike(AUTHOR, (owner) => expectedOwner(owner, true))
        .describe('Author of the post and owner of its media. Defaults to the input `owner`.')
        .exactOptional(),
      visibility: z
        .enum(['public', 'connections', 'logged-in'], mustBe('`public`, `connections` or `logged-in`'))
        .describe('Who sees the post. `connections` is for persons only.')
        .default('public'),
      at: textLike(new RegExp(INSTANT_PATTERN), expectedInstant)
        .refine((at) => parseInstant(at) !== null, 'must be a date and a time that exist')
        .describe('Do not post earlier: ISO 8601 with an offset, such as 2026-12-03T09:00:00+01:00.')
        .exactOptional(),
      comment: text(MAX_COMMENT_CHARS).describe('First comment, plain text.').exactOptional(),
      draft: z.boolean(mustBe('`true` or `false`')).describe('`true`: validate, do not post.').default(false),
      id: text(MAX_ID_CHARS)
        .describe("Name under which the post is remembered. Defaults to the file's path.")
        .exactOptional(),
      revision: z
        .int(mustBe('a whole number, such as 1'))
        .min(0, 'must be a whole number, such as 1')
        .describe('A greater number than before replaces the text on LinkedIn: 1 for the first edit, then 2.')
        .default(0),
      urn: textLike(POST_URN, expectedPostUrn)
        .describe('The post was published by hand: remember this URN, send nothing.')
        .exactOptional(),
      resend: z
        .union([z.boolean(), z.int().min(0, `must be ${RESEND}`)], mustBe(RESEND))
        .describe('How many further attempts are allowed after attempts that ended unknown. true = 1.')
        .default(0),
    },
    mustBe('keys and values, with a blank after each `:`'),
  )
  .describe('Front matter of a post for LinkedIn.');

export type FrontMatter = Readonly<z.infer<typeof frontMatterSchema>>;

export type FrontMatterResult =
  | { readonly data: FrontMatter; readonly issues: readonly [] }
  | { readonly data: null; readonly issues: readonly PostIssue[] };

/** Validates a map of keys. Issues are in the order of the schema. */
export function parseFrontMatter(value: unknown): FrontMatterResult {
  const { data, error } = frontMatterSchema.safeParse(value, { reportInput: true });
  if (data !== undefined) return { data, issues: [] };
  const issues = error.issues.flatMap((issue) => toIssues(issue, []));
  // A key that is missing because it is misspelt is said once.
  const meant = new Set(issues.map(({ meantPath }) => meantPath?.join()));
  return { data: null, issues: issues.filter(({ path }) => !meant.has(path.join())) };
}

function toIssues(issue: z.core.$ZodIssue, above: KeyPath): PostIssue[] {
  const path = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path));
  // Only one branch of a union takes values of this type. Its issues are those of the value.
  const branches = issue.code === 'invalid_union' ? issue.errors : [];
  const branch = branches.find(
    ([inner]) => inner !== undefined && (inner.code !== 'invalid_type' || inner.path.length > 0),
  );
  if (branch !== undefined) return branch.flatMap((inner) => toIssues(inner, path));
  return [{ code: codeOf(path), path, problem: issue.message, isMediaShape: isMediaShape(issue, path) }];
}

/** Names that authors use for the key `file`. */
const FILE_NAMES = /^(?:filename|path|src|source|url|image|img|picture|photo|video|document)$/i;

/** An empty value has an error of its own. */
function isMediaShape({ code, input }: z.core.$ZodIssue, [key, , last]: KeyPath): boolean {
  if (key !== 'media' || input === null) return false;
  // Zod counts the characters of a path as entries.
  if (code === 'too_big') return typeof input === 'string' && last === undefined;
  if (code === 'invalid_union') return typeof input === 'object';
  return code === 'invalid_type' && last !== 'alt';
}

function unknownKey(key: string, path: KeyPath): PostIssue {
  const known = KNOWN_KEYS[String(path[0] ?? '')] ?? [];
  const isOfPost = path.length === 0;
  const whole = isOfPost ? 'a post' : nameOf(path);
  const isFile = path[0] === 'media' && FILE_NAMES.test(key);
  const similar = isFile ? 'file' : similarName(key, known);
  const all = `all keys are ${known.map((one) => `\`${one}\``).join(', ')}`;
  const nearest = similar === null ? all : `did you mean \`${similar}\`?`;
  const advice = (isOfPost && BLOG_WORDS.get(key.toLowerCase().replaceAll(/[-_]/g, ''))) || nearest;
  const problem = `\`${key}\` is not a key of ${whole}; ${advice}`;
  const isMediaShape = isOfPost && (key.toLowerCase().startsWith('alt') || isMediaWord(key));
  const meantPath = similar === null ? undefined : [...path, similar];
  return { code: 'POST_KEY', path: [...path, key], problem, isSentence: true, isMediaShape, meantPath };
}

/** Whether authors use this key of blogs for `media`. */
export function isMediaWord(key: string): boolean {
  return /^(?:images?|pictures?|photos?|videos?)$/i.test(key);
}

const WRITE_AT = 'write `at`, such as `at: 2026-12-03T09:00:00+01:00`';
const WRITE_BELOW = 'write the text below the second `---`';
const WRITE_TAGS = 'write each tag as `#tag` in the text';
const WRITE_OWNER = 'write `owner`, such as `owner: urn:li:organization:123`';

/** What to write instead of the keys of blogs, in lower case and without hyphens and underscores. */
const BLOG_WORDS: ReadonlyMap<string, string> = new Map([
  ['date', WRITE_AT],
  ['time', WRITE_AT],
  ['schedule', WRITE_AT],
  ['publishat', WRITE_AT],
  ['tags', WRITE_TAGS],
  ['hashtags', WRITE_TAGS],
  ['published', 'write `draft: true` in a post that must not go out yet'],
  ['text', WRITE_BELOW],
  ['body', WRITE_BELOW],
  ['description', WRITE_BELOW],
  ['author', WRITE_OWNER],
  ['page', WRITE_OWNER],
  ['url', 'write `link`, with `url` and `title` in lines below it that begin with two blanks'],
]);

/** The keys that are known, by the key above them; '' for the keys of the post itself. */
const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(frontMatterSchema.shape),
  media: ['file', 'alt'],
  link: Object.keys(link.shape),
  poll: Object.keys(poll.shape),
};

/** The sentence about a value or the text, without its full stop. */
export function formatNote({ path, offset, problem, isSentence = false }: PostNote): string {
  if (isSentence) return problem;
  return `${offset === undefined ? nameOf(path) : 'the text'} ${problem}`;
}

/** `at`, `link.title`, ``entry 2 of `media` ``, ``\`alt\` of entry 2 of `media` ``. */
function nameOf(path: KeyPath): string {
  const [first, index, last] = path;
  if (first === undefined) return 'the front matter';
  if (first === 'poll' && typeof last === 'number') return `option ${last + 1} of \`poll\``;
  if (typeof index !== 'number') return `\`${path.join('.')}\``;
  const entry = `entry ${index + 1} of \`${first}\``;
  return last === undefined ? entry : `\`${last}\` of ${entry}`;
}

export function codeOf([key]: KeyPath): ErrorCode {
  return key === 'media' ? 'POST_MEDIA' : 'POST_KEY';
}
