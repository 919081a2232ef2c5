// Checks that the committed dist/ is the build of src/: builds into a temporary folder and compares all files. Does not
// change dist/.

import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { build, ROOT } from './build.ts';

/** One line for each file that is missing, left over or different. Empty if the folders are equal. */
export async function compareFolders(committed: string, built: string): Promise<string[]> {
  const [there, fresh] = await Promise.all([listFiles(committed), listFiles(built)]);
  const names = [...new Set([...there, ...fresh])].sort();
  const lines = await Promise.all(
    names.map(async (name) => {
      if (!fresh.includes(name)) return [`${name} is left over`];
      if (!there.includes(name)) return [`${name} is missing`];
      const [old, now] = await Promise.all([
        readFile(join(committed, name)),
        readFile(join(built, name)),
      ]);
      return old.equals(now)
        ? []
        : [`${name} differs (${old.length} bytes committed, ${now.length} built)`];
    }),
  );
  return lines.flat();
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ifMissing);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function ifMissing(error: NodeJS.ErrnoException): never[] {
  if (error.code !== 'ENOENT') throw error;
  return [];
}

async function checkDist(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'check-dist-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Also removes the folder if the check is interrupted.
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, () => process.exit(1));
  process.once('exit', remove);
  await build(folder);
  const lines = await compareFolders(join(ROOT, 'dist'), folder);
  if (lines.length === 0) return;
  throw new Error(
    `dist/ differs from the build of src/:\n  ${lines.join('\n  ')}\nRun \`npm run build\` and commit dist/.`,
  );
}

if (import.meta.main) {
  try {
    await checkDist();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
