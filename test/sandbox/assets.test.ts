// The Assets API: register, complete and status. LinkedIn's samples, and one invalid call per rule.

import { describe, expect, it } from 'vitest';
import { RECIPES } from '../../src/linkedin/apis.ts';
import sampleArtifacts from '../replies/media-artifacts.json' with { type: 'json' };
import registerImage from '../replies/register-image.json' with { type: 'json' };
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import registerVideo from '../replies/register-video.json' with { type: 'json' };
import sampleStatus from '../replies/status.json' with { type: 'json' };
import {
  COMPLETE,
  completion,
  DAY_MS,
  expectApiError,
  FILE,
  type Fields,
  IMAGE,
  IMAGE_HEADERS,
  inOne,
  inParts,
  PART_HEADERS,
  putParts,
  REGISTER,
  receiptsOf,
  register,
  registration,
  START_MS,
  setUp,
  shapeOf,
  uploadAsset,
  VIDEO,
} from './caller.ts';

const RELATIONSHIP = { identifier: 'urn:li:userGeneratedContent', relationshipType: 'OWNER' };

describe('register', () => {
  it.each([
    ['an image', registerImage],
    ['a video', registerVideo],
    ['a video in parts', registerParts],
  ])(
    'the sample request for %s gets a reply in the shape of the sample',
    async (_, { request, reply }) => {
      const { caller } = setUp();
      for (const root of ['rest', 'v2']) {
        const answer = await caller.post(`/${root}/assets?action=registerUpload`, request);
        expect(answer.status).toBe(200);
        expect(shapeOf(answer.json)).toEqual(shapeOf(reply));
      }
    },
  );

  it('ranges cover the file: those of the sample, thirds of a small file, or of the size that is set', async () => {
    const rangesOf = async (fileSize: number, partSizeBytes: number | null = null) => {
      const { parts } = await register(setUp({ partSizeBytes }).caller, inParts(fileSize));
      return parts.map(({ firstByte, lastByte }) => [firstByte, lastByte]);
    };
    const sample = await rangesOf(52_428_801);
    const mechanism =
      registerParts.reply.value.uploadMechanism[
        'com.linkedin.digitalmedia.uploading.MultipartUpload'
      ];
    expect(sample.slice(0, 2)).toEqual(
      mechanism.partUploadRequests.map(({ byteRange }) => [
        byteRange.firstByte,
        byteRange.lastByte,
      ]),
    );
    expect([sample.length, sample.at(-1)]).toEqual([13, [50_331_648, 52_428_800]]);
    expect(await rangesOf(10)).toEqual([
      [0, 3],
      [4, 7],
      [8, 9],
    ]);
    expect(await rangesOf(1)).toEqual([[0, 0]]);
    expect(await rangesOf(12_582_912)).toHaveLength(3);
    expect(await rangesOf(12_582_913)).toHaveLength(4);
    expect(await rangesOf(7, 6)).toEqual([
      [0, 5],
      [6, 6],
    ]);
  });

  const MISSING = [400, 'MISSING_FIELD'] as const;
  const DENIED = [403, 'ACCESS_DENIED'] as const;
  const ILLEGAL = [400, 'ILLEGAL_ARGUMENT'] as const;
  const related = (change: Fields) => ({ serviceRelationships: [{ ...RELATIONSHIP, ...change }] });
  const by = (supportedUploadMechanism: unknown) => ({ supportedUploadMechanism });
  const rows: [string, Fields, readonly [status: number, code?: string]][] = [
    ['an unknown field', { altText: 'x' }, [422]],
    ['an empty list of recipes', { recipes: [] }, MISSING],
    ['a recipe with a typing error', { recipes: [`${IMAGE}s`] }, DENIED],
    [
      'a known and an unknown recipe',
      { recipes: [IMAGE, 'urn:li:digitalmediaRecipe:new'] },
      DENIED,
    ],
    ['recipes of both families', { recipes: [IMAGE, VIDEO] }, DENIED],
    ['six relationships', { serviceRelationships: Array(6).fill(RELATIONSHIP) }, ILLEGAL],
    ['a relationship to something else', related({ identifier: 'urn:li:share:1' }), DENIED],
    ['two mechanisms', by(['SYNCHRONOUS_UPLOAD', 'SINGLE_REQUEST_UPLOAD']), DENIED],
    ['a synchronous video', { recipes: [VIDEO] }, ILLEGAL],
    ['an image in parts', { ...inParts(9), recipes: [IMAGE] }, ILLEGAL],
    ['parts without fileSize', { ...inParts(9), fileSize: undefined }, MISSING],
  ];
  it.each(rows)('register rejects %s', async (_, fields, [status, code]) => {
    const { caller, model } = setUp();
    expectApiError(await caller.post(REGISTER, registration(fields)), status, code);
    expect(model.assets()).toEqual([]);
    expect(model.calls()).toEqual({ register: 1, upload: 0, complete: 0, status: 0 });
  });

  it('a rejection names its fields as LinkedIn does: unknown, missing, wrong and forbidden ones', async () => {
    const { caller } = setUp();
    const send = (fields: Fields) => caller.post(REGISTER, registration(fields));
    const unknown = await send({ altText: 'x', title: 'y' });
    expect(unknown.headers).toMatchObject({ 'x-restli-error-response': 'true' });
    expect(unknown.json).toEqual({
      message:
        'ERROR :: /registerUploadRequest/altText :: unrecognized field found but not allowed\n' +
        'ERROR :: /registerUploadRequest/title :: unrecognized field found but not allowed\n',
      status: 422,
    });
    const description = 'Required field is missing: /registerUploadRequest/owner';
    const input = { inputPath: { fieldPath: 'registerUploadRequest/owner' } };
    expect((await send({ owner: undefined })).json).toEqual({
      errorDetailType: 'com.linkedin.common.error.BadRequest',
      code: 'MISSING_FIELD',
      message: description,
      errorDetails: { inputErrors: [{ description, input, code: 'MISSING_FIELD' }] },
      status: 400,
    });
    const denied = { status: 403, serviceErrorCode: 100, code: 'ACCESS_DENIED' };
    const details =
      'Data Processing Exception while processing fields [/registerUploadRequest/owner]';
    expect((await send({ owner: 'urn:li:company:1' })).json).toEqual({
      ...denied,
      message: `Field Value validation failed in REQUEST_BODY: ${details}`,
    });
    expect((await send({ owner: null })).json).toEqual({
      ...denied,
      message: `Unpermitted fields present in REQUEST_BODY: ${details}`,
    });
  });

  it.each(RECIPES)(
    'register accepts the recipe $shortName, which the action knows',
    async (recipe) => {
      const recipes = [`urn:li:digitalmediaRecipe:${recipe.shortName}`];
      const mechanism = by(['SINGLE_REQUEST_UPLOAD']);
      const { caller, model } = setUp();
      expect((await caller.post(REGISTER, registration({ recipes, ...mechanism }))).status).toBe(
        200,
      );
      expect(model.assets().map(({ kind }) => kind)).toEqual([recipe.kind]);
    },
  );

  it('the recipe feedshare-document is refused, as observed', async () => {
    const recipes = ['urn:li:digitalmediaRecipe:feedshare-document'];
    const answer = await setUp().caller.post(REGISTER, registration({ recipes }));
    expectApiError(answer, 403, 'ACCESS_DENIED');
    expect(answer.text).toContain('[/registerUploadRequest/recipes/relationshipType]');
  });
});

