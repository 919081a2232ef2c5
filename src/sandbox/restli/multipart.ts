// A strict parser of multipart bodies (RFC 2046) that works on bytes. A lenient parser would hide client errors.
// It does not depend on forms or on query tunnelling.

export interface Section {
  /** One line per header, as sent. */
  readonly headers: readonly string[];
  readonly content: Buffer;
}

const LINE = '\r\n';
// Up to 70 characters, without a space at the end.
const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([A-Za-z0-9'()+_,\-./:=?]{1,70}))\s*$/;

/** The sections between the delimiters, or an error message for an invalid body. */
export function parseMultipart(body: Buffer, contentType: string): Section[] | string {
  const [, quoted, plain] = BOUNDARY.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return 'The Content-Type of a multipart body must have a boundary';
  const raw = split(body, `--${boundary}`);
  if (typeof raw === 'string') return raw;
  const sections: Section[] = [];
  for (const section of raw) {
    const blank = section.indexOf(`${LINE}${LINE}`);
    if (blank === -1) return 'A section has no headers';
    const headers = section.toString('utf8', 0, blank).split(LINE);
    sections.push({ headers, content: section.subarray(blank + 2 * LINE.length) });
  }
  return sections;
}

/** The raw content between the delimiters. Each delimiter starts a line, and the last one closes the body. */
function split(body: Buffer, delimiter: string): Buffer[] | string {
  if (body.toString('latin1', 0, delimiter.length) !== delimiter)
    return 'The body does not begin with its boundary';
  const sections: Buffer[] = [];
  let start = delimiter.length;
  while (body.toString('latin1', start, start + 2) === LINE) {
    const end = body.indexOf(`${LINE}${delimiter}`, start);
    if (end === -1) return 'The body does not end with its boundary';
    sections.push(body.subarray(start + LINE.length, end));
    start = end + LINE.length + delimiter.length;
  }
  const ending = body.toString('latin1', start);
  return ending === '--' || ending === `--${LINE}` ? sections : 'The body does not end with its boundary';
}
