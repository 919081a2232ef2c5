// The keys of a post and their rules, for values that YAML has already parsed. The one source of the parser and of
// post/post.schema.json. Pure: independent of lines and files.

import { posix } from 'node:path';
import { formatList, formatNumber, quoted, visibleForm } from '../../format.ts';
import { AUTHOR, expectedOwner, POST_URN } from '../../linkedin/urn.ts';
import { explainMistake, OUTSIDE } from '../../media/find/patterns.ts';
import { ALT_TEXT_MAX } from '../../media/limits.ts';
import { hasPictureName } from '../../media/media-file.ts';
import * as z from '../../schema.ts';
import { similarName } from '../../similar-name.ts';
import { codeOf, type Finding, type KeyPath, nameOf } from './finding.ts';
import { EXAMPLE_TIME, explainForm, TIME_FORM } from './time-form.ts';

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/post-api-schema (read 2026-11-26)
const MAX_LINK_TITLE_CHARS = 400;
const MAX_DESCRIPTION_CHARS = 4086;
/** LinkedIn gives no number. Other tools use this one. */
const MAX_COMMENT_CHARS = 1250;
/** The length of the longest path, because the path is the default. */
const MAX_ID_CHARS = 4096;
export const MAX_IMAGES = 20;

const EMPTY = 'is empty: give it a value, or remove the key';

function mustBe(what: string, missing = 'is missing') {
  return {
    error: ({ input }: { readonly input?: unknown }) => {
      if (input === undefined) return missing;
      return input === null ? EMPTY : `must be ${what}`;
    },
  };
}

function text(maxChars?: number, missing?: string) {
  const schema = z.string(mustBe('text (put a number, a date or `true` in quotes)', missing));
  const filled = schema
    .trim()
    .min(1, { error: EMPTY, abort: true })
    .refine((value) => visibleForm(value) !== '', { error: EMPTY, abort: true });
  if (maxChars === undefined) return filled;
  // LinkedIn counts UTF-16 units, as `length` does. zod and JSON Schema count code points.
  return filled
    .refine(
      ({ length }) => length <= maxChars,
      `is longer than ${formatNumber(maxChars)} characters`,
    )
    .meta({ maxLength: maxChars });
}

/** A text of a certain form. `expected` completes the sentence "must be …", also about a value that YAML takes for a number. */
function textLike(form: RegExp, expected: (text: string) => string) {
  const { error } = mustBe('');
  const explain = ({ input }: { readonly input?: unknown }) => {
    // YAML rounds a number with so many digits.
    const isRounded = typeof input === 'number' && !Number.isSafeInteger(input);
    if (isRounded) return `must be ${expected('')}`;
    const written = String(input ?? '').trim();
    return written === ''
      ? error({ input: null })
      : `is ${quoted(written)}, but must be ${expected(written)}`;
  };
  return z.string({ error: explain }).trim().regex(form, { error: explain, abort: true });
}

/** Its value is read in post-time.ts, because it depends on the input `timezone`. */
const time = z
  .string({
    error: ({ input }) => (input === null ? EMPTY : explainForm(String(input), null)),
  })
  .trim()
  .min(1, EMPTY)
  .meta({ pattern: TIME_FORM.source, examples: [EXAMPLE_TIME, '2026-12-03T09:00:00+01:00'] });

/** `…/posts/acme_launch-activity-7123456789012345678-AbCd`, or a URN with `%3A` in place of its colons. */
const POST_IN_ADDRESS = /[-_:A](share|ugcPost|activity)(?:-|:|%3A)(\d{10,25})(?!\d)/i;

function expectedPostUrn(text: string): string {
  const [urn] = /urn:li:(?:share|ugcPost|activity):\d+/.exec(text) ?? [];
  if (urn !== undefined) return `the URN alone: ${quoted(urn)}`;
  const [, kind = '', number] = POST_IN_ADDRESS.exec(text) ?? [];
  if (number !== undefined) {
    const spelling = kind.toLowerCase() === 'ugcpost' ? 'ugcPost' : kind.toLowerCase();
    return `the URN alone: urn:li:${spelling}:${number}`;
  }
  return 'urn:li:share:…, urn:li:ugcPost:… or urn:li:activity:… with a number, as in the address of the post';
}

function isWebAddress(address: string): boolean {
  const url = URL.parse(address);
  return (
    /^https?:\/\/[^\s]+$/i.test(address) &&
    url !== null &&
    url.username === '' &&
    url.password === ''
  );
}