describe('complete', () => {
  type Receipt = { headers: unknown; httpStatusCode: unknown };
  const changed = (change: Partial<Receipt>) => (receipts: Receipt[]) => [
    { ...receipts[0], ...change },
    ...receipts.slice(1),
  ];
  const receipts: [string, (receipts: Receipt[]) => unknown, number, string | undefined][] = [
    ['too few receipts', (all) => all.slice(1), 400, 'ILLEGAL_ARGUMENT'],
    ['receipts out of order', (all) => all.toReversed(), 400, 'ILLEGAL_ARGUMENT'],
    ['another ETag', changed({ headers: { ETag: 'x' } }), 400, 'ILLEGAL_ARGUMENT'],
    ['another httpStatusCode', changed({ httpStatusCode: 201 }), 400, 'ILLEGAL_ARGUMENT'],
  ];
  const { mediaArtifact: unknownArtifact } = registerImage.reply.value;
  const rows: [string, (fields: Fields) => object, number, string | undefined][] = [
    ['an unknown field', () => ({ asset: 'x' }), 422, undefined],
    ['an unknown mediaArtifact', () => ({ mediaArtifact: unknownArtifact }), 404, undefined],
    ['other metadata', ({ metadata }) => ({ metadata: `${metadata} ` }), 400, 'ILLEGAL_ARGUMENT'],
    ...receipts.map(([name, change, ...answer]): (typeof rows)[number] => [
      name,
      (fields) => ({ partUploadResponses: change(fields.partUploadResponses as Receipt[]) }),
      ...answer,
    ]),
  ];
  it.each(rows)(
    'complete rejects %s, and accepts a valid call after it',
    async (_, wrong, status, code) => {
      const { caller } = setUp();
      const parts = await register(caller, inParts(10));
      const right = completion(parts, receiptsOf(await putParts(caller, parts, FILE)));
      const fields = right.completeMultipartUploadRequest;
      const answer = await caller.post(COMPLETE, {
        completeMultipartUploadRequest: { ...fields, ...wrong(fields) },
      });
      expectApiError(answer, status, code);
      expect(await caller.post(COMPLETE, right)).toMatchObject({ status: 200, text: '' });
    },
  );

  it('complete rejects a body field that is spelled like its action, a second call, a missing part and an asset in one request', async () => {
    const { caller } = setUp();
    const parts = await register(caller, inParts(10));
    const early = completion(parts, receiptsOf(parts.parts.map(() => 'd8a5')));
    expectApiError(await caller.post(COMPLETE, early), 400, 'ILLEGAL_ARGUMENT');
    const right = completion(parts, receiptsOf(await putParts(caller, parts, FILE)));
    const misspelled = { completeMultiPartUploadRequest: right.completeMultipartUploadRequest };
    expectApiError(await caller.post(COMPLETE, misspelled), 422, undefined);
    expect(await caller.post(COMPLETE, right)).toMatchObject({ status: 200 });
    expectApiError(await caller.post(COMPLETE, right), 400, 'ILLEGAL_ARGUMENT');
    const whole = { ...(await register(caller, inOne)), metadata: '' };
    expectApiError(await caller.post(COMPLETE, completion(whole, [])), 400, 'ILLEGAL_ARGUMENT');
  });
});

