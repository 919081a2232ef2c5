// Validates the content of a post: one image, video or document, several images, an article, a poll, or nothing. Returns the
// media that it refers to, without a check that they exist.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/post-api-schema (read 2026-11-26)

import {
  codedError,
  ErrorResponse,
  inputError,
  invalidField,
  missingField,
  schemaErrors,
  textTooLong,
  unpermittedField,
} from '../restli/error-responses.ts';
import { fieldsOf, flagOf, listOf, textOf } from '../restli/fields.ts';
import type { UrnType } from '../restli/query.ts';

export interface Media {
  readonly urn: string;
  readonly type: UrnType;
}

const MAX_ALT_TEXT = 4086;
const MAX_TITLE = 400;
const MAX_DESCRIPTION = 4086;
const MIN_IMAGES = 2;
const MAX_IMAGES = 20;
const MIN_OPTIONS = 2;
const MAX_OPTIONS = 4;
const MAX_QUESTION = 140;
const MAX_OPTION = 30;
const DURATIONS = ['ONE_DAY', 'THREE_DAYS', 'SEVEN_DAYS', 'FOURTEEN_DAYS'];

const KINDS: Readonly<Record<string, (value: unknown, path: string) => Media[]>> = {
  media: (value, path) => [oneMedia(value, path, ['altText', 'title'])],
  multiImage: imagesIn,
  article: thumbnailIn,
  poll: (value, path) => {
    checkPoll(value, path);
    return [];
  },
};
/** LinkedIn knows these kinds, but they are for advertisers only or not implemented in the sandbox. */
const UNSUPPORTED_KINDS = ['carousel', 'celebration', 'event', 'reference'];

/** `content` may be absent but not null: LinkedIn rejects null as a field that is not permitted. */
export function mediaIn(content: unknown): Media[] {
  if (content === undefined) return [];
  const path = '/content';
  if (content === null) throw unpermittedField(path);
  const kinds = Object.keys(KINDS);
  const fields = fieldsOf(content, path, { required: [], optional: [...kinds, ...UNSUPPORTED_KINDS] });
  const [kind = '', another] = Object.keys(fields);
  if (UNSUPPORTED_KINDS.includes(kind)) throw unpermittedField(`${path}/${kind}`);
  const read = KINDS[kind];
  if (read === undefined || another !== undefined) throw invalidField(path);
  return read(fields[kind], `${path}/${kind}`);
}

function imagesIn(value: unknown, path: string): Media[] {
  const list = `${path}/images`;
  const images = listOf(fieldsOf(value, path, { required: ['images'] }).images, list);
  if (images.length < MIN_IMAGES || images.length > MAX_IMAGES) throw invalidField(list);
  return images.map((image, index) => {
    const one = oneMedia(image, `${list}/${index}`, ['altText']);
    if (one.type !== 'image') throw invalidField(`${list}/${index}/id`);
    return one;
  });
}

function oneMedia(value: unknown, path: string, optional: readonly string[]): Media {
  const { id, altText, title } = fieldsOf(value, path, { required: ['id'], optional });
  if (altText !== undefined) shortText(altText, `${path}/altText`, MAX_ALT_TEXT);
  if (title !== undefined) textOf(title, `${path}/title`);
  const media = mediaOf(id, `${path}/id`);
  // Observed: a document without a title is rejected, which the page does not say.
  if (media.type === 'document' && (title === undefined || title === '')) throw missingField(`${path}/title`);
  return media;
}

function mediaOf(value: unknown, path: string): Media {
  const urn = textOf(value, path);
  const [, type] = /^urn:li:(image|video|document):/.exec(urn) ?? [];
  if (type !== 'image' && type !== 'video' && type !== 'document')
    throw codedError(400, 'INVALID_URN_TYPE', `${path} is not an image, a video or a document`);
  return { urn, type };
}

