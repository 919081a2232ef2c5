// Many photos over a line of 1 Gbit/s, with slow API calls: the line must never wait for a registration.

import { join } from 'node:path';
import { curlProgram } from './curl.ts';
import type { Extent } from './extent.ts';
import { writeImages } from './fixtures.ts';
import { figureOf, goesFirst, type Result } from './ratios.ts';
import type { Stage } from './stage.ts';

const IMAGES = 150;
const IMAGE_BYTES = 2_000_000;
const CALL_MS = 30;

/**
 * Theory: the line is busy from the first request to the last one. `curl --parallel` shows how long that takes: it sends
 * the same files and needs no API call.
 */
export async function imagesOverLine(stage: Stage, { rounds }: Extent): Promise<Result[]> {
  const workspace = join(stage.folder, 'images');
  const bytes = writeImages(join(workspace, 'media'), IMAGES, IMAGE_BYTES);
  const target = await stage.target('line', { callMs: CALL_MS });
  const inputs = { files: 'media/*', 'max-files': String(IMAGES) };
  const uploads = Array.from({ length: IMAGES }, (_, index) => ({
    path: join(workspace, 'media', `${String(index).padStart(6, '0')}.jpg`),
    url: `${target.sinkUrl}/${index}`,
  }));
  const curl = curlProgram({ configPath: join(stage.folder, 'curl-images'), uploads });
  const send = async () => {
    const program = await stage.action({ ...inputs, 'api-url': target.apiUrl }, workspace);
    const oursMs = await stage.run(target.client(program));
    const endMs = Date.now();
    const { firstMs } = await target.api.takeCounts();
    return { oursMs, sendingMs: endMs - firstMs };
  };
  const results: { lineMs: number; oursMs: number; sendingMs: number }[] = [];
  for (let index = 0; index <= rounds.line; index += 1) {
    const early = goesFirst(index) ? await send() : null;
    const lineMs = await stage.run(target.client(curl));
    results.push({ lineMs, ...(early ?? (await send())) });
    const { puts, bytes: arrived } = await target.sink.takeCounts();
    if (puts !== 2 * IMAGES || arrived !== 2 * bytes)
      throw new Error(
        `The sink received ${arrived} bytes in ${puts} PUTs, but both sides sent ${bytes} bytes`,
      );
  }
  const counted = results.slice(1);
  const what = `${IMAGES} images of ${IMAGE_BYTES / 1e6} MB over 1 Gbit/s at ${CALL_MS} ms per API call`;
  return [
    {
      id: 'images-line',
      what: `${what}: share of the speed of the line, from the first request`,
      figure: figureOf(counted.map(({ lineMs, sendingMs }) => lineMs / sendingMs)),
      unit: '×',
      aim: { least: 0.9 },
    },
    {
      id: 'images-line-all',
      what: `${what}: the same, with start-up and inspection`,
      figure: figureOf(counted.map(({ lineMs, oursMs }) => lineMs / oursMs)),
      unit: '×',
    },
  ];
}
