// Validates values of post fields. Rejections have the codes of the Posts page.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

import { ErrorResponse, inputError, invalidField, schemaErrors } from '../restli/error-responses.ts';
import { textOf } from '../restli/fields.ts';

export function enumOf(value: unknown, path: string, allowed: readonly string[]): string {
  const found = allowed.find((other) => other === value);
  if (found === undefined)
    throw inputError('INVALID_VALUE_FOR_FIELD', path, `${path} is none of ${allowed.join(', ')}`);
  return found;
}

/** Text that is not blank and has at most `longest` characters. */
export function shortText(value: unknown, path: string, longest: number): string {
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
    const mistake = [path, `Urn doesn't start with 'urn:'. Urn: ${author} at index 0: ${author}`] as const;
    throw schemaErrors([mistake, mistake]);
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
