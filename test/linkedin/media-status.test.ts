// Status reads of images and videos, alone and in batches: the meaning of each status, the requests, the result of each file, and what
// follows when LinkedIn rejects a batch.

import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import type { HttpClient } from '../../src/http/client.ts';
import type { HttpRequest, HttpResponse } from '../../src/http/messages.ts';
import {
  interpretRecord,
  MediaStatusReader,
  statusRecord,
} from '../../src/linkedin/media-status.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { StatusQuery, WithReadSlot } from '../../src/linkedin/session.ts';
import type { MediaKind } from '../../src/linkedin/urn.ts';
import { broken } from '../errors/failures.ts';
import { IMAGE_URN, VIDEO_URN } from './media-sessions.ts';
import { reply, ScriptedClient, straight, withErrors } from './scripted-client.ts';

const image: StatusQuery = { api: 'media', urn: IMAGE_URN, kind: 'image', recipe: null };
const video: StatusQuery = { ...image, urn: VIDEO_URN, kind: 'video' };

it.each([
  ['WAITING_UPLOAD', 'waiting'],
  ['PROCESSING', 'waiting'],
  ['AVAILABLE', 'available'],
  ['PROCESSING_FAILED', 'failed'],
  // An unknown status means waiting, and is never looked up on a prototype.
  ['REHEARSING', 'waiting'],
  ['FAILED', 'waiting'],
  ['available', 'waiting'],
  ['constructor', 'waiting'],
  ['', 'waiting'],
])('the status %j means %s', (status, state) => {
  expect(interpretRecord({ status, artifacts: [] }, image)).toMatchObject({ state, status });
});

it.each<[string, string | undefined, string]>([
  ['none', undefined, '(PROCESSING_FAILED)'],
  ['an empty text', '', '(PROCESSING_FAILED)'],
  ['a sentence', 'The codec is not supported', '(PROCESSING_FAILED): "The codec is not supported"'],
  ['5,000 characters, cut to 300', 'x'.repeat(5000), `(PROCESSING_FAILED): "${'x'.repeat(300)}"`],
])(
  'a failed file has an error with the reason from LinkedIn: %s',
  (_, processingFailureReason, ending) => {
    const failed = { status: 'PROCESSING_FAILED', processingFailureReason, artifacts: [] };
    expect(interpretRecord(failed, video)).toMatchObject({
      state: 'failed',
      error: {
        code: 'PROCESSING_FAILED',
        urn: VIDEO_URN,
        message: `LinkedIn failed to process the file ${ending}`,
      },
    });
  },
);

const downloadUrl = 'https://media.licdn.com/x?e=1&t=secret';
const expiresAt = '2023-08-08T01:00:00.000Z';
it.each<[string, object, object | null]>([
  ['no download URL', {}, null],
  ['a download URL', { downloadUrl }, { url: downloadUrl }],
  [
    'an expiry',
    { downloadUrl, downloadUrlExpiresAt: 1_691_456_400_000 },
    { url: downloadUrl, expiresAt },
  ],
  [
    'an expiry that no date can hold',
    { downloadUrl, downloadUrlExpiresAt: 1e20 },
    { url: downloadUrl },
  ],
])('an available file with %s has the matching artifacts', (_name, found, address) => {
  const { artifacts } = statusRecord.parse({ status: 'AVAILABLE', ...found });
  expect(artifacts).toEqual(address === null ? [] : [{ kind: 'download', addresses: [address] }]);
});

