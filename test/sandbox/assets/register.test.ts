// The register and status calls of the Assets API: one invalid call per rule.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { Caller, IMAGE, inOne, inParts, REGISTER, registration, VIDEO } from '../caller.ts';
import { expectApiError } from '../expect-errors.ts';

let sandbox: Sandbox;
let caller: Caller;

beforeAll(async () => {
  sandbox = await startSandbox({ token: 'test-token' });
  caller = new Caller(sandbox.url);
});

afterAll(() => sandbox.close());

describe('Register call', () => {
  const relationship = { identifier: 'urn:li:userGeneratedContent', relationshipType: 'OWNER' };
  const rows: [string, unknown, number, string | undefined][] = [
    ['no body field', {}, 400, 'MISSING_FIELD'],
    ['a field beside the request', { ...registration(), dryRun: true }, 422, undefined],
    ['an unknown field', registration({ altText: 'x' }), 422, undefined],
    ['no owner', registration({ owner: undefined }), 400, 'MISSING_FIELD'],
    ['an owner of another kind', registration({ owner: 'urn:li:company:1' }), 403, 'ACCESS_DENIED'],
    ['an organization by name', registration({ owner: 'urn:li:organization:acme' }), 403, 'ACCESS_DENIED'],
    ['no recipes', registration({ recipes: undefined }), 400, 'MISSING_FIELD'],
    ['an empty list of recipes', registration({ recipes: [] }), 400, 'MISSING_FIELD'],
    ['a short recipe', registration({ recipes: ['feedshare-image'] }), 403, 'ACCESS_DENIED'],
    ['a recipe that is not a list', registration({ recipes: IMAGE }), 403, 'ACCESS_DENIED'],
    ['recipes of both families', registration({ recipes: [IMAGE, VIDEO] }), 403, 'ACCESS_DENIED'],
    ['no relationships', registration({ serviceRelationships: undefined }), 400, 'MISSING_FIELD'],
    ['an empty list of relationships', registration({ serviceRelationships: [] }), 400, 'MISSING_FIELD'],
    [
      'two mechanisms',
      registration({ supportedUploadMechanism: ['SYNCHRONOUS_UPLOAD', 'SINGLE_REQUEST_UPLOAD'] }),
      403,
      'ACCESS_DENIED',
    ],
    ['an empty list of mechanisms', registration({ supportedUploadMechanism: [] }), 403, 'ACCESS_DENIED'],
    [
      'six relationships',
      registration({ serviceRelationships: Array(6).fill(relationship) }),
      400,
      'ILLEGAL_ARGUMENT',
    ],
    [
      'a relationship without identifier',
      registration({ serviceRelationships: [{ ...relationship, identifier: undefined }] }),
      400,
      'MISSING_FIELD',
    ],
    [
      'a relationship without type',
      registration({ serviceRelationships: [{ ...relationship, relationshipType: undefined }] }),
      400,
      'MISSING_FIELD',
    ],
    [
      'a relationship to something else',
      registration({ serviceRelationships: [{ ...relationship, identifier: 'urn:li:share:1' }] }),
      403,
      'ACCESS_DENIED',
    ],
    [
      'a relationship type in lower case',
      registration({ serviceRelationships: [{ ...relationship, relationshipType: 'owner' }] }),
      403,
      'ACCESS_DENIED',
    ],
    ['an unknown mechanism', registration({ supportedUploadMechanism: ['FAST'] }), 403, 'ACCESS_DENIED'],
    [
      'a mechanism that is not a list',
      registration({ supportedUploadMechanism: 'SYNCHRONOUS_UPLOAD' }),
      403,
      'ACCESS_DENIED',
    ],
    ['a synchronous video', registration({ recipes: [VIDEO] }), 400, 'ILLEGAL_ARGUMENT'],
    ['an image in parts', registration({ ...inParts(9), recipes: [IMAGE] }), 400, 'ILLEGAL_ARGUMENT'],
    ['parts without fileSize', registration({ ...inParts(9), fileSize: undefined }), 400, 'MISSING_FIELD'],
    ['parts with a fileSize of 0', registration(inParts(0)), 403, 'ACCESS_DENIED'],
    ['a fileSize with a fraction', registration(inParts(1.5)), 403, 'ACCESS_DENIED'],
    ['a fileSize as a string', registration({ ...inParts(9), fileSize: '9' }), 403, 'ACCESS_DENIED'],
  ];
  test.each(rows)('register rejects %s', async (_row, body, status, code) => {
    expectApiError(await caller.post(REGISTER, body), status, code);
  });

  test('a wrong value is rejected as ACCESS_DENIED, and the message names its field', async () => {
    const answer = await caller.post(REGISTER, registration({ owner: 'urn:li:company:1' }));
    expect(answer.json).toEqual({
      status: 403,
      serviceErrorCode: 100,
      code: 'ACCESS_DENIED',
      message: expect.stringContaining('[/registerUploadRequest/owner]'),
    });
  });

  test.each([
    ['five relationships', registration({ serviceRelationships: Array(5).fill(relationship) })],
    ['a person as owner', registration({ owner: 'urn:li:person:-f_Ut43FoQ' })],
    ['an ad account as owner', registration({ owner: 'urn:li:sponsoredAccount:123' })],
    [
      'an ad account in the older spelling as owner',
      registration({ owner: 'urn:li:sponsoredAdAccount:123' }),
    ],
    ['fileSize for an upload in one request', registration({ ...inOne, fileSize: 9 })],
    ['an unknown recipe', registration({ recipes: ['urn:li:digitalmediaRecipe:hologram_v2'] })],
  ])('register accepts %s', async (_row, body) => {
    expect(await caller.post(REGISTER, body)).toMatchObject({ status: 200 });
  });

  test.each([
    ['hologram', {}, 'STILLIMAGE'],
    ['hologram', inOne, 'VIDEO'],
    ['video-cover-image', {}, 'STILLIMAGE'],
    ['video-cover-image', inOne, 'STILLIMAGE'],
    ['hologram-video_v2', inOne, 'VIDEO'],
  ])('register takes the unknown recipe %s (%j) for the family %s', async (name, over, family) => {
    const recipes = [`urn:li:digitalmediaRecipe:${name}`];
    const answer = await caller.post(REGISTER, registration({ ...over, recipes }));
    expect(answer.text).toContain(`"media-type-family":"${family}"`);
  });

  test('register accepts an unknown recipe for a video in parts', async () => {
    const body = registration({ ...inParts(9), recipes: ['urn:li:digitalmediaRecipe:hologram'] });
    expect(await caller.post(REGISTER, body)).toMatchObject({ status: 200 });
  });
});

describe('Status call', () => {
  test.each([
    ['an unknown id', '/rest/assets/C5400AQHpR1ANqMWqNA', 404, undefined],
    ['a URN', '/rest/assets/urn:li:digitalmediaAsset:ID', 400, 'ILLEGAL_ARGUMENT'],
    ['an encoded URN', '/rest/assets/urn%3Ali%3AdigitalmediaAsset%3AID', 404, undefined],
    ['an id with a trailing slash', '/rest/assets/ID/', 404, undefined],
    ['an unknown field', '/rest/assets/ID?fields=id,owner', 400, 'ILLEGAL_ARGUMENT'],
    ['another query parameter', '/rest/assets/ID?projection=id', 400, 'ILLEGAL_ARGUMENT'],
    ['fields twice', '/rest/assets/ID?fields=id&fields=status', 400, 'ILLEGAL_ARGUMENT'],
  ])('a status read with %s is rejected', async (_row, path, status, code) => {
    const { id } = await caller.register();
    expectApiError(await caller.get(path.replace(/ID/, id)), status, code);
  });
});
