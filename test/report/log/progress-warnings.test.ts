// Warnings that are known before anything is sent: each at its file or line, and no more than the runner keeps.

import { expect, it } from 'vitest';
import { logKnownWarnings } from '../../../src/report/log/progress.ts';
import { TestClock } from '../../support/clock.ts';
import { recordingLogger } from '../../support/recording-logger.ts';
import { testRun } from '../../support/run.ts';

const NOW = new TestClock({ epochMs: Date.UTC(2027, 0, 14) });

function rowOf(file: string, line?: number) {
  return {
    file,
    warnings: [{ subject: { file, ...(line !== undefined && { line }) }, problem: 'is small' }],
  };
}

it('a version that LinkedIn retires soon comes first, and each warning is annotated at its file and line', () => {
  const logger = recordingLogger();
  const rows = [rowOf('a.png'), rowOf('b.md', 3), { ...rowOf('the post'), file: null }];
  logKnownWarnings('202601', rows, testRun({ logger, clock: NOW }));
  expect(logger.records).toEqual([
    { level: 'warning', text: expect.stringMatching(/^linkedin-version: LinkedIn ends version 202601 /) },
    { level: 'warning', text: 'a.png is small', file: 'a.png' },
    { level: 'warning', text: 'b.md, line 3: is small', file: 'b.md', line: 3 },
    { level: 'warning', text: 'the post is small' },
  ]);
});

it('many warnings become five annotations, and the log lists the others', () => {
  const logger = recordingLogger();
  const rows = Array.from({ length: 20 }, (_, index) => rowOf(`${index}.png`));
  const clock = new TestClock();
  logKnownWarnings('202609', rows, testRun({ logger, clock }));
  expect(logger.texts('warning')).toEqual([
    ...['0.png', '1.png', '2.png', '3.png'].map((name) => `${name} is small`),
    '16 more warnings; the log lists all of them',
  ]);
  expect(logger.texts('info')).toHaveLength(16);
});
