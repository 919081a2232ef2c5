// Uploads to issued upload URLs, captions as forms among them: the answer of each kind of URL, and one invalid request per rule.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  BEARER,
  CAPTIONS,
  type Caller,
  COMPLETE,
  captionsForm,
  completion,
  DAY_MS,
  expectHtmlError,
  FILE,
  type Fields,
  IMAGE_HEADERS,
  initialize,
  initializeVideo,
  inOne,
  inParts,
  METADATA,
  PART_HEADERS,
  putParts,
  receiptsOf,
  register,
  type Sent,
  sendCaptions,
  setUp,
  THUMBNAIL_HEADERS,
  uploadVideo,
} from './caller.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');
const FORM = { 'content-type': 'multipart/form-data; boundary=x' };
async function* stream(): AsyncGenerator<Uint8Array> {
  yield FILE;
}

interface Kind {
  readonly issue: (caller: Caller) => Promise<string>;
  readonly headers: Sent['headers'];
  readonly body: Uint8Array;
  readonly status: number;
  readonly etag: RegExp | null;
}

const image = { headers: IMAGE_HEADERS, body: PNG, status: 201, etag: null };
const part = { headers: PART_HEADERS, body: FILE, status: 200, etag: /^"[0-9a-f]{32}"$/ };
const KINDS = {
  image: { ...image, issue: async (caller) => (await initialize(caller, 'image')).path },
  'image of the Assets API': {
    ...image,
    issue: async (caller) => (await register(caller)).path,
    headers: { ...IMAGE_HEADERS, 'media-type-family': 'STILLIMAGE' },
  },
  document: {
    ...image,
    issue: async (caller) => (await initialize(caller, 'document')).path,
    headers: { authorization: IMAGE_HEADERS.authorization },
  },
  'part of a video': {
    ...part,
    issue: async (caller) =>
      (await initializeVideo(caller, { fileSizeBytes: 30 })).parts[0]?.path ?? '',
    etag: /^\/ambry-video\/signedId\/SIMULATED_[0-9a-f]{32}\.bin$/,
  },
  'part of the Assets API': {
    ...part,
    issue: async (caller) => (await register(caller, inParts(30))).parts[0]?.path ?? '',
  },
  'video of the Assets API': {
    ...part,
    issue: async (caller) => (await register(caller, inOne)).path,
    headers: { ...PART_HEADERS, 'media-type-family': 'VIDEO' },
  },
  thumbnail: {
    ...image,
    issue: async (caller) =>
      (await initializeVideo(caller, { uploadThumbnail: true })).thumbnailPath,
    headers: THUMBNAIL_HEADERS,
  },
} satisfies Record<string, Kind>;
type Name = keyof typeof KINDS;

const names = (...given: Name[]) => given;
const ALL = Object.keys(KINDS) as Name[];
const WITH_TOKEN = names('image', 'image of the Assets API', 'document');
const WITHOUT_TOKEN = ALL.filter((name) => !WITH_TOKEN.includes(name));
const IMAGES = names('image', 'image of the Assets API', 'thumbnail');
const PARTS = names('part of a video', 'part of the Assets API');

it.each(ALL)(
  'an upload of %s is answered with an empty body, and with an ETag if it is a part',
  async (name) => {
    const { caller, model } = setUp();
    const { issue, headers, body, status, etag }: Kind = KINDS[name];
    const answer = await caller.put(await issue(caller), headers, body);
    expect(answer).toMatchObject({ status, text: '' });
    if (etag === null) expect(answer.headers).not.toHaveProperty('etag');
    else expect(answer.headers.etag).toMatch(etag);
    const [asset] = model.assets();
    const sha256 = createHash('sha256').update(body).digest('hex');
    expect([asset?.sha256, asset?.thumbnail?.sha256, asset?.partDigests[0]?.sha256]).toContain(
      sha256,
    );
    expect(model.calls()).toEqual({ register: 1, upload: 1, complete: 0, status: 0 });
  },
);

