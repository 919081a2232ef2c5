// Cancellation of the job: the built action ends soon, and reports all files.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plantFifo } from '../media/tree.ts';
import { boxHeader, ftyp, moov, mp4, png } from '../support/media.ts';
import { makeWorkspace, publishBuilt, rowsOf } from '../support/publishing.ts';
import { cancelledDuringPage, preload } from '../support/scenes.ts';
import { signalAt } from '../support/step-process.ts';

const HUGE_BYTES = 1_000_000_000_000;

/** b.png hangs when it is opened for its upload: its reads go to a FIFO without a writer. */
const hangingDisk = (fifo: string) =>
  preload(`
  import files from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { open } = files;
  let opened = 0;
  files.open = async (path, ...rest) => {
    const handle = await open(path, ...rest);
    if (path.endsWith('b.png') && (opened += 1) === 2) handle.read = () => open(${JSON.stringify(fifo)}, 'r');
    return handle;
  };
  syncBuiltinESMExports();
`);

describe.skipIf(process.platform === 'win32')('Cancelled runs', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'a run that is cancelled by %s keeps the URNs of its uploads and sets every output',
    async (signal) => {
      const { run } = await publishBuilt({
        files: { 'media/a.mp4': mp4(), 'media/b.mp4': mp4() },
        sandboxOptions: { processingMs: 3_600_000 },
        onLine: signalAt(/b\.mp4: uploaded/, signal),
      });
      expect(run.exitCode).toBe(1);
      expect(run.signal).toBeNull();
      for (const row of rowsOf(run)) {
        expect(row).toMatchObject({ state: 'processing', error: { code: 'RUN_CANCELLED' } });
        expect(row.assetUrn).toMatch(/^urn:li:digitalmediaAsset:SIMULATED/);
      }
      expect(run.outputs['failed-count']).toBe('2');
      expect(run.json('asset-urns')).toEqual([]);
      expect(run.summary).toContain('Cancelled');
    },
  );

  it('a run that is cancelled during the digest of a huge video stops reading', async () => {
    const workspace = await makeWorkspace({});
    const head = Buffer.concat([ftyp(), moov(), boxHeader('mdat', HUGE_BYTES, true)]);
    // A sparse file: it takes no space, but minutes to read.
    writeFileSync(join(workspace, 'huge.mp4'), head);
    truncateSync(join(workspace, 'huge.mp4'), head.length - 16 + HUGE_BYTES);
    const { run, sandbox } = await publishBuilt({
      workspace,
      inputs: { files: '*.mp4', manifest: 'linkedin.json' },
      onLine: signalAt(/1 file found/, 'SIGTERM'),
    });
    expect(run.exitCode).toBe(1);
    expect(rowsOf(run)).toMatchObject([{ state: 'skipped', error: { code: 'RUN_CANCELLED' } }]);
    expect(sandbox.model.calls().register).toBe(0);
  });

  it.each(['publish', 'simulate'])(
    'a run that is cancelled while the disk hangs writes all outputs before it exits (mode: %s)',
    async (mode) => {
      const fifo = join(mkdtempSync(join(tmpdir(), 'fifo-')), 'fifo');
      plantFifo(fifo);
      const waitedFor = new Set(['a.png: available', 'b.png: registered']);
      const { run } = await publishBuilt({
        files: {
          'media/a.png': png({ width: 40, height: 30 }),
          'media/b.png': png({ width: 50, height: 30 }),
        },
        inputs: { mode, manifest: 'linkedin.json' },
        env: hangingDisk(fifo),
        onLine: (line, { send }) => {
          const seen = [...waitedFor].find((what) => line.includes(what));
          if (seen === undefined) return;
          waitedFor.delete(seen);
          if (waitedFor.size === 0) send('SIGINT');
        },
      });
      // The process ends itself, without a second signal.
      expect([run.exitCode, run.signal]).toEqual([null, 'SIGKILL']);
      expect(rowsOf(run)).toMatchObject([
        { file: 'media/a.png', state: 'available' },
        {
          file: 'media/b.png',
          state: 'failed',
          assetUrn: expect.stringMatching(/^urn:li:digitalmediaAsset:SIMULATED/),
          error: { code: 'RUN_CANCELLED' },
        },
      ]);
      expect(run.json('asset-urns')).toHaveLength(1);
      expect(run.summary).toContain('Cancelled');
      // A simulation writes no manifest.
      expect(run.outputs['manifest-file'] === '').toBe(mode === 'simulate');
    },
  );

  it('a cancelled run sets its outputs and writes the manifest', async () => {
    const workspace = await makeWorkspace({ 'media/a.mp4': mp4() });
    const { run } = await publishBuilt({
      workspace,
      inputs: { manifest: 'linkedin.json' },
      sandboxOptions: { processingMs: 3_600_000 },
      onLine: signalAt(/a\.mp4: uploaded/, 'SIGINT'),
    });
    expect([run.exitCode, run.signal]).toEqual([1, null]);
    expect(run.annotations.map(({ title }) => title)).not.toContain('MANIFEST_WRITE');
    const [row] = rowsOf(run);
    expect(row).toMatchObject({ state: 'processing', assetUrn: expect.any(String) });
    expect(run.outputs['manifest-file']).toBe(join(workspace, 'linkedin.json'));
    expect(readFileSync(join(workspace, 'linkedin.json'), 'utf8')).toContain(row?.assetUrn);
  });

  it('a cancelled run whose manifest cannot be written says why it fails', async () => {
    const workspace = await makeWorkspace({ 'media/a.mp4': mp4() });
    const manifest = join(workspace, 'linkedin.json');
    const { run } = await publishBuilt({
      workspace,
      inputs: { manifest: 'linkedin.json' },
      sandboxOptions: { processingMs: 3_600_000 },
      onLine: (line, { send }) => {
        if (!line.includes('a.mp4: uploaded')) return;
        rmSync(manifest, { force: true });
        mkdirSync(manifest);
        send('SIGINT');
      },
    });
    expect([run.exitCode, run.signal]).toEqual([1, null]);
    expect(run.annotations.map(({ title }) => title)).toContain('MANIFEST_WRITE');
  });

  it('a run that is cancelled while it writes its page fails, and says that it was cancelled', async () => {
    const { run } = await publishBuilt({ files: { 'media/a.png': png() }, env: cancelledDuringPage() });
    expect([run.exitCode, run.signal]).toEqual([1, null]);
    expect(run.annotations.map(({ title }) => title)).toContain('RUN_CANCELLED');
    expect(run.summary).toContain('## ❌ Cancelled. 1 file is on LinkedIn');
    expect(rowsOf(run)).toMatchObject([{ state: 'available' }]);
    // No step uploads it.
    expect(run.outputs['page-file']).toBe('');
  });

  it.each([
    ['SIGINT', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
  ] as const)('a second signal right after the first (%s, %s) changes nothing', async (first, second) => {
    const workspace = await makeWorkspace({ 'media/a.mp4': mp4() });
    const { run } = await publishBuilt({
      workspace,
      inputs: { manifest: 'linkedin.json' },
      sandboxOptions: { processingMs: 3_600_000 },
      onLine: (line, { send }) => {
        if (!line.includes('a.mp4: uploaded')) return;
        send(first);
        send(second);
      },
    });
    expect([run.exitCode, run.signal]).toEqual([1, null]);
    const [row] = rowsOf(run);
    expect(row).toMatchObject({ state: 'processing', error: { code: 'RUN_CANCELLED' } });
    expect(readFileSync(join(workspace, 'linkedin.json'), 'utf8')).toContain(row?.assetUrn);
  });
});
