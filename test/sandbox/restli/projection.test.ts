// `fields` and `projection` on reads: which fields they return, and which spellings are rejected.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { Caller, IMAGE_HEADERS } from '../caller.ts';
import { expectApiError } from '../expect-errors.ts';
import { initializeImage, initializeVideo } from '../media-caller.ts';

let sandbox: Sandbox;
let caller: Caller;
let asset: string;
let image: string;
let video: string;

beforeAll(async () => {
  sandbox = await startSandbox({ processingMs: 0 });
  caller = new Caller(sandbox.url);
  const { id, addresses } = await caller.register();
  await caller.put(addresses[0]?.path ?? '', IMAGE_HEADERS, 'bytes');
  asset = id;
  image = (await initializeImage(caller)).urn;
  video = (await initializeVideo(caller)).urn;
});
afterAll(() => sandbox.close());

const ofAsset = (query: string) => caller.get(`/rest/assets/${asset}?${query}`);
const ofImage = (query: string) => caller.get(`/rest/images/${encodeURIComponent(image)}?${query}`);
const ofImages = (query: string) =>
  caller.get(`/rest/images?ids=List(${encodeURIComponent(image)},urn%3Ali%3Aimage%3ALOST)&${query}`);

const WAITING = { status: 'WAITING_UPLOAD' };
const OWNED = { owner: 'urn:li:organization:24141830' };
const RECIPE = 'urn:li:digitalmediaRecipe:feedshare-image';

describe('Projections of single reads', () => {
  test.each([
    ['fields=status', WAITING],
    ['fields=owner,status', { ...OWNED, ...WAITING }],
    // LinkedIn's own JavaScript client sends this.
    ['&fields=status', WAITING],
    ['fields=owner%2Cstatus', { ...OWNED, ...WAITING }],
    ['projection=(status)', WAITING],
    ['projection=%28owner%2Cstatus%29', { ...OWNED, ...WAITING }],
    ['fields=downloadUrl', {}],
  ])('a read with %s returns only these fields', async (query, fields) => {
    expect(await ofImage(query)).toMatchObject({ status: 200 });
    expect((await ofImage(query)).json).toEqual(fields);
  });

  test('a read of a video accepts the fields of a video', async () => {
    const path = `/rest/videos/${encodeURIComponent(video)}?fields=status,duration,processingFailureReason`;
    expect((await caller.get(path)).json).toEqual(WAITING);
  });

  test.each([
    ['fields=recipes', { recipes: [{ recipe: RECIPE, status: 'AVAILABLE' }] }],
    ['fields=id,recipes:($*:(status))', { recipes: [{ status: 'AVAILABLE' }] }],
    ['fields=id,recipes:(%24*:(status))', { recipes: [{ status: 'AVAILABLE' }] }],
    ['fields=recipes:($*)', { recipes: [{ recipe: RECIPE, status: 'AVAILABLE' }] }],
    ['projection=(recipes*(recipe),id)', { recipes: [{ recipe: RECIPE }] }],
    ['projection=(recipes*)', { recipes: [{ recipe: RECIPE, status: 'AVAILABLE' }] }],
    ['fields=recipes:(status)', { recipes: [] }],
  ])('a read of an asset with %s selects nested fields', async (query, fields) => {
    const id = query.includes('id') ? { id: asset } : {};
    expect((await ofAsset(query)).json).toEqual({ ...id, ...fields });
  });

  test('a projection can select artifacts and nested fields of them', async () => {
    const query = 'projection=(mediaArtifacts*(identifiers*(mediaType)))';
    expect((await ofAsset(query)).json).toEqual({
      mediaArtifacts: [{ identifiers: [{ mediaType: 'image/jpeg' }] }],
    });
  });
});

describe('Projections of batch reads', () => {
  const errors = { 'urn:li:image:LOST': { status: 404, message: 'No such image' } };

  test('a batch read with `fields` returns these fields of each item', async () => {
    expect((await ofImages('fields=status')).json).toEqual({
      results: { [image]: WAITING },
      statuses: { [image]: 200 },
      errors,
    });
  });

  test.each([
    ['projection=(results*(status))', () => ({ results: { [image]: WAITING } })],
    ['projection=(statuses,errors)', () => ({ statuses: { [image]: 200 }, errors })],
  ])('a batch read with %s applies it to the whole answer', async (query, kept) => {
    expect((await ofImages(query)).json).toEqual(kept());
  });
});

describe('Invalid projections', () => {
  test.each([
    ['an unknown field', 'fields=status,pixels'],
    ['an unknown field in a projection', 'projection=(pixels)'],
    ['no field', 'fields='],
    ['a field twice', 'fields=status,status'],
    ['a comma at the end', 'fields=status,'],
    ['a comma at the start', 'fields=,status'],
    ['a space', 'fields=owner,%20status'],
    ['parentheses of a projection', 'fields=(status)'],
    ['a list of Rest.li 2', 'fields=List(status)'],
    ['nesting as in a projection', 'fields=owner(id)'],
    ['nesting that does not end', 'fields=owner:(id'],
    ['nesting that ends twice', 'fields=owner:(id))'],
    ['empty nesting', 'fields=owner:()'],
    ['a wildcard for a field that is not a list', 'fields=$*'],
    ['a projection without parentheses', 'projection=status'],
    ['nesting as in fields', 'projection=(owner:(id))'],
    ['a projection that does not end', 'projection=(status'],
    ['text after a projection', 'projection=(status)(owner)'],
    ['decoration, which the versioned API no longer has', 'projection=(owner~)'],
    ['an invalid percent encoding', 'fields=status%2'],
    ['fields and a projection', 'fields=status&projection=(status)'],
    ['fields twice', 'fields=status&fields=owner'],
  ])('a read with %s is rejected', async (_row, query) => {
    expectApiError(await ofImage(query), 400, 'ILLEGAL_ARGUMENT');
    expectApiError(await ofImages(query), 400, 'ILLEGAL_ARGUMENT');
  });

  test('a batch read with a projection of a single read is rejected', async () => {
    expectApiError(await ofImages('projection=(status)'), 400, 'ILLEGAL_ARGUMENT');
  });
});
