// Files with the same bytes in one run: one copy is sent, and the others end as it does.

import { describe, expect, it } from 'vitest';
import { PROCESSING, type Script } from './fake-linkedin.ts';
import { recallOf } from './recall.ts';
import { endsOf, startRun, startsWith } from './run.ts';

const MINUTE_MS = 60_000;

/** Three copies, whose registrations go as `sessions` say, one after the other. */
function startTwins(sessions: readonly Script[], waitMs = 30 * MINUTE_MS) {
  return startRun({ a: sessions, b: [], c: [] }, { waitMs, areTwins: true, memory: recallOf(null) });
}

describe('the copies of a file', () => {
  it('are reused once the file is available', async () => {
    const run = await startTwins([{}]);
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'available', b: 'reused', c: 'reused' });
    expect(run.linkedin.log.filter(startsWith('put'))).toEqual(['put a-1']);
  });

  it('time out when the processing of the file outlasts the wait: they are not reused', async () => {
    const run = await startTwins([{ readings: [PROCESSING] }], MINUTE_MS);
    await run.finish();
    const timedOut = 'processing PROCESSING_TIMEOUT';
    expect(endsOf(run)).toEqual({ a: timedOut, b: timedOut, c: timedOut });
  });

  it('are processing without an error when nothing is waited for', async () => {
    const run = await startTwins([{ readings: [PROCESSING] }], 0);
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'processing', b: 'processing', c: 'processing' });
  });
});
