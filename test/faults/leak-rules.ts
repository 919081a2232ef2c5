// What must hold of the words of a schedule: no secret in any of them, and none of them hidden with a secret.

import { inspect } from 'node:util';
import { LeakScan } from '../leaks/leak-scan.ts';
import type { Breach } from './breach.ts';
import type { Words } from './front-desk.ts';
import type { Told } from './schedule.ts';

const scan = new LeakScan();
const met = new LeakScan();

export function checkLeaks({ words, entries, stopReason, trace }: Told): Breach[] {
  for (const text of trace.received) met.search('answer', text);
  const before = scan.leaks.length;
  for (const [sink, text] of sinksOf(words)) scan.search(sink, text);
  const errors = new Set([stopReason, ...entries.map(({ error }) => error)]);
  for (const error of errors)
    if (error !== null) scan.search('printed error', inspect(error, { depth: 20, showHidden: true }));
  return [
    ...scan.leaks.slice(before).map((leak) => ({ rule: 'NO_LEAK', text: JSON.stringify(leak) })),
    ...hiddenBy(words),
  ];
}

/** What all schedules so far were searched for, and where. */
export interface Search {
  readonly lines: number;
  readonly sinks: ReadonlySet<string>;
  /** Canaries that the client was given, in an answer or in an error: no other can leak. */
  readonly met: ReadonlySet<string>;
}

export function searchSoFar(): Search {
  return { lines: scan.lines, sinks: scan.sinks, met: new Set(met.leaks.map(({ canary }) => canary)) };
}

/** A file is called as the output that names it. */
function sinksOf({ said, outputs, files }: Words): [sink: string, text: string][] {
  const named = [...files].map(([name, text]): [string, string] => [name.replace('.json', '-file'), text]);
  return [...said, ...Object.entries(outputs), ...named];
}

/** The runner drops an output that holds a masked text. */
function hiddenBy({ masks, outputs, files }: Words): Breach[] {
  const shown = Object.entries({ ...outputs, summary: files.get('summary.md') ?? '' });
  return masks.flatMap((mask) =>
    shown
      .filter(([, text]) => text.includes(mask))
      .map(([name]) => ({ rule: 'MASKS_SPARE', text: `${name} holds the masked text ${mask}` })),
  );
}