describe('single status reads', () => {
  /** LinkedIn rejects the batch read that comes first. */
  async function read(query: StatusQuery, answer: unknown) {
    const client = new ScriptedClient([reply(403), reply(200, answer)]);
    const statuses = new MediaStatusReader(new RestClient(client, '202609'), straight);
    const [reading] = await Promise.all(statuses.read([query]));
    return { reading, last: client.last };
  }

  it.each([
    [image, 'https://api.linkedin.com/rest/images/urn%3Ali%3Aimage%3AC4E10AQFoyyAjHPMQuQ'],
    [video, 'https://api.linkedin.com/rest/videos/urn%3Ali%3Avideo%3AC5F10AQGKQg_6y2a4sQ'],
  ])(
    'a status read has the whole URN as one encoded key in its URL: $urn',
    async (query, address) => {
      const { reading, last } = await read(query, { status: 'PROCESSING' });
      expect(reading).toEqual({ state: 'waiting', status: 'PROCESSING' });
      expect(last).toMatchObject({
        url: new URL(address),
        ...{ method: 'GET', phase: 'status', idempotency: 'idempotent', bearer: true },
      });
    },
  );

  it.each(['PROCESSING', 'AVAILABLE', 'PROCESSING_FAILED'])(
    'the status %s is read although other fields have unexpected values',
    async (status) => {
      const odd = {
        downloadUrl: null,
        downloadUrlExpiresAt: 'never',
        processingFailureReason: null,
      };
      const { reading } = await read(video, { status, ...odd, aspectRatioWidth: 1.75, new: [] });
      expect(reading).toMatchObject({ status });
    },
  );
});

function queriesOf(kind: MediaKind, count: number): StatusQuery[] {
  return Array.from({ length: count }, (_, index) => ({
    api: 'media',
    urn: `urn:li:${kind}:C_${index}`,
    kind,
    recipe: null,
  }));
}

/** The IDs in the URL of a batch read, or null for a single read. */
function idsIn(url: URL): string[] | null {
  const [, list] = /\?ids=List\((.*)\)$/.exec(url.href) ?? [];
  return list === undefined ? null : list.split(',').map(decodeURIComponent);
}

type Answer = (request: HttpRequest) => HttpResponse;

/** Answers single reads with PROCESSING and batch reads with `batch`. */
class Statuses extends ScriptedClient {
  constructor(batch: Answer) {
    super([
      (request) =>
        idsIn(request.url) === null ? reply(200, { status: 'PROCESSING' }) : batch(request),
    ]);
  }

  get requestedUrls(): string[] {
    return this.requests.map(({ url }) => url.href);
  }

  get batches(): number {
    return this.requestedUrls.filter((href) => href.includes('List(')).length;
  }
}

function readOn(client: HttpClient, withReadSlot = straight) {
  const statuses = new MediaStatusReader(new RestClient(client, '202609'), withReadSlot);
  return {
    statuses,
    /** Waits for all results. */
    read: async (queries: readonly StatusQuery[]) =>
      withErrors(await Promise.all(statuses.read(queries))),
  };
}

/** Answers with the same status for every requested file. */
const all =
  (status: string): Answer =>
  ({ url }) =>
    reply(200, {
      results: Object.fromEntries((idsIn(url) ?? []).map((id) => [id, { id, status }])),
    });

const given =
  (body: unknown, status = 200): Answer =>
  () =>
    reply(status, body);

it.each([
  ['image', 'images'],
  ['video', 'videos'],
] as const)(
  'several files are one request with encoded URNs in an unencoded list (%s)',
  async (kind, resource) => {
    const client = new Statuses(all('AVAILABLE'));
    const readings = await readOn(client).read(queriesOf(kind, 3));
    const ids = [0, 1, 2].map((index) => `urn%3Ali%3A${kind}%3AC_${index}`);
    expect(client.requestedUrls).toEqual([
      `https://api.linkedin.com/rest/${resource}?ids=List(${ids.join(',')})`,
    ]);
    expect(readings).toEqual(
      Array(3).fill({ state: 'available', status: 'AVAILABLE', artifacts: [] }),
    );
  },
);

