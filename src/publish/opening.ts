// Opens files with patience: the system may have no descriptor to spare, or another program hold the file, for a moment.
// And once each, when they are about to be sent.

import type { Clock } from '../deps.ts';
import { backoffMs } from '../http/retry.ts';
import { type Open, openAsSystem } from '../media/bytes.ts';
import type { ByteSource } from '../media/media-file.ts';

// What passes by itself. An error of the disk (EIO) does not, and what it brings is not to be trusted.
const PASSING = new Set(['EMFILE', 'ENFILE', 'EBUSY']);
const TRIES = 4;

interface Patience {
  readonly clock: Clock;
  /** Ends a wait. */
  readonly signal: AbortSignal;
  readonly open?: Open | undefined;
}

/** Opens a file as `open` does, up to three times more while it fails for what passes. */
export function openPatiently({ clock, signal, open = openAsSystem }: Patience): Open {
  return async (path, flags) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await open(path, flags);
      } catch (error) {
        if (tries === TRIES || !PASSING.has(String((error as NodeJS.ErrnoException).code))) throw error;
        await clock.sleep(backoffMs(tries, 'throttled', clock.random()), signal).catch(() => {
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

export function lazily(open: () => Promise<OpenFile>): LazyFile {
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
export function unchanged(file: LazyFile): LazyFile {
  const verified = lazily(async () => {
    const open = await file.get();
    await open.verify();
    return open;
  });
  return { get: verified.get, close: file.close };
}
