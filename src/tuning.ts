// What Node is told before it does anything: to take less memory and less of the cores. All of it are options that are
// read when Node starts, which GitHub does, or, as these, only where they matter. One that Node no longer has changes
// nothing.

import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** To be called before the first file is read, with the environment of the process itself. */
export function tune(env: NodeJS.ProcessEnv): void {
  readByOneThread(env);
  boundYoungSpace();
  compileWasmOnce();
}

/**
 * Of the four threads that read files, each one that is woken takes a core from the thread that sends. One is awake as
 * long as there is something to read, and brings more in a second than any line takes.
 */
function readByOneThread(env: NodeJS.ProcessEnv): void {
  env.UV_THREADPOOL_SIZE ??= '1';
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
