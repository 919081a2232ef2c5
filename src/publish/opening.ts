// Opens files with patience: the system may have no descriptor to spare, or another program hold the file, for a moment.

import type { Clock } from '../deps.ts';
import { backoffMs } from '../http/retry.ts';
import { type Open, openAsSystem } from '../media/bytes.ts';

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
