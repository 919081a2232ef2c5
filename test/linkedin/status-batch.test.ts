// Batch status reads: the requests, and the results of each file.

import { afterEach, describe, expect, it } from 'vitest';
import { LinkedInError, ReplyShapeError } from '../../src/errors.ts';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import type { WithReadSlot } from '../../src/linkedin/session.ts';
import { HttpFixture } from '../http/http-fixture.ts';
import { reply } from './scripted-client.ts';
import { all, given, queriesOf, readOn, Statuses } from './status-batches.ts';

describe('batch requests', () => {
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
      const available = { state: 'available', status: 'AVAILABLE', artifacts: [] };
      expect(readings).toEqual([available, available, available]);
    },
  );

  it.each([
    [1, 1],
    [2, 1],
    [50, 1],
    [51, 2],
    [120, 3],
  ])('%i files need %i batch reads and no single read', async (count, batches) => {
    const client = new Statuses(all('PROCESSING'));
    const readings = await readOn(client).read(queriesOf('image', count));
    expect(readings).toEqual(
      queriesOf('image', count).map(() => ({ state: 'waiting', status: 'PROCESSING' })),
    );
    expect({ batches: client.batches, calls: client.requestedUrls.length }).toEqual({
      batches,
      calls: batches,
    });
    for (const href of client.requestedUrls) expect(new URL(href).search.length).toBeLessThan(4096);
  });

  it('a batch does not wait for another batch once batches are known to be allowed', async () => {
    let calls = 0;
    const withReadSlot: WithReadSlot = (call) => {
      calls += 1;
      return calls === 2 ? new Promise<never>(() => {}) : call();
    };
    const { read, statuses } = readOn(new Statuses(all('PROCESSING')), withReadSlot);
    await read(queriesOf('image', 2));
    const answers = statuses.read(queriesOf('image', 100));
    expect(await answers[50]).toEqual({ state: 'waiting', status: 'PROCESSING' });
  });

  it('a batch takes one read slot', async () => {
    let entered = 0;
    const withReadSlot: WithReadSlot = (call) => {
      entered += 1;
      return call();
    };
    await readOn(new Statuses(all('PROCESSING')), withReadSlot).read(queriesOf('image', 9));
    expect(entered).toBe(1);
  });
});

describe('batch results', () => {
  const [first, second, third] = ['urn:li:video:C_0', 'urn:li:video:C_1', 'urn:li:video:C_2'] as const;
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
    expect(readings[1]).toBeInstanceOf(LinkedInError);
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
    ['an error without a status', { errors: { [first]: {} } }, { code: 'REQUEST_REFUSED' }],
    ['an error that is a text', { errors: { [first]: 'No' } }, { code: 'REQUEST_REFUSED' }],
    ['null as errors', { errors: null }, { code: 'REPLY_SHAPE' }],
    ['a missing result', {}, { code: 'REPLY_SHAPE' }],
    ['a missing result with status 200', { statuses: { [first]: 200 } }, { code: 'REPLY_SHAPE' }],
  ])('%s affects only its own file', async (_name, more, expected) => {
    const results = { [second]: { status: 'AVAILABLE' }, [third]: { status: 'PROCESSING' } };
    const readings = await read({ results, ...more });
    expect(readings).toMatchObject([expected, { state: 'available' }, { state: 'waiting' }]);
  });

  it.each([
    [undefined, `results.${first}`],
    [null, `results.${first}`],
    ['AVAILABLE', `results.${first}`],
    [{ id: first }, `results.${first}.status`],
    [{ status: null }, `results.${first}.status`],
  ])('a result of %j gives REPLY_SHAPE for its own file only', async (found, field) => {
    const readings = await read({
      results: { [first]: found, [second]: { status: 'AVAILABLE' }, [third]: { status: 'AVAILABLE' } },
    });
    expect(readings).toMatchObject([{ code: 'REPLY_SHAPE' }, { state: 'available' }, { state: 'available' }]);
    expect(readings[0]).toBeInstanceOf(ReplyShapeError);
    expect(readings[0]).toHaveProperty('message', `LinkedIn's response to the status request lacks ${field}`);
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
      // A ReplyShapeError with a URN counts as a registration that returned one, and is not retried.
      expect(error).toHaveProperty('urn', undefined);
    }
  });

  it.each(['<html>', '', []])('an answer of %j gives REPLY_SHAPE for every file', async (body) => {
    const readings = await read(body);
    expect(readings).toMatchObject([
      { code: 'REPLY_SHAPE' },
      { code: 'REPLY_SHAPE' },
      { code: 'REPLY_SHAPE' },
    ]);
  });
});

describe('batch reads over a real socket', () => {
  const fixture = new HttpFixture();
  afterEach(() => fixture.close());

  it('the lists of batches and a single URN arrive without further encoding', async () => {
    const received: (string | undefined)[] = [];
    const apiUrl = await fixture.http((request, response) => {
      received.push(request.url);
      response.end(JSON.stringify({ status: 'PROCESSING', results: {} }));
    });
    const linkedin = openLinkedIn({
      ...{ ...fixture.options(apiUrl), api: 'media', version: '202609', onSecret: () => {} },
    });
    await Promise.all(linkedin.readStatuses(queriesOf('image', 2)));
    const [video] = queriesOf('video', 1);
    if (video === undefined) throw new RangeError('one file was asked for');
    await Promise.all(linkedin.readStatuses([video]));
    await linkedin.readArtifacts(video);
    expect(received).toEqual([
      '/rest/images?ids=List(urn%3Ali%3Aimage%3AC_0,urn%3Ali%3Aimage%3AC_1)',
      '/rest/videos?ids=List(urn%3Ali%3Avideo%3AC_0)',
      '/rest/videos/urn%3Ali%3Avideo%3AC_0',
    ]);
  });
});
