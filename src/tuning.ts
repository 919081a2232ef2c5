// What V8 is told before anything is sent, so that memory stays level. Most of its options are read when Node starts,
// which is GitHub's to do; these are read where they matter. A V8 that has one no longer says so on stderr, and goes on.

import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** To be called before undici is loaded. */
export function tune(): void {
  boundYoungSpace();
  compileWasmOnce();
}

/**
 * Both halves of it. With twice as much no run was faster, and a large video took 6 MiB more; with half as much none took
 * less; and from the start, in an eighth of it, garbage would grow old sooner than it dies.
 */
const ENOUGH_BYTES = 8 * 1024 * 1024;

/**
 * V8 doubles the space for young objects, up to 128 MiB, as often as what outlived its collections adds up to it: the
 * more files, the wider, though each leaves little behind. The factor is what it multiplies it by.
 */
function boundYoungSpace(): void {
  const collections = new PerformanceObserver(() => {
    if (youngBytes() < ENOUGH_BYTES) return;
    collections.disconnect();
    setFlagsFromString('--semi-space-growth-factor=1');
  });
  collections.observe({ entryTypes: ['gc'] });
}

function youngBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return young?.space_size ?? 0;
}

/**
 * undici reads answers by WebAssembly. To compile its largest function anew, for speed, takes 23 MB and a tenth of a
 * second, which the few hundred bytes of an answer never bring back. Neither option is enough without the other.
 */
function compileWasmOnce(): void {
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
}
