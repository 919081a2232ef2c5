// The content of a post: its text, and one image, video or document, several images, an article, a poll, or nothing. Returns the
// media that it refers to, without a check that they exist.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/post-api-schema (read 2026-11-26)

import * as z from '../schema.ts';
import type { MediaKind } from './asset.ts';
import { oneOf, shortText, unpermitted } from './body.ts';
import {
  contentError,
  ErrorResponse,
  inputError,
  invalidField,
  missingField,
  schemaErrors,
} from './errors.ts';

const INVALID = 'INVALID_VALUE_FOR_FIELD';

const altText = shortText(4086).optional();
const image = z.string().regex(/^urn:li:image:/);

/** LinkedIn fetches nothing from the source URL. It shows the title, description and thumbnail of the request. */
const ARTICLE = z.strictObject({
  source: z.url({ protocol: /^https?$/, error: INVALID }),
  title: shortText(400).optional(),
  description: z.string().max(4086, 'FIELD_LENGTH_TOO_LONG').optional(),
  thumbnail: image.optional(),
});

/** https://learn.microsoft.com/linkedin/marketing/community-management/shares/poll-post-api (read 2026-12-01) */
const POLL = z.strictObject({
  question: shortText(140),
  options: z
    .array(z.strictObject({ text: shortText(30) }))
    .min(2, INVALID)
    .max(4, INVALID),
  settings: z.strictObject({
    duration: oneOf('ONE_DAY', 'THREE_DAYS', 'SEVEN_DAYS', 'FOURTEEN_DAYS'),
    voteSelectionType: oneOf('SINGLE_VOTE').optional(),
    isVoterVisibleToAuthor: z.literal(true, INVALID).optional(),
  }),
});

const KINDS = {
  media: z.strictObject({
    id: z.string().regex(/^urn:li:(image|video|document):/, 'INVALID_URN_TYPE'),
    altText,
    title: z.string().optional(),
  }),
  multiImage: z.strictObject({
    images: z
      .array(z.strictObject({ id: image, altText }))
      .min(2)
      .max(20),
  }),
  article: ARTICLE,
  poll: POLL,
  // For advertisers only, or not implemented in the sandbox.
  carousel: unpermitted,
  celebration: unpermitted,
  event: unpermitted,
  reference: unpermitted,
};

export const CONTENT = z
  .strictObject(KINDS)
  .partial()
  .refine((content) => Object.keys(content).length === 1, INVALID);

export interface Media {
  readonly urn: string;
  readonly kind: MediaKind;
}

export function mediaIn({ media, multiImage, article }: z.infer<typeof CONTENT> = {}): Media[] {
  // Observed: a document without a title is rejected, which the page does not say.
  if (media?.id.startsWith('urn:li:document:') && !media.title)
    throw missingField('/content/media/title');
  // This response was recorded in 2025.
  if (article !== undefined && article.title === undefined)
    throw schemaErrors([
      ['/content/article/title', 'field is required but not found and has no default value'],
    ]);
  const urns = [media?.id, ...(multiImage?.images ?? []).map(({ id }) => id), article?.thumbnail];
  return urns.flatMap((urn) =>
    urn === undefined ? [] : { urn, kind: urn.split(':')[2] as MediaKind },
  );
}

// Ad accounts can own media but cannot be authors.
const AUTHOR = /^urn:li:(person:[\w-]+|organization:\d+)$/;

export function authorOf(author: string, path: string): string {
  if (!author.startsWith('urn:')) {
    // As recorded in 2023: the message appears twice.
    const error = [
      path,
      `Urn doesn't start with 'urn:'. Urn: ${author} at index 0: ${author}`,
    ] as const;
    throw schemaErrors([error, error]);
  }
  // As recorded in 2026.
  if (author === 'urn:li:person:')
    throw new ErrorResponse('The author has no id', {
      status: 403,
      headers: { 'content-type': 'application/json', 'x-linkedin-error-response': 'true' },
      body: JSON.stringify({ message: '', status: 403 }),
    });
  if (!AUTHOR.test(author)) throw invalidField(path);
  return author;
}

// An older page of LinkedIn says 3,000; refusals named 3,000 in 2025 and 4,000 for a page in 2026. Whether escaping
// backslashes count is unknown, so they do not.
const MAX_TEXT_CHARS = 3000;

const ESCAPED = /\\([\\|{}@[\]()<>#*_~])/g;
// Matches up to the first reserved character that is not escaped and not part of a mention or hashtag.
const LITTLE_TEXT =
  /^(?:\\[\\|{}@[\]()<>#*_~]|@\[[^\]]+\]\(urn:li:[^)]+\)|\{hashtag\|\\?#\|[^}]+\}|#(?=[\p{L}\p{N}]|\\_)|[^\\|{}@[\]()<>#*_~])*/u;
const HASHTAG = /(?<![\\|])#((?:[\p{L}\p{N}]|\\_)+)/gu;

/** Returns the text that LinkedIn keeps: it accepts an unescaped reserved character, and truncates the text there. */
export function parseLittleText(
  text: string,
  path: string,
  { mayBeBlank }: { mayBeBlank: boolean },
): string {
  const { length } = text.replace(ESCAPED, '$1');
  if (length > MAX_TEXT_CHARS) {
    const message = `ShareCommentary text length (${length} characters) exceeded the maximum allowed (${MAX_TEXT_CHARS} characters)`;
    throw contentError(400, message, {
      description: 'Size of array cannot be higher than the maxLength',
      input: { value: { stringValue: text } },
      code: 'FIELD_ARRAY_SIZE_TOO_HIGH',
      maxLength: MAX_TEXT_CHARS,
    });
  }
  if (!mayBeBlank && text.trim() === '') throw inputError('INVALID_VALUE_BLANK_FIELD', path);
  return LITTLE_TEXT.exec(text)?.[0] ?? '';
}

/** The text as a read returns it: hashtags become templates. */
export function toResponseText(text: string): string {
  return text.replace(HASHTAG, String.raw`{hashtag|\#|$1}`);
}
