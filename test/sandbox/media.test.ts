// The Images, Documents and Videos APIs: initialize and finalize, one invalid call per rule, the states of media over time, and
// status reads by URN, one or several at once.

import { describe, expect, it } from 'vitest';
import {
  type Caller,
  DAY_MS,
  expectApiError,
  FILE,
  FINALIZE,
  type Fields,
  finalization,
  IMAGE_HEADERS,
  INIT_DOCUMENT,
  INIT_IMAGE,
  INIT_VIDEO,
  initialization,
  initialize,
  initializeVideo,
  inParts,
  ORIGIN,
  PAGE,
  putParts,
  readOne,
  readSeveral,
  register,
  START_MS,
  sendCaptions,
  setUp,
  THUMBNAIL_HEADERS,
  uploadVideo,
} from './caller.ts';

const video = (fields: Fields = {}) => initialization({ fileSizeBytes: 10, ...fields });

describe('initialize', () => {
  it('initialize answers with exactly the fields of LinkedIn’s pages', async () => {
    const { caller } = setUp();
    const url = (path: string) => expect.stringContaining(`${ORIGIN}/dms-uploads/${path}`);
    expect(await caller.registered(INIT_IMAGE, initialization())).toEqual({
      uploadUrl: url('sp/v2/SIMULATED-C4E10AQ000001/uploaded-image/'),
      uploadUrlExpiresAt: START_MS + DAY_MS,
      image: 'urn:li:image:SIMULATED-C4E10AQ000001',
    });
    expect(await caller.registered(INIT_DOCUMENT, initialization())).toEqual({
      uploadUrl: url('sp/SIMULATED-D5610AQ000002/ads-uploadedDocument/0?'),
      uploadUrlExpiresAt: START_MS + DAY_MS,
      document: 'urn:li:document:SIMULATED-D5610AQ000002',
    });
    const part = (firstByte: number, lastByte: number) => ({
      uploadUrl: url('SIMULATED-C5F10AQ000003/uploadedVideo?'),
      ...{ firstByte, lastByte },
    });
    expect(await caller.registered(INIT_VIDEO, video())).toEqual({
      uploadUrlsExpireAt: START_MS + DAY_MS,
      video: 'urn:li:video:SIMULATED-C5F10AQ000003',
      uploadInstructions: [part(0, 3), part(4, 7), part(8, 9)],
      uploadToken: '',
    });
  });

  const rows: [string, Fields, number, string | undefined][] = [
    ['an unknown field', { altText: 'x' }, 422, undefined],
    ['the size under its older name', { fileSize: 10 }, 422, undefined],
    ['no owner', { owner: undefined }, 400, 'MISSING_FIELD'],
  ];
  it.each(rows)('initialize of each kind rejects %s', async (_, fields, status, code) => {
    const { caller, model } = setUp();
    expectApiError(await caller.post(INIT_IMAGE, initialization(fields)), status, code);
    expectApiError(await caller.post(INIT_DOCUMENT, initialization(fields)), status, code);
    expectApiError(await caller.post(INIT_VIDEO, video(fields)), status, code);
    expect(model.assets()).toEqual([]);
  });
});

