// Opens files with patience: the system may have no descriptor to spare, or another program hold the file, for a moment.
// And once each, when they are about to be sent.

import type { Clock } from '../deps.ts';
import { backoffMs } from '../http/backoff.ts';
import { type Open, openAsSystem } from '../media/bytes.ts';
import type { ByteSource } from '../media/media-file.ts';

// What passes by itself. An error of the disk (EIO) does not, and what it brings is not to be trusted.
const TRANSIENT_CODES = new Set(['EMFILE', 'ENFILE', 'EBUSY']);
const MAX_ATTEMPTS = 4;

interface OpenRetryOptions {
  readonly clock: Clock;
  /** Ends a wait. */
  readonly signal: AbortSignal;
  readonly open?: Open | undefined;
}

/** Opens a file as `open` does, up to three times more while it fails for what passes. */
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

/** An open file that can tell whether it is still the one that was judged. */
export interface OpenFile extends ByteSource {
  /** @throws FileError FILE_CHANGED */
  verify(): Promise<void>;
  close(): Promise<void>;
}

/** A file that is opened on first use, so that one that is far from its turn holds no descriptor. */
export interface LazyFile {
  /** @throws what `open` does, each time */
  get(): Promise<OpenFile>;
  /** Once for all; never throws. */
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
      // Only read from: what closing finds to complain about changes no byte that was sent.
      closing ??= Promise.resolve(opening)
        .then((file) => file?.close())
        .catch(() => {});
      return closing;
    },
  };
}

/** The same file, asked on first use whether it changed since it was opened: what it became was never judged. */
export function verified(file: LazyFile): LazyFile {
  const lazyVerified = lazyFile(async () => {
    const open = await file.get();
    await open.verify();
    return open;
  });
  return { get: lazyVerified.get, close: file.close };
}
