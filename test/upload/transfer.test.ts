// The parts of one session: each sends its own bytes, receipts keep their order, and one failure ends all parts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError, NetworkError, RunError, UploadError } from '../../src/errors.ts';
import { BufferPool } from '../../src/upload/file-body.ts';
import { Limiter } from '../../src/upload/retry/limiter.ts';
import { inSlot } from './in-slot.ts';
import { counting, FILE, type Put, startTransfer, takeAll, textOf, turn, URN } from './one-transfer.ts';

describe('transfer', () => {
  it('a transfer sends the bytes of each part and counts them once', async () => {
    const got: string[] = [];
    const { receipts, seen } = startTransfer({
      sizes: [33, 1, 66],
      put: async ({ chunks, sizeBytes }, index) => {
        got[index] = await textOf(chunks);
        expect(got[index]).toHaveLength(sizeBytes);
      },
    });
    await receipts;
    expect(got.join('')).toBe(FILE.toString());
    expect(seen).toMatchObject({ opened: 1, closed: 1, verified: 1, admitted: 1, sentBytes: FILE.length });
  });

  it.each([[[100, 1]], [[99]], [[]]])(
    'a transfer of parts that do not cover the file, %j, sends nothing',
    async (sizes) => {
      const { receipts, seen } = startTransfer({ sizes });
      await expect(receipts).rejects.toMatchObject({ code: 'PART_PLAN', urn: URN });
      expect(seen).toMatchObject({ opened: 0, begun: [] });
    },
  );

  it('a transfer resolves with the receipts in part order, whatever finishes first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9), { minLength: 10, maxLength: 10 }), async (ticks) => {
        const put: Put = async (_, index) => {
          for (let tick = ticks[index] ?? 0; tick > 0; tick -= 1) await null;
        };
        const { receipts } = startTransfer({ sizes: ticks.map(() => 10), put, limit: 10 });
        expect((await receipts).map(({ etag }) => etag)).toEqual(ticks.map((_, index) => `part ${index}`));
      }),
    );
  });

  it('a transfer sends no more parts at once than the limiter allows', async () => {
    const counted = counting();
    const { put } = counted;
    await startTransfer({ sizes: Array.from({ length: 20 }, () => 5), put, limit: 3 }).receipts;
    expect(counted.peak).toBe(3);
  });
});

describe('transfer of many parts', () => {
  it('a transfer queues two parts at most and starts the others as slots become free', async () => {
    let [queued, peak] = [0, 0];
    class WatchedLimiter extends Limiter {
      override async acquire(key: unknown) {
        queued += 1;
        peak = Math.max(peak, queued);
        try {
          return await super.acquire(key);
        } finally {
          queued -= 1;
        }
      }
    }
    const sizes = Array.from({ length: FILE.length }, () => 1);
    const { receipts, seen } = startTransfer({ sizes, limiter: new WatchedLimiter(3), put: turn });
    expect(await receipts).toHaveLength(FILE.length);
    expect(seen.begun).toEqual([...FILE.keys()]);
    expect([peak, queued]).toEqual([2, 0]);
  });
});

describe('concurrent transfers', () => {
  it('transfers take turns in the limiter: a later file does not wait for all parts of the first', async () => {
    const limiter = new Limiter(1);
    const order: string[] = [];
    const noting =
      (name: string): Put =>
      async () => {
        order.push(name);
      };
    const film = startTransfer({ sizes: [20, 20, 20, 20, 20], put: noting('film'), limiter });
    const image = startTransfer({ put: noting('image'), limiter });
    await Promise.all([film.receipts, image.receipts]);
    expect(order).toEqual(['film', 'film', 'image', 'film', 'film', 'film']);
  });

  it('transfers use no more buffers than the slots need, even when parts fail', async () => {
    const buffers = new Set<unknown>();
    class CountingPool extends BufferPool {
      override take() {
        const taken = super.take();
        buffers.add(taken);
        return taken;
      }
    }
    const pool = new CountingPool();
    const limiter = new Limiter(2);
    const sizes = [20, 20, 20, 20, 20];
    const failing: Put = async () => {
      throw new NetworkError('NETWORK_FAILED', 'on purpose');
    };
    for (const put of [takeAll, failing, takeAll]) {
      await startTransfer({ sizes, put, limiter, pool }).receipts.catch(() => {});
    }
    expect(buffers.size).toBe(2);
  });
});

describe('file of a transfer', () => {
  it('a file is opened when its first slot is free, and not before', async () => {
    const limiter = new Limiter(1);
    const leave = await limiter.acquire('another file');
    const { receipts, seen } = startTransfer({ sizes: [50, 50], limiter });
    await turn();
    expect(seen).toMatchObject({ opened: 0, admitted: 0 });
    leave();
    await receipts;
    expect(seen).toMatchObject({ opened: 1, closed: 1 });
  });

  it('a file is closed before its slot goes to the next file, so that no more files are open than slots', async () => {
    const limiter = new Limiter(1);
    const first = startTransfer({ sizes: [40, 60], limiter });
    const closedBefore: number[] = [];
    const put: Put = async () => void closedBefore.push(first.seen.closed);
    await Promise.all([first.receipts, startTransfer({ limiter, put }).receipts]);
    expect(closedBefore).toEqual([1]);
    expect(first.seen).toMatchObject({ opened: 1, verified: 1, closed: 1 });
  });

  it('a file that changed is neither sent nor opened again for the other parts', async () => {
    const error = new FileError('FILE_CHANGED', 'a.mp4', 'changed');
    const { receipts, seen } = startTransfer({ sizes: [40, 60], open: () => Promise.reject(error) });
    await expect(receipts).rejects.toBe(error);
    expect(seen).toMatchObject({ opened: 1, closed: 0, begun: [], admitted: 1 });
  });

  it('a file that changes during its transfer fails after its last part', async () => {
    const error = new FileError('FILE_CHANGED', 'a.mp4', 'changed');
    const { receipts, seen } = startTransfer({ sizes: [40, 60], verify: () => Promise.reject(error) });
    await expect(receipts).rejects.toBe(error);
    expect(seen).toMatchObject({ begun: [0, 1], verified: 1, closed: 1 });
  });

  it('a file with a failed part is closed after all parts have ended', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { receipts, seen } = startTransfer({
      sizes: [40, 60],
      put: async (_, index) => {
        if (index === 0) throw new NetworkError('NETWORK_FAILED', 'on purpose');
        await promise;
      },
    });
    await turn();
    expect(seen.closed).toBe(0);
    resolve();
    await expect(receipts).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    expect(seen).toMatchObject({ closed: 1, verified: 0 });
  });

  it('a file that fails to close does not fail its transfer', async () => {
    const { receipts } = startTransfer({ close: () => Promise.reject(new Error('EIO')) });
    expect(await receipts).toHaveLength(1);
  });
});

