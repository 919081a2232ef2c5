// Captions: the multipart form that carries them, and every way in which it can be wrong.

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

describe('requests', () => {
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
});

describe('forms', () => {
  const right = form().body.toString('latin1');
  const texts: [string, string][] = [
    ['only its closing boundary', '------sandbox-42--\r\n'],
    ['no closing boundary', right.slice(0, -6)],
  ];
  it.each(texts)('a form with %s is rejected', (_, text) =>
    expectRejected(400, { body: Buffer.from(text, 'latin1') }, /form is invalid|one field metadata/),
  );

  const rows: [string, RegExp, Field[]][] = [
    ['no metadata', /one field metadata/, [file]],
    ['no file', /one field file/, [metadata()]],
    ['another field', /one field/, [metadata(), file, [`${DISPOSITION} name="language"`, 'en']]],
    ['a file without filename', /not a file/, [metadata(), [`${DISPOSITION} name="file"`, CAPTIONS]]],
    [
      'metadata that is a file',
      /not be a file/,
      [[`${DISPOSITION} name="metadata"; filename="x"`, '{}'], file],
    ],
    ['an empty file', /empty/, [metadata(), [FILE_HEADERS, '']]],
    ['invalid JSON', /not JSON/, [[metadata()[0], '{"format":'], file]],
  ];
  it.each(rows)('a form with %s is rejected for its fields', (_, reason, fields) =>
    expectRejected(400, { body: form(...fields).body }, reason),
  );

  it.each([
    ['a boundary in quotes', form().body, `${TYPE}; boundary="----sandbox-42"`],
    ['the file before the metadata', form(file, metadata()).body, undefined],
  ])('a form with %s is accepted', async (_, body, type = form().headers['content-type']) => {
    const { caller, path, stored } = await issue();
    const headers = { ...BEARER, 'content-type': type };
    expect(await caller.send({ method: 'POST', path, headers, body })).toMatchObject({ status: 201 });
    expect(stored()).toMatchObject({ sha256: digest(CAPTIONS) });
  });
});

describe('metadata', () => {
  const { locale } = METADATA;
  const rows: [path: string, value: unknown][] = [
    ['/name', 'clip'],
    ['/format', 'VTT'],
    ['/format', undefined],
    ['/formattedForEasyReader', 'true'],
    ['/formattedForEasyReader', undefined],
    ['/largeText', 'false'],
    ['/largeText', undefined],
    ['/source', 'AUTO_GENERATED'],
    ['/source', undefined],
    ['/transcriptType', 'SUBTITLE'],
    ['/transcriptType', undefined],
    ['/locale', undefined],
    ['/locale', 'en_US'],
    ['/locale/variant', undefined],
    ['/locale/variant', 1],
    ['/locale/country', undefined],
    ['/locale/country', 'us'],
    ['/locale/language', undefined],
    ['/locale/language', 'DE'],
    ['/locale/script', 'Latn'],
  ];
  it.each(rows)('metadata whose %s is %j is rejected', (path, value) => {
    const [, name = '', inner] = path.split('/');
    const field = inner === undefined ? value : { ...locale, [inner]: value };
    const { body } = form(metadata({ [name]: field }), file);
    return expectRejected(400, { body }, new RegExp(`/metadata${path}\\b`));
  });

  it.each<[string, Fields]>([
    ['both flags off', { formattedForEasyReader: false, largeText: false }],
    ['an empty variant', { locale: { ...locale, variant: '' } }],
  ])('metadata with %s is accepted', async (_, fields) => {
    const { caller, path } = await issue();
    const sent = form(metadata(fields), file);
    expect(await caller.send({ method: 'POST', path, ...sent })).toMatchObject({ status: 201 });
  });
});
