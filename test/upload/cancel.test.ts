// A cancelled run: every file is reported with its progress, and no timer is left.

import { describe, expect, it } from 'vitest';
import { RunError } from '../../src/errors.ts';
import { PROCESSING, type Script } from './fake-linkedin.ts';
import { endsOf, filesOf, identityOf, startRun, startsWith } from './publish-run.ts';

describe('run cancellation', () => {
  const reason = new RunError('RUN_CANCELLED', 'on purpose');

  it('a run that was cancelled before its start registers nothing', async () => {
    const run = await startRun(filesOf(3));
    run.cancel.abort(reason);
    await run.finish();
    expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['skipped RUN_CANCELLED']));
    expect(run.linkedin.log).toEqual([]);
  });

  it('a cancelled run reports the progress of each file', async () => {
    const aborted: Script['put'] = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const run = await startRun(
      {
        a: [{ readings: [PROCESSING] }],
        b: [{ put: aborted }],
        c: [{ put: aborted }],
        d: [{ put: aborted }],
        e: [{}],
        f: [{}],
      },
      { concurrency: 1 },
    );
    await run.until(() => run.of('a').stage === 'uploaded' && run.of('c').stage === 'registered');
    await run.until(() => run.linkedin.log.includes('put b-1'));
    run.cancel.abort(reason);
    await run.finish();
    expect(endsOf(run)).toEqual({
      a: 'processing RUN_CANCELLED',
      b: 'failed RUN_CANCELLED',
      c: 'failed RUN_CANCELLED',
      d: 'skipped RUN_CANCELLED',
      e: 'skipped RUN_CANCELLED',
      f: 'skipped RUN_CANCELLED',
    });
    expect(['a', 'b', 'c'].map((name) => run.of(name).identity)).toEqual(
      ['a', 'b', 'c'].map((name) => identityOf(name)),
    );
    expect(run.linkedin.log.filter(startsWith('put'))).toEqual(['put a-1', 'put b-1']);
    expect(run.clock.waiting).toBe(0);
  });

  it('a run whose signal aborts without a reason reports RUN_CANCELLED', async () => {
    const run = await startRun(filesOf(2, { readings: [PROCESSING] }));
    await run.until(() => run.of('b').stage === 'uploaded');
    run.cancel.abort();
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'processing RUN_CANCELLED', b: 'processing RUN_CANCELLED' });
  });

  it('a cancelled run keeps the outcome of files that were settled before', async () => {
    const run = await startRun({ a: [{}], b: [{ readings: [PROCESSING] }] });
    await run.until(() => run.of('b').stage === 'uploaded');
    await run.clock.advance(3000);
    run.cancel.abort(reason);
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'available', b: 'processing RUN_CANCELLED' });
  });
});
