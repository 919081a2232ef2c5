// Parts that are sent again: only the failed ones, from their first byte, counted once, with the newest ETag.

import { describe, expect, it } from 'vitest';
import { FileError, UploadError } from '../../src/errors.ts';
import { caught } from '../support/caught.ts';
import { broken, dead, early, failed, rejected } from './failures.ts';
import { FILE, type Put, startTransfer, takeAll, textOf, turn } from './one-transfer.ts';

const MINUTE = 60_000;
const THREE = [20, 20, 60];

const textAt = (at: number, length: number) => FILE.subarray(at, at + length).toString();

/** Reads all bytes; each of the `answers` of a part is thrown or is its ETag, in order. */
function answering(answers: Readonly<Record<number, readonly unknown[]>>): Put & { texts: string[] } {
  const tries = new Map<number, number>();
  const texts: string[] = [];
  const put: Put = async ({ chunks }, index) => {
    const attempt = tries.get(index) ?? 0;
    tries.set(index, attempt + 1);
    texts.push(await textOf(chunks));
    const own = answers[index] ?? [];
    const answer = own[Math.min(attempt, own.length - 1)];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return Object.assign(put, { texts });
}

describe('failed parts', () => {
  it('a failed part is sent again alone, from its first byte', async () => {
    const put = answering({ 1: [failed('upload'), broken('upload', 'some'), 'third'] });
    const { receipts, seen, clock } = startTransfer({ sizes: THREE, put });
    await clock.advance(MINUTE);
    expect((await receipts).map(({ etag }) => etag)).toEqual(['part 0', 'third', 'part 2']);
    expect(seen.begun.toSorted()).toEqual([0, 1, 1, 1, 2]);
    expect(put.texts.map((text) => text.length).toSorted()).toEqual([20, 20, 20, 20, 60]);
    expect(new Set(put.texts)).toEqual(new Set([textAt(0, 20), textAt(20, 20), textAt(40, 60)]));
    expect(seen.sentBytes).toBe(FILE.length);
  });

  it('the bytes of a part that fails half way do not count as sent', async () => {
    let isFirst = true;
    const put: Put = async ({ chunks }) => {
      for await (const _ of chunks) {
        if (isFirst) break;
      }
      const wasFirst = isFirst;
      isFirst = false;
      if (wasFirst) throw broken('upload', 'some');
    };
    const { receipts, seen, clock } = startTransfer({ put });
    await turn();
    expect(seen.sentBytes).toBe(0);
    await clock.advance(MINUTE);
    await receipts;
    expect(seen.sentBytes).toBe(FILE.length);
  });

  it.each([
    ['parts', true, 5],
    ['one request', false, 4],
  ])('a failing part of a file in $0 fails the file after $2 attempts', async (_, needsEtags, tries) => {
    const error = failed('upload');
    const { receipts, seen, clock } = startTransfer({ put: answering({ 0: [error] }), needsEtags });
    await clock.advance(10 * MINUTE);
    await expect(receipts).rejects.toBe(error);
    expect(seen).toMatchObject({ begun: Array.from({ length: tries }, () => 0), sentBytes: 0, closed: 1 });
  });

  it('a part that fails for good is not retried, and no other part is sent', async () => {
    const error = rejected('REQUEST_REFUSED', 413, 'upload');
    const { receipts, seen, clock } = startTransfer({
      sizes: THREE,
      put: answering({ 0: [error] }),
      limit: 1,
    });
    await clock.advance(MINUTE);
    await expect(receipts).rejects.toBe(error);
    expect(seen.begun).toEqual([0]);
  });

  it('a part that fails because the file changed is not retried', async () => {
    const error = new FileError('FILE_CHANGED', 'a.mp4', 'changed on purpose');
    const { receipts, seen, clock } = startTransfer({ put: answering({ 0: [error] }) });
    await clock.advance(MINUTE);
    await expect(receipts).rejects.toBe(error);
    expect(seen.begun).toEqual([0]);
  });

  it('a failed part gives its slot to another part while it waits', async () => {
    const put = answering({ 0: [failed('upload', 50_000), 'late'] });
    const { receipts, seen, clock } = startTransfer({ sizes: THREE, put, limit: 1 });
    await clock.advance(0);
    expect(seen.begun).toEqual([0, 1, 2]);
    expect(seen.admitted).toBe(1);
    await clock.advance(50_000);
    expect((await receipts).map(({ etag }) => etag)).toEqual(['late', 'part 1', 'part 2']);
    expect(seen.admitted).toBe(1);
  });

  it('a part that fails for good ends the retry delays of the other parts at once', async () => {
    const error = dead();
    const put = answering({ 0: [failed('upload', 100_000)], 1: [error] });
    const { receipts, clock } = startTransfer({ sizes: THREE, put });
    await clock.advance(0);
    await expect(receipts).rejects.toBe(error);
    expect(clock.waiting).toBe(0);
  });
});

describe('parts without an ETag', () => {
  it('a part without an ETag is sent once more, and its bytes count once', async () => {
    const put = answering({ 1: [null, 'second'] });
    const { receipts, seen, clock } = startTransfer({ sizes: THREE, put });
    await clock.advance(MINUTE);
    expect((await receipts).map(({ etag }) => etag)).toEqual(['part 0', 'second', 'part 2']);
    expect(seen.sentBytes).toBe(FILE.length);
  });

  it('parts that lack an ETag twice fail the file after at most two attempts each', async () => {
    const sizes = Array.from({ length: 10 }, () => 10);
    const put: Put = async (body, index) => {
      await takeAll(body, index);
      return null;
    };
    const { receipts, seen, clock } = startTransfer({ sizes, put, limit: 10 });
    await clock.advance(MINUTE);
    const error = await caught(() => receipts, UploadError);
    expect(error.code).toBe('ETAG_MISSING');
    expect(seen.begun.length).toBeLessThanOrEqual(20);
  });

  it('an upload in one request needs no ETag', async () => {
    const { receipts } = startTransfer({ put: answering({ 0: [null] }), needsEtags: false });
    expect(await receipts).toEqual([{ status: 200, etag: null }]);
  });
});

describe('lost responses', () => {
  it.each([broken('upload', 'all'), early()])(
    'a lost response ($code) to an upload in one request is checked by the status',
    async (error) => {
      let checks = 0;
      const isUploadStored = async () => {
        checks += 1;
        return true;
      };
      const { receipts, seen, clock } = startTransfer({
        put: answering({ 0: [error] }),
        needsEtags: false,
        isUploadStored,
      });
      await clock.advance(0);
      expect(await receipts).toEqual([{ status: 200, etag: null }]);
      expect(seen).toMatchObject({ begun: [0], sentBytes: FILE.length });
      expect(checks).toBe(1);
    },
  );

  it.each([1, 2])(
    'a file that changed fails, even if the status shows its upload: attempt %i',
    async (attempts) => {
      const changed = new FileError('FILE_CHANGED', 'a.mp4', 'changed');
      let checks = 0;
      const { receipts, clock } = startTransfer({
        put: answering({ 0: [broken('upload', 'all'), 'etag'] }),
        needsEtags: false,
        isUploadStored: async () => {
          checks += 1;
          return checks >= attempts;
        },
        verify: () => Promise.reject(changed),
      });
      await clock.advance(MINUTE);
      await expect(receipts).rejects.toBe(changed);
      expect(checks).toBe(attempts);
    },
  );

  it('a lost response is checked again when the next attempt is rejected', async () => {
    let checks = 0;
    const isUploadStored = async () => {
      checks += 1;
      return checks === 2;
    };
    const put = answering({ 0: [broken('upload', 'all'), dead(409)] });
    const { receipts, seen, clock } = startTransfer({ put, needsEtags: false, isUploadStored });
    await clock.advance(MINUTE);
    expect(await receipts).toHaveLength(1);
    expect(seen).toMatchObject({ begun: [0, 0], sentBytes: FILE.length });
  });

  it('a lost response to one of several parts is not checked', async () => {
    const isUploadStored = () => Promise.reject(new RangeError('unexpected check'));
    const put = answering({ 2: [broken('upload', 'all'), 'newest'] });
    const { receipts, seen, clock } = startTransfer({ sizes: THREE, put, isUploadStored });
    await clock.advance(MINUTE);
    expect((await receipts)[2]).toEqual({ status: 200, etag: 'newest' });
    expect(seen.sentBytes).toBe(FILE.length);
  });
});

describe('sidecars', () => {
  it('a failed sidecar is sent again alone', async () => {
    let tries = 0;
    const put = async () => {
      tries += 1;
      if (tries < 3) throw failed('upload');
    };
    const sidecars = [{ kind: 'captions', bytes: Buffer.from('words'), put } as const];
    const { receipts, seen, clock } = startTransfer({ sizes: THREE, sidecars });
    await clock.advance(MINUTE);
    expect(await receipts).toHaveLength(3);
    expect([tries, seen.begun.length]).toEqual([3, 3]);
  });
});
