// Digest of whole files: correct, only of the bytes that were inspected, and without leaving a file open.

import { createHash, randomBytes } from 'node:crypto';
import { appendFile, open, readdir, readlink, rm, truncate } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import { openForInspection } from '../../src/media/bytes.ts';
import { digestFile } from '../../src/media/digest.ts';
import type { MediaFile } from '../../src/media/media-file.ts';
import { caught } from '../support/caught.ts';
import { plant } from './tree.ts';

const MIB = 1024 * 1024;

/** An inspected file with these bytes, of any type. */
async function inspectedFile(content: Uint8Array): Promise<MediaFile> {
  const tree = await plant({ 'clip.mp4': content });
  const absolutePath = tree.at('clip.mp4');
  const bytes = await openForInspection(absolutePath, 'clip.mp4');
  await bytes.close();
  const { identity, sizeBytes } = bytes;
  return { path: 'clip.mp4', absolutePath, sizeBytes, identity, media: null, error: null, warnings: [] };
}

/** Whether this process has the file open. Always false on systems without /proc. */
async function isOpen(path: string): Promise<boolean> {
  const names = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return targets.includes(path);
}

describe('digestFile', () => {
  it.each([0, 1, 63, 64, MIB - 1, MIB, MIB + 1, 3 * MIB + 17])(
    'digestFile returns the SHA-256 of %i bytes and closes the file',
    async (sizeBytes) => {
      const content = randomBytes(sizeBytes);
      const file = await inspectedFile(content);
      expect(await digestFile(file)).toBe(createHash('sha256').update(content).digest('hex'));
      expect(await isOpen(file.absolutePath)).toBe(false);
    },
  );

  it('digestFile returns different digests for bytes that differ in the last bit only', async () => {
    const content = Buffer.alloc(2 * MIB + 1);
    const other = Buffer.from(content);
    other[2 * MIB] = 1;
    const [one, same, different] = await Promise.all([content, content, other].map(inspectedFile));
    const digests = await Promise.all([one, same, different].map((file) => file && digestFile(file)));
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
  });

  it.each<[string, string, (path: string) => Promise<void>]>([
    ['FILE_CHANGED', 'extended', (path) => appendFile(path, 'x')],
    ['FILE_CHANGED', 'truncated', (path) => truncate(path, 10)],
    ['FILE_UNREADABLE', 'deleted', (path) => rm(path)],
  ])('digestFile throws %s for a file that was %s after its inspection', async (code, _, change) => {
    const file = await inspectedFile(randomBytes(100));
    await change(file.absolutePath);
    expect((await caught(() => digestFile(file), FileError)).code).toBe(code);
    expect(await isOpen(file.absolutePath)).toBe(false);
  });

  it.each([
    ['in bytes that are already read', 0],
    ['in bytes that are not read yet', 63 * MIB],
  ])(
    'digestFile throws FILE_CHANGED for a file that is modified during the read, %s',
    async (_, position) => {
      const file = await inspectedFile(Buffer.alloc(64 * MIB));
      const digest = caught(() => digestFile(file), FileError);
      const handle = await open(file.absolutePath, 'r+');
      await handle.write(Buffer.from([1]), 0, 1, position);
      await handle.close();
      expect((await digest).code).toBe('FILE_CHANGED');
      expect(await isOpen(file.absolutePath)).toBe(false);
    },
  );

  it('digestFile throws the error of a file that failed inspection', async () => {
    const error = new FileError('FILE_EMPTY', 'clip.mp4', 'is empty');
    const file = { ...(await inspectedFile(randomBytes(9))), error };
    expect(await caught(() => digestFile(file), FileError)).toBe(error);
  });

  it('digestFile throws the reason of the abort signal, before and during the read', async () => {
    const file = await inspectedFile(Buffer.alloc(64 * MIB));
    const reason = new RangeError('over');
    expect(await caught(() => digestFile(file, { signal: AbortSignal.abort(reason) }), RangeError)).toBe(
      reason,
    );
    const controller = new AbortController();
    const digest = caught(() => digestFile(file, { signal: controller.signal }), RangeError);
    setImmediate(() => controller.abort(reason));
    expect(await digest).toBe(reason);
    expect(await isOpen(file.absolutePath)).toBe(false);
  });
});
