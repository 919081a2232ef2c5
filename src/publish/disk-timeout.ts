// Limits how long an upload waits for the disk. A network disk can hang forever.

import type { Clock } from '../deps.ts';
import { IdleTimeouts, STALL_MS } from '../http/idle-timeout.ts';
import { type Open, openAsSystem } from '../media/bytes.ts';

/** Shorter than the idle timeout of a request, so that the error names the file and not the network. */
export const DISK_MS = 0.75 * STALL_MS;

/**
 * Wraps `open` with a timeout. Opening, `read` and `stat` reject with ETIMEDOUT after `DISK_MS`. The read itself
 * continues and may still write into its buffer. `close` returns immediately, because a hung file never closes.
 */
export function openInTime(clock: Clock, open: Open = openAsSystem): Open {
  const timeouts = new IdleTimeouts(clock, DISK_MS);
  const inTime = async <T>(work: Promise<T>): Promise<T> => {
    const late = Promise.withResolvers<never>();
    const timeout = timeouts.start('the disk', (text) =>
      late.reject(Object.assign(new Error(text), { code: 'ETIMEDOUT' })),
    );
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      timeout.end();
    }
  };
  return async (path, flags) => {
    const opening = open(path, flags);
    const handle = await inTime(opening).catch((error: unknown) => {
      opening.then((tooLate) => tooLate.close()).catch(() => {});
      throw error;
    });
    const [read, stat, close] = [
      handle.read.bind(handle),
      handle.stat.bind(handle),
      handle.close.bind(handle),
    ];
    return Object.assign(handle, {
      read: (...given: Parameters<typeof read>) => inTime(read(...given)),
      stat: (...given: Parameters<typeof stat>) => inTime(stat(...given)),
      close: async () => {
        close().catch(() => {});
      },
    });
  };
}
