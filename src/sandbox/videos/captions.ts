// Reads a captions upload: a form with two fields, the metadata and the file. Accepts only the metadata values that
// LinkedIn is known to accept.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)

import { ErrorResponse, htmlError } from '../restli/error-responses.ts';
import { fieldsOf, flagOf, oneOf, textMatching, textOf } from '../restli/fields.ts';
import { type FormPart, parseForm } from './form.ts';

/** @throws ErrorResponse when the form or its metadata is invalid */
export function captionsFromForm(body: Buffer, contentType: string): Buffer {
  const parts = parseForm(body, contentType);
  const stranger = parts.find(({ name }) => name !== 'metadata' && name !== 'file');
  if (stranger !== undefined) throw htmlError(400, 'The form has a field that is not known');
  checkMetadata(only(parts, 'metadata'));
  const file = only(parts, 'file');
  if (file.filename === null) throw htmlError(400, 'The field file is no file');
  if (file.content.length === 0) throw htmlError(400, 'The captions are empty');
  return file.content;
}

function only(parts: readonly FormPart[], name: string): FormPart {
  const [part, another] = parts.filter((other) => other.name === name);
  if (part === undefined || another !== undefined) throw htmlError(400, `The form needs one field ${name}`);
  return part;
}

function checkMetadata({ filename, content }: FormPart): void {
  if (filename !== null) throw htmlError(400, 'The field metadata is a file');
  try {
    checkMetadataFields(JSON.parse(content.toString('utf8')));
  } catch (error) {
    if (error instanceof ErrorResponse) throw htmlError(400, error.message);
    throw htmlError(400, 'The field metadata is no JSON');
  }
}

function checkMetadataFields(value: unknown): void {
  const root = '/metadata';
  const fields = fieldsOf(value, root, {
    required: ['format', 'formattedForEasyReader', 'largeText', 'source', 'locale', 'transcriptType'],
  });
  oneOf(fields.format, `${root}/format`, ['SRT']);
  flagOf(fields.formattedForEasyReader, `${root}/formattedForEasyReader`);
  flagOf(fields.largeText, `${root}/largeText`);
  oneOf(fields.source, `${root}/source`, ['USER_PROVIDED']);
  oneOf(fields.transcriptType, `${root}/transcriptType`, ['CLOSED_CAPTION']);
  const locale = fieldsOf(fields.locale, `${root}/locale`, { required: ['variant', 'country', 'language'] });
  textOf(locale.variant, `${root}/locale/variant`);
  textMatching(locale.country, `${root}/locale/country`, /^[A-Z]{2}$/);
  // LinkedIn accepts only English. The code was seen in upper and in lower case.
  textMatching(locale.language, `${root}/locale/language`, /^en$/i);
}
