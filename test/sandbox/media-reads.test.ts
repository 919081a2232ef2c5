// Status reads of images, videos and documents by URN, one or several at once: the keys of protocol 2.0.0, and ids across the APIs.

import { describe, expect, it } from 'vitest';
import {
  type Caller,
  expectApiError,
  initialize,
  initializeVideo,
  inOne,
  PAGE,
  readOne,
  readSeveral,
  register,
  setUp,
  uploadAsset,
} from './caller.ts';

const RESOURCES = [
  ['images', 'image', 'video', (caller: Caller) => initialize(caller, 'image')],
  ['videos', 'video', 'image', (caller: Caller) => initializeVideo(caller)],
  ['documents', 'document', 'image', (caller: Caller) => initialize(caller, 'document')],
] as const;
const encoded = encodeURIComponent;

describe('keys in a path', () => {
  // `X` is the code for an invalid id of the type.
  const rows: [string, (urn: string, type: string, other: string) => string, number, string | undefined][] = [
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
      expectApiError(await caller.get(`/rest/${resource}/${keyOf(urn, type, other)}`), status, expected);
      expect(model.calls()).toMatchObject({ status: 1 });
    }
  });

  it('an item is found by its encoded URN, and raw colons get LinkedIn’s message', async () => {
    for (const [resource, , , make] of RESOURCES) {
      const { caller } = setUp();
      const { id, urn } = await make(caller);
      const lower = encoded(urn).toLowerCase().replace(id.toLowerCase(), id);
      for (const key of [encoded(urn), lower])
        expect((await caller.get(`/rest/${resource}/${key}`)).json).toEqual({
          ...{ id: urn, owner: PAGE, status: 'WAITING_UPLOAD' },
        });
      expect((await caller.get(`/rest/${resource}/${urn}`)).json).toEqual({
        ...{ status: 400, code: 'ILLEGAL_ARGUMENT', message: 'Syntax exception in path variables' },
      });
    }
  });
});

describe('batch reads', () => {
  const rows: [string, (key: string) => string, number, string | undefined][] = [
    ['raw colons', (key) => `ids=List(${decodeURIComponent(key)})`, 400, 'ILLEGAL_ARGUMENT'],
    ['an encoded list', (key) => `ids=List%28${key}%29`, 400, 'ILLEGAL_ARGUMENT'],
    ['a URN of another type', (key) => `ids=List(${key.replace('image', 'video')})`, 400, 'INVALID_URN_TYPE'],
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
      const [{ urn: first }, , { urn: third }] = [await make(caller), await make(caller), await make(caller)];
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

describe('ids across APIs', () => {
  it('an asset can be read as an image or a video by the newer APIs, and as nothing else', async () => {
    const { caller } = setUp();
    const [image, { id: video }] = [await uploadAsset(caller), await register(caller, inOne)];
    const read = async (resource: 'images' | 'videos' | 'documents', id: string) =>
      (await readOne(caller, resource, `urn:li:${resource.slice(0, -1)}:${id}`)).json;
    expect(await read('images', image)).toMatchObject({ id: `urn:li:image:${image}`, status: 'AVAILABLE' });
    expect(await read('videos', video)).toMatchObject({
      id: `urn:li:video:${video}`,
      status: 'WAITING_UPLOAD',
    });
    expect(await read('videos', image)).toMatchObject({ status: 404 });
    expect(await read('documents', image)).toMatchObject({ status: 404 });
  });

  it('media of the newer APIs are unknown to the Assets API and to each other, and ids are numbered across all', async () => {
    const { caller } = setUp();
    const ids = [(await register(caller)).id];
    for (const [, , , make] of RESOURCES) ids.push((await make(caller)).id);
    expect(ids).toEqual([
      ...['SIMULATED-C5622AQ000001', 'SIMULATED-C4E10AQ000002'],
      ...['SIMULATED-C5F10AQ000003', 'SIMULATED-D5610AQ000004'],
    ]);
    for (const id of ids.slice(1)) expectApiError(await caller.get(`/rest/assets/${id}`), 404, undefined);
    expectApiError(await readOne(caller, 'images', `urn:li:image:${ids[2]}`), 404, undefined);
    expectApiError(await readOne(caller, 'videos', `urn:li:video:${ids[3]}`), 404, undefined);
  });
});
