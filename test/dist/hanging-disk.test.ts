// The built action on a disk that hangs forever and blocks Node's I/O threads: a cancelled run ends soon.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plantFifo } from '../media/tree.ts';
import { mp4, png } from '../support/media.ts';
import { endsOf, publishBuilt } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';
import { preload } from '../support/scenes.ts';

/** The size of Node's thread pool. */
const ALL_THREADS = 4;
const HANGS = 'the disk hangs';

/** The reads of a file after it is opened for the `nth` time, or a function of node:fs/promises. */
type Hang = { readonly path: string; readonly nth: number } | 'realpath';

/** Makes all threads wait for a FIFO without a writer, and logs it. */
function hanging(what: Hang): Record<string, string> {
  const fifo = join(mkdtempSync(join(tmpdir(), 'fifo-')), 'fifo');
  plantFifo(fifo);
  const { path, nth } = typeof what === 'string' ? { path: '', nth: 0 } : what;
  return preload(`
    import files from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    const { open } = files;
    const hang = () => {
      const waits = Array.from({ length: ${ALL_THREADS} }, () => open(${JSON.stringify(fifo)}, 'r'));
      console.log('${HANGS}');
      return Promise.race(waits);
    };
    let opened = 0;
    files.open = async (path, ...rest) => {
      const handle = await open(path, ...rest);
      if ('${path}' !== '' && path.endsWith('${path}') && (opened += 1) === ${nth}) handle.read = hang;
      return handle;
    };
    if ('${path}' === '') files['${String(what)}'] = hang;
    syncBuiltinESMExports();
  `);
}

/** The process ended itself, without a second signal. */
function expectForcedExit(run: StepRun): void {
  expect([run.exitCode, run.signal]).toEqual([null, 'SIGKILL']);
}

const FILES = {
  'media/a.png': png({ width: 40, height: 30 }),
  'media/b.png': png({ width: 50, height: 30 }),
  'media/c.mp4': mp4(),
};

describe.skipIf(process.platform === 'win32')('Cancelled run on a hanging disk', () => {
  it('a cancelled run whose disk hangs in an upload, with all I/O threads, ends soon and keeps every URN', async () => {
    const waitedFor = new Set(['a.png: available', HANGS]);
    const { run } = await publishBuilt({
      files: { 'media/a.png': FILES['media/a.png'], 'media/b.png': FILES['media/b.png'] },
      inputs: { concurrency: '1', manifest: 'linkedin.json' },
      env: hanging({ path: 'b.png', nth: 2 }),
      onLine: (line, { send }) => {
        const seen = [...waitedFor].find((what) => line.includes(what));
        if (seen === undefined) return;
        waitedFor.delete(seen);
        if (waitedFor.size === 0) send('SIGINT');
      },
    });
    expectForcedExit(run);
    expect(endsOf(run)).toEqual({ 'media/a.png': 'available', 'media/b.png': 'RUN_CANCELLED' });
    expect(run.json('asset-urns')).toHaveLength(1);
    expect(run.outputs.results?.split('urn:li:digitalmediaAsset:SIMULATED')).toHaveLength(3);
    expect(run.summary).toContain('Cancelled');
  });
});
