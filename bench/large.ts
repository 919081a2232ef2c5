// One large video: compares the action with curl and with plain streams, for the same bytes and the same sink.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Extent } from './extent.ts';
import { MIB, PART_BYTES, writeSparseVideo, writeVideo } from './fixtures.ts';
import type { Program } from './processes.ts';
import { figureOf, goesFirst, type Result, type Round, speedups } from './ratios.ts';
import { ROOT, type Scheme, type Stage, type Target } from './stage.ts';

// The default of the action. The other side gets as many connections.
const SLOTS = 8;

const AIMS: Record<Scheme, number> = { http: 1, https: 1.15 };

interface Side {
  readonly program: () => Promise<Program>;
  readonly puts: number;
}

export async function againstCurl(stage: Stage, extent: Extent, scheme: Scheme): Promise<Result[]> {
  const { workspace, ours, target, parts } = await prepare(stage, extent, scheme);
  const config = join(stage.folder, `curl-${scheme}`);
  const lines = Array.from({ length: parts }, (_, index) =>
    [
      `upload-file = "${join(workspace, 'parts', String(index))}"`,
      `url = "${target.sinkUrl}/${index}"`,
      'output = "/dev/null"',
    ].join('\n'),
  );
  writeFileSync(config, `${lines.join('\n')}\n`);
  const trust = scheme === 'https' ? ['--cacert', stage.certificate ?? ''] : [];
  const args = ['-sf', '--http1.1', '--parallel', '--parallel-max', String(SLOTS), ...trust, '-K', config];
  const theirs = { puts: parts, program: async () => ({ command: 'curl', args, cwd: workspace }) };
  const rounds = await play(stage, { extent, target, ours, theirs });
  const sizeMib = extent.videoBytes / MIB;
  return [
    {
      id: `large-${scheme}`,
      what: `${scheme.toUpperCase()}: how many times as fast as \`curl --parallel\``,
      figure: speedups(rounds),
      unit: '×',
      aim: { least: AIMS[scheme] },
    },
    {
      id: `large-${scheme}-rate`,
      what: `${scheme.toUpperCase()}: MiB/s, start-up included`,
      figure: figureOf(rounds.map(({ oursMs }) => (sizeMib / oursMs) * 1000)),
      unit: ' MiB/s',
    },
  ];
}

export async function againstStreams(stage: Stage, extent: Extent, scheme: Scheme): Promise<Result[]> {
  const { workspace, ours, target, parts } = await prepare(stage, extent, scheme);
  const args = [
    join(ROOT, 'bench/stream-way.ts'),
    target.sinkUrl,
    join(workspace, 'media/launch.mp4'),
    String(SLOTS),
  ];
  const program = { command: process.execPath, args, env: { ...stage.trust } };
  const theirs = { puts: parts, program: async () => program };
  const rounds = await play(stage, { extent, target, ours, theirs });
  return [
    {
      id: `streams-${scheme}`,
      what: `${scheme.toUpperCase()}: how many times as fast as \`createReadStream\` bodies`,
      figure: speedups(rounds),
      unit: '×',
      aim: { least: 2 },
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
      aim: { most: 180 },
    });
    results.push({
      id: `time-${gib}`,
      what: `Seconds for each GiB at ${gib} GiB, over HTTP`,
      figure: figureOf(runs.map(({ tookMs }) => tookMs / 1000 / gib)),
      unit: ' s',
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

let written: { workspace: string; parts: number } | null = null;

async function prepare(stage: Stage, { videoBytes }: Extent, scheme: Scheme): Promise<Prepared> {
  const workspace = join(stage.folder, 'large');
  written ??= {
    workspace,
    parts: writeVideo(join(workspace, 'media'), join(workspace, 'parts'), videoBytes),
  };
  const target = await stage.target(scheme);
  const ours = { puts: written.parts, program: () => stage.action(inputsFor(target), workspace) };
  return { ...written, target, ours };
}

/** `wait-minutes: 0`: the time of LinkedIn's processing does not depend on the upload. */
function inputsFor({ apiUrl }: Target): Record<string, string> {
  const slots = { concurrency: String(SLOTS), 'multipart-threshold-mb': '5' };
  return { files: 'media/*', 'api-url': apiUrl, 'wait-minutes': '0', ...slots };
}

interface Match {
  readonly extent: Extent;
  readonly target: Target;
  readonly ours: Side;
  readonly theirs: Side;
}

/** Runs both sides in turns. The first round warms the caches and is not counted. */
async function play(stage: Stage, { extent, target, ours, theirs }: Match): Promise<Round[]> {
  const time = async ({ program, puts }: Side) => {
    const tookMs = await stage.run(await program());
    await assertArrived(target, extent.videoBytes, puts);
    return tookMs;
  };
  const rounds: Round[] = [];
  for (let index = 0; index <= extent.rounds; index += 1) {
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
