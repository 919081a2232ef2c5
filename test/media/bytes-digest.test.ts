// Digest of whole files: correct, and only of the bytes that were inspected.

import { createHash, randomBytes } from 'node:crypto';
import { appendFile, rm, truncate } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import { digestFile, type Inspected, openForInspection } from '../../src/media/bytes.ts';
import { caught } from '../support/caught.ts';
import { plant } from './tree.ts';

const MIB = 1024 * 1024;

/** An inspected file with these bytes, of any type. */
async function inspectedFile(content: Uint8Array): Promise<Inspected> {
  const tree = await plant({ 'clip.mp4': content });
  const absolutePath = tree.at('clip.mp4');
  const bytes = await openForInspection(absolutePath, 'clip.mp4');
  await bytes.close();
  return { path: 'clip.mp4', absolutePath, identity: bytes.identity };
}

it.each([0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 17])(
  'the digest of %i bytes is their SHA-256',
  async (sizeBytes) => {
    const content = randomBytes(sizeBytes);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await digestFile(await inspectedFile(content))).toBe(sha256);
  },
);

it.each<[string, string, (path: string) => Promise<void>]>([
  ['FILE_CHANGED', 'extended', (path) => appendFile(path, 'x')],
  ['FILE_CHANGED', 'truncated', (path) => truncate(path, 10)],
  ['FILE_UNREADABLE', 'deleted', (path) => rm(path)],
])('the digest of a file throws %s when it was %s after its inspection', async (code, _, change) => {
  const file = await inspectedFile(randomBytes(100));
  await change(file.absolutePath);
  expect((await caught(() => digestFile(file), FileError)).code).toBe(code);
});

it('the digest of a file throws FILE_CHANGED when it is modified during the read, and the reason of the signal', async () => {
  const file = await inspectedFile(Buffer.alloc(8 * MIB));
  const digest = caught(() => digestFile(file), FileError);
  await appendFile(file.absolutePath, 'x');
  expect((await digest).code).toBe('FILE_CHANGED');
  const reason = new RangeError('over');
  const again = { ...(await inspectedFile(Buffer.alloc(MIB))) };
  expect(await caught(() => digestFile(again, { signal: AbortSignal.abort(reason) }), RangeError)).toBe(
    reason,
  );
});