/** A path of this form that starts at the workspace. `./media//a.png` is `media/a.png`. */
function path(form: RegExp, expected: string) {
  return text()
    .refine((written) => form.test(written) && explainMistake(written, OUTSIDE) === null, {
      error: ({ input }) => {
        const mistake = explainMistake(String(input), OUTSIDE);
        return mistake === null ? `must be ${expected}` : `cannot be used: ${mistake}`;
      },
    })
    .overwrite((written) =>
      written.startsWith('release:') ? written : posix.normalize(written).replace(/\/$/, ''),
    );
}

// Only the input `media` has `!` lines: here, the assets of such a line would be in the post.
const mediaPath = path(
  /^release:[^/]+$|^(?!!?\s*release:)/,
  'a path inside the workspace, or `release:` and a pattern for names of assets',
).describe('Path relative to the workspace, or release:PATTERN for assets of the release.');

const media = z
  .array(
    z.union(
      [
        mediaPath,
        z.strictObject(
          {
            file: mediaPath,
            alt: text(ALT_TEXT_MAX)
              .describe(
                'Alternative text of an image. Defaults to the content of NAME.alt.txt next to it.',
              )
              .exactOptional(),
          },
          mustBe('a path or `{ file, alt }`'),
        ),
      ],
      mustBe('a path or `{ file, alt }`'),
    ),
    {
      error: ({ input }) => {
        if (input === null) return EMPTY;
        if (/^-\S/.test(String(input))) return 'must be a list: write a space after each `-`';
        return expectedMedia(input);
      },
    },
  )
  .refine(
    ({ length }) => length <= MAX_IMAGES,
    `has more than ${MAX_IMAGES} entries, and a post has at most ${MAX_IMAGES} images`,
  )
  .meta({ maxItems: MAX_IMAGES })
  .describe('Files in display order: nothing, 1 image, 2 to 20 images, 1 video, or 1 document.');

/** What `media` must be, whatever its author wrote. */
export function expectedMedia(written: unknown): string {
  return `must be a list, with each \`alt\` below its file: write ${mediaLines(written)}`;
}

/** The lines of files whose paths are written in another way. An empty `alt:` is an error until its author writes one. */
function mediaLines(written: unknown): string {
  const isFile = (path: unknown): path is string =>
    typeof path === 'string' && /^\S+\.\w+$/.test(path) && explainMistake(path) === null;
  const given: readonly string[] = [written].flat().filter(isFile);
  const files = given.length === 0 ? ['media/picture.png'] : given.slice(0, MAX_IMAGES);
  const hasPicture = files.some(hasPictureName);
  const lines = files.flatMap((file) =>
    hasPictureName(file) ? [`  - file: ${quoted(file)}`, '    alt:'] : [`  - ${quoted(file)}`],
  );
  const texts = hasPicture ? ', and what the picture shows after `alt:`, in quotes' : '';
  return `the lines ${formatList(['media:', ...lines].map((line) => `\`${line}\``))}${texts}`;
}

const MISSING_CARD_TITLE =
  'is missing, but a link card needs a title: LinkedIn does not fetch the page';

const link = z
  .strictObject(
    {
      url: text().refine(isWebAddress, 'must be an address that starts with https:// or http://'),
      title: text(MAX_LINK_TITLE_CHARS, MISSING_CARD_TITLE).describe(
        'Title of the card. LinkedIn does not fetch the page.',
      ),
      description: text(MAX_DESCRIPTION_CHARS).exactOptional(),
      image: path(/^(?!release:)/, 'the path of an image inside the workspace')
        .describe('Path of an image, relative to the workspace.')
        .exactOptional(),
    },
    mustBe(
      'the keys `url`, `title` and, if wanted, `description` and `image`, in lines below `link:` that begin with two spaces, such as `  url: https://…`',
    ),
  )
  .describe('A link card instead of media.');

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/poll-post-api (read 2026-12-01)
const MAX_QUESTION_CHARS = 140;
const MAX_OPTION_CHARS = 30;

const OPTIONS = 'a list of 2 to 4 options, each in a line that starts with `-`';

const poll = z
  .strictObject(
    {
      question: text(MAX_QUESTION_CHARS),
      options: z
        .array(text(MAX_OPTION_CHARS), mustBe(OPTIONS))
        .refine(({ length }) => length >= 2 && length <= 4, `must be ${OPTIONS}`)
        .meta({ minItems: 2, maxItems: 4 })
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
      'the keys `question`, `options` and, if wanted, `days`, in lines below `poll:` that begin with two spaces, such as `  question: …`',
    ),
  )
  .describe('A poll instead of media and link.');

