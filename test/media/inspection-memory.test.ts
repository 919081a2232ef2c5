// How much of the files is in memory while they are inspected: at most 256 MB of pictures and documents
// at a time.

import { mkdir, open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openAsSystem } from '../../src/media/bytes.ts';
import { examine } from '../../src/media/inspect-file.ts';
import type { ByteSource } from '../../src/media/media-file.ts';
import type { Open } from '../../src/run.ts';
import { pdf } from '../support/documents.ts';
import { Uploads } from '../world/uploads.ts';

const START = pdf();
const END = Buffer.from('\n%%EOF\n');
/** More than the first read of a file, which shows its type. */
const MANY_BYTES = 1_000_000;

/** A PDF whose whole read waits until `gate` opens. `onWhole` is called when it begins. */
function gatedPdf(sizeBytes: number, gate: Promise<void>, onWhole: () => void): ByteSource {
  const read = async (into: Uint8Array) => {
    into.set(START);
    if (into.length < MANY_BYTES) return into.length;
    onWhole();
    await gate;
    into.set(END, into.length - END.length);
    return into.length;
  };
  return { sizeBytes, read };
}

it.each([
  ['256 MB are inspected at once', 56_000_000, 3],
  ['256 MB and a byte are not inspected at once, and the last one waits', 56_000_001, 2],
])('documents of together %s', async (_, lastBytes, begun) => {
  const gate = Promise.withResolvers<void>();
  let wholeReads = 0;
  const inspected = [100_000_000, 100_000_000, lastBytes].map((sizeBytes, index) => {
    const source = gatedPdf(sizeBytes, gate.promise, () => {
      wholeReads += 1;
    });
    return examine(source, `${index}.pdf`);
  });
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  expect(wholeReads).toBe(begun);
  gate.resolve();
  const examined = await Promise.all(inspected);
  expect(examined.map(({ media }) => media.kind)).toEqual(Array(3).fill('document'));
  expect(wholeReads).toBe(3);
});

/** Counts the bytes of the whole files that are read at the same time. */
function countingOpen(): { readonly open: Open; readonly peakBytes: () => number } {
  let [heldBytes, peakBytes] = [0, 0];
  const open: Open = async (path, flags) => {
    const handle = await openAsSystem(path, flags);
    const read = handle.read.bind(handle) as (...args: unknown[]) => ReturnType<typeof handle.read>;
    const counted = async (buffer: Uint8Array, ...range: unknown[]) => {
      const bytes = buffer.length > MANY_BYTES ? buffer.length : 0;
      heldBytes += bytes;
      peakBytes = Math.max(peakBytes, heldBytes);
      await setImmediate();
      return await read(buffer, ...range).finally(() => {
        heldBytes -= bytes;
      });
    };
    return Object.assign(handle, { read: counted });
  };
  return { open, peakBytes: () => peakBytes };
}

it('a run reads at most 256 MB of its pictures and documents at a time', async () => {
  const uploads = new Uploads({ files: {}, inputs: { mode: 'plan', api: 'media' } });
  const folder = join(uploads.workspace, 'media');
  await mkdir(folder, { recursive: true });
  const sizes = [97_000_000, 97_000_001, 97_000_002];
  for (const sizeBytes of sizes) {
    const file = await openFile(join(folder, `${sizeBytes}.pdf`), 'w');
    await file.write(START);
    await file.write(END, 0, END.length, sizeBytes - END.length);
    await file.close();
  }
  const { open, peakBytes } = countingOpen();
  const run = await uploads.run({ open });
  expect(run.rows.map(({ state, bytes }) => [state, bytes])).toEqual(
    sizes.map((bytes) => ['planned', bytes]),
  );
  expect(peakBytes()).toBeGreaterThan(0);
  expect(peakBytes()).toBeLessThanOrEqual(256_000_000);
});
