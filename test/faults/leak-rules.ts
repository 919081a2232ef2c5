// Invariants of everything a run writes: it contains no secret, and no output contains a masked text.

import { inspect } from 'node:util';
import { LeakScan } from '../leaks/leak-scan.ts';
import type { RunOutput } from './recorded-reporter.ts';
import type { ScheduleRun } from './run-schedule.ts';
import { BRANCH } from './scheduled-github.ts';
import type { Violation } from './violation.ts';

const scan = new LeakScan();
const met = new LeakScan();

export function checkLeaks({
  output,
  entries,
  stopReason,
  trace,
  startError,
  branch,
}: ScheduleRun): Violation[] {
  for (const text of trace.received) met.search('answer', text);
  const before = scan.leaks.length;
  for (const [sink, text] of sinksOf(output)) scan.search(sink, text);
  for (const { message, files } of branch?.github.fake.history(BRANCH) ?? [])
    scan.search('branch', `${message}\n${branch?.github.fake.blob(files.get('linkedin.json') ?? '')}`);
  const ofRun = [stopReason, startError, branch?.writeError ?? null];
  const errors = new Set([...ofRun, ...entries.map(({ error }) => error)]);
  for (const error of errors)
    if (error !== null) scan.search('printed error', inspect(error, { depth: 20, showHidden: true }));
  return [
    ...scan.leaks.slice(before).map((leak) => ({ rule: 'NO_LEAK', text: JSON.stringify(leak) })),
    ...findMaskedOutputs(output),
  ];
}

/** The search for secrets in all schedules so far. */
export interface Search {
  readonly lines: number;
  readonly sinks: ReadonlySet<string>;
  /** Canaries that the client received in a response or an error. Others cannot leak. */
  readonly met: ReadonlySet<string>;
}

export function searchSoFar(): Search {
  return { lines: scan.lines, sinks: scan.sinks, met: new Set(met.leaks.map(({ canary }) => canary)) };
}

/** A file has the name of the output that contains its path. */
function sinksOf({ logs, outputs, files }: RunOutput): [sink: string, text: string][] {
  const named = [...files].map(([name, text]): [string, string] => [name.replace('.json', '-file'), text]);
  return [...logs, ...Object.entries(outputs), ...named];
}

/** The runner drops an output that contains a masked text. */
function findMaskedOutputs({ masks, outputs, files }: RunOutput): Violation[] {
  const shown = Object.entries({ ...outputs, summary: files.get('summary.md') ?? '' });
  return masks.flatMap((mask) =>
    shown
      .filter(([, text]) => text.includes(mask))
      .map(([name]) => ({ rule: 'NO_MASKED_OUTPUT', text: `${name} holds the masked text ${mask}` })),
  );
}
