// A form as `multipart/form-data` (RFC 7578), as strictly as it can be read. Knows no field.

import { type Section, sectionsOf } from './multipart.ts';
import { page } from './refusal.ts';

export interface FormPart {
  readonly name: string;
  /** Null for a field that is no file. */
  readonly filename: string | null;
  readonly content: Buffer;
}

const DISPOSITION = /^content-disposition: form-data; name="([^"]+)"(?:; filename="([^"]*)")?$/i;

/** @throws Refusal when the body is not such a form, whole */
export function formPartsOf(body: Buffer, contentType: string): FormPart[] {
  const sections = sectionsOf(body, contentType);
  if (typeof sections === 'string') throw page(400, sections);
  return sections.map(partOf);
}

function partOf({ headers, content }: Section): FormPart {
  const [, name, filename = null] =
    headers.map((line) => DISPOSITION.exec(line)).find((found) => found !== null) ?? [];
  if (name === undefined) throw page(400, 'A field of the form has no name');
  return { name, filename, content };
}
