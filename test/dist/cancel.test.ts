// Cancellation of the job: the built action ends soon, and reports all files.

import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { boxHeader, ftyp, moov, mp4, png } from '../support/media.ts';
import { makeWorkspace, publishBuilt, rowsOf } from '../support/publishing.ts';
import { cancelledDuringPage } from '../support/scenes.ts';
import { signalAt } from '../support/step-process.ts';

const HUGE_BYTES = 1_000_000_000_000;

describe.skipIf(process.platform === 'win32')('Cancelled runs', () => {
  it.each([[['SIGINT']], [['SIGTERM']], [['SIGINT', 'SIGINT']], [['SIGINT', 'SIGTERM']]] as const)(
    'a run that is cancelled by %j keeps the URN of its upload, sets every output and writes the manifest',
    async (signals) => {
      const workspace = await makeWorkspace({ 'media/a.mp4': mp4() });
      const { run } = await publishBuilt({
        workspace,
        inputs: { manifest: 'linkedin.json' },
        sandboxOptions: { processingMs: 3_600_000 },
        onLine: (line, { send }) => {
          if (line.includes('a.mp4: uploaded')) for (const signal of signals) send(signal);
        },
      });
      expect([run.exitCode, run.signal]).toEqual([1, null]);
      const manifest = readFileSync(join(workspace, 'linkedin.json'), 'utf8');
      const [row] = rowsOf(run);
      expect(row).toMatchObject({ state: 'processing', error: { code: 'RUN_CANCELLED' } });
      expect(row?.assetUrn).toMatch(/^urn:li:digitalmediaAsset:SIMULATED/);
      expect(manifest).toContain(row?.assetUrn);
      expect(run.outputs['failed-count']).toBe('1');
      expect(run.outputs['manifest-file']).toBe(join(workspace, 'linkedin.json'));
      expect(run.json('asset-urns')).toEqual([]);
      expect(run.summary).toContain('Cancelled');
      expect(run.annotations.map(({ title }) => title)).not.toContain('MANIFEST_WRITE');
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
    const { run } = await publishBuilt({
      files: { 'media/a.png': png() },
      env: cancelledDuringPage(),
    });
    expect([run.exitCode, run.signal]).toEqual([1, null]);
    expect(run.annotations.map(({ title }) => title)).toContain('RUN_CANCELLED');
    expect(run.summary).toContain('## ❌ Cancelled. 1 file is on LinkedIn');
    expect(rowsOf(run)).toMatchObject([{ state: 'available' }]);
    // No step uploads it.
    expect(run.outputs['page-file']).toBe('');
  });
});
