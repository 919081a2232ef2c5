// What must hold of the words of a schedule: no secret in any of them, and none of them hidden with a secret.

import { inspect } from 'node:util';
import { LeakScan } from '../leaks/leak-scan.ts';
import type { Breach } from './breach.ts';
import type { Words } from './front-desk.ts';
import type { Told } from './schedule.ts';

const scan = new LeakScan();

export function checkLeaks({ words, entries, stopReason }: Told): Breach[] {
  const before = scan.leaks.length;
  for (const [sink, text] of sinksOf(words)) scan.search(sink, text);
  const errors = new Set([stopReason, ...entries.map(({ error }) => error)]);
  for (const error of errors) if (error !== null) scan.search('error', inspect(error, { depth: 20 }));
  return [
    ...scan.leaks.slice(before).map((leak) => ({ rule: 'NO_LEAK', text: JSON.stringify(leak) })),
    ...hiddenBy(words),
  ];
}

/** How many lines of all schedules so far were looked through. */
export function linesSearched(): number {
  return scan.lines;
}

function sinksOf({ log, outputs, summary, resultsFile, postsFile }: Words): [sink: string, text: string][] {
  return [
    ['log', log.join('\n')],
    ...Object.entries(outputs),
    ['summary', summary],
    ['results-file', resultsFile],
    ['posts-file', postsFile],
  ];
}

/** The runner drops an output that holds a masked text. */
function hiddenBy({ masks, outputs, summary }: Words): Breach[] {
  const shown = Object.entries({ ...outputs, summary });
  return masks.flatMap((mask) =>
    shown
      .filter(([, text]) => text.includes(mask))
      .map(([name]) => ({ rule: 'MASKS_SPARE', text: `${name} holds the masked text ${mask}` })),
  );
}
