// Code that changes the built action while it runs: its clock, and what happens to it.

/** Code that runs in the process before the action does. */
export function preload(script: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

/** Cancels the run while it writes its page for the first time. */
export const cancelledDuringPage = () =>
  preload(`
  import files from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  import { setTimeout } from 'node:timers/promises';
  const { writeFile } = files;
  let pages = 0;
  files.writeFile = async (path, ...rest) => {
    if (String(path).endsWith('page.html') && (pages += 1) === 1) {
      process.kill(process.pid, 'SIGTERM');
      await setTimeout(100);
    }
    return writeFile(path, ...rest);
  };
  syncBuiltinESMExports();
`);

/**
 * Makes waits of up to 40 s this many times as fast, and moves the clock on by the rest of them. Time limits are longer and
 * keep their length.
 */
const hurryWaits = (times: number) => `
  import timers from 'node:timers/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { setTimeout } = timers;
  const now = performance.now.bind(performance);
  let skippedMs = 0;
  performance.now = () => now() + skippedMs;
  timers.setTimeout = async (ms, ...rest) => {
    const dueMs = performance.now() + ms;
    await setTimeout(ms > 40_000 ? ms : ms / ${times}, ...rest);
    skippedMs = Math.max(skippedMs, dueMs - now());
  };
  syncBuiltinESMExports();
`;
/** Minutes of waiting take seconds. */
export const IN_A_HURRY = preload(hurryWaits(200));
