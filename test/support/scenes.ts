// Code that changes the built action while it runs: what happens to it.

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