const rows: [string, readonly Name[], number, Partial<Sent>][] = [
  ['no Authorization', WITH_TOKEN, 401, { headers: { authorization: undefined } }],
  ['another token', WITH_TOKEN, 401, { headers: { authorization: 'Bearer stolen' } }],
  ['the right token', WITHOUT_TOKEN, 400, { headers: { authorization: 'Bearer test-token' } }],
  ['POST', ALL, 405, { method: 'POST' }],
  ['an empty body', ALL, 400, { body: '' }],
  ['a chunked body', ALL, 411, { body: stream() }],
  ['a form', ALL, 400, { headers: FORM }],
  ['the type of another image', IMAGES, 400, { headers: { 'content-type': 'image/jpeg' } }],
  [
    'the type of an image',
    WITHOUT_TOKEN.slice(0, 3),
    400,
    { headers: { 'content-type': 'image/png' } },
  ],
  ['no content type', WITHOUT_TOKEN, 400, { headers: { 'content-type': undefined } }],
  [
    'the family of a video',
    ['image of the Assets API', 'thumbnail'],
    400,
    { headers: { 'media-type-family': 'VIDEO' } },
  ],
  [
    'the family of an image',
    ['video of the Assets API'],
    400,
    { headers: { 'media-type-family': 'STILLIMAGE' } },
  ],
  ['no media-type-family', ['thumbnail'], 400, { headers: { 'media-type-family': undefined } }],
  ['a byte too few', PARTS, 400, { body: FILE.subarray(1) }],
  ['more than 10 MB', ['thumbnail'], 413, { body: Buffer.alloc(10_000_001) }],
];
it.each(rows)(
  'an upload with %s is rejected and stores nothing: %j',
  async (_, kinds, status, wrong) => {
    for (const name of kinds) {
      const { caller, model } = setUp();
      const kind: Kind = KINDS[name];
      const right = { method: 'PUT', path: await kind.issue(caller), body: kind.body };
      const headers = { ...kind.headers, ...wrong.headers };
      expectHtmlError(await caller.send({ ...right, ...wrong, headers }), status);
      expect(model.assets()).toMatchObject([
        { sizeBytes: 0, thumbnail: null, status: 'WAITING_UPLOAD' },
      ]);
      expect((await caller.send({ ...right, headers: kind.headers })).status).toBe(kind.status);
    }
  },
);

it.each(ALL)(
  'a URL of %s expires, and a second upload is rejected except of a part',
  async (name) => {
    const { caller, clock } = setUp({ urlLifeMs: DAY_MS });
    const { issue, headers, body, status }: Kind = KINDS[name];
    const [path, late] = [await issue(caller), await issue(caller)];
    clock.ms += DAY_MS - 1;
    expect((await caller.put(path, headers, body)).status).toBe(status);
    const again = await caller.put(path, headers, body);
    if (PARTS.includes(name)) expect(again.status).toBe(status);
    else expectHtmlError(again, 409);
    clock.ms += 1;
    expectHtmlError(await caller.put(late, headers, body), 403);
    expectHtmlError(await caller.put(`${path}x`, headers, body), 404);
  },
);

it('parts, captions and thumbnails are rejected after the upload is complete', async () => {
  const { caller } = setUp();
  const video = await uploadVideo(caller, { uploadCaptions: true, uploadThumbnail: true });
  const head = FILE.subarray(0, 4);
  expectHtmlError(await caller.put(video.parts[0]?.path ?? '', PART_HEADERS, head), 409);
  expectHtmlError(await caller.put(video.thumbnailPath, THUMBNAIL_HEADERS, PNG), 409);
  const form = { method: 'POST', path: video.captionsPath, ...(await captionsForm()) };
  expectHtmlError(await caller.send(form), 409);
  const parts = await register(caller, inParts(10));
  const etags = await putParts(caller, parts, FILE);
  await caller.post(COMPLETE, completion(parts, receiptsOf(etags)));
  expectHtmlError(await caller.put(parts.parts[0]?.path ?? '', PART_HEADERS, head), 409);
});