const RESEND = '`true`, `false` or the number of further attempts, such as 1';

export const frontMatterSchema = z
  .strictObject(
    {
      media: media.exactOptional(),
      title: text()
        .describe('Title of the video or document. Required for a document.')
        .exactOptional(),
      link: link.exactOptional(),
      poll: poll.exactOptional(),
      owner: textLike(AUTHOR, (owner) => expectedOwner(owner, true))
        .describe('Author of the post and owner of its media. Defaults to the input `owner`.')
        .exactOptional(),
      visibility: z
        .enum(
          ['public', 'connections', 'logged-in'],
          mustBe('`public`, `connections` or `logged-in`'),
        )
        .describe('Who sees the post. `connections` is for persons only.')
        .default('public'),
      at: time
        .describe(
          `Do not post earlier: a date, a time and a time zone or an offset, such as ${EXAMPLE_TIME}.`,
        )
        .exactOptional(),
      comment: text(MAX_COMMENT_CHARS).describe('First comment, plain text.').exactOptional(),
      draft: z
        .boolean(mustBe('`true` or `false`'))
        .describe('`true`: validate, do not post.')
        .default(false),
      id: text(MAX_ID_CHARS)
        .describe("Name under which the post is remembered. Defaults to the file's path.")
        .exactOptional(),
      revision: z
        .int(mustBe('a whole number, such as 1'))
        .min(0, 'must be a whole number, such as 1')
        .describe(
          'A greater number than before replaces the text on LinkedIn: 1 for the first edit, then 2. An error in a file of no published post.',
        )
        .default(0),
      urn: textLike(POST_URN, expectedPostUrn)
        .describe('The post was published by hand: remember this URN, send nothing.')
        .exactOptional(),
      resend: z
        .union([z.boolean(), z.int().min(0, `must be ${RESEND}`)], mustBe(RESEND))
        .describe(
          'How many further attempts are allowed after attempts that ended unknown. true = 1.',
        )
        .default(0),
    },
    mustBe('keys and values, with a space after each `:`'),
  )
  .describe('Front matter of a post for LinkedIn.');

export type FrontMatter = Readonly<z.infer<typeof frontMatterSchema>>;

interface ReadKeys {
  /** With errors, the keys of the post that have none, and the entries of `media` that have none. */
  readonly data: FrontMatter;
  /** The places of the entries of `data.media` in the list of the author. Empty if none is left out. */
  readonly mediaIndexes: readonly number[];
  readonly errors: readonly Finding[];
}

/** Validates a map of keys. Errors are in the order of the schema. */
export function parseFrontMatter(value: unknown): ReadKeys {
  const { data, error } = frontMatterSchema.safeParse(value, { reportInput: true });
  if (data !== undefined) return { data, mediaIndexes: [], errors: [] };
  const issues = error.issues.flatMap(innerIssues);
  const misspelt = issues.flatMap(({ code, path }) =>
    code === 'unrecognized_keys' ? path.join() : [],
  );
  // A key that is missing because it is misspelt is said once.
  const shown = issues.filter(
    ({ code, input, path }) =>
      code !== 'invalid_type' ||
      input !== undefined ||
      !misspelt.includes(path.slice(0, -1).join()),
  );
  const given: Readonly<Record<string, unknown>> = Object(value);
  const errors = shown.flatMap((issue) => loneAltIn(given.media, issue) ?? toFindings(issue));
  const invalid = new Set(errors.map((one) => one.path[0]));
  const keys = invalid.has(undefined) ? [] : Object.entries(given);
  const readable = Object.fromEntries(keys.filter(([key]) => !invalid.has(key)));
  const media = invalid.has('media') && keys.length > 0 ? validEntries(given.media, errors) : [];
  const kept =
    media.length === 0 ? readable : { ...readable, media: media.map(([, entry]) => entry) };
  return {
    data: frontMatterSchema.parse(kept),
    mediaIndexes: media.map(([index]) => index),
    errors,
  };
}

