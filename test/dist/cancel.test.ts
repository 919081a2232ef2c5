// The built action when the job is cancelled: it ends soon, and everything it knows is told.

import { describe, expect, it } from 'vitest';
import { mp4 } from '../support/media.ts';
import { publish, rowsOf } from '../support/publishing.ts';

describe.skipIf(process.platform === 'win32')('a cancelled run', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s keeps the URN of what was uploaded and sets every output',
    async (signal) => {
      const { run } = await publish({
        files: { 'media/a.mp4': mp4(), 'media/b.mp4': mp4() },
        sandboxOptions: { processingMs: 3_600_000 },
        signalWhen: { line: /b\.mp4: uploaded/, signal },
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
      expect(run.afterSignalMs ?? 0).toBeLessThan(5000);
    },
  );
});
