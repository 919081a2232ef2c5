// Opens each file once, on its first use. Retries when the system is out of descriptors or another program holds the
// file for a moment. Limits how long an upload waits for a disk that hangs.

import type { Clock } from '../deps.ts';
import { backoffMs } from '../http/backoff.ts';
import { IdleTimeouts, STALL_MS } from '../http/idle-timeout.ts';
import { type Open, openAsSystem } from '../media/bytes.ts';
import type { ByteSource } from '../media/media-file.ts';

// Errors that pass. A disk error (EIO) does not pass, and its data cannot be trusted.
const TRANSIENT_CODES = new Set(['EMFILE', 'ENFILE', 'EBUSY']);
const MAX_ATTEMPTS = 4;

interface OpenRetryOptions {
  readonly clock: Clock;
  /** Aborts the wait before a retry. */
  readonly signal: AbortSignal;
  readonly open?: Open | undefined;
}

/** Wraps `open` with up to three retries after transient errors. */
export function openWithRetry({ clock, signal, open = openAsSystem }: OpenRetryOptions): Open {
  return async (path, flags) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await open(path, flags);
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !TRANSIENT_CODES.has(String((error as NodeJS.ErrnoException).code)))
          throw error;
        await clock.sleep(backoffMs(attempt, 'throttled', clock.random()), signal).catch(() => {
          throw error;
        });
      }
    }
  };
}

/** An open file that can verify that it is still the one that was inspected. */
export interface OpenFile extends ByteSource {
  /** @throws FileError FILE_CHANGED */
  verify(): Promise<void>;
  close(): Promise<void>;
}

/** A file that is opened on first use, so that a waiting file holds no descriptor. */
export interface LazyFile {
  /** @throws the error of `open`, on every call */
  get(): Promise<OpenFile>;
  /** Closes the file once, whatever the number of calls. Never throws. */
  close(): Promise<void>;
}

export function lazyFile(open: () => Promise<OpenFile>): LazyFile {
  let opening: Promise<OpenFile> | null = null;
  let closing: Promise<void> | null = null;
  return {
    get: () => {
      opening ??= open();
      return opening;
    },
    close: () => {
      // The file was only read, so an error of closing affects no sent byte.
      closing ??= Promise.resolve(opening)
        .then((file) => file?.close())
        .catch(() => {});
      return closing;
    },
  };
}

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
