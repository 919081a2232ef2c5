// Gives the files of a build names that say what they hold. ncc calls all but the first by a number, and has each
// loaded by a name that is put together when the action runs; here the loader gets a table of all there are instead.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Chunk, packagesIn } from './stats.ts';

/** What webpack wrote into index.js, and what takes its place. */
const FILE_OF_CHUNK = 'return "" + chunkId + ".index.js";';
const LOADING = 'import("./" + __nccwpck_require__.u(chunkId))';
const LOADED = '__nccwpck_require__.u(chunkId)';

/**
 * Renames the files of all chunks but the first. One that our code asks for has the `webpackChunkName` of that `import()`,
 * one of packages the name of the first of `dependencies` in it.
 */
export async function nameChunks(
  outDir: string,
  chunks: readonly Chunk[],
  dependencies: readonly string[],
): Promise<void> {
  const named = chunks
    .filter(({ initial }) => !initial)
    .map((chunk) => ({ id: chunk.id, file: `${nameOf(chunk, dependencies)}.js` }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  const twice = named.find(({ file }, index) => file === named[index - 1]?.file);
  if (twice !== undefined) throw new Error(`two files of the build would be called ${twice.file}`);
  await Promise.all(named.map(({ id, file }) => rename(join(outDir, `${id}.index.js`), join(outDir, file))));
  const rows = named.map(({ id, file }) => `${id}: () => import("./${file}"),`);
  const index = join(outDir, 'index.js');
  const text = replaceOne(
    await readFile(index, 'utf8'),
    FILE_OF_CHUNK,
    `return {\n${rows.join('\n')}\n}[chunkId]();`,
  );
  await writeFile(index, replaceOne(text, LOADING, LOADED));
}

function nameOf(chunk: Chunk, dependencies: readonly string[]): string {
  const [asked] = chunk.names;
  if (asked !== undefined) return asked;
  const folders = packagesIn([chunk]).map((folder) => folder.replaceAll('\\', '/'));
  const first = dependencies.find((name) =>
    folders.some((folder) => folder.endsWith(`/node_modules/${name}`)),
  );
  return first?.replace(/^@.*\//, '') ?? 'shared';
}

function replaceOne(text: string, from: string, to: string): string {
  const [before, after, ...more] = text.split(from);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`index.js does not hold \`${from}\` once: ncc loads its chunks in another way now`);
  }
  return before + to + after;
}
