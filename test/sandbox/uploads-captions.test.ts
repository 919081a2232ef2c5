// Captions: the multipart form that carries them, and one wrong form per rule.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  BEARER,
  CAPTIONS,
  expectHtmlError,
  type Fields,
  initializeVideo,
  METADATA,
  type Sent,
  sendCaptions,
  setUp,
} from './caller.ts';

const TYPE = 'multipart/form-data';
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

type Field = readonly [headers: string, content: string | Uint8Array];

const DISPOSITION = 'Content-Disposition: form-data;';
const metadata = (fields: Fields = {}): Field => [
  `${DISPOSITION} name="metadata"`,
  JSON.stringify({ ...METADATA, ...fields }),
];
const FILE_HEADERS = `${DISPOSITION} name="file"; filename="clip.srt"\r\nContent-Type: application/octet-stream`;
const file: Field = [FILE_HEADERS, CAPTIONS];

/** A form as undici writes it: the headers of its request, and its bytes. */
function form(...fields: readonly Field[]) {
  const sections = (fields.length === 0 ? [metadata(), file] : fields).map(([headers, content]) =>
    Buffer.concat([
      Buffer.from(`------sandbox-42\r\n${headers}\r\n\r\n`),
      Buffer.from(content as string),
      Buffer.from('\r\n'),
    ]),
  );
  return {
    headers: { ...BEARER, 'content-type': `${TYPE}; boundary=----sandbox-42` },
    body: Buffer.concat([...sections, Buffer.from('------sandbox-42--\r\n')]),
  };
}

async function issue() {
  const { caller, model } = setUp();
  const { captionsPath: path } = await initializeVideo(caller, { uploadCaptions: true });
  return { caller, model, path, stored: () => model.assets()[0]?.captions };
}

/** A wrong request is rejected for its reason and stores nothing; the address accepts a valid form after it, once. */
async function expectRejected(status: number, wrong: Partial<Sent>, reason: RegExp): Promise<void> {
  const { caller, model, path, stored } = await issue();
  const right = form();
  const headers = { ...right.headers, ...wrong.headers };
  expectHtmlError(await caller.send({ method: 'POST', path, ...right, ...wrong, headers }), status);
  expect(model.log.at(-1)?.reason).toMatch(reason);
  expect(stored()).toBeNull();
  expect(await sendCaptions(caller, path)).toMatchObject({ status: 201, text: '' });
  expect(stored()).toEqual({ sizeBytes: CAPTIONS.length, sha256: digest(CAPTIONS) });
  expectHtmlError(await sendCaptions(caller, path), 409);
}

async function* stream(): AsyncGenerator<Uint8Array> {
  yield form().body;
}
const TOO_LONG = form(metadata(), [FILE_HEADERS, Buffer.alloc(1024 * 1024)]).body;
const typed = (type: string | undefined) => ({ headers: { 'content-type': type } });
const rows: [string, number, RegExp, Partial<Sent>][] = [
  ['no Authorization', 401, /token/, { headers: { authorization: undefined } }],
  ['PUT', 405, /POST/, { method: 'PUT' }],
  ['the raw text as body', 400, /Content-Type/, { ...typed('text/plain'), body: CAPTIONS }],
  ['a content type without boundary', 400, /form is invalid/, typed(`${TYPE}; charset=utf-8`)],
  ['another boundary', 400, /form is invalid/, typed(`${TYPE}; boundary=----sandbox-43`)],
  ['an empty body', 400, /empty/, { body: '' }],
  ['a chunked body', 411, /Content-Length/, { body: stream() }],
  ['more than a MiB', 413, /at most 1 MiB/, { body: TOO_LONG }],
];
it.each(rows)('captions with %s are rejected', (_, status, reason, wrong) =>
  expectRejected(status, wrong, reason),
);

describe('forms', () => {
  const rows: [string, RegExp, Field[]][] = [
    ['no metadata', /one field metadata/, [file]],
    ['no file', /one field file/, [metadata()]],
    ['another field', /one field/, [metadata(), file, [`${DISPOSITION} name="language"`, 'en']]],
    ['a file without filename', /not a file/, [metadata(), [`${DISPOSITION} name="file"`, CAPTIONS]]],
    ['an empty file', /empty/, [metadata(), [FILE_HEADERS, '']]],
    ['invalid JSON', /not JSON/, [[metadata()[0], '{"format":'], file]],
    ['captions of another format', /\/metadata\/format\b/, [metadata({ format: 'VTT' }), file]],
    ['an unknown field of the metadata', /\/metadata\/name\b/, [metadata({ name: 'clip' }), file]],
  ];
  it.each(rows)('a form with %s is rejected for its fields', (_, reason, fields) =>
    expectRejected(400, { body: form(...fields).body }, reason),
  );

  it('a form is accepted with a boundary in quotes and the file before the metadata', async () => {
    const { caller, path, stored } = await issue();
    const headers = { ...BEARER, 'content-type': `${TYPE}; boundary="----sandbox-42"` };
    const { body } = form(file, metadata());
    expect(await caller.send({ method: 'POST', path, headers, body })).toMatchObject({ status: 201 });
    expect(stored()).toMatchObject({ sha256: digest(CAPTIONS) });
  });
});