it.each([
  [1, 1],
  [50, 1],
  [51, 2],
  [120, 3],
])('%i files need %i batch reads and no single read', async (count, batches) => {
  const client = new Statuses(all('PROCESSING'));
  const readings = await readOn(client).read(queriesOf('image', count));
  expect(readings).toEqual(Array(count).fill({ state: 'waiting', status: 'PROCESSING' }));
  expect([client.batches, client.requestedUrls.length]).toEqual([batches, batches]);
  for (const href of client.requestedUrls) expect(new URL(href).search.length).toBeLessThan(4096);
});

describe('batch results', () => {
  const [first, second, third] = [
    'urn:li:video:C_0',
    'urn:li:video:C_1',
    'urn:li:video:C_2',
  ] as const;
  const read = (body: unknown) => readOn(new Statuses(given(body))).read(queriesOf('video', 3));

  it('each file gets its own result, whatever their order in the answer', async () => {
    const readings = await read({
      results: {
        [third]: { status: 'PROCESSING_FAILED', processingFailureReason: 'too short' },
        'urn:li:video:other': { status: 'AVAILABLE' },
        [first]: { status: 'AVAILABLE', downloadUrl: 'https://media.licdn.com/x' },
        [second]: { status: 'WAITING_UPLOAD' },
      },
      statuses: { [first]: 200, [second]: 200, [third]: 200 },
      errors: {},
    });
    expect(readings).toMatchObject([
      { state: 'available', artifacts: [{ kind: 'download' }] },
      { state: 'waiting', status: 'WAITING_UPLOAD' },
      { state: 'failed', error: { code: 'PROCESSING_FAILED', urn: third } },
    ]);
  });

  it('each file gets its own rejection', async () => {
    const readings = await read({
      results: { [third]: { status: 'AVAILABLE' } },
      errors: {
        [first]: { status: 403, message: 'Accessing this video resource is forbidden.' },
        [second]: { status: 404, code: 'NOT_FOUND', message: 'No such video' },
      },
    });
    expect(readings).toMatchObject([
      { state: 'unreadable', error: { code: 'ACCESS_DENIED', status: 403 } },
      { code: 'REQUEST_REFUSED', status: 404 },
      { state: 'available' },
    ]);
    expect(readings[1]).toBeInstanceOf(CallError);
    expect(readings[1]).toHaveProperty(
      'message',
      'LinkedIn rejected the status request (404, NOT_FOUND): "No such video"',
    );
  });

  it.each<[name: string, more: object, expected: object]>([
    ['an error status in statuses', { statuses: { [first]: 403 } }, { state: 'unreadable' }],
    [
      'an error whose status is in statuses',
      { errors: { [first]: { message: 'No' } }, statuses: { [first]: 500 } },
      { code: 'SERVER_FAILED', status: 500 },
    ],
    ['an error that is a text', { errors: { [first]: 'No' } }, { code: 'REQUEST_REFUSED' }],
    ['null as errors', { errors: null }, { code: 'REPLY_SHAPE' }],
    ['a missing result', {}, { code: 'REPLY_SHAPE' }],
  ])('%s affects only its own file', async (_name, more, expected) => {
    const results = { [second]: { status: 'AVAILABLE' }, [third]: { status: 'PROCESSING' } };
    const readings = await read({ results, ...more });
    expect(readings).toMatchObject([expected, { state: 'available' }, { state: 'waiting' }]);
  });

  it('an error in a batch keeps the details of its call, like that of a single read', async () => {
    const call = { phase: 'status', idempotency: 'idempotent', sent: 'all' } as const;
    const body = { results: { [third]: {} }, errors: { [first]: { status: 500 } } };
    const answer = { ...reply(200, body, { 'x-li-uuid': 'u1' }), call };
    const readings = await readOn(new Statuses(() => answer)).read(queriesOf('video', 3));
    expect(readings).toMatchObject([
      { code: 'SERVER_FAILED', call },
      { code: 'REPLY_SHAPE', call },
      { code: 'REPLY_SHAPE', call },
    ]);
    for (const error of readings) {
      expect(error).toHaveProperty('message', expect.stringContaining(' [x-li-uuid u1]'));
      // A CallError with a URN counts as a registration that returned one, and is not retried.
      expect(error).toHaveProperty('urn', undefined);
    }
  });
});

