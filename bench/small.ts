// Many small pictures: the makespan against theory where each request takes a while, and the cost of one file as they
// grow in number.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Extent } from './extent.ts';
import { writePictures } from './fixtures.ts';
import { figureOf, type Result } from './ratios.ts';
import type { Stage } from './stage.ts';

const DELAY_MS = 50;
const PICTURE_BYTES = 200_000;

/**
 * Theory: each file takes three requests one after the other, in three lanes as wide as there are slots, so one request
 * of each file counts, and three of a single file: the first is registered alone, the last is sent and read.
 */
export async function againstTheory(stage: Stage, extent: Extent): Promise<Result[]> {
  const workspace = join(stage.folder, 'small');
  const bytes = writePictures(join(workspace, 'media'), extent.smallFiles, PICTURE_BYTES);
  const target = await stage.target('http', DELAY_MS);
  const results: Result[] = [];
  for (const slots of extent.smallSlots) {
    const ratios: number[] = [];
    const theoryMs = (extent.smallFiles / slots + 3) * DELAY_MS;
    let calls = 0;
    for (let round = 0; round < extent.smallRounds; round += 1) {
      const inputs = { files: 'media/*', 'max-files': '100000', concurrency: String(slots) };
      // All that comes before the first request.
      const startMs = await stage.run(await stage.action({ ...inputs, mode: 'plan' }, workspace));
      const tookMs = await stage.run(await stage.action({ ...inputs, 'api-url': target.apiUrl }, workspace));
      const { puts, bytes: arrived } = await target.sink.told();
      if (puts !== extent.smallFiles || arrived !== bytes)
        throw new Error(`${arrived} bytes came in ${puts} PUTs, where ${bytes} were sent`);
      const told = await target.api.told();
      calls = (told.registers + told.completes + told.reads) / extent.smallFiles;
      ratios.push((tookMs - startMs) / theoryMs);
    }
    results.push({
      id: `small-${slots}`,
      what: `${extent.smallFiles} pictures at ${DELAY_MS} ms a request, ${slots} slots: time over theory (${calls} API calls a file)`,
      figure: figureOf(ratios),
      unit: '×',
      aim: { most: 1.1 },
    });
  }
  return results;
}

const TINY_BYTES = 20_000;

/** In \`mode: simulate\`, the sandbox included: it is as busy as the action. */
export async function byNumber(stage: Stage, extent: Extent): Promise<Result[]> {
  const results: Result[] = [];
  for (const files of extent.manyFiles) {
    const workspace = join(stage.folder, 'many');
    writePictures(join(workspace, 'media'), files, TINY_BYTES);
    const inputs = { files: 'media/*', 'max-files': '100000', mode: 'simulate' };
    const { tookMs, peakBytes, descriptors } = await stage.peakOf(await stage.action(inputs, workspace));
    rmSync(workspace, { recursive: true });
    results.push({
      id: `many-${files}`,
      what: `Milliseconds for each of ${files} small pictures in \`mode: simulate\` (${descriptors} descriptors)`,
      figure: figureOf([tookMs / files]),
      unit: ' ms',
    });
    results.push({
      id: `many-memory-${files}`,
      what: `Peak memory with ${files} small pictures, the sandbox included`,
      figure: figureOf([peakBytes / 1024 / 1024]),
      unit: ' MiB',
    });
  }
  return results;
}
