// The rows of the table, in order, and how each is measured.

import { callsPerFile } from './calls.ts';
import type { Extent } from './extent.ts';
import { imagesOverLine } from './images-line.ts';
import { inspectionMemory } from './inspection.ts';
import { againstCurl, bySize } from './large.ts';
import { figureOf, goesFirst, type Result, showFigure } from './ratios.ts';
import { againstTheory, byNumber } from './small.ts';
import type { Stage } from './stage.ts';

interface Row {
  readonly id: string;
  readonly needs?: readonly ('curl' | 'certificate' | 'line')[];
  readonly measure: (stage: Stage, extent: Extent) => Promise<Result[]>;
}

export const ROWS: readonly Row[] = [
  { id: 'startup', measure: againstBareNode },
  {
    id: 'large-http',
    needs: ['curl'],
    measure: (stage, extent) => againstCurl(stage, extent, 'http'),
  },
  {
    id: 'large-https',
    needs: ['curl', 'certificate'],
    measure: (stage, extent) => againstCurl(stage, extent, 'https'),
  },
  {
    id: 'large-line',
    needs: ['curl', 'line'],
    measure: (stage, extent) => againstCurl(stage, extent, 'line'),
  },
  { id: 'images-line', needs: ['curl', 'line'], measure: imagesOverLine },
  { id: 'size', measure: bySize },
  { id: 'small', measure: againstTheory },
  { id: 'calls', measure: callsPerFile },
  { id: 'many', measure: byNumber },
  { id: 'inspection', measure: inspectionMemory },
];

/** The start-up: the action with nothing to do. */
async function againstBareNode(stage: Stage, { startRounds }: Extent): Promise<Result[]> {
  const bare = { command: process.execPath, args: ['-e', '0'] };
  const inputs = { files: 'nothing/*', 'if-no-files-found': 'ignore' };
  const rounds: { ours: number; bare: number }[] = [];
  for (let index = 0; index <= startRounds; index += 1) {
    const program = await stage.action(inputs, stage.folder);
    const early = goesFirst(index) ? await stage.run(program) : null;
    const bareMs = await stage.run(bare);
    rounds.push({ bare: bareMs, ours: early ?? (await stage.run(program)) });
  }
  const counted = rounds.slice(1);
  return [
    {
      id: 'startup',
      what: 'Start-up: the action with nothing to do, over `node -e 0`',
      figure: figureOf(counted.map(({ ours, bare: bareMs }) => ours / bareMs)),
      unit: '×',
      aim: { most: 8 },
    },
    {
      id: 'startup-ms',
      what: 'Start-up: milliseconds',
      figure: figureOf(counted.map(({ ours }) => ours)),
      unit: ' ms',
    },
  ];
}

/** The cells of a row. */
export function showResult({ what, figure, unit, aim }: Result): string[] {
  return [what, showFigure(figure, unit), aim === undefined ? '' : showAim(aim, figure.median)];
}

function showAim(aim: { least: number } | { most: number }, median: number): string {
  const [sign, bound, isMet] =
    'least' in aim ? ['≥', aim.least, median >= aim.least] : ['≤', aim.most, median <= aim.most];
  return `${sign} ${bound}${isMet ? '' : ', missed'}`;
}
