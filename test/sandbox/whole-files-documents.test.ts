// The Documents API: its initialize, its single PUT, its states over time, and documents in posts.

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { Caller, type Sent } from './caller.ts';
import { expectApiError, expectHtmlError } from './expect-errors.ts';
import { initialization, readOne } from './media-caller.ts';
import { codeOf, POSTS, postBody } from './posts/post-caller.ts';

const START_MS = Date.UTC(2026, 10, 25);
const DAY_MS = 24 * 60 * 60 * 1000;
const FILE = Buffer.from('%PDF-1.7 and so on');
const INIT_DOCUMENT = '/rest/documents?action=initializeUpload';
const HEADERS = { authorization: 'Bearer test-token' };

let nowMs = START_MS;
let sandbox: Sandbox;
let caller: Caller;

beforeEach(async () => {
  nowMs = START_MS;
  sandbox = await startSandbox({ clock: { now: () => nowMs }, token: 'test-token' });
  caller = new Caller(sandbox.url);
});
afterEach(() => sandbox.close());

async function initializeDocument(): Promise<{ urn: string; path: string }> {
  const { json } = await caller.post(INIT_DOCUMENT, initialization());
  const { document, uploadUrl } = (json as { value: { document: string; uploadUrl: string } }).value;
  const { pathname, search } = new URL(uploadUrl);
  return { urn: document, path: pathname + search };
}

async function uploadDocument(): Promise<string> {
  const { urn, path } = await initializeDocument();
  expect(await caller.put(path, HEADERS, FILE)).toMatchObject({ status: 201, text: '' });
  nowMs += 1000;
  return urn;
}

describe('Initialize of a document', () => {
  test('initialize answers with the upload URL, its expiry and the document', async () => {
    const { json } = await caller.post(INIT_DOCUMENT, initialization());
    expect(json).toEqual({
      value: {
        uploadUrl: expect.stringContaining(
          `${sandbox.url}/dms-uploads/sp/SIMULATED-D5610AQ000001/ads-uploadedDocument/0?`,
        ),
        uploadUrlExpiresAt: START_MS + DAY_MS,
        document: 'urn:li:document:SIMULATED-D5610AQ000001',
      },
    });
  });

  test.each([
    ['no owner', initialization({ owner: undefined }), 400, 'MISSING_FIELD'],
    ['a file size', initialization({ fileSizeBytes: 9 }), 422, undefined],
    ['an owner of another kind', initialization({ owner: 'urn:li:company:1' }), 403, 'ACCESS_DENIED'],
  ])('initialize refuses %s', async (_row, body, status, code) => {
    expectApiError(await caller.post(INIT_DOCUMENT, body), status, code);
    expect(sandbox.model.assets()).toEqual([]);
  });

  test('the Assets API refuses the recipe feedshare-document, as observed', async () => {
    const recipe = 'urn:li:digitalmediaRecipe:feedshare-document';
    const relationship = { relationshipType: 'OWNER', identifier: 'urn:li:userGeneratedContent' };
    const answer = await caller.post('/rest/assets?action=registerUpload', {
      registerUploadRequest: {
        owner: 'urn:li:organization:24141830',
        recipes: [recipe],
        serviceRelationships: [relationship],
      },
    });
    expectApiError(answer, 403, 'ACCESS_DENIED');
    expect(answer.text).toContain('[/registerUploadRequest/recipes/relationshipType]');
  });
});

describe('Document upload', () => {
  const rows: [string, number, Partial<Sent>][] = [
    ['no Authorization', 401, { headers: { authorization: undefined } }],
    ['a form', 400, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    ['an empty body', 400, { body: '' }],
    ['POST', 405, { method: 'POST' }],
  ];
  test.each(rows)('an upload with %s is refused', async (_row, status, wrong) => {
    const { path } = await initializeDocument();
    const headers = { ...HEADERS, ...wrong.headers };
    expectHtmlError(await caller.send({ method: 'PUT', path, body: FILE, ...wrong, headers }), status);
    expect(sandbox.model.assets()).toMatchObject([{ sizeBytes: 0, status: 'WAITING_UPLOAD' }]);
  });

  test('an upload of more than 100 MB is refused', async () => {
    const { path } = await initializeDocument();
    const send = caller.put(path, HEADERS, Buffer.alloc(100_000_001));
    expectHtmlError(await send, 413);
  });

  test('the model reports an uploaded document with its digest', async () => {
    const urn = await uploadDocument();
    expect(sandbox.model.assets()).toMatchObject([
      { urn, api: 'documents', kind: 'document', sha256: createHash('sha256').update(FILE).digest('hex') },
    ]);
  });
});

describe('Document states', () => {
  test('a document waits, is processed, and is then available with its download address', async () => {
    const { urn, path } = await initializeDocument();
    const status = async () => ((await readOne(caller, 'documents', urn)).json as { status: string }).status;
    expect(await status()).toBe('WAITING_UPLOAD');
    await caller.put(path, HEADERS, FILE);
    nowMs += 200;
    expect(await status()).toBe('PROCESSING');
    nowMs += 200;
    expect((await readOne(caller, 'documents', urn)).json).toEqual({
      id: urn,
      owner: 'urn:li:organization:24141830',
      status: 'AVAILABLE',
      downloadUrl: expect.stringMatching(/^https:\/\/media\.simulated\.invalid\/document\//),
      downloadUrlExpiresAt: nowMs + DAY_MS,
    });
  });

  test('one batch read covers several documents', async () => {
    const urns = [await uploadDocument(), await uploadDocument()];
    const ids = urns.map(encodeURIComponent).join(',');
    const { json } = await caller.get(`/rest/documents?ids=List(${ids})`);
    expect(Object.keys((json as { results: object }).results)).toEqual(urns);
  });

  test('a document cannot be read as an image, nor an image as a document', async () => {
    const urn = await uploadDocument();
    const asImage = urn.replace(':document:', ':image:');
    expectApiError(await readOne(caller, 'images', asImage), 404, undefined);
    expectApiError(await readOne(caller, 'documents', asImage), 400, 'INVALID_URN_TYPE');
  });
});

describe('Documents in posts', () => {
  const content = (urn: string, fields: object) => ({ content: { media: { id: urn, ...fields } } });

  test('a post of a document needs a title', async () => {
    const urn = await uploadDocument();
    const answer = await caller.post(POSTS, postBody(content(urn, {})));
    expect(codeOf(answer)).toBe('MISSING_FIELD');
    expect(await caller.post(POSTS, postBody(content(urn, { title: 'The deck' })))).toMatchObject({
      status: 201,
    });
  });

  test('a document that does not exist is refused', async () => {
    const answer = await caller.post(POSTS, postBody(content('urn:li:document:X', { title: 'The deck' })));
    expect(codeOf(answer)).toBe('INVALID_DOCUMENT_ID');
  });
});
