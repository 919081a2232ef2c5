// Captions and thumbnails of real videos through a whole run: sent before the completion, and never without warrant.

import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/errors.ts';
import { endsOf, fails, filesOf, gate, startRun, startsWith } from './publish-run.ts';

const MEDIA = { api: 'media', beside: ['captions', 'thumbnail'] } as const;

describe('a video with something beside it', () => {
  it('is completed when all of it has arrived', async () => {
    const held = gate();
    const run = await startRun({ a: [{ parts: 3, extra: held.pass }] }, { ...MEDIA, concurrency: 4 });
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

  it('takes no more slots than there are', async () => {
    const run = await startRun(filesOf(8, { parts: 2, extra: async () => await null }), MEDIA);
    await run.finish();
    expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
    expect(run.linkedin.peaks.puts).toBe(2);
  });

  it('fails with any of it, and the next one has its place', async () => {
    const lost = new NetworkError('NETWORK_FAILED', 'on purpose');
    const run = await startRun({ a: [{ extra: fails(lost) }], b: [{}] }, { ...MEDIA, concurrency: 1 });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed NETWORK_FAILED', b: 'available' });
    expect(run.linkedin.log).not.toContain('complete a-1');
    expect(run.of('a').isUploaded).toBe(false);
  });

  it.each(['captions', 'thumbnail'])('fails when its %s changed before their turn', async (kind) => {
    const held = gate();
    const run = await startRun({ a: [{ put: held.pass }], b: [{}] }, { ...MEDIA, concurrency: 1 });
    await run.until(() => run.linkedin.log.includes('put a-1'));
    await writeFile(run.at(`a.${kind}`), 'something else');
    held.open();
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed FILE_CHANGED', b: 'available' });
    expect(run.of('a').error?.message).toBe(`a.${kind} changed while this step was running`);
    expect(run.linkedin.log).not.toContain(`${kind} a-1`);
  });

  it('fails when its captions changed while they were sent', async () => {
    const held = gate();
    const run = await startRun({ a: [{ extra: held.pass }] }, { ...MEDIA, concurrency: 4 });
    await run.until(() => run.linkedin.log.includes('captions a-1'));
    await writeFile(run.at('a.captions'), 'captions of b');
    held.open();
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed FILE_CHANGED' });
    expect(run.linkedin.log).not.toContain('complete a-1');
  });
});

it('where the API takes none, none is sent', async () => {
  const run = await startRun(filesOf(1), { ...MEDIA, api: 'assets' });
  await run.finish();
  expect(run.linkedin.log).toEqual(['register a-1', 'put a-1', 'complete a-1', 'status a-1']);
});