it('a video above 200 MB in one request, and a used URL, are rejected before a byte of the body is read', async () => {
  const { caller } = setUp();
  let read = false;
  async function* watched(): AsyncGenerator<Uint8Array> {
    read = true;
    yield FILE;
  }
  const large = { ...PART_HEADERS, 'content-length': '200000001' };
  const { path } = await register(caller, inOne);
  expectHtmlError(await caller.put(path, large, watched()), 413);
  await caller.put(path, PART_HEADERS, FILE);
  expectHtmlError(
    await caller.put(path, { ...PART_HEADERS, 'content-length': '10' }, watched()),
    409,
  );
  expect(read).toBe(false);
});

it('the log has the path of a rejected upload without its query, which is a credential', async () => {
  const { caller, model } = setUp();
  const { path } = await register(caller, inOne);
  await caller.put(path, { ...PART_HEADERS, authorization: 'Bearer test-token' }, 'x');
  expect(model.log).toEqual([
    {
      ...{ kind: 'upload', method: 'PUT', path: path.split('?')[0], status: 400 },
      reason: 'This upload URL does not accept an Authorization header',
    },
  ]);
});

const TYPE = 'multipart/form-data';
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

type Field = readonly [headers: string, content: string | Uint8Array];

const DISPOSITION = 'Content-Disposition: form-data;';
const metadata = (fields: Fields = {}): Field => [
  `${DISPOSITION} name="metadata"`,
  JSON.stringify({ ...METADATA, ...fields }),
];
const FILE_HEADERS = `${DISPOSITION} name="file"; filename="clip.srt"\r\nContent-Type: application/octet-captionStream`;
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

async function* captionStream(): AsyncGenerator<Uint8Array> {
  yield form().body;
}
const TOO_LONG = form(metadata(), [FILE_HEADERS, Buffer.alloc(1024 * 1024)]).body;
const typed = (type: string | undefined) => ({ headers: { 'content-type': type } });
const captionRows: [string, number, RegExp, Partial<Sent>][] = [
  ['no Authorization', 401, /token/, { headers: { authorization: undefined } }],
  ['PUT', 405, /POST/, { method: 'PUT' }],
  ['the raw text as body', 400, /Content-Type/, { ...typed('text/plain'), body: CAPTIONS }],
  ['a content type without boundary', 400, /form is invalid/, typed(`${TYPE}; charset=utf-8`)],
  ['another boundary', 400, /form is invalid/, typed(`${TYPE}; boundary=----sandbox-43`)],
  ['an empty body', 400, /empty/, { body: '' }],
  ['a chunked body', 411, /Content-Length/, { body: captionStream() }],
  ['more than a MiB', 413, /at most 1 MiB/, { body: TOO_LONG }],
];
it.each(captionRows)('captions with %s are rejected', (_, status, reason, wrong) =>
  expectRejected(status, wrong, reason),
);

describe('forms', () => {
  const captionRows: [string, RegExp, Field[]][] = [
    ['no metadata', /one field metadata/, [file]],
    ['no file', /one field file/, [metadata()]],
    ['another field', /one field/, [metadata(), file, [`${DISPOSITION} name="language"`, 'en']]],
    [
      'a file without filename',
      /not a file/,
      [metadata(), [`${DISPOSITION} name="file"`, CAPTIONS]],
    ],
    ['an empty file', /empty/, [metadata(), [FILE_HEADERS, '']]],
    ['invalid JSON', /not JSON/, [[metadata()[0], '{"format":'], file]],
    ['captions of another format', /\/metadata\/format\b/, [metadata({ format: 'VTT' }), file]],
    ['an unknown field of the metadata', /\/metadata\/name\b/, [metadata({ name: 'clip' }), file]],
  ];
  it.each(captionRows)('a form with %s is rejected for its fields', (_, reason, fields) =>
    expectRejected(400, { body: form(...fields).body }, reason),
  );

  it('a form is accepted with a boundary in quotes and the file before the metadata', async () => {
    const { caller, path, stored } = await issue();
    const headers = { ...BEARER, 'content-type': `${TYPE}; boundary="----sandbox-42"` };
    const { body } = form(file, metadata());
    expect(await caller.send({ method: 'POST', path, headers, body })).toMatchObject({
      status: 201,
    });
    expect(stored()).toMatchObject({ sha256: digest(CAPTIONS) });
  });
});
