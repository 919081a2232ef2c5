// How the files of a build get their names, and the loader a table of them.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nameChunks } from '../../scripts/chunks.ts';
import type { Chunk } from '../../scripts/stats.ts';

const INDEX = `load = (chunkId) => import("./" + __nccwpck_require__.u(chunkId));
u = (chunkId) => { return "" + chunkId + ".index.js"; };
`;
const FIRST: Chunk = { id: 1, names: ['main'], initial: true, modules: [] };
const SEND: Chunk = { id: 20, names: ['send'], initial: false, modules: [] };
const DEPENDENCIES = ['@actions/github', 'left-pad', 'zod'];

function chunkOf(id: number, ...packages: readonly string[]): Chunk {
  const modules = packages.map((name) => ({ nameForCondition: `/p/node_modules/${name}/index.js` }));
  return { id, names: [], initial: false, modules };
}

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chunks-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function name(chunks: readonly Chunk[], index = INDEX): Promise<string[]> {
  await writeFile(join(folder, 'index.js'), index);
  for (const { id, initial } of chunks)
    if (!initial) await writeFile(join(folder, `${id}.index.js`), `${id}`);
  await nameChunks(folder, [FIRST, ...chunks], DEPENDENCIES);
  return (await readdir(folder)).sort();
}

it.each<[what: string, chunk: Chunk, file: string]>([
  ['that our code asks for has the name that it is asked for by', SEND, 'send.js'],
  ['of packages has the name of one that we depend on', chunkOf(7, 'unknown', 'zod'), 'zod.js'],
  ['of several has that of the first', chunkOf(7, 'zod', 'left-pad'), 'left-pad.js'],
  ['has no scope in its name', chunkOf(7, '@octokit/core', '@actions/github'), 'github.js'],
  ['is not called by a part of a name', chunkOf(7, 'not-zod', 'zod-mini', 'left-pad'), 'left-pad.js'],
  ['of neither is shared', chunkOf(7, '@octokit/core'), 'shared.js'],
])('a file %s', async (_, chunk, file) => {
  expect(await name([chunk])).toEqual(['index.js', file].sort());
  expect(await readFile(join(folder, file), 'utf8')).toBe(`${chunk.id}`);
});

it('the loader knows them by their numbers, and no other name', async () => {
  await name([chunkOf(7, 'zod'), SEND]);
  expect(
    await readFile(join(folder, 'index.js'), 'utf8'),
  ).toBe(`load = (chunkId) => __nccwpck_require__.u(chunkId);
u = (chunkId) => { return {
20: () => import("./send.js"),
7: () => import("./zod.js"),
}[chunkId](); };
`);
});

it('two files of one name are a fault', async () => {
  const chunks = [chunkOf(7, 'zod'), SEND, chunkOf(8, 'zod')];
  await expect(name(chunks)).rejects.toThrow('two files of the build would be called zod.js');
});

it.each([
  ['gone', ''],
  ['doubled', INDEX + INDEX],
])('a loader that is %s is a fault', async (_, index) => {
  await expect(name([SEND], index)).rejects.toThrow('ncc loads its chunks in another way now');
});
