// Many small images: compares the total time with theory for slow requests, and measures the memory for growing numbers
// of files.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Extent } from './extent.ts';
import { MIB, writeImages } from './fixtures.ts';
import { figureOf, type Result } from './ratios.ts';
import type { Stage } from './stage.ts';

const DELAY_MS = 50;
const IMAGE_BYTES = 200_000;

/**
 * Theory: each file takes two requests in sequence, a registration and a PUT, and each of the two limiters has as many
 * places as there are slots. So one request per file counts, plus two: the first registration runs alone, and the last
 * file is uploaded after its registration.
 */
export async function againstTheory(stage: Stage, extent: Extent): Promise<Result[]> {
  const workspace = join(stage.folder, 'small');
  const bytes = writeImages(join(workspace, 'media'), extent.smallFiles, IMAGE_BYTES);
  const target = await stage.target('http', { callMs: DELAY_MS, putMs: DELAY_MS });
  const results: Result[] = [];
  for (const slots of extent.smallSlots) {
    const ratios: number[] = [];
    const theoryMs = (extent.smallFiles / slots + 2) * DELAY_MS;
    let calls = 0;
    for (let round = 0; round < extent.smallRounds; round += 1) {
      const inputs = {
        files: 'media/*',
        'max-files': String(extent.smallFiles),
        concurrency: String(slots),
      };
      await stage.run(await stage.action({ ...inputs, 'api-url': target.apiUrl }, workspace));
      const endMs = Date.now();
      const { puts, bytes: arrived } = await target.sink.takeCounts();
      if (puts !== extent.smallFiles || arrived !== bytes)
        throw new Error(
          `The sink received ${arrived} bytes in ${puts} PUTs, but ${bytes} bytes were sent`,
        );
      const { registers, completes, reads, firstMs } = await target.api.takeCounts();
      calls = (registers + completes + reads) / extent.smallFiles;
      ratios.push((endMs - firstMs) / theoryMs);
    }
    results.push({
      id: `small-${slots}`,
      what: `${extent.smallFiles} images at ${DELAY_MS} ms per request, ${slots} slots: time over theory (API calls per file: ${calls})`,
      figure: figureOf(ratios),
      unit: '×',
      aim: { most: 1.1 },
    });
  }
  return results;
}

const TINY_BYTES = 20_000;
// The moments of garbage collections differ from run to run.
const MEMORY_ROUNDS = 3;

/** The memory of the action, with the API and the sink in other processes. */
export async function byNumber(stage: Stage, extent: Extent): Promise<Result[]> {
  const target = await stage.target('http');
  const results: Result[] = [];
  for (const files of extent.manyFiles) {
    const workspace = join(stage.folder, 'many');
    writeImages(join(workspace, 'media'), files, TINY_BYTES);
    const inputs = { files: 'media/*', 'max-files': String(files) };
    const peaks: number[] = [];
    for (let round = 0; round < MEMORY_ROUNDS; round += 1) {
      const program = await stage.action({ ...inputs, 'api-url': target.apiUrl }, workspace);
      peaks.push((await stage.peakOf(program)).peakBytes / MIB);
    }
    rmSync(workspace, { recursive: true });
    results.push({
      id: `many-memory-${files}`,
      what: `Peak memory with ${files} small images`,
      figure: figureOf(peaks),
      unit: ' MiB',
      aim: { most: files > 1000 ? 400 : 250 },
    });
  }
  await target.sink.takeCounts();
  await target.api.takeCounts();
  return results;
}