describe('failed parts', () => {
  const first = new NetworkError('NETWORK_FAILED', 'first');

  /** The second of the parts fails at once; the others wait to be aborted. */
  const secondFails: Put = async ({ signal }, index) => {
    if (index === 1) throw first;
    const { promise, reject } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => reject(new RunError('RUN_CANCELLED', 'a sibling')));
    await promise;
  };

  it('a part that fails aborts the other parts, and its error fails the transfer', async () => {
    const { receipts, seen } = startTransfer({ sizes: [20, 20, 60], put: secondFails });
    await expect(receipts).rejects.toBe(first);
    expect(seen).toMatchObject({ begun: [0, 1, 2], closed: 1 });
  });

  it('a part that fails removes the waiting parts from the queue', async () => {
    const { receipts, seen, limiter } = startTransfer({
      sizes: Array.from({ length: 100 }, () => 1),
      put: secondFails,
      limit: 2,
    });
    const other = new Limiter(1);
    const { promise, resolve } = Promise.withResolvers<void>();
    // Other tasks hold every slot from now on.
    const others = [0, 1].map(() => inSlot(limiter, other, () => promise));
    await expect(receipts).rejects.toBe(first);
    expect(seen).toMatchObject({ begun: [0, 1], admitted: 1, closed: 1 });
    resolve();
    await Promise.all(others);
  });

  it('a part that fails leaves every slot of the limiter free', async () => {
    const { receipts, limiter } = startTransfer({ sizes: [20, 20, 20, 20, 20], put: secondFails, limit: 2 });
    await expect(receipts).rejects.toBe(first);
    const { receipts: next } = startTransfer({ sizes: [50, 50], limiter });
    expect(await next).toHaveLength(2);
  });

  it('onLastAcquired is called once when the last part fails', async () => {
    const put: Put = async (_, index) => {
      if (index === 2) throw first;
    };
    const { receipts, seen } = startTransfer({ sizes: [20, 20, 60], put, limit: 1 });
    await expect(receipts).rejects.toBe(first);
    expect(seen.admitted).toBe(1);
  });
});

describe('onLastAcquired', () => {
  it('onLastAcquired is called when the last part gets its slot, while it is still being sent', async () => {
    const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
    const put: Put = async (_, index) => gates[index]?.promise;
    const { receipts, seen } = startTransfer({ sizes: [20, 20, 60], put, limit: 2 });
    await turn();
    expect(seen).toMatchObject({ begun: [0, 1], admitted: 0 });
    gates[0]?.resolve();
    await turn();
    expect(seen).toMatchObject({ begun: [0, 1, 2], admitted: 1 });
    for (const { resolve } of gates) resolve();
    await receipts;
    expect(seen.admitted).toBe(1);
  });
});

describe('upload URLs', () => {
  it.each([
    ['has expired', 1_000_000, 1_000_001],
    ['is about to expire', 1_000_000, 1_000_000 - 29_999],
  ])(
    'an upload URL that %s is not used: no byte is sent, and no file is opened',
    async (_, expiresAtMs, nowMs) => {
      const { receipts, seen } = startTransfer({ sizes: [50, 50], expiresAtMs, nowMs });
      await expect(receipts).rejects.toBeInstanceOf(UploadError);
      await expect(receipts).rejects.toMatchObject({ code: 'UPLOAD_EXPIRED', urn: URN });
      expect(seen).toMatchObject({ opened: 0, begun: [], sentBytes: 0, admitted: 1 });
    },
  );

  it('an upload URL that is valid long enough is used', async () => {
    const { receipts } = startTransfer({ expiresAtMs: 1_000_000, nowMs: 1_000_000 - 30_001 });
    expect(await receipts).toHaveLength(1);
  });
});

describe('run cancellation', () => {
  const reason = new RunError('RUN_CANCELLED', 'cancelled');

  it('a cancelled run sends nothing more', async () => {
    const { receipts, seen } = startTransfer({ sizes: [50, 50], signal: AbortSignal.abort(reason) });
    await expect(receipts).rejects.toBe(reason);
    expect(seen).toMatchObject({ opened: 0, begun: [] });
  });

  it('a cancelled run aborts the running parts and closes the file', async () => {
    const cancel = new AbortController();
    const put: Put = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { receipts, seen } = startTransfer({ sizes: [20, 20, 60], put, limit: 2, signal: cancel.signal });
    await turn();
    cancel.abort(reason);
    await expect(receipts).rejects.toBe(reason);
    expect(seen).toMatchObject({ begun: [0, 1], closed: 1 });
  });
});
