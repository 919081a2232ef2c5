// The text of a post in LinkedIn's "little text" format: its maximum length, the part that LinkedIn keeps, and its
// form in a response.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format (read 2026-11-25)

import { inputError } from '../restli/error-responses.ts';
import { textOf } from '../restli/fields.ts';

// The Posts page gives no limit. Rejections of 2025 and 2026 give 3,000, and 4,000 for pages in September 2026. They
// have the code FIELD_ARRAY_SIZE_TOO_HIGH; the sandbox uses the code of the page. Whether escaping backslashes count
// is unknown, so they do not.
const MAX_TEXT_CHARS = 3000;

const ESCAPED = /\\([\\|{}@[\]()<>#*_~])/g;
// Matches up to the first reserved character that is not escaped and not part of a mention or hashtag.
const LITTLE_TEXT =
  /^(?:\\[\\|{}@[\]()<>#*_~]|@\[[^\]]+\]\(urn:li:[^)]+\)|\{hashtag\|\\?#\|[^}]+\}|#(?=[\p{L}\p{N}])|[^\\|{}@[\]()<>#*_~])*/u;
const HASHTAG = /(?<![\\|])#((?:[\p{L}\p{N}]|\\_)+)/gu;

/** Returns the text that LinkedIn keeps: it accepts an unescaped reserved character, and truncates the text there. */
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

/** The text as a read returns it: hashtags become templates. */
export function toResponseText(text: string): string {
  return text.replace(HASHTAG, String.raw`{hashtag|\#|$1}`);
}
