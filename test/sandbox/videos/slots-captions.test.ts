// Captions: the multipart form that carries them, byte for byte, and every way in which it can be wrong.

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { Caller, type Sent } from '../caller.ts';
import { expectHtmlError } from '../expect-errors.ts';
import {
  CAPTIONS,
  FINALIZE,
  finalization,
  initializeVideo,
  METADATA,
  putVideo,
  sendCaptions,
} from '../media-caller.ts';

const SHA256 = createHash('sha256').update(CAPTIONS).digest('hex');
const TYPE = 'multipart/form-data';
const URL_ENCODED = 'application/x-www-form-urlencoded';
const TOO_LONG = Buffer.alloc(1024 * 1024);

let sandbox: Sandbox;
let caller: Caller;

beforeAll(async () => {
  sandbox = await startSandbox({ token: 'test-token' });
  caller = new Caller(sandbox.url);
});

afterAll(() => sandbox.close());

async function captionsPath(): Promise<string> {
  return (await initializeVideo(caller, { uploadCaptions: true })).captionsPath;
}

type Field = readonly [headers: string, content: string | Uint8Array];

const metadataField = (fields: Record<string, unknown> = {}): Field => [
  'Content-Disposition: form-data; name="metadata"',
  JSON.stringify({ ...METADATA, ...fields }),
];
const fileField: Field = [
  'Content-Disposition: form-data; name="file"; filename="clip.srt"\r\nContent-Type: application/octet-stream',
  CAPTIONS,
];