describe('finalize', () => {
  const ids = ({ uploadedPartIds }: Fields) => uploadedPartIds as string[];
  const changed = (change: (id: string) => string) => (fields: Fields) => {
    const [first = '', ...others] = ids(fields);
    return { uploadedPartIds: [change(first), ...others] };
  };
  const named = (change: (urn: string) => string) => (fields: Fields) => ({
    video: change(String(fields.video)),
  });
  const SIGNED = /All chunks IDs must be signed/;
  const ORDER = /order/;
  const rows: [string, (fields: Fields) => object, number, string | undefined, RegExp][] = [
    ['an unknown field', () => ({ fileSizeBytes: 10 }), 422, undefined, /fileSizeBytes/],
    ['no video', () => ({ video: undefined }), 400, 'MISSING_FIELD', /video/],
    ['an image', named((urn) => urn.replace('video', 'image')), 400, 'INVALID_URN_TYPE', /type/],
    ['an unknown video', named((urn) => `${urn}0`), 400, 'INVALID_VIDEO_ID', /such/],
    ['another token', () => ({ uploadToken: 'x' }), 400, 'ILLEGAL_ARGUMENT', /uploadToken/],
    ['too few ids', (sent) => ({ uploadedPartIds: ids(sent).slice(1) }), 400, undefined, SIGNED],
    ['an id in quotes', changed((id) => `"${id}"`), 400, undefined, SIGNED],
    [
      'ids out of order',
      (sent) => ({ uploadedPartIds: ids(sent).toReversed() }),
      400,
      undefined,
      ORDER,
    ],
    [
      'an id twice',
      (sent) => ({ uploadedPartIds: [ids(sent)[0], ids(sent)[0], ids(sent)[2]] }),
      ...([400, undefined, ORDER] as const),
    ],
  ];
  it.each(rows)(
    'finalize rejects %s, and accepts a valid call after it',
    async (_, wrong, status, code, message) => {
      const { caller, model } = setUp();
      const made = await initializeVideo(caller);
      const { finalizeUploadRequest: right } = finalization(
        made,
        await putParts(caller, made, FILE),
      );
      const answer = await caller.post(FINALIZE, {
        finalizeUploadRequest: { ...right, ...wrong(right) },
      });
      expectApiError(answer, status, code);
      expect(answer.json.message).toMatch(message);
      expect(model.assets()).toMatchObject([{ status: 'WAITING_UPLOAD' }]);
      expect(await caller.post(FINALIZE, { finalizeUploadRequest: right })).toMatchObject({
        status: 200,
        text: '',
      });
    },
  );

  it('finalize rejects another body, a second call, and media of the other APIs', async () => {
    const { caller } = setUp();
    expectApiError(await caller.post(FINALIZE, {}), 400, 'MISSING_FIELD');
    const made = await initializeVideo(caller);
    const right = finalization(made, await putParts(caller, made, FILE));
    const other = { completeMultipartUploadRequest: right.finalizeUploadRequest };
    expectApiError(await caller.post(FINALIZE, other), 422, undefined);
    await caller.post(FINALIZE, right);
    expectApiError(await caller.post(FINALIZE, right), 400, 'UPDATING_ASSET_FAILED');
    for (const { id } of [await register(caller, inParts(10)), await initialize(caller, 'image')]) {
      const foreign = finalization({ urn: `urn:li:video:${id}`, token: '' }, []);
      expectApiError(await caller.post(FINALIZE, foreign), 400, 'INVALID_VIDEO_ID');
    }
  });

  it('finalize waits for every part, for what the initialize call asked for, and takes no ids of an earlier one', async () => {
    const { caller } = setUp();
    const lost = await initializeVideo(caller);
    const stale = await putParts(caller, lost, FILE);
    const made = await initializeVideo(caller, { uploadCaptions: true, uploadThumbnail: true });
    const finalize = (ids: string[]) => caller.post(FINALIZE, finalization(made, ids));
    const first = await putParts(caller, { parts: made.parts.slice(0, 2) }, FILE);
    expectApiError(await finalize(first), 400, 'MEDIA_ASSET_WAITING_UPLOAD');
    const ids = [...first, ...(await putParts(caller, { parts: made.parts.slice(2) }, FILE))];
    expectApiError(await finalize(ids), 400, 'MEDIA_ASSET_WAITING_UPLOAD');
    await sendCaptions(caller, made.captionsPath);
    expectApiError(await finalize(ids), 400, 'MEDIA_ASSET_WAITING_UPLOAD');
    await caller.put(made.thumbnailPath, THUMBNAIL_HEADERS, 'picture');
    expectApiError(await finalize(stale), 400, undefined);
    expect(await finalize(ids)).toMatchObject({ status: 200 });
  });
});

const base = (urn: string) => ({ id: urn, owner: PAGE });
const download = (kind: string, nowMs: number) => ({
  downloadUrl: expect.stringMatching(
    new RegExp(`^https://media\\.simulated\\.invalid/${kind}/SIMULATED.*\\?e=`),
  ),
  downloadUrlExpiresAt: nowMs + DAY_MS,
});

it.each([
  ['a third of the processing time', null, 1800, [0, 599, 600, 1799, 1800]],
  ['the time that is set', 300, 1700, [0, 299, 300, 1699, 1700]],
])(
  'an image and a document wait for %s after the 201, are processed, then available',
  async (_, lagMs, processingMs, moments) => {
    const { caller, clock } = setUp({ lagMs, processingMs });
    for (const kind of ['image', 'document'] as const) {
      clock.ms += 60_000;
      const { urn, path } = await initialize(caller, kind);
      const { authorization } = IMAGE_HEADERS;
      expect((await caller.put(path, { authorization }, FILE)).status).toBe(201);
      const sentMs = clock.ms;
      const seen = [];
      for (const elapsedMs of moments) {
        clock.ms = sentMs + elapsedMs;
        seen.push((await readOne(caller, `${kind}s`, urn)).json);
      }
      expect(seen.map(({ status }) => status)).toEqual([
        ...['WAITING_UPLOAD', 'WAITING_UPLOAD', 'PROCESSING', 'PROCESSING', 'AVAILABLE'],
      ]);
      expect(seen[3]).toEqual({ ...base(urn), status: 'PROCESSING' });
      const ratio = kind === 'image' ? { aspectRatioWidth: 3, aspectRatioHeight: 2 } : {};
      const available = {
        ...base(urn),
        status: 'AVAILABLE',
        ...ratio,
        ...download(kind, clock.ms),
      };
      expect(seen[4]).toEqual(available);
    }
  },
);

