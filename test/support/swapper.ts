// Swaps files for links to foreign ones and back, in its own thread and as fast as the disk allows.

import { Worker } from 'node:worker_threads';

// Renamed into place, so that each path always exists.
const LOOP = `
const { copyFileSync, renameSync, symlinkSync } = require('node:fs');
const { workerData: { paths, own, foreign, swaps, stop } } = require('node:worker_threads');
while (Atomics.load(stop, 0) === 0) {
  for (const path of paths) {
    symlinkSync(foreign, path + '.swap');
    renameSync(path + '.swap', path);
    copyFileSync(own, path + '.swap');
    renameSync(path + '.swap', path);
    Atomics.add(swaps, 0, 1);
  }
}`;

export interface Swapper {
  /** How often all files together were swapped for links. */
  readonly swaps: number;
  /** Stops with the own file at each path. */
  stop(): Promise<void>;
}

/** Puts a copy of `own` and a link to `foreign` in turns at each of `paths`. */
export function startSwapper(
  paths: readonly string[],
  { own, foreign }: { own: string; foreign: string },
): Swapper {
  const swaps = new Int32Array(new SharedArrayBuffer(4));
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(LOOP, { eval: true, workerData: { paths, own, foreign, swaps, stop } });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
  return {
    get swaps() {
      return Atomics.load(swaps, 0);
    },
    stop: () => {
      Atomics.store(stop, 0, 1);
      return ended;
    },
  };
}
