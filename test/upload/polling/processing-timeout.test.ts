// The error of a file whose processing outlasts the wait: the last status, and the error of the last read.

import { expect, it } from 'vitest';
import type { ActionError } from '../../../src/errors.ts';
import type { MediaStatus } from '../../../src/linkedin/session.ts';
import { broken, failed } from '../failures.ts';
import { PROCESSING } from '../fake-linkedin.ts';
import { startRun } from '../publish-run.ts';

const down = failed('status');
const gone = broken('status', 'nothing');

it.each<[readings: readonly (MediaStatus | ActionError)[], text: string, cause?: ActionError]>([
  [[PROCESSING], 'LinkedIn still reports PROCESSING after 1 min'],
  [
    [PROCESSING, gone, down],
    'LinkedIn still reports PROCESSING after 1 min; the last read failed: SERVER_FAILED on purpose',
    down,
  ],
  [[down, PROCESSING], 'LinkedIn still reports PROCESSING after 1 min'],
  [[gone], 'LinkedIn reported no status after 1 min; the last read failed: NETWORK_FAILED on purpose', gone],
  [[{ state: 'waiting', status: null }], 'LinkedIn reported no status after 1 min'],
  [[PROCESSING, { state: 'waiting', status: null }], 'LinkedIn still reports PROCESSING after 1 min'],
])(
  'a processing timeout reports the last status and the error of the last read, case %#: $1',
  async (readings, text, cause) => {
    const run = await startRun({ a: [{ readings }] }, { waitMs: 60_000 });
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'processing', error: { code: 'PROCESSING_TIMEOUT' } });
    expect(run.of('a').error?.message).toBe(text);
    expect(run.of('a').error?.cause).toBe(cause);
  },
);