it('a video waits for finalize, is processed, and is then available with its sidecars', async () => {
  const { caller, clock } = setUp({ processingMs: 5000, lagMs: 1000 });
  const { urn } = await initializeVideo(caller);
  clock.ms += 60_000;
  const read = async (one: string) => (await readOne(caller, 'videos', one)).json;
  expect(await read(urn)).toEqual({ ...base(urn), status: 'WAITING_UPLOAD' });
  const made = await uploadVideo(caller, { uploadCaptions: true, uploadThumbnail: true });
  clock.ms += 4999;
  expect(await read(made.urn)).toEqual({ ...base(made.urn), status: 'PROCESSING' });
  clock.ms += 1;
  expect(await read(made.urn)).toEqual({
    ...{ ...base(made.urn), status: 'AVAILABLE', duration: 2056, aspectRatioWidth: 1.75 },
    ...{ aspectRatioHeight: 1, ...download('video', clock.ms) },
    captions: expect.stringMatching(/\.invalid\/captions\//),
    thumbnail: expect.stringMatching(/\.invalid\/thumbnail\//),
  });
});

const RESOURCES = [
  ['images', 'image', 'video', (caller: Caller) => initialize(caller, 'image')],
  ['videos', 'video', 'image', (caller: Caller) => initializeVideo(caller)],
  ['documents', 'document', 'image', (caller: Caller) => initialize(caller, 'document')],
] as const;
const encoded = encodeURIComponent;

// `X` is the code for an invalid id of the type.
const rows: [
  string,
  (urn: string, type: string, other: string) => string,
  number,
  string | undefined,
][] = [
  ['raw colons', (urn) => urn, 400, 'ILLEGAL_ARGUMENT'],
  ['two encodings', (urn) => encoded(encoded(urn)), 400, 'X'],
  [
    'a URN of an asset',
    (urn, type) => encoded(urn.replace(type, 'digitalmediaAsset')),
    400,
    'INVALID_URN_TYPE',
  ],
  [
    'a URN of another type',
    (urn, type, other) => encoded(urn.replace(type, other)),
    400,
    'INVALID_URN_TYPE',
  ],
  ['an invalid id', (urn) => `${encoded(urn)}%20`, 400, 'INVALID_URN_ID'],
  ['an unknown id', (urn) => `${encoded(urn)}0`, 404, undefined],
];
it.each(rows)('a read with %s is rejected', async (_, keyOf, status, code) => {
  for (const [resource, type, other, make] of RESOURCES) {
    const { caller, model } = setUp();
    const { urn } = await make(caller);
    const expected = code === 'X' ? `INVALID_${type.toUpperCase()}_ID` : code;
    expectApiError(
      await caller.get(`/rest/${resource}/${keyOf(urn, type, other)}`),
      status,
      expected,
    );
    expect(model.calls()).toMatchObject({ status: 1 });
  }
});

describe('batch reads', () => {
  const rows: [string, (key: string) => string, number, string | undefined][] = [
    ['raw colons', (key) => `ids=List(${decodeURIComponent(key)})`, 400, 'ILLEGAL_ARGUMENT'],
    ['an encoded list', (key) => `ids=List%28${key}%29`, 400, 'ILLEGAL_ARGUMENT'],
    [
      'a URN of another type',
      (key) => `ids=List(${key.replace('image', 'video')})`,
      400,
      'INVALID_URN_TYPE',
    ],
    ['more than 4 KB', (key) => `ids=List(${Array(200).fill(key).join(',')})`, 414, undefined],
  ];
  it.each(rows)('a batch read with %s is rejected', async (_, queryOf, status, code) => {
    const { caller, model } = setUp();
    const { urn } = await initialize(caller, 'image');
    expectApiError(await caller.get(`/rest/images?${queryOf(encoded(urn))}`), status, code);
    expect(model.calls()).toMatchObject({ status: 1 });
  });

  it('a batch read is one call, and returns items by their URNs and an error for each unknown one', async () => {
    for (const [resource, type, , make] of RESOURCES) {
      const { caller, model } = setUp();
      const [{ urn: first }, , { urn: third }] = [
        await make(caller),
        await make(caller),
        await make(caller),
      ];
      const lost = `urn:li:${type}:LOST`;
      const found = (urn: string) => ({ id: urn, owner: PAGE, status: 'WAITING_UPLOAD' });
      // The same URN twice is one result.
      expect((await readSeveral(caller, resource, [third, lost, first, first])).json).toEqual({
        results: { [third]: found(third), [first]: found(first) },
        statuses: { [third]: 200, [first]: 200 },
        errors: { [lost]: { status: 404, message: `No such ${type}` } },
      });
      expect(model.calls()).toMatchObject({ status: 1 });
    }
  });
});
