// Memory that stays level however many files there are: what V8 is told to do without. Its options are read when Node
// starts, which GitHub does, but for these: V8 looks at them where they matter, and says so and goes on if it has no
// such option any more.

import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** To be called before anything is sent. */
export function spareMemory(): void {
  boundYoungSpace();
  compileWasmOnce();
}

/** Both halves of it. No run was faster with more, and none took less memory with half as much. */
const ENOUGH_BYTES = 8 * 1024 * 1024;

/**
 * V8 doubles the space for young objects, up to 128 MiB, as often as what outlived its collections adds up to it: the
 * more files, the wider, though each leaves little behind.
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
