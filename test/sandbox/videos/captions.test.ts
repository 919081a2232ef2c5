// Captions: the form that carries them, byte for byte, and every way in which it can be wrong.

import { createHash } from 'node:crypto';
import { Agent, FormData, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { Caller, type Sent } from '../caller.ts';
import { expectHtmlError } from '../expect-errors.ts';
import {
  CAPTIONS,
  FINALIZE,
  type Field,
  fileField,
  finalization,
  form,
  initializeVideo,
  METADATA,
  metadataField,
  putVideo,
  sendCaptions,
} from '../media-caller.ts';

const SHA256 = createHash('sha256').update(CAPTIONS).digest('hex');
const TYPE = 'multipart/form-data';
const FORM_OF_OLD = 'application/x-www-form-urlencoded';
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

const stored = () => sandbox.model.assets().at(-1)?.captions;

/** What is wrong is refused for its reason and stores nothing, and the address takes the right form after it. */
async function expectRefused(status: number, wrong: Partial<Sent>, reason: RegExp): Promise<void> {
  const path = await captionsPath();
  const right = form();
  const headers = { ...right.headers, ...wrong.headers };
  expectHtmlError(await caller.send({ method: 'POST', path, ...right, ...wrong, headers }), status);
  expect(sandbox.model.log.at(-1)?.reason).toMatch(reason);
  expect(stored()).toBeNull();
  expect(await sendCaptions(caller, path)).toMatchObject({ status: 201, text: '' });
  expect(stored()).toEqual({ sizeBytes: CAPTIONS.length, sha256: SHA256, beforeFinalize: true });
}

describe('a request', () => {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield form().body;
  }
  const rows: [string, number, RegExp, Partial<Sent>][] = [
    ['no Authorization', 401, /token/, { headers: { authorization: undefined } }],
    ['another token', 401, /token/, { headers: { authorization: 'Bearer stolen' } }],
    ['PUT', 405, /POST/, { method: 'PUT' }],
    ['no type', 400, /does not fit/, { headers: { 'content-type': undefined } }],
    ['the raw text', 400, /does not fit/, { headers: { 'content-type': 'text/plain' }, body: CAPTIONS }],
    ['a form of another kind', 400, /does not fit/, { headers: { 'content-type': FORM_OF_OLD } }],
    ['a type and nothing else', 400, /does not fit/, { headers: { 'content-type': TYPE } }],
    [
      'a type without boundary',
      400,
      /needs its boundary/,
      { headers: { 'content-type': `${TYPE}; charset=utf-8` } },
    ],
    ['an empty boundary', 400, /needs its boundary/, { headers: { 'content-type': `${TYPE}; boundary=` } }],
    [
      'another boundary',
      400,
      /not begin/,
      { headers: { 'content-type': `${TYPE}; boundary=----sandbox-43` } },
    ],
    ['an empty body', 400, /empty/, { body: '' }],
    ['a chunked body', 411, /Content-Length/, { body: stream() }],
    ['more than a MiB', 413, /shorter/, { body: form([metadataField(), [fileField[0], TOO_LONG]]).body }],
  ];
  test.each(rows)('is refused with %s', (_row, status, reason, wrong) =>
    expectRefused(status, wrong, reason),
  );
});

describe('the bytes of a form', () => {
  const right = form().body.toString('latin1');
  const rows: [string, RegExp, string][] = [
    ['nothing but its end', /one field metadata/, '------sandbox-42--\r\n'],
    ['a line before it', /not begin/, `\r\n${right}`],
    ['words before it', /not begin/, `This is a form.\r\n${right}`],
    ['a boundary at its start that is another', /not begin/, right.replace('sandbox-42', 'sandbox-43')],
    ['no end', /not end/, right.slice(0, -4)],
    ['half an end', /not end/, right.slice(0, -3)],
    ['words behind it', /not end/, `${right}And so on.`],
    ['an end that is cut off', /not end/, right.slice(0, -10)],
    ['lines that end otherwise', /not end/, right.replaceAll('\r\n', '\n')],
    ['a space behind a boundary', /not end/, right.replace('sandbox-42\r\n', 'sandbox-42 \r\n')],
    ['an empty field', /no headers/, `------sandbox-42\r\n\r\n${right}`],
    ['nothing between two boundaries', /no headers/, `------sandbox-42\r\n${right}`],
  ];
  test.each(rows)('are refused with %s', (_row, reason, text) =>
    expectRefused(400, { body: Buffer.from(text, 'latin1') }, reason),
  );

  test.each([
    ['its last line not ended', form().body.subarray(0, -2), form().headers],
    [
      'a boundary in quotes',
      form().body,
      { ...form().headers, 'content-type': `${TYPE}; boundary="----sandbox-42"` },
    ],
    ['the file first', form([fileField, metadataField()]).body, form().headers],
    [
      'its headers in small letters',
      form([
        [`content-disposition: form-data; name="metadata"`, JSON.stringify(METADATA)],
        [
          `content-type: text/plain\r\ncontent-disposition: form-data; name="file"; filename="ä b.srt"`,
          CAPTIONS,
        ],
      ]).body,
      form().headers,
    ],
  ])('are taken with %s', async (_row, body, headers) => {
    const answer = await sendCaptions(caller, await captionsPath(), { headers, body });
    expect(answer).toMatchObject({ status: 201, text: '' });
    expect(stored()).toMatchObject({ sha256: SHA256 });
  });

  test('keep a text that looks like a form', async () => {
    const text = Buffer.from('\r\n--x\r\n\r\n------sandbox-4\r\n\r\n');
    await sendCaptions(caller, await captionsPath(), form([metadataField(), [fileField[0], text]]));
    expect(stored()).toMatchObject({
      sizeBytes: text.length,
      sha256: createHash('sha256').update(text).digest('hex'),
    });
  });

  test('are taken as undici writes them', async () => {
    const path = await captionsPath();
    const body = new FormData();
    body.set('metadata', JSON.stringify(METADATA));
    body.set('file', new File([CAPTIONS], 'a "quoted" clip.srt'));
    const dispatcher = new Agent();
    const answer = await request(sandbox.url + path, {
      method: 'POST',
      headers: { authorization: 'Bearer test-token' },
      body,
      dispatcher,
    });
    expect(answer.statusCode).toBe(201);
    expect(stored()).toMatchObject({ sha256: SHA256 });
    await dispatcher.close();
  });
});

