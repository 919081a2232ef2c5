// The text of a post in LinkedIn's "little text": how long it may be, what is kept of it, and how it reads back.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format (read 2026-11-25)

import { inputError } from '../restli/error-responses.ts';
import { textOf } from '../restli/fields.ts';

// The Posts page names no number. Refusals of 2025 and 2026 name 3,000, and 4,000 for pages in September 2026; they also
// carry the code FIELD_ARRAY_SIZE_TOO_HIGH, where the page has the one used here. Whether backslashes count is unknown,
// so they do not.
const MAX_TEXT_CHARS = 3000;

const ESCAPED = /\\([\\|{}@[\]()<>#*_~])/g;
// Everything up to a reserved character that stands for itself.
const LITTLE_TEXT =
  /^(?:\\[\\|{}@[\]()<>#*_~]|@\[[^\]]+\]\(urn:li:[^)]+\)|\{hashtag\|\\?#\|[^}]+\}|#(?=[\p{L}\p{N}])|[^\\|{}@[\]()<>#*_~])*/u;
const HASHTAG = /(?<![\\|])#((?:[\p{L}\p{N}]|\\_)+)/gu;

/** What LinkedIn keeps of `commentary`: it takes a text with a reserved character in it, and cuts it there. */
export function parseLittleText(
  value: unknown,
  path: string,
  { mayBeBlank }: { mayBeBlank: boolean },
): string {
  const text = textOf(value, path);
  const { length } = text.replace(ESCAPED, '$1');
  if (length > MAX_TEXT_CHARS) {
    const message = `ShareCommentary text length (${length} characters) exceeded the maximum allowed (${MAX_TEXT_CHARS} characters)`;
    throw inputError(
      'FIELD_LENGTH_TOO_LONG',
      path,
      `com.linkedin.content.common.exception.BadRequestResponseException: ${message}`,
    );
  }
  if (!mayBeBlank && text.trim() === '')
    throw inputError('INVALID_VALUE_BLANK_FIELD', path, `${path} is blank`);
  return LITTLE_TEXT.exec(text)?.[0] ?? '';
}

/** As a read tells it: a hashtag comes back as a template. */
export function toResponseText(text: string): string {
  return text.replace(HASHTAG, String.raw`{hashtag|\#|$1}`);
}
