// A file or folder that is swapped for a link during inspection and upload: its own bytes are read, or none.

import { type FileHandle, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import { type Open, openAsSystem, openBytes } from '../../src/media/bytes.ts';
import { inspectFile } from '../../src/media/inspect-file.ts';
import { inspectMedia } from '../../src/media/inspect-media.ts';
import { png } from '../support/media.ts';
import { find } from './find/find.ts';
import { plant, type Tree } from './tree.ts';

const OWN = png({ width: 40, height: 30 });
const FOREIGN = png({ width: 50, height: 30 });
const TRIES = 1000;

/** The bytes that would be uploaded for `path`, or null when the file is rejected. */
async function sentBytes(path: string): Promise<Buffer | null> {
  try {
    const bytes = await openBytes(await inspectFile(path, 'a.png'));
    try {
      const into = Buffer.alloc(bytes.sizeBytes);
      await bytes.read(into, 0);
      await bytes.verify();
      return into;
    } finally {
      await bytes.close();
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return null;
  }
}

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

interface Swapper {
  /** How often all files together were swapped for links. */
  readonly swaps: number;
  /** Stops with the own file at each path. */
  stop(): Promise<void>;
}

/** Puts a copy of `own` and a link to `foreign` in turns at each of `paths`. */
function startSwapper(paths: readonly string[], { own, foreign }: { own: string; foreign: string }): Swapper {
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

it.skipIf(process.platform === 'win32')(
  'an upload never reads another file while the file is swapped for a link repeatedly',
  async () => {
    const tree = await plant({ 'a.png': OWN });
    const [own, foreign] = [join(tree.outside, 'own.png'), join(tree.outside, 'foreign.png')];
    await writeFile(own, OWN);
    await writeFile(foreign, FOREIGN);
    const swapper = startSwapper([tree.at('a.png')], { own, foreign });
    const ends = { own: 0, none: 0 };
    try {
      for (let tries = 0; tries < TRIES || swapper.swaps < TRIES; tries += 1) {
        const bytes = await sentBytes(tree.at('a.png'));
        ends[bytes === null ? 'none' : 'own'] += 1;
        if (bytes !== null) expect(bytes.equals(OWN)).toBe(true);
      }
    } finally {
      await swapper.stop();
    }
    expect(ends.none).toBeGreaterThan(0);
  },
);

/** Opens files as on a system without /proc, where the path of an open file is unknown. */
const openWithoutProc: Open = async (path, flags) => {
  const handle = await openAsSystem(path, flags);
  const withoutPath: Partial<FileHandle> = {
    fd: -1,
    stat: handle.stat.bind(handle),
    read: handle.read.bind(handle),
    close: handle.close.bind(handle),
  };
  return withoutPath as FileHandle;
};

const swap = async ({ at, outside }: Tree) => {
  await rename(at('media'), at('aside'));
  await symlink(outside, at('media'));
};
const swapBack = async ({ at }: Tree) => {
  await rm(at('media'));
  await rename(at('aside'), at('media'));
};
const plantBoth = () => plant({ 'media/a.png': OWN, '../outside/a.png': FOREIGN });

describe.skipIf(process.platform === 'win32').each([
  ['with /proc', openAsSystem],
  ['without /proc', openWithoutProc],
])('a folder that is swapped for a link, %s', (_, open) => {
  it('a folder that is swapped for a link fails its files with FILE_CHANGED, and they are accepted when it is swapped back', async () => {
    const tree = await plantBoth();
    const found = await find(tree, 'media/*.png');
    await swap(tree);
    const { signal } = new AbortController();
    const options = { sidecars: null, altTexts: true, released: [], digests: true, open, signal };
    const [file] = await inspectMedia(found.files, options);
    expect(file).toMatchObject({ path: 'media/a.png', media: null, error: { code: 'FILE_CHANGED' } });
    await swapBack(tree);
    expect((await inspectMedia(found.files, options))[0]).toMatchObject({
      media: { width: 40 },
      error: null,
    });
  });
});

it.skipIf(process.platform !== 'linux')(
  'an upload never reads another file while the folder is swapped for a link repeatedly',
  async () => {
    const tree = await plantBoth();
    let isOver = false;
    const swapper = (async () => {
      while (!isOver) {
        await swap(tree);
        await swapBack(tree);
      }
    })();
    const ends = { own: 0, none: 0 };
    try {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const bytes = await sentBytes(tree.at('media/a.png'));
        ends[bytes === null ? 'none' : 'own'] += 1;
        if (bytes !== null) expect(bytes.equals(OWN)).toBe(true);
      }
    } finally {
      isOver = true;
      await swapper;
    }
    expect(ends.none).toBeGreaterThan(0);
  },
);