describe('the fields of a form', () => {
  const disposition = (more: string): string => `Content-Disposition: form-data; ${more}`;
  const rows: [string, RegExp, Field[]][] = [
    ['no metadata', /one field metadata/, [fileField]],
    ['no file', /one field file/, [metadataField()]],
    ['metadata twice', /one field metadata/, [metadataField(), metadataField(), fileField]],
    ['a file twice', /one field file/, [metadataField(), fileField, fileField]],
    ['another field', /not known/, [metadataField(), fileField, [disposition('name="language"'), 'en']]],
    ['names in large letters', /not known/, [[disposition('name="Metadata"'), '{}'], fileField]],
    ['a field without name', /no name/, [metadataField(), fileField, [disposition('filename="x"'), 'x']]],
    ['a field with a type alone', /no name/, [metadataField(), fileField, ['Content-Type: text/plain', 'x']]],
    ['a field that is no form data', /no name/, [['Content-Disposition: attachment; name="metadata"', '{}']]],
    ['a file that is only text', /no file/, [metadataField(), [disposition('name="file"'), CAPTIONS]]],
    [
      'metadata that is a file',
      /is a file/,
      [[disposition('name="metadata"; filename="x"'), '{}'], fileField],
    ],
    ['an empty file', /empty/, [metadataField(), [fileField[0], '']]],
  ];
  test.each(rows)('are refused with %s', (_row, reason, fields) =>
    expectRefused(400, { body: form(fields).body }, reason),
  );
});

describe('metadata', () => {
  const { locale } = METADATA;
  const rows: [string, string, Record<string, unknown>][] = [
    ['another field', '/name', { name: 'clip' }],
    ['another format', '/format', { format: 'VTT' }],
    ['no format', '/format', { format: undefined }],
    ['formattedForEasyReader in words', '/formattedForEasyReader', { formattedForEasyReader: 'true' }],
    ['no formattedForEasyReader', '/formattedForEasyReader', { formattedForEasyReader: undefined }],
    ['largeText in words', '/largeText', { largeText: 'false' }],
    ['no largeText', '/largeText', { largeText: undefined }],
    ['another source', '/source', { source: 'AUTO_GENERATED' }],
    ['no source', '/source', { source: undefined }],
    ['another type', '/transcriptType', { transcriptType: 'SUBTITLE' }],
    ['no type', '/transcriptType', { transcriptType: undefined }],
    ['no locale', '/locale', { locale: undefined }],
    ['a locale that is text', '/locale', { locale: 'en_US' }],
    ['a locale without variant', '/locale/variant', { locale: { ...locale, variant: undefined } }],
    ['a variant that is no text', '/locale/variant', { locale: { ...locale, variant: 1 } }],
    ['a locale without country', '/locale/country', { locale: { ...locale, country: undefined } }],
    ['a country in small letters', '/locale/country', { locale: { ...locale, country: 'us' } }],
    ['a locale without language', '/locale/language', { locale: { ...locale, language: undefined } }],
    ['another language', '/locale/language', { locale: { ...locale, language: 'DE' } }],
    ['more in the locale', '/locale/script', { locale: { ...locale, script: 'Latn' } }],
  ];
  test.each(rows)('is refused with %s', (_row, path, fields) =>
    expectRefused(
      400,
      { body: form([metadataField(fields), fileField]).body },
      new RegExp(`/metadata${path}\\b`),
    ),
  );

  test.each([
    ['no JSON', /no JSON/, '{"format":'],
    ['nothing', /no JSON/, ''],
    ['a list', /metadata/, '[]'],
    ['a text', /metadata/, '"SRT"'],
    ['null', /metadata/, 'null'],
  ])('is refused as %s', (_row, reason, text) =>
    expectRefused(400, { body: form([[metadataField()[0], text], fileField]).body }, reason),
  );

  test.each([
    ['both flags off', { formattedForEasyReader: false, largeText: false }],
    ['an empty variant', { locale: { ...locale, variant: '' } }],
    ['the language in small letters', { locale: { ...locale, language: 'en' } }],
  ])('is taken with %s', async (_row, fields) => {
    const sent = form([metadataField(fields), fileField]);
    expect(await sendCaptions(caller, await captionsPath(), sent)).toMatchObject({ status: 201 });
  });
});

describe('after the first', () => {
  test('other captions are refused: a video has one', async () => {
    const path = await captionsPath();
    await sendCaptions(caller, path);
    expectHtmlError(await sendCaptions(caller, path), 409);
  });

  test('finalize, none are taken, nor a thumbnail', async () => {
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

test('none of it is in the log but the reason', async () => {
  const path = await captionsPath();
  await sendCaptions(caller, path, form([metadataField({ format: 'VTT' }), fileField]));
  expect(sandbox.model.log.at(-1)).toEqual({
    kind: 'upload',
    method: 'POST',
    path: path.split('?')[0],
    status: 400,
    reason: expect.stringContaining('/metadata/format'),
  });
});
