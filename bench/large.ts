// One large video: compares the action with curl, for the same bytes and the same sink.

import { join } from 'node:path';
import { curlProgram, SLOTS } from './curl.ts';
import type { Extent } from './extent.ts';
import { MIB, PART_BYTES, writeSparseVideo, writeVideo } from './fixtures.ts';
import type { Program } from './processes.ts';
import { figureOf, goesFirst, type Result, type Round, speedups } from './ratios.ts';
import type { Stage, Target, Way } from './stage.ts';

const AIMS: Record<Way, number> = { http: 1, https: 1.15, line: 0.95 };
const NAMES: Record<Way, string> = {
  http: 'HTTP',
  https: 'HTTPS',
  line: 'One video over 1 Gbit/s',
};

interface Side {
  readonly program: () => Promise<Program>;
  readonly puts: number;
}

export async function againstCurl(stage: Stage, extent: Extent, way: Way): Promise<Result[]> {
  const { workspace, ours, target, parts } = await prepare(stage, extent, way);
  const uploads = Array.from({ length: parts }, (_, index) => ({
    path: join(workspace, 'parts', String(index)),
    url: `${target.sinkUrl}/${index}`,
  }));
  const certificate = way === 'https' ? stage.certificate : null;
  const curl = curlProgram({ configPath: join(stage.folder, `curl-${way}`), uploads, certificate });
  const theirs = { puts: parts, program: async () => curl };
  const rounds = await play(stage, { extent, way, target, ours, theirs });
  const sizeMib = extent.videoBytes[way] / MIB;
  return [
    {
      id: `large-${way}`,
      what: `${NAMES[way]}: how many times as fast as \`curl --parallel\``,
      figure: speedups(rounds),
      unit: '×',
      aim: { least: AIMS[way] },
    },
    {
      id: `large-${way}-rate`,
      what: `${NAMES[way]}: MiB/s, start-up included`,
      figure: figureOf(rounds.map(({ oursMs }) => (sizeMib / oursMs) * 1000)),
      unit: ' MiB/s',
    },
  ];
}

/** Peak memory, descriptors, sockets and time for sparse videos of several sizes. */
export async function bySize(stage: Stage, extent: Extent): Promise<Result[]> {
  const target = await stage.target('http');
  const results: Result[] = [];
  for (const sizeBytes of extent.sparseBytes) {
    const workspace = join(stage.folder, 'sparse');
    writeSparseVideo(join(workspace, 'media'), sizeBytes);
    const send = async () => {
      const run = await stage.peakOf(await stage.action(inputsFor(target), workspace));
      return {
        ...run,
        connections: await assertArrived(target, sizeBytes, Math.ceil(sizeBytes / PART_BYTES)),
      };
    };
    // Not counted: the first read of a sparse file creates it in memory, which takes longer than the upload.
    await send();
    const runs = [await send(), await send(), await send()];
    const gib = sizeBytes / (1024 * MIB);
    const connections = Math.max(...runs.map((run) => run.connections));
    const descriptors = Math.max(...runs.map((run) => run.descriptors));
    results.push({
      id: `memory-${gib}`,
      what: `Peak memory at ${gib} GiB (${connections} sockets, ${descriptors} descriptors)`,
      figure: figureOf(runs.map(({ peakBytes }) => peakBytes / MIB)),
      unit: ' MiB',
      aim: { most: 250 },
    });
  }
  return results;
}

interface Prepared {
  readonly workspace: string;
  readonly target: Target;
  readonly ours: Side;
  readonly parts: number;
}

/** How many parts the video of each size has. */
const written = new Map<number, number>();

async function prepare(stage: Stage, extent: Extent, way: Way): Promise<Prepared> {
  const sizeBytes = extent.videoBytes[way];
  const workspace = join(stage.folder, `large-${sizeBytes}`);
  const parts =
    written.get(sizeBytes) ??
    writeVideo(join(workspace, 'media'), join(workspace, 'parts'), sizeBytes);
  written.set(sizeBytes, parts);
  const target = await stage.target(way);
  const ours = { puts: parts, program: () => stage.action(inputsFor(target), workspace) };
  return { workspace, parts, target, ours };
}

/** `wait-minutes: 0`: the time of LinkedIn's processing does not depend on the upload. */
function inputsFor({ apiUrl }: Target): Record<string, string> {
  const slots = { concurrency: String(SLOTS), 'multipart-threshold-mb': '5' };
  return { files: 'media/*', 'api-url': apiUrl, 'wait-minutes': '0', ...slots };
}

interface Match {
  readonly extent: Extent;
  readonly way: Way;
  readonly target: Target;
  readonly ours: Side;
  readonly theirs: Side;
}

/** Runs both sides in turns. The first round warms the caches and is not counted. */
async function play(stage: Stage, { extent, way, target, ours, theirs }: Match): Promise<Round[]> {
  const time = async ({ program, puts }: Side) => {
    const tookMs = await stage.run(target.client(await program()));
    await assertArrived(target, extent.videoBytes[way], puts);
    return tookMs;
  };
  const rounds: Round[] = [];
  for (let index = 0; index <= extent.rounds[way]; index += 1) {
    const early = goesFirst(index) ? await time(ours) : null;
    const theirsMs = await time(theirs);
    rounds.push({ theirsMs, oursMs: early ?? (await time(ours)) });
  }
  return rounds.slice(1);
}

/** Returns the number of sockets. @throws Error if a byte or a request is missing */
async function assertArrived({ sink }: Target, sizeBytes: number, puts: number): Promise<number> {
  const received = await sink.takeCounts();
  if (received.bytes === sizeBytes && received.puts === puts) return received.connections;
  throw new Error(
    `The sink received ${received.bytes} bytes in ${received.puts} PUTs, but ${sizeBytes} bytes in ${puts} PUTs were sent`,
  );
}
