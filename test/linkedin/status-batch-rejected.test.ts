// Batch status reads that LinkedIn rejects or that fail: the single reads that follow, and which files fail.

import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/errors.ts';
import type { WithReadSlot } from '../../src/linkedin/session.ts';
import { reply } from './scripted-client.ts';
import { all, given, queriesOf, readOn, Statuses } from './status-batches.ts';

describe('rejected batch reads', () => {
  const waiting = { state: 'waiting', status: 'PROCESSING' };

  it.each([
    [
      403,
      { status: 403, code: 'ACCESS_DENIED', message: 'Not enough permissions to access: images.BATCH_GET' },
    ],
    [400, { status: 400 }],
    [400, '<html>'],
    [404, ''],
    [405, { status: 405 }],
    [414, '<html>'],
    [422, ''],
    [501, ''],
  ])(
    'each file of a batch that is rejected with %i is read alone, and so are later ones',
    async (status, body) => {
      const client = new Statuses(given(body, status));
      const statuses = readOn(client);
      const queries = queriesOf('image', 50);
      expect(await statuses.read(queries)).toEqual(queries.map(() => waiting));
      expect(client.requestedUrls).toHaveLength(51);
      expect(await statuses.read(queries.slice(0, 2))).toEqual([waiting, waiting]);
      expect({ batches: client.batches, calls: client.requestedUrls.length }).toEqual({
        batches: 1,
        calls: 53,
      });
    },
  );

  it('the files of a second batch are read singly after the first one was rejected', async () => {
    const client = new Statuses(given('', 403));
    const readings = await readOn(client).read(queriesOf('image', 52));
    expect(readings).toEqual(Array.from({ length: 52 }, () => waiting));
    expect({ batches: client.batches, calls: client.requestedUrls.length }).toEqual({
      batches: 1,
      calls: 53,
    });
  });

  it('a single file is read in a batch first, and alone once LinkedIn has rejected that', async () => {
    const client = new Statuses(given('', 403));
    const { statuses, read } = readOn(client);
    const queries = queriesOf('video', 1);
    expect(statuses.readsTogether('video')).toBe(true);
    expect(await read(queries)).toEqual([waiting]);
    expect(client.requestedUrls).toHaveLength(2);
    expect(statuses.readsTogether('video')).toBe(false);
    expect(statuses.readsTogether('image')).toBe(true);
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

  it('each single read resolves as soon as its own call is answered', async () => {
    const [held, quick] = queriesOf('image', 2);
    let calls = 0;
    const withReadSlot: WithReadSlot = (call) => {
      calls += 1;
      return calls === 2 ? new Promise<never>(() => {}) : call();
    };
    const queries = [held, quick].filter((query) => query !== undefined);
    const { statuses } = readOn(new Statuses(given('', 403)), withReadSlot);
    const [, second] = statuses.read(queries);
    expect(await second).toEqual(waiting);
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

describe('failed batch reads', () => {
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
      const statuses = readOn(client);
      for (const batches of [1, 2]) {
        const readings = await statuses.read(queriesOf('image', 2));
        expect(readings).toMatchObject([
          { code, status },
          { code, status },
        ]);
        expect(client.requestedUrls).toHaveLength(batches);
      }
    },
  );

  it('a failed batch does not affect the files of another batch', async () => {
    let calls = 0;
    const client = new Statuses((request) => {
      calls += 1;
      if (calls === 1) throw new NetworkError('NETWORK_FAILED', 'gone');
      return all('AVAILABLE')(request);
    });
    const readings = await readOn(client).read(queriesOf('image', 60));
    expect(readings.slice(0, 50)).toMatchObject(
      Array.from({ length: 50 }, () => ({ code: 'NETWORK_FAILED' })),
    );
    expect(readings.slice(50)).toMatchObject(Array.from({ length: 10 }, () => ({ state: 'available' })));
  });

  it('a TypeError is thrown, not returned as a result', async () => {
    const client = new Statuses(() => {
      throw new TypeError('a bug');
    });
    await expect(readOn(client).read(queriesOf('image', 2))).rejects.toThrow(TypeError);
  });
});
