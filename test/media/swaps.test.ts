// A file that is swapped against a link in the middle of everything: its own bytes, or none.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FileError } from '../../src/errors.ts';
import { openBytes } from '../../src/media/bytes.ts';
import { inspectFile } from '../../src/media/inspect.ts';
import { png } from '../support/media.ts';
import { startSwapper } from '../support/swapper.ts';
import { plant } from './tree.ts';

const OWN = png({ width: 40, height: 30 });
const FOREIGN = png({ width: 50, height: 30 });
const TRIES = 1000;

/** The bytes at `path` as they would be sent; null when they would not. */
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

it.skipIf(process.platform === 'win32')('no foreign byte is read in a thousand tries', async () => {
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
});
