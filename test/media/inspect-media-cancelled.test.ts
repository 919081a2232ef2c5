// A run that is cancelled during inspection: no further file is opened, and the remaining files fail with the reason.

import { expect, it } from 'vitest';
import { RunError } from '../../src/errors/action-error.ts';
import { openAsSystem } from '../../src/media/bytes.ts';
import { openWorkspace } from '../../src/media/find/workspace.ts';
import { inspectMedia } from '../../src/media/inspect-media.ts';
import type { Open } from '../../src/run.ts';
import { caught } from '../support/caught.ts';
import { mp4, png } from '../support/media.ts';
import { testRun } from '../support/run.ts';
import { find } from './find/find.ts';
import { plant } from './tree.ts';

const REASON = new RunError('RUN_CANCELLED', 'the run was cancelled (SIGTERM)');
// More than are inspected at a time.
const IMAGES = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}.png`, png()]));

/** Aborts when a file is opened for the time number `at`, counted from 1. */
function abortingAt(at: number) {
  const end = new AbortController();
  let opens = 0;
  const open: Open = (path, flags) => {
    opens += 1;
    if (opens === at) end.abort(REASON);
    return openAsSystem(path, flags);
  };
  return { open, signal: end.signal, opens: () => opens };
}

async function inspect(files: Record<string, Uint8Array>, at: number) {
  const tree = await plant(files);
  const { files: found } = await find(tree, '*');
  const { open, signal, opens } = abortingAt(at);
  const workspace = await openWorkspace(tree);
  const options = { workspace, sidecars: true, altTexts: false, digests: true };
  const inspected = await inspectMedia(found, options, testRun({ open, signal }));
  return { inspected, opens: opens() };
}

it.each(['*', 'nothing/*'])(
  'a cancelled run aborts the search for files with its reason: %s',
  async (patterns) => {
    const tree = await plant(IMAGES);
    const search = () => find(tree, patterns, {}, { signal: AbortSignal.abort(REASON) });
    expect(await caught(search, RunError)).toBe(REASON);
  },
);

it('a cancelled run opens no further file, and the remaining files fail with its reason', async () => {
  const { inspected, opens } = await inspect(IMAGES, 5);
  expect(inspected).toHaveLength(30);
  const completed = inspected.filter(({ error }) => error === null);
  expect(completed.length).toBe(opens);
  expect(opens).toBeLessThanOrEqual(4 + 5);
  expect(inspected.filter(({ error }) => error === REASON)).toHaveLength(30 - opens);
});

it('a cancelled run has no row for the captions of a video', async () => {
  const { inspected } = await inspect({ 'a.mp4': mp4(), 'a.srt': Buffer.from('x'), 'b.png': png() }, 1);
  expect(inspected.map(({ path }) => path)).toEqual(['a.mp4', 'b.png']);
});

it('a cancelled run aborts a digest without an error for the file', async () => {
  // Inspection opens each file once, then the digest opens it again.
  const { inspected, opens } = await inspect({ 'a.mp4': mp4(), 'b.mp4': mp4() }, 3);
  expect(inspected.map(({ error, media }) => [error, media?.sha256])).toEqual([
    [null, undefined],
    [null, undefined],
  ]);
  expect(opens).toBeLessThanOrEqual(4);
});
