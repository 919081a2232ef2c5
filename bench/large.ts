// One large video: the action against curl and against the usual way, on the same bytes and the same sink.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Extent } from './extent.ts';
import { MIB, PART_BYTES, writeSparseVideo, writeVideo } from './fixtures.ts';
import type { Program } from './processes.ts';
import { figureOf, goesFirst, type Result, type Round, speedups } from './ratios.ts';
import { ROOT, type Scheme, type Stage, type Target } from './stage.ts';

// The action's own default, and as many connections on the other side.
const SLOTS = 8;

const AIMS: Record<Scheme, number> = { http: 1, https: 1.15 };

interface Side {
  readonly program: () => Promise<Program>;
  readonly puts: number;
}

/** `only` names the scheme. */
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

/** Peak memory, descriptors, sockets and time by the size of the video, which is sparse. */
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
    // Read for the first time, a sparse file is made in memory, which takes longer than to send it.
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

/** Without a wait for LinkedIn's processing, which no upload can shorten. */
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

/** Both sides in turns; the first round warms the caches and is dropped. */
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

/** @throws Error when a byte or a request is missing; returns the sockets */
async function assertArrived({ sink }: Target, sizeBytes: number, puts: number): Promise<number> {
  const told = await sink.told();
  if (told.bytes === sizeBytes && told.puts === puts) return told.connections;
  throw new Error(`${told.bytes} bytes came in ${told.puts} PUTs, where ${sizeBytes} in ${puts} were sent`);
}
