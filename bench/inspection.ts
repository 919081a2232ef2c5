// Large pictures and documents: the memory while the action inspects them. `mode: plan` does nothing
// else.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { MIB, writeSparsePdfs, writeSparsePngs } from './fixtures.ts';
import { figureOf, type Result } from './ratios.ts';
import type { Stage } from './stage.ts';

const ROUNDS = 3;

interface Batch {
  readonly id: string;
  readonly what: string;
  readonly write: (folder: string) => void;
  readonly concurrency: string;
}

const writePdfs = (folder: string) => writeSparsePdfs(folder, 8, 97_000_000);
const writePngs = (folder: string) => writeSparsePngs(folder, 4, 189_000_000);

const BATCHES: readonly Batch[] = [
  { id: 'pdfs', what: 'eight PDFs of 97 MB', write: writePdfs, concurrency: '8' },
  { id: 'pdfs-1', what: 'eight PDFs of 97 MB', write: writePdfs, concurrency: '1' },
  { id: 'pngs', what: 'four PNGs of 189 MB', write: writePngs, concurrency: '8' },
];

/** The action holds at most 256 MB (244 MiB) of files at a time, and takes about 90 MiB itself. */
export async function inspectionMemory(stage: Stage): Promise<Result[]> {
  const results: Result[] = [];
  for (const { id, what, write, concurrency } of BATCHES) {
    const workspace = join(stage.folder, 'inspection');
    write(join(workspace, 'media'));
    const inputs = { mode: 'plan', api: 'media', files: 'media/*', concurrency };
    const peaks: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { peakBytes } = await stage.peakOf(await stage.action(inputs, workspace));
      peaks.push(peakBytes / MIB);
    }
    rmSync(workspace, { recursive: true });
    results.push({
      id: `inspection-${id}`,
      what: `Peak memory while ${what} are inspected, with \`concurrency: ${concurrency}\``,
      figure: figureOf(peaks),
      unit: ' MiB',
      aim: { most: 350 },
    });
  }
  return results;
}
