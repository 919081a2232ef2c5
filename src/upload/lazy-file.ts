// Opens each file once, on its first use. Retries when the system is out of descriptors or another program holds the
// file for a moment.

import type { Clock } from '../deps.ts';
import { backoffMs } from '../http/backoff.ts';
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