describe('rejected batch reads', () => {
  const waiting = { state: 'waiting', status: 'PROCESSING' };

  it.each([
    [403, { code: 'ACCESS_DENIED', message: 'Not enough permissions to access: images.BATCH_GET' }],
    [400, { status: 400 }],
    [400, '<html>'],
    [404, ''],
    [405, ''],
    [414, '<html>'],
    [422, ''],
    [501, ''],
  ])(
    'each file of a batch that is rejected with %i %j is read alone, and so are later ones',
    async (status, body) => {
      const client = new Statuses(given(body, status));
      const { read } = readOn(client);
      const queries = queriesOf('image', 50);
      expect(await read(queries)).toEqual(queries.map(() => waiting));
      expect(client.requestedUrls).toHaveLength(51);
      expect(await read(queries.slice(0, 2))).toEqual([waiting, waiting]);
      expect([client.batches, client.requestedUrls.length]).toEqual([1, 53]);
    },
  );

  it('a single file is read in a batch first, and alone once LinkedIn has rejected that', async () => {
    const client = new Statuses(given('', 403));
    const { statuses, read } = readOn(client);
    const queries = queriesOf('video', 1);
    expect(statuses.readsTogether({ kind: 'video' })).toBe(true);
    expect(await read(queries)).toEqual([waiting]);
    expect(client.requestedUrls).toHaveLength(2);
    expect(statuses.readsTogether({ kind: 'video' })).toBe(false);
    expect(statuses.readsTogether({ kind: 'image' })).toBe(true);
  });

  it('a rejected batch of images does not stop batches of videos', async () => {
    const client = new Statuses((request) =>
      request.url.pathname.endsWith('/images') ? reply(403) : all('AVAILABLE')(request),
    );
    const statuses = readOn(client);
    await statuses.read(queriesOf('image', 2));
    const videos = await statuses.read(queriesOf('video', 2));
    expect(videos).toMatchObject([{ state: 'available' }, { state: 'available' }]);
    expect(client.batches).toBe(2);
    await statuses.read(queriesOf('image', 2));
    expect(client.batches).toBe(2);
  });

  it('each single read takes its own read slot', async () => {
    let entered = 0;
    const withReadSlot: WithReadSlot = (call) => {
      entered += 1;
      return call();
    };
    await readOn(new Statuses(given('', 403)), withReadSlot).read(queriesOf('image', 3));
    expect(entered).toBe(4);
  });
});

it.each([
  [401, 'TOKEN_REFUSED'],
  [408, 'REQUEST_REFUSED'],
  [426, 'VERSION_INACTIVE'],
  [429, 'LIMIT_REACHED'],
  [503, 'SERVER_FAILED'],
])(
  'a batch that fails with %i gives %s for each file, and the next read sends a batch again',
  async (status, code) => {
    const client = new Statuses(given('', status));
    const { read } = readOn(client);
    for (const batches of [1, 2]) {
      expect(await read(queriesOf('image', 2))).toMatchObject(Array(2).fill({ code, status }));
      expect(client.requestedUrls).toHaveLength(batches);
    }
  },
);

it('a failed batch does not affect the files of another batch', async () => {
  let calls = 0;
  const client = new Statuses((request) => {
    calls += 1;
    if (calls === 1) throw broken('status', 'all');
    return all('AVAILABLE')(request);
  });
  const readings = await readOn(client).read(queriesOf('image', 60));
  expect(readings.slice(0, 50)).toMatchObject(Array(50).fill({ code: 'NETWORK_FAILED' }));
  expect(readings.slice(50)).toMatchObject(Array(10).fill({ state: 'available' }));
});
