// Runs a task in a slot of a limiter.

import type { Limiter } from '../../src/upload/retry/limiter.ts';

/** Runs `task` when a slot is free, and releases the slot when the task has settled. */
export async function inSlot<T>(limiter: Limiter, key: unknown, task: () => Promise<T>): Promise<T> {
  const release = await limiter.acquire(key);
  try {
    return await task();
  } finally {
    release();
  }
}
