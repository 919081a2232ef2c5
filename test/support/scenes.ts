// Code that changes the built action while it runs: what happens to it.

/** Code that runs in the process before the action does. */
export function preload(script: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

/** Cancels the run while it writes its page for the first time. */
export const cancelledDuringPage = () =>
  preload(`
  import files from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  import { setTimeout } from 'node:timers/promises';
  const { open } = files.promises;
  let pages = 0;
  files.promises.open = async (path, ...rest) => {
    if (!String(path).endsWith('page.html') || (pages += 1) > 1) return open(path, ...rest);
    process.kill(process.pid, 'SIGTERM');
    await setTimeout(100);
    return open(path, ...rest);
  };
  syncBuiltinESMExports();
`);

/** A disk that finds a file under its name in any letter case and Unicode form, and lists it as it was written. */
export const caselessDisk = () =>
  preload(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  import path from 'node:path';
  const fold = (name) => name.normalize('NFD').toLowerCase();
  const { readdirSync } = fs;
  const find = (file) => {
    if (typeof file !== 'string' || fs.existsSync(file) || file === path.dirname(file)) return file;
    const folder = find(path.dirname(file));
    const names = fs.existsSync(folder) ? readdirSync(folder) : [];
    const name = names.find((one) => fold(one) === fold(path.basename(file)));
    return name === undefined ? file : path.join(folder, name);
  };
  for (const call of ['lstat', 'stat', 'open', 'realpath', 'access']) {
    const real = fs.promises[call];
    fs.promises[call] = (file, ...rest) => real(find(file), ...rest);
  }
  syncBuiltinESMExports();
`);
