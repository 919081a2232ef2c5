// The timeline: spans from the ledger's times, and a chart that no file name can break.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSpan, type NamedSpan, timelineChart } from '../../../src/action/report/timeline.ts';
import { UploadError } from '../../../src/errors.ts';
import { TestClock } from '../../support/clock.ts';
import { HOSTILE, hostileText } from '../hostile-names.ts';
import { changesUntil, ledgerOf, picture, recordAll } from '../ledgers.ts';

describe('buildSpan', () => {
  it('the span of a file is relative to the start of the run, and has the upload time of the last attempt', async () => {
    const clock = new TestClock();
    await clock.advance(500);
    const ledger = ledgerOf([picture('a.png'), picture('b.png'), picture('c.png')], clock);
    const spans = () => ledger.entries.map((entry) => buildSpan(entry, ledger));
    await clock.advance(100);
    recordAll(ledger, 0, changesUntil('uploaded', { id: 'ONE' }));
    recordAll(ledger, 1, changesUntil('registering'));
    await clock.advance(100);
    ledger.record(0, { kind: 'abandoned' });
    recordAll(ledger, 0, changesUntil('registered', { id: 'TWO' }));
    expect(spans()[0]).toEqual({ startMs: 100, uploadedMs: null, endMs: 200 });
    await clock.advance(100);
    ledger.record(0, { kind: 'uploaded' });
    ledger.record(1, { kind: 'settled', state: 'failed', error: new UploadError('PART_PLAN', 'no') });
    await clock.advance(100);
    ledger.record(0, { kind: 'settled', state: 'available' });
    expect(spans()).toEqual([
      { startMs: 100, uploadedMs: 300, endMs: 400 },
      { startMs: 100, uploadedMs: null, endMs: 300 },
      null,
    ]);
  });
});

describe('timelineChart', () => {
  const bars = (span: Omit<NamedSpan, 'file'>) =>
    timelineChart([{ file: 'a.png', ...span }])
      .split('\n')
      .slice(5, -1)
      .map((line) => line.trim());

  it.each([
    [
      'upload and processing',
      { startMs: 5, uploadedMs: 20, endMs: 50, isSuccess: true },
      ['section a.png', 'upload :active, 5, 15ms', 'processing :done, 20, 30ms'],
    ],
    [
      'a failure in processing',
      { startMs: 5, uploadedMs: 20, endMs: 50, isSuccess: false },
      ['section a.png', 'upload :active, 5, 15ms', 'processing :crit, 20, 30ms'],
    ],
    [
      'an upload without processing',
      { startMs: 5, uploadedMs: 20, endMs: 20, isSuccess: true },
      ['section a.png', 'upload :active, 5, 15ms'],
    ],
    [
      'an upload that failed at once',
      { startMs: 5, uploadedMs: null, endMs: 5, isSuccess: false },
      ['section a.png', 'upload :crit, 5, 1ms'],
    ],
  ] as const)('the chart shows %s', (_, span, lines) => {
    expect(bars(span)).toEqual(lines);
  });

  it.each([
    [14_999, '%s.%L s'],
    [15_000, '%s s'],
  ])('the axis labels of a chart of %i ms are distinct', (endMs, format) => {
    const chart = timelineChart([{ file: 'a.png', startMs: 0, uploadedMs: 1, endMs, isSuccess: true }]);
    expect(chart).toContain(`  axisFormat ${format}\n`);
  });

  it('the chart has padding for the longest name, and a long name is cut at its start', () => {
    const span = { startMs: 0, uploadedMs: null, endMs: 9, isSuccess: true };
    const chart = timelineChart([
      { file: 'a.png', ...span },
      { file: `${'long/'.repeat(20)}name.png`, ...span },
    ]);
    expect(chart).toContain('%%{init: {"gantt": {"leftPadding": 222}}}%%');
    expect(chart).toContain(`  section …${'long/'.repeat(20).slice(-23)}name.png\n`);
  });

  const lines = (file: string) =>
    timelineChart([{ file, startMs: 0, uploadedMs: 1, endMs: 2, isSuccess: true }]).split('\n');

  it.each(HOSTILE)(
    'a hostile file name stays on its line without characters that Mermaid interprets: %j',
    (file) => {
      expect(lines(file)).toHaveLength(9);
      expect(lines(file)[5]).toMatch(/^ {2}section [\p{L}\p{N} ._/()·…-]*$/u);
    },
  );

  it('any file name stays on its line without characters that Mermaid interprets', () => {
    const property = fc.property(hostileText, (file) => {
      expect(lines(file)[5]).toMatch(/^ {2}section [\p{L}\p{N} ._/()·…-]*$/u);
      expect(lines(file)).toHaveLength(9);
    });
    fc.assert(property, { numRuns: 1000 });
  });
});