/** The entries of `media` without errors, so that the files of the others are looked for in the same run. */
function validEntries(media: unknown, errors: readonly Finding[]): (readonly [number, unknown])[] {
  const invalid = errors.filter(({ path }) => path[0] === 'media').map(({ path }) => path[1]);
  if (!Array.isArray(media) || invalid.includes(undefined)) return [];
  const valid = [...media.entries()].filter(([index]) => !invalid.includes(index));
  return valid.length > MAX_IMAGES ? [] : valid;
}

/** The finding about an entry of `media` that has only the `alt` of the entry before it; null for another issue. */
function loneAltIn(media: unknown, { path, code, input }: z.core.$ZodIssue): Finding | null {
  const [key, index, missing] = path;
  const isMissing = code === 'invalid_type' && input === undefined && missing === 'file';
  if (key !== 'media' || typeof index !== 'number' || !isMissing || !Array.isArray(media))
    return null;
  const { alt } = Object(media[index]);
  if (typeof alt !== 'string') return null;
  const before: unknown = media[index - 1];
  const file = typeof before === 'string' && hasPictureName(before) ? before : 'media/picture.png';
  // A backtick would end the code of our own text.
  const text = /[`\n]/.test(alt) ? '…' : alt;
  const lines = `\`  - file: ${quoted(file)}\` and \`    alt: ${JSON.stringify(quoted(text))}\``;
  const problem = `\`alt\` stands in an entry of its own; write both in one entry, with the lines ${lines}`;
  return { code: 'POST_MEDIA', path: ['media', index], problem, isSentence: true };
}

/** Only one branch of a union takes values of this type. Its issues are those of the value. */
function innerIssues(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const branch = issue.errors.find(
    ([inner]) => inner !== undefined && (inner.code !== 'invalid_type' || inner.path.length > 0),
  );
  return branch?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

function toFindings(issue: z.core.$ZodIssue): Finding[] {
  const path = issue.path.filter((key) => typeof key !== 'symbol');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      code: 'POST_KEY',
      path: [...path, key],
      isSentence: true,
      problem: `\`${quoted(key)}\` is not a key of ${path.length === 0 ? 'a post' : nameOf(path)}; ${adviceOn(key, path, issue.input)}`,
    }));
  return [{ code: codeOf({ path }), path, problem: issue.message }];
}

/** What to write in place of a key that does not exist. `map` has it. */
function adviceOn(key: string, path: KeyPath, map: unknown): string {
  const [top = ''] = path;
  const [, advice] =
    OTHER_KEYS.find(([pattern]) => pattern.test(`${top}.${key.replaceAll(/[-_]/g, '')}`)) ?? [];
  const given: Readonly<Record<string, unknown>> = Object(map);
  const files = given.media ?? (key.toLowerCase().startsWith('alt') ? null : given[key]);
  if (advice !== undefined) return advice.replace('LINES', () => mediaLines(files));
  const known = KNOWN_KEYS[top] ?? [];
  const similar = similarName(key, known);
  return similar === null
    ? `all keys are ${known.map((one) => `\`${one}\``).join(', ')}`
    : `did you mean \`${similar}\`?`;
}

/** What authors write as keys, from blogs among others, and what they mean. LINES are those of a picture. */
const OTHER_KEYS: readonly (readonly [key: RegExp, advice: string])[] = [
  [/^\.(?:date|time|schedule|publishat)$/i, `write \`at\`, such as \`at: ${EXAMPLE_TIME}\``],
  [/^\.(?:tz|(?:time)?zone)$/i, `write it in \`at\`, such as \`at: ${EXAMPLE_TIME}\``],
  [/^\.(?:image|picture|photo|video)s?$/i, 'write `media`, with LINES'],
  [/^\.alt/i, 'write each `alt` below its file, with LINES'],
  [/^\.(?:hash)?tags$/i, 'write each tag as `#tag` in the text'],
  [/^\.published$/i, 'write `draft: true` in a post that must not go out yet'],
  [/^\.(?:text|body|description)$/i, 'write the text below the second `---`'],
  [/^\.(?:author|page)$/i, 'write `owner`, such as `owner: urn:li:organization:123`'],
  [/^\.url$/i, 'write `link`, with `url` and `title` in lines below it that begin with two spaces'],
  [
    /^media\.(?:filename|path|src|source|url|image|img|picture|photo|video|document)$/i,
    'did you mean `file`?',
  ],
];

/** The keys that are known, by the key above them; '' for the keys of the post itself. */
const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(frontMatterSchema.shape),
  media: ['file', 'alt'],
  link: Object.keys(link.shape),
  poll: Object.keys(poll.shape),
};
