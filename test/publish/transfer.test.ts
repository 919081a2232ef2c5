// The parts of one session on their way: each its own bytes, answered in order, and ended together when one fails.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError, NetworkError, RunError, UploadError } from '../../src/errors.ts';
import { BufferPool } from '../../src/publish/range-body.ts';
import { Limiter } from '../../src/publish/retry/limiter.ts';
import { counting, FILE, type Put, startTransfer, takeAll, textOf, turn, URN } from './one-transfer.ts';

describe('a transfer', () => {
  it('sends each part its own bytes, told once each', async () => {
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
    'of parts that do not cover the file, %j, sends nothing',
    async (sizes) => {
      const { receipts, seen } = startTransfer({ sizes });
      await expect(receipts).rejects.toMatchObject({ code: 'PART_PLAN', urn: URN });
      expect(seen).toMatchObject({ opened: 0, begun: [] });
    },
  );

  it('resolves with the receipts in part order, whatever finishes first', async () => {
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

  it('sends no more at once than the lane allows', async () => {
    const counted = counting();
    const { put } = counted;
    await startTransfer({ sizes: Array.from({ length: 20 }, () => 5), put, limit: 3 }).receipts;
    expect(counted.peak).toBe(3);
  });
});

describe('a transfer of very many parts', () => {
  it('has two of them in line at most, and begins the others as places come free', async () => {
    let [inLine, peak] = [0, 0];
    class WatchedLane extends Limiter {
      override async acquire(key: unknown) {
        inLine += 1;
        peak = Math.max(peak, inLine);
        try {
          return await super.acquire(key);
        } finally {
          inLine -= 1;
        }
      }
    }
    const sizes = Array.from({ length: FILE.length }, () => 1);
    const { receipts, seen } = startTransfer({ sizes, limiter: new WatchedLane(3), put: turn });
    expect(await receipts).toHaveLength(FILE.length);
    expect(seen.begun).toEqual([...FILE.keys()]);
    expect([peak, inLine]).toEqual([2, 0]);
  });
});

describe('several transfers', () => {
  it('take turns in the lane: a later file does not wait for all parts of the first', async () => {
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

  it('use no more buffers than the slots need, whether their parts arrive or not', async () => {
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

describe('the file', () => {
  it('is opened when the first slot comes, not before', async () => {
    const limiter = new Limiter(1);
    const leave = await limiter.acquire('another file');
    const { receipts, seen } = startTransfer({ sizes: [50, 50], limiter });
    await turn();
    expect(seen).toMatchObject({ opened: 0, admitted: 0 });
    leave();
    await receipts;
    expect(seen).toMatchObject({ opened: 1, closed: 1 });
  });

  it('is not sent when it changed, nor opened again for the other parts', async () => {
    const fault = new FileError('FILE_CHANGED', 'a.mp4 changed');
    const { receipts, seen } = startTransfer({ sizes: [40, 60], open: () => Promise.reject(fault) });
    await expect(receipts).rejects.toBe(fault);
    expect(seen).toMatchObject({ opened: 1, closed: 0, begun: [], admitted: 1 });
  });

  it('fails when it changed under way, after its last part', async () => {
    const fault = new FileError('FILE_CHANGED', 'a.mp4 changed');
    const { receipts, seen } = startTransfer({ sizes: [40, 60], verify: () => Promise.reject(fault) });
    await expect(receipts).rejects.toBe(fault);
    expect(seen).toMatchObject({ begun: [0, 1], verified: 1, closed: 1 });
  });

  it('is closed when a part fails, after all parts have ended', async () => {
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

  it('that will not close takes nothing back', async () => {
    const { receipts } = startTransfer({ close: () => Promise.reject(new Error('EIO')) });
    expect(await receipts).toHaveLength(1);
  });
});

describe('a part that fails', () => {
  const first = new NetworkError('NETWORK_FAILED', 'first');

  /** The second of the parts fails at once; the others wait to be aborted. */
  const secondFails: Put = async ({ signal }, index) => {
    if (index === 1) throw first;
    const { promise, reject } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => reject(new RunError('RUN_CANCELLED', 'a sibling')));
    await promise;
  };

  it('aborts its siblings, and its error is the one that counts', async () => {
    const { receipts, seen } = startTransfer({ sizes: [20, 20, 60], put: secondFails });
    await expect(receipts).rejects.toBe(first);
    expect(seen).toMatchObject({ begun: [0, 1, 2], closed: 1 });
  });

  it('gives up those that wait: they take no turns from other files', async () => {
    const { receipts, seen, limiter } = startTransfer({
      sizes: Array.from({ length: 100 }, () => 1),
      put: secondFails,
      limit: 2,
    });
    const other = new Limiter(1);
    const { promise, resolve } = Promise.withResolvers<void>();
    // Others hold every place from now on, for as long as they like.
    const others = [0, 1].map(() => limiter.run(other, () => promise));
    await expect(receipts).rejects.toBe(first);
    expect(seen).toMatchObject({ begun: [0, 1], admitted: 1, closed: 1 });
    resolve();
    await Promise.all(others);
  });

  it('leaves every place of the lane free', async () => {
    const { receipts, limiter } = startTransfer({ sizes: [20, 20, 20, 20, 20], put: secondFails, limit: 2 });
    await expect(receipts).rejects.toBe(first);
    const { receipts: next } = startTransfer({ sizes: [50, 50], limiter });
    expect(await next).toHaveLength(2);
  });

  it('releases the berth once, also when it is the last that was let in', async () => {
    const put: Put = async (_, index) => {
      if (index === 2) throw first;
    };
    const { receipts, seen } = startTransfer({ sizes: [20, 20, 60], put, limit: 1 });
    await expect(receipts).rejects.toBe(first);
    expect(seen.admitted).toBe(1);
  });
});

describe('onLastAcquired', () => {
  it('is called when the last part is let in, while it is still being sent', async () => {
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

describe('an upload address', () => {
  it.each([
    ['ran out', 1_000_000, 1_000_001],
    ['is about to run out', 1_000_000, 1_000_000 - 29_999],
  ])('that %s is not used: no byte leaves, no file is opened', async (_, expiresAtMs, nowMs) => {
    const { receipts, seen } = startTransfer({ sizes: [50, 50], expiresAtMs, nowMs });
    await expect(receipts).rejects.toBeInstanceOf(UploadError);
    await expect(receipts).rejects.toMatchObject({ code: 'UPLOAD_EXPIRED', urn: URN });
    expect(seen).toMatchObject({ opened: 0, begun: [], sentBytes: 0, admitted: 1 });
  });

  it('that lives long enough is used', async () => {
    const { receipts } = startTransfer({ expiresAtMs: 1_000_000, nowMs: 1_000_000 - 30_001 });
    expect(await receipts).toHaveLength(1);
  });
});

describe('a cancelled run', () => {
  const reason = new RunError('RUN_CANCELLED', 'cancelled');

  it('sends nothing more', async () => {
    const { receipts, seen } = startTransfer({ sizes: [50, 50], signal: AbortSignal.abort(reason) });
    await expect(receipts).rejects.toBe(reason);
    expect(seen).toMatchObject({ opened: 0, begun: [] });
  });

  it('aborts the parts under way and closes the file', async () => {
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