/** A form as undici writes it: the headers of its request, and its bytes. */
function form(fields: readonly Field[] = [metadataField(), fileField]) {
  const sections = fields.map(([headers, content]) =>
    Buffer.concat([
      Buffer.from(`------sandbox-42\r\n${headers}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
  );
  return {
    headers: { authorization: 'Bearer test-token', 'content-type': `${TYPE}; boundary=----sandbox-42` },
    body: Buffer.concat([...sections, Buffer.from('------sandbox-42--\r\n')]),
  };
}

const sendForm = (path: string, sent: ReturnType<typeof form>) =>
  caller.send({ method: 'POST', path, ...sent });

const stored = () => sandbox.model.assets().at(-1)?.captions;

/** A wrong request is rejected for its reason and stores nothing; the address accepts a valid form after it. */
async function expectRejected(status: number, wrong: Partial<Sent>, reason: RegExp): Promise<void> {
  const path = await captionsPath();
  const right = form();
  const headers = { ...right.headers, ...wrong.headers };
  expectHtmlError(await caller.send({ method: 'POST', path, ...right, ...wrong, headers }), status);
  expect(sandbox.model.log.at(-1)?.reason).toMatch(reason);
  expect(stored()).toBeNull();
  expect(await sendCaptions(caller, path)).toMatchObject({ status: 201, text: '' });
  expect(stored()).toEqual({ sizeBytes: CAPTIONS.length, sha256: SHA256, beforeFinalize: true });
}

describe('Caption requests', () => {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield form().body;
  }
  const rows: [string, number, RegExp, Partial<Sent>][] = [
    ['no Authorization', 401, /token/, { headers: { authorization: undefined } }],
    ['another token', 401, /token/, { headers: { authorization: 'Bearer stolen' } }],
    ['PUT', 405, /POST/, { method: 'PUT' }],
    ['no content type', 400, /not accept the Content-Type/, { headers: { 'content-type': undefined } }],
    [
      'the raw text as body',
      400,
      /not accept the Content-Type/,
      { headers: { 'content-type': 'text/plain' }, body: CAPTIONS },
    ],
    ['a URL-encoded form', 400, /not accept the Content-Type/, { headers: { 'content-type': URL_ENCODED } }],
    [
      'a content type without parameters',
      400,
      /not accept the Content-Type/,
      { headers: { 'content-type': TYPE } },
    ],
    [
      'a content type without boundary',
      400,
      /must have a boundary/,
      { headers: { 'content-type': `${TYPE}; charset=utf-8` } },
    ],
    ['an empty boundary', 400, /must have a boundary/, { headers: { 'content-type': `${TYPE}; boundary=` } }],
    [
      'another boundary',
      400,
      /not begin/,
      { headers: { 'content-type': `${TYPE}; boundary=----sandbox-43` } },
    ],
    ['an empty body', 400, /empty/, { body: '' }],
    ['a chunked body', 411, /Content-Length/, { body: stream() }],
    [
      'more than a MiB',
      413,
      /at most 1 MiB/,
      { body: form([metadataField(), [fileField[0], TOO_LONG]]).body },
    ],
  ];
  test.each(rows)('a caption upload with %s is rejected', (_row, status, reason, wrong) =>
    expectRejected(status, wrong, reason),
  );
});

describe('Multipart syntax', () => {
  const right = form().body.toString('latin1');
  const rows: [string, RegExp, string][] = [
    ['only its closing boundary', /one field metadata/, '------sandbox-42--\r\n'],
    ['an empty line before it', /not begin/, `\r\n${right}`],
    ['text before it', /not begin/, `This is a form.\r\n${right}`],
    ['another boundary at its start', /not begin/, right.replace('sandbox-42', 'sandbox-43')],
    ['no closing boundary', /not end/, right.slice(0, -4)],
    ['an incomplete closing boundary', /not end/, right.slice(0, -3)],
    ['text after it', /not end/, `${right}And so on.`],
    ['a closing boundary that is cut off', /not end/, right.slice(0, -10)],
    ['LF line endings', /not end/, right.replaceAll('\r\n', '\n')],
    ['a space after a boundary', /not end/, right.replace('sandbox-42\r\n', 'sandbox-42 \r\n')],
    ['a section without headers', /no headers/, `------sandbox-42\r\n\r\n${right}`],
    ['nothing between two boundaries', /no headers/, `------sandbox-42\r\n${right}`],
  ];
  test.each(rows)('a form with %s is rejected', (_row, reason, text) =>
    expectRejected(400, { body: Buffer.from(text, 'latin1') }, reason),
  );

  test.each([
    ['no line break after its closing boundary', form().body.subarray(0, -2), form().headers],
    [
      'a boundary in quotes',
      form().body,
      { ...form().headers, 'content-type': `${TYPE}; boundary="----sandbox-42"` },
    ],
    ['the file before the metadata', form([fileField, metadataField()]).body, form().headers],
    [
      'header names in lower case',
      form([
        [`content-disposition: form-data; name="metadata"`, JSON.stringify(METADATA)],
        [
          `content-type: text/plain\r\ncontent-disposition: form-data; name="file"; filename="ä b.srt"`,
          CAPTIONS,
        ],
      ]).body,
      form().headers,
    ],
  ])('a form with %s is accepted', async (_row, body, headers) => {
    const answer = await sendForm(await captionsPath(), { headers, body });
    expect(answer).toMatchObject({ status: 201, text: '' });
    expect(stored()).toMatchObject({ sha256: SHA256 });
  });

  test('captions that look like a form are stored unchanged', async () => {
    const text = Buffer.from('\r\n--x\r\n\r\n------sandbox-4\r\n\r\n');
    await sendForm(await captionsPath(), form([metadataField(), [fileField[0], text]]));
    expect(stored()).toMatchObject({
      sizeBytes: text.length,
      sha256: createHash('sha256').update(text).digest('hex'),
    });
  });
});

describe('Form fields', () => {
  const disposition = (more: string): string => `Content-Disposition: form-data; ${more}`;
  const rows: [string, RegExp, Field[]][] = [
    ['no metadata', /one field metadata/, [fileField]],
    ['no file', /one field file/, [metadataField()]],
    ['metadata twice', /one field metadata/, [metadataField(), metadataField(), fileField]],
    ['a file twice', /one field file/, [metadataField(), fileField, fileField]],
    ['another field', /unknown/, [metadataField(), fileField, [disposition('name="language"'), 'en']]],
    ['a capital letter in a field name', /unknown/, [[disposition('name="Metadata"'), '{}'], fileField]],
    ['a field without name', /no name/, [metadataField(), fileField, [disposition('filename="x"'), 'x']]],
    [
      'a field without Content-Disposition',
      /no name/,
      [metadataField(), fileField, ['Content-Type: text/plain', 'x']],
    ],
    [
      'a field that is not form-data',
      /no name/,
      [['Content-Disposition: attachment; name="metadata"', '{}']],
    ],
    ['a file without filename', /not a file/, [metadataField(), [disposition('name="file"'), CAPTIONS]]],
    [
      'metadata that is a file',
      /must not be a file/,
      [[disposition('name="metadata"; filename="x"'), '{}'], fileField],
    ],
    ['an empty file', /empty/, [metadataField(), [fileField[0], '']]],
  ];
  test.each(rows)('a form with %s is rejected for its fields', (_row, reason, fields) =>
    expectRejected(400, { body: form(fields).body }, reason),
  );
});

describe('Caption metadata', () => {
  const { locale } = METADATA;
  const rows: [string, string, Record<string, unknown>][] = [
    ['another field', '/name', { name: 'clip' }],
    ['another format', '/format', { format: 'VTT' }],
    ['no format', '/format', { format: undefined }],
    ['formattedForEasyReader as a string', '/formattedForEasyReader', { formattedForEasyReader: 'true' }],
    ['no formattedForEasyReader', '/formattedForEasyReader', { formattedForEasyReader: undefined }],
    ['largeText as a string', '/largeText', { largeText: 'false' }],
    ['no largeText', '/largeText', { largeText: undefined }],
    ['another source', '/source', { source: 'AUTO_GENERATED' }],
    ['no source', '/source', { source: undefined }],
    ['another type', '/transcriptType', { transcriptType: 'SUBTITLE' }],
    ['no type', '/transcriptType', { transcriptType: undefined }],
    ['no locale', '/locale', { locale: undefined }],
    ['a locale that is a string', '/locale', { locale: 'en_US' }],
    ['a locale without variant', '/locale/variant', { locale: { ...locale, variant: undefined } }],
    ['a variant that is a number', '/locale/variant', { locale: { ...locale, variant: 1 } }],
    ['a locale without country', '/locale/country', { locale: { ...locale, country: undefined } }],
    ['a country in lower case', '/locale/country', { locale: { ...locale, country: 'us' } }],
    ['a locale without language', '/locale/language', { locale: { ...locale, language: undefined } }],
    ['another language', '/locale/language', { locale: { ...locale, language: 'DE' } }],
    ['an extra field in the locale', '/locale/script', { locale: { ...locale, script: 'Latn' } }],
  ];
  test.each(rows)('metadata with %s is rejected', (_row, path, fields) =>
    expectRejected(
      400,
      { body: form([metadataField(fields), fileField]).body },
      new RegExp(`/metadata${path}\\b`),
    ),
  );

  test.each([
    ['invalid JSON', /not JSON/, '{"format":'],
    ['empty', /not JSON/, ''],
    ['a list', /metadata/, '[]'],
    ['a string', /metadata/, '"SRT"'],
    ['null', /metadata/, 'null'],
  ])('metadata that is %s is rejected', (_row, reason, text) =>
    expectRejected(400, { body: form([[metadataField()[0], text], fileField]).body }, reason),
  );

  test.each([
    ['both flags off', { formattedForEasyReader: false, largeText: false }],
    ['an empty variant', { locale: { ...locale, variant: '' } }],
    ['the language in lower case', { locale: { ...locale, language: 'en' } }],
  ])('metadata with %s is accepted', async (_row, fields) => {
    const sent = form([metadataField(fields), fileField]);
    expect(await sendForm(await captionsPath(), sent)).toMatchObject({ status: 201 });
  });
});

describe('Repeated captions', () => {
  test('second captions for a video are rejected', async () => {
    const path = await captionsPath();
    await sendCaptions(caller, path);
    expectHtmlError(await sendCaptions(caller, path), 409);
  });

  test('captions and thumbnails are rejected after finalize', async () => {
    const video = await initializeVideo(caller, { uploadCaptions: true, uploadThumbnail: true });
    const ids = await putVideo(caller, video, Buffer.from('0123456789'));
    const headers = { 'media-type-family': 'STILLIMAGE', 'content-type': 'application/octet-stream' };
    await sendCaptions(caller, video.captionsPath);
    await caller.put(video.thumbnailPath, headers, 'picture');
    expect(await caller.post(FINALIZE, finalization(video, ids))).toMatchObject({ status: 200 });
    expectHtmlError(await sendCaptions(caller, video.captionsPath), 409);
    expectHtmlError(await caller.put(video.thumbnailPath, headers, 'picture'), 409);
  });
});

test('the log of a rejected caption upload holds the reason, and nothing of the form', async () => {
  const path = await captionsPath();
  await sendForm(path, form([metadataField({ format: 'VTT' }), fileField]));
  expect(sandbox.model.log.at(-1)).toEqual({
    kind: 'upload',
    method: 'POST',
    path: path.split('?')[0],
    status: 400,
    reason: expect.stringContaining('/metadata/format'),
  });
});
