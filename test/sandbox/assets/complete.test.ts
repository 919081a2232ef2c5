// Complete calls of the Assets API: one invalid call per rule.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import registerImage from '../../replies/register-image.json' with { type: 'json' };
import { Caller, COMPLETE, completion, inOne, inParts } from '../caller.ts';
import { expectApiError } from '../expect-errors.ts';

let sandbox: Sandbox;
let caller: Caller;

beforeAll(async () => {
  sandbox = await startSandbox({ token: 'test-token' });
  caller = new Caller(sandbox.url);
});

afterAll(() => sandbox.close());

describe('Complete call', () => {
  const file = Buffer.from('abcdefghij');
  type Receipts = Awaited<ReturnType<Caller['putParts']>>;
  type Fields = ReturnType<typeof completion>['completeMultipartUploadRequest'];
  const inPlace = (partUploadResponses: unknown) => ({ partUploadResponses });
  const changed = ([first, ...others]: Receipts, change: object) =>
    inPlace([{ ...first, ...change }, ...others]);
  const quoted = ([first]: Receipts) => ({ headers: { ETag: `"${first?.headers.ETag}"` } });
  const unknown = registerImage.reply.value.mediaArtifact;

  const rows: [string, (fields: Fields, receipts: Receipts) => object, number, string | undefined][] = [
    ['an unknown field', () => ({ asset: 'x' }), 422, undefined],
    ['no mediaArtifact', () => ({ mediaArtifact: undefined }), 400, 'MISSING_FIELD'],
    ['no receipts', () => inPlace(undefined), 400, 'MISSING_FIELD'],
    ['no metadata', () => ({ metadata: undefined }), 400, 'MISSING_FIELD'],
    ['other metadata', ({ metadata }) => ({ metadata: `${metadata} ` }), 400, 'ILLEGAL_ARGUMENT'],
    ['an unknown mediaArtifact', () => ({ mediaArtifact: unknown }), 404, undefined],
    [
      'another class of artifact',
      ({ mediaArtifact }) => ({ mediaArtifact: `${mediaArtifact})` }),
      404,
      undefined,
    ],
    ['too few receipts', (_, receipts) => inPlace(receipts.slice(1)), 400, 'ILLEGAL_ARGUMENT'],
    ['too many receipts', (_, receipts) => inPlace([...receipts, ...receipts]), 400, 'ILLEGAL_ARGUMENT'],
    ['receipts out of order', (_, receipts) => inPlace(receipts.toReversed()), 400, 'ILLEGAL_ARGUMENT'],
    ['a quoted ETag', (_, receipts) => changed(receipts, quoted(receipts)), 400, 'ILLEGAL_ARGUMENT'],
    ['another ETag', (_, receipts) => changed(receipts, { headers: { ETag: 'x' } }), 400, 'ILLEGAL_ARGUMENT'],
    ['no headers', (_, receipts) => changed(receipts, { headers: undefined }), 400, 'MISSING_FIELD'],
    [
      'no httpStatusCode',
      (_, receipts) => changed(receipts, { httpStatusCode: undefined }),
      400,
      'MISSING_FIELD',
    ],
    [
      'an ETag that is a number',
      (_, receipts) => changed(receipts, { headers: { ETag: 7 } }),
      403,
      'ACCESS_DENIED',
    ],
    ['no ETag', (_, receipts) => changed(receipts, { headers: {} }), 400, 'MISSING_FIELD'],
    ['etag in lower case', (_, receipts) => changed(receipts, { headers: { etag: 'x' } }), 422, undefined],
    [
      'another httpStatusCode',
      (_, receipts) => changed(receipts, { httpStatusCode: 201 }),
      400,
      'ILLEGAL_ARGUMENT',
    ],
    [
      'an httpStatusCode as a string',
      (_, receipts) => changed(receipts, { httpStatusCode: '200' }),
      403,
      'ACCESS_DENIED',
    ],
    ['a receipt with an extra field', (_, receipts) => changed(receipts, { part: 1 }), 422, undefined],
  ];

  test.each(rows)(
    'the complete call rejects %s, and accepts a valid call after it',
    async (_row, wrong, status, code) => {
      const parts = await caller.register(inParts(10));
      const receipts = await caller.putParts(parts, file);
      const { completeMultipartUploadRequest: right } = completion(parts, receipts);
      const fields = { ...right, ...wrong(right, receipts) };
      expectApiError(await caller.post(COMPLETE, { completeMultipartUploadRequest: fields }), status, code);
      expect(await caller.post(COMPLETE, completion(parts, receipts))).toMatchObject({ status: 200 });
    },
  );

  test('the complete call rejects an empty body', async () => {
    expectApiError(await caller.post(COMPLETE, {}), 400, 'MISSING_FIELD');
  });

  test('the complete call rejects a body field that is spelled like its action', async () => {
    const parts = await caller.register(inParts(10));
    const { completeMultipartUploadRequest: right } = completion(parts, await caller.putParts(parts, file));
    expectApiError(await caller.post(COMPLETE, { completeMultiPartUploadRequest: right }), 422, undefined);
  });

  test('the complete call rejects a second call', async () => {
    const parts = await caller.register(inParts(10));
    const right = completion(parts, await caller.putParts(parts, file));
    await caller.post(COMPLETE, right);
    expectApiError(await caller.post(COMPLETE, right), 400, 'ILLEGAL_ARGUMENT');
  });

  test('the complete call is rejected while a part is missing', async () => {
    const parts = await caller.register(inParts(10));
    const receipts = parts.addresses.map(() => ({ headers: { ETag: 'd8a5' }, httpStatusCode: 200 }));
    expectApiError(await caller.post(COMPLETE, completion(parts, receipts)), 400, 'ILLEGAL_ARGUMENT');
  });

  test('the complete call rejects an asset without parts', async () => {
    const whole = await caller.register(inOne);
    expectApiError(await caller.post(COMPLETE, completion(whole, [])), 400, 'ILLEGAL_ARGUMENT');
  });
});