it.each([
  ['an unknown id', '/rest/assets/C5400AQHpR1ANqMWqNA', 404, undefined],
  ['a URN', '/rest/assets/urn:li:digitalmediaAsset:ID', 400, 'ILLEGAL_ARGUMENT'],
  ['an unknown field', '/rest/assets/ID?fields=id,owner', 400, 'ILLEGAL_ARGUMENT'],
  ['another query parameter', '/rest/assets/ID?projection=id', 400, 'ILLEGAL_ARGUMENT'],
])('a status read with %s is rejected', async (_, path, status, code) => {
  const { caller } = setUp();
  const { id } = await register(caller);
  expectApiError(await caller.get(path.replace('ID', id)), status, code);
});

it('a status read returns the fields of the sample, or those that `fields` names', async () => {
  const { caller } = setUp({ processingMs: 60_000 });
  const id = await uploadAsset(caller, inOne);
  for (const root of ['rest', 'v2']) {
    const { json } = await caller.get(`/${root}/assets/${id}`);
    const { created, lastModified } = json;
    expect(json).toEqual({ ...sampleStatus.reply, id, created, lastModified });
  }
  const recipes = [{ recipe: VIDEO, status: 'PROCESSING' }];
  const read = async (fields: string) =>
    (await caller.get(`/rest/assets/${id}?fields=${fields}`)).json;
  expect(await read('mediaArtifacts,recipes,id')).toEqual({ recipes, id });
  expect(await read('status')).toEqual({ status: 'ALLOWED' });
});

const statuses: [string, Fields, string[]][] = [
  ['a video', inOne, ['WAITING_UPLOAD', 'PROCESSING', 'PROCESSING', 'AVAILABLE']],
  ['a synchronous image', {}, ['WAITING_UPLOAD', 'AVAILABLE', 'AVAILABLE', 'AVAILABLE']],
  [
    'an asynchronous image',
    { supportedUploadMechanism: ['SINGLE_REQUEST_UPLOAD'] },
    ['WAITING_UPLOAD', 'PROCESSING', 'PROCESSING', 'AVAILABLE'],
  ],
];
it.each(statuses)('%s waits for its upload and is processed: %j', async (_, fields, expected) => {
  const { caller, clock } = setUp({ processingMs: 5000 });
  const { id, path } = await register(caller, fields);
  const read = async () => (await caller.get(`/rest/assets/${id}`)).json.recipes[0].status;
  clock.ms += 1_000_000;
  const seen = [await read()];
  await caller.put(path, 'recipes' in fields ? PART_HEADERS : IMAGE_HEADERS, FILE);
  for (const afterMs of [0, 4999, 1]) {
    clock.ms += afterMs;
    seen.push(await read());
  }
  expect(seen).toEqual(expected);
});

const FIELDS = '?fields=mediaArtifacts,recipes,id';

it('artifacts of a video have the shape of the sample, an unreachable host and an expiry in seconds', async () => {
  const { caller } = setUp();
  const id = await uploadAsset(caller, inOne);
  const { json } = await caller.get(`/v2/assets/${id}${FIELDS}`);
  expect(shapeOf(json)).toEqual(shapeOf(sampleArtifacts.reply));
  const seconds = (START_MS + DAY_MS) / 1000;
  const [{ identifier, identifierExpiresInSeconds }] = json.mediaArtifacts[0].identifiers;
  expect(identifierExpiresInSeconds).toBe(seconds);
  expect(identifier).toMatch(
    new RegExp(`^https://media\\.simulated\\.invalid/playlist/vid/dynamic/${id}\\?e=${seconds}&`),
  );
});
