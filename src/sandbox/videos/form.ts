// A strict parser for `multipart/form-data` (RFC 7578). It does not check which fields are present.

import { htmlError } from '../restli/error-responses.ts';
import { parseMultipart, type Section } from '../restli/multipart.ts';

export interface FormPart {
  readonly name: string;
  /** Null for a field that is not a file. */
  readonly filename: string | null;
  readonly content: Buffer;
}

const DISPOSITION = /^content-disposition: form-data; name="([^"]+)"(?:; filename="([^"]*)")?$/i;

/** @throws ErrorResponse when the body is not a complete form of this type */
export function parseForm(body: Buffer, contentType: string): FormPart[] {
  const sections = parseMultipart(body, contentType);
  if (typeof sections === 'string') throw htmlError(400, sections);
  return sections.map(parsePart);
}

function parsePart({ headers, content }: Section): FormPart {
  const [, name, filename = null] =
    headers.map((line) => DISPOSITION.exec(line)).find((found) => found !== null) ?? [];
  if (name === undefined) throw htmlError(400, 'A field of the form has no name');
  return { name, filename, content };
}
