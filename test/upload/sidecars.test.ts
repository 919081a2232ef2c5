// Captions and thumbnails of real videos in a whole run: sent before the completion, and only where the API takes them.

import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/errors.ts';
import { endsOf, fails, filesOf, gate, startRun, startsWith } from './publish-run.ts';

const MEDIA = { api: 'media', sidecarKinds: ['captions', 'thumbnail'] } as const;

describe('videos with sidecars', () => {
  it('a video is completed when all its sidecars have arrived', async () => {
    const held = gate();
    const run = await startRun({ a: [{ parts: 3, sidecar: held.pass }] }, { ...MEDIA, concurrency: 4 });
    await run.until(() => run.linkedin.log.filter(startsWith('put')).length === 3);
    for (let turn = 0; turn < 20; turn += 1) await run.clock.advance(0);
    expect(run.linkedin.log).not.toContain('complete a-1');
    expect(run.of('a').isUploaded).toBe(false);
    held.open();
    await run.finish();
    expect(run.linkedin.log.toSorted()).toEqual([
      'captions a-1',
      'complete a-1',
      'put a-1',
      'put a-1',
      'put a-1',
      'register a-1',
      'status a-1',
      'thumbnail a-1',
    ]);
    expect(run.linkedin.log.slice(-2)).toEqual(['complete a-1', 'status a-1']);
    expect(run.of('a')).toMatchObject({
      state: 'available',
      isUploaded: true,
      identity: { urn: 'urn:li:video:a-1', mediaUrn: 'urn:li:video:a-1', urnSource: 'linkedin' },
      sentBytes: 40 + 'captions of a'.length + 'thumbnail of a'.length,
    });
  });

  it('videos with sidecars use no more than the available slots', async () => {
    const run = await startRun(filesOf(8, { parts: 2, sidecar: async () => await null }), MEDIA);
    await run.finish();
    expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
    expect(run.linkedin.peaks.puts).toBe(2);
  });

  it('a video fails when a sidecar fails, and the next file gets its slot', async () => {
    const lost = new NetworkError('NETWORK_FAILED', 'on purpose');
    const run = await startRun({ a: [{ sidecar: fails(lost) }], b: [{}] }, { ...MEDIA, concurrency: 1 });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed NETWORK_FAILED', b: 'available' });
    expect(run.linkedin.log).not.toContain('complete a-1');
    expect(run.of('a').isUploaded).toBe(false);
  });

  it.each(['captions', 'thumbnail'])(
    'a video fails when its %s file changed before its upload',
    async (kind) => {
      const held = gate();
      const run = await startRun({ a: [{ put: held.pass }], b: [{}] }, { ...MEDIA, concurrency: 1 });
      await run.until(() => run.linkedin.log.includes('put a-1'));
      await writeFile(run.at(`a.${kind}`), 'something else');
      held.open();
      await run.finish();
      expect(endsOf(run)).toEqual({ a: 'failed FILE_CHANGED', b: 'available' });
      expect(run.of('a').error?.message).toBe(`a.${kind} changed while this step was running`);
      expect(run.linkedin.log).not.toContain(`${kind} a-1`);
    },
  );

  it('a video fails when its captions changed during their upload', async () => {
    const held = gate();
    const run = await startRun({ a: [{ sidecar: held.pass }] }, { ...MEDIA, concurrency: 4 });
    await run.until(() => run.linkedin.log.includes('captions a-1'));
    await writeFile(run.at('a.captions'), 'captions of b');
    held.open();
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed FILE_CHANGED' });
    expect(run.linkedin.log).not.toContain('complete a-1');
  });
});

it('sidecars are not sent to an API that does not take them', async () => {
  const run = await startRun(filesOf(1), { ...MEDIA, api: 'assets' });
  await run.finish();
  expect(run.linkedin.log).toEqual(['register a-1', 'put a-1', 'complete a-1', 'status a-1']);
});