/** LinkedIn fetches nothing from the source URL. It shows the title, description and thumbnail of the request. */
function thumbnailIn(value: unknown, path: string): Media[] {
  const optional = ['title', 'description', 'thumbnail'];
  const { source, title, description, thumbnail } = fieldsOf(value, path, { required: ['source'], optional });
  // This response was recorded in 2025.
  if (title === undefined)
    throw schemaErrors([[`${path}/title`, 'field is required but not found and has no default value']]);
  shortText(title, `${path}/title`, MAX_TITLE);
  if (!/^https?:\/\//.test(textOf(source, `${path}/source`)) || !URL.canParse(String(source)))
    throw inputError('INVALID_VALUE_FOR_FIELD', `${path}/source`, `${path}/source is not a web address`);
  if (description !== undefined && textOf(description, `${path}/description`) !== '')
    shortText(description, `${path}/description`, MAX_DESCRIPTION);
  if (thumbnail === undefined) return [];
  const media = mediaOf(thumbnail, `${path}/thumbnail`);
  if (media.type !== 'image') throw invalidField(`${path}/thumbnail`);
  return [media];
}

function checkPoll(value: unknown, path: string): void {
  const { question, options, settings } = fieldsOf(value, path, {
    required: ['question', 'options', 'settings'],
  });
  shortText(question, `${path}/question`, MAX_QUESTION);
  const texts = listOf(options, `${path}/options`);
  if (texts.length < MIN_OPTIONS || texts.length > MAX_OPTIONS) throw invalidField(`${path}/options`);
  for (const [index, option] of texts.entries()) {
    const at = `${path}/options/${index}`;
    shortText(fieldsOf(option, at, { required: ['text'] }).text, `${at}/text`, MAX_OPTION);
  }
  checkPollSettings(settings, `${path}/settings`);
}

function checkPollSettings(value: unknown, path: string): void {
  const { duration, voteSelectionType, isVoterVisibleToAuthor } = fieldsOf(value, path, {
    required: ['duration'],
    optional: ['voteSelectionType', 'isVoterVisibleToAuthor'],
  });
  enumOf(duration, `${path}/duration`, DURATIONS);
  if (voteSelectionType !== undefined)
    enumOf(voteSelectionType, `${path}/voteSelectionType`, ['SINGLE_VOTE']);
  const visible = `${path}/isVoterVisibleToAuthor`;
  if (isVoterVisibleToAuthor !== undefined && !flagOf(isVoterVisibleToAuthor, visible))
    throw inputError('INVALID_VALUE_FOR_FIELD', visible, `${visible} cannot be false`);
}

export function enumOf(value: unknown, path: string, allowed: readonly string[]): string {
  const found = allowed.find((other) => other === value);
  if (found === undefined)
    throw inputError('INVALID_VALUE_FOR_FIELD', path, `${path} must be one of ${allowed.join(', ')}`);
  return found;
}

/** Text that is not blank and has at most `longest` characters. */
function shortText(value: unknown, path: string, longest: number): string {
  const text = textOf(value, path);
  if (text.trim() === '') throw inputError('INVALID_VALUE_BLANK_FIELD', path, `${path} is blank`);
  if (text.length > longest)
    throw inputError('FIELD_LENGTH_TOO_LONG', path, `${path} is longer than ${longest} characters`);
  return text;
}

// Ad accounts can own media but cannot be authors.
const AUTHOR = /^urn:li:(person:[A-Za-z0-9_-]+|organization:\d+)$/;

export function authorOf(value: unknown, path: string): string {
  const author = textOf(value, path);
  if (!author.startsWith('urn:')) {
    // As recorded in 2023: the message appears twice.
    const error = [path, `Urn doesn't start with 'urn:'. Urn: ${author} at index 0: ${author}`] as const;
    throw schemaErrors([error, error]);
  }
  if (author === 'urn:li:person:') throw forbiddenWithoutMessage();
  if (!AUTHOR.test(author)) throw invalidField(path);
  return author;
}

/** As recorded in 2026 for a person URN without an id. */
function forbiddenWithoutMessage(): ErrorResponse {
  return new ErrorResponse('The author has no id', {
    status: 403,
    headers: { 'content-type': 'application/json', 'x-linkedin-error-response': 'true' },
    body: JSON.stringify({ message: '', status: 403 }),
  });
}

// The Posts page gives no limit. Rejections of 2025 and 2026 give 3,000, and 4,000 for pages in September 2026. Whether escaping
// backslashes count is unknown, so they do not.
const MAX_TEXT_CHARS = 3000;

const ESCAPED = /\\([\\|{}@[\]()<>#*_~])/g;
// Matches up to the first reserved character that is not escaped and not part of a mention or hashtag.
const LITTLE_TEXT =
  /^(?:\\[\\|{}@[\]()<>#*_~]|@\[[^\]]+\]\(urn:li:[^)]+\)|\{hashtag\|\\?#\|[^}]+\}|#(?=[\p{L}\p{N}]|\\_)|[^\\|{}@[\]()<>#*_~])*/u;
const HASHTAG = /(?<![\\|])#((?:[\p{L}\p{N}]|\\_)+)/gu;

/** Returns the text that LinkedIn keeps: it accepts an unescaped reserved character, and truncates the text there. */
export function parseLittleText(
  value: unknown,
  path: string,
  { mayBeBlank }: { mayBeBlank: boolean },
): string {
  const text = textOf(value, path);
  const { length } = text.replace(ESCAPED, '$1');
  if (length > MAX_TEXT_CHARS) throw textTooLong(text, length, MAX_TEXT_CHARS);
  if (!mayBeBlank && text.trim() === '')
    throw inputError('INVALID_VALUE_BLANK_FIELD', path, `${path} is blank`);
  return LITTLE_TEXT.exec(text)?.[0] ?? '';
}

/** The text as a read returns it: hashtags become templates. */
export function toResponseText(text: string): string {
  return text.replace(HASHTAG, String.raw`{hashtag|\#|$1}`);
}
