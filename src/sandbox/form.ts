// A form as `multipart/form-data` (RFC 7578, RFC 2046), taken apart over its bytes and as strictly as it can be
// read: what a lenient parser would forgive is a mistake of the client's. Knows no field.

import { page } from './refusal.ts';

export interface FormPart {
  readonly name: string;
  /** Null for a field that is no file. */
  readonly filename: string | null;
  readonly content: Buffer;
}

const LINE = '\r\n';
// Of RFC 2046: up to 70 characters, and no space at the end.
const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([A-Za-z0-9'()+_,\-./:=?]{1,70}))\s*$/;
const DISPOSITION = /^content-disposition: form-data; name="([^"]+)"(?:; filename="([^"]*)")?$/i;

/** @throws Refusal when the body is not such a form, whole */
export function formPartsOf(body: Buffer, contentType: string): FormPart[] {
  const [, quoted, plain] = BOUNDARY.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw page(400, 'The Content-Type of a form needs its boundary');
  return sectionsOf(body, `--${boundary}`).map(partOf);
}

/** What stands between the delimiters, each at the start of a line, the last one closed. */
function sectionsOf(body: Buffer, delimiter: string): Buffer[] {
  if (!body.subarray(0, delimiter.length).equals(Buffer.from(delimiter))) {
    throw page(400, 'The form does not begin with its boundary');
  }
  const sections: Buffer[] = [];
  let start = delimiter.length;
  while (body.toString('latin1', start, start + 2) === LINE) {
    const end = body.indexOf(`${LINE}${delimiter}`, start);
    if (end === -1) throw page(400, 'The form does not end with its boundary');
    sections.push(body.subarray(start + LINE.length, end));
    start = end + LINE.length + delimiter.length;
  }
  const ending = body.toString('latin1', start);
  if (ending !== '--' && ending !== `--${LINE}`) throw page(400, 'The form does not end with its boundary');
  return sections;
}

function partOf(section: Buffer): FormPart {
  const blank = section.indexOf(`${LINE}${LINE}`);
  if (blank === -1) throw page(400, 'A field of the form has no headers');
  const headers = section.toString('utf8', 0, blank).split(LINE);
  const [, name, filename = null] =
    headers.map((line) => DISPOSITION.exec(line)).find((found) => found !== null) ?? [];
  if (name === undefined) throw page(400, 'A field of the form has no name');
  return { name, filename, content: section.subarray(blank + 2 * LINE.length) };
}
