// Files with the same bytes in one run: one copy is sent, and the others end as it does.

import { describe, expect, it } from 'vitest';
import { RunError } from '../../src/errors.ts';
import { type Open, openAsSystem } from '../../src/media/bytes.ts';
import { rejected } from './failures.ts';
import { cacheOf } from './fake-cache.ts';
import { PROCESSING, type Script } from './fake-linkedin.ts';
import { endsOf, fails, startRun, startsWith } from './publish-run.ts';

const MINUTE_MS = 60_000;

const REFUSED = rejected('REQUEST_REFUSED', 400, 'upload');

/** A file and three copies; `sessions` scripts their registrations in order. */
function startDuplicates(sessions: readonly Script[], settings: Parameters<typeof startRun>[1] = {}) {
  return startRun(
    { a: sessions, b: [], c: [], d: [] },
    { ...settings, areDuplicates: true, cache: cacheOf(null) },
  );
}

describe('duplicate files', () => {
  it('duplicates are reused once the file is available', async () => {
    const run = await startDuplicates([{}]);
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'available', b: 'reused', c: 'reused', d: 'reused' });
    expect(run.linkedin.log.filter(startsWith('put'))).toEqual(['put a-1']);
  });

  it('duplicates time out together with the file when its processing outlasts the wait', async () => {
    const run = await startDuplicates([{ readings: [PROCESSING] }], { waitMs: MINUTE_MS });
    await run.finish();
    const timedOut = 'processing PROCESSING_TIMEOUT';
    expect(endsOf(run)).toEqual({ a: timedOut, b: timedOut, c: timedOut, d: timedOut });
  });

  it('one duplicate takes over when the file fails, and the others reuse its upload', async () => {
    const run = await startDuplicates([{ put: fails(REFUSED) }, {}]);
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed REQUEST_REFUSED', b: 'available', c: 'reused', d: 'reused' });
    expect(run.linkedin.log.filter(startsWith('put'))).toEqual(['put a-1', 'put a-2']);
    expect(run.of('d').identity).toEqual(run.of('b').identity);
  });

  it('duplicates fail with the reason of the copy that took over when that fails too', async () => {
    const run = await startDuplicates([{ put: fails(REFUSED) }]);
    await run.finish();
    const failed = 'failed REQUEST_REFUSED';
    expect(endsOf(run)).toEqual({ a: failed, b: failed, c: failed, d: failed });
    expect(run.linkedin.log.filter(startsWith('register'))).toEqual(['register a-1', 'register a-2']);
    expect(run.of('d')).toMatchObject({ attempts: 0, identity: null, error: { cause: REFUSED } });
    expect(run.of('d').error?.message).toBe(
      'not uploaded: b has the same bytes and failed: REQUEST_REFUSED on purpose',
    );
  });

  it('the next duplicate takes over when the previous one cannot be read', async () => {
    const open: Open = async (path, flags) => {
      if (/[ab]$/.test(path)) throw Object.assign(new Error('on purpose'), { code: 'EACCES' });
      return await openAsSystem(path, flags);
    };
    const run = await startDuplicates([{}], { open });
    await run.finish();
    const failed = 'failed FILE_UNREADABLE';
    expect(endsOf(run)).toEqual({ a: failed, b: failed, c: 'available', d: 'reused' });
  });

  it('duplicates are skipped when the failure of the file stops the run', async () => {
    const run = await startDuplicates([{ register: fails(rejected('TOKEN_REFUSED', 401, 'register')) }]);
    await run.finish();
    const skipped = 'skipped RUN_STOPPED';
    expect(endsOf(run)).toEqual({ a: 'failed TOKEN_REFUSED', b: skipped, c: skipped, d: skipped });
    expect(run.linkedin.log).toEqual(['register a-1']);
  });

  it('duplicates are skipped when the run is cancelled while the copy that took over is sent', async () => {
    const gate = Promise.withResolvers<void>();
    const run = await startDuplicates([{ put: fails(REFUSED) }, { put: () => gate.promise }]);
    await run.until(() => run.linkedin.log.includes('put a-2'));
    run.cancel.abort(new RunError('RUN_CANCELLED', 'on purpose'));
    gate.resolve();
    await run.finish();
    const skipped = 'skipped RUN_CANCELLED';
    expect(endsOf(run)).toMatchObject({ a: 'failed REQUEST_REFUSED', c: skipped, d: skipped });
  });

  it('duplicates end as processing without an error when the run does not wait', async () => {
    const run = await startDuplicates([{ readings: [PROCESSING] }], { waitMs: 0 });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'processing', b: 'processing', c: 'processing', d: 'processing' });
  });
});
