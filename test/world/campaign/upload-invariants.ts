// What must hold for uploads after every schedule.

import { inspect } from 'node:util';
import type { AssetReport } from '../../../src/sandbox/asset.ts';
import { digest } from '../../support/publishing.ts';
import type { Call } from '../world.ts';
import {
  endedRuns,
  idOf,
  isAlone,
  isMemoryBehind,
  isSuccess,
  memoryOf,
  rowsOf,
  struckCalls,
  type Violation,
  violation,
} from './reading.ts';
import { DAY_MS } from './schedule.ts';
import type { Run, Story } from './story.ts';

export function findUploadViolations(story: Story): Violation[] {
  return [
    ...keptUrns(story),
    ...sentOnce(story),
    ...rememberedUploads(story),
    ...withinMaxCalls(story),
    ...finallyUploaded(story),
  ];
}

/** When nothing goes wrong any more, each file is a success, or LinkedIn still processes it. */
function finallyUploaded(story: Story): Violation[] {
  const last = endedRuns(story).filter(({ part }) => part === 'last');
  return last.flatMap((run) =>
    rowsOf(run)
      .filter((row) => !isSuccess(row) && row.state !== 'processing')
      .map(({ file, state, error }) =>
        violation('FINALLY', run, `${file} is ${state} (${error?.message})`),
      ),
  );
}

/** Every asset that a run registered is in its rows: with its URN, or counted as one whose response was lost. */
function keptUrns(story: Story): Violation[] {
  return endedRuns(story).flatMap((run) => {
    const { machine, result } = run;
    const text = result.outputs.results ?? '';
    const registered = story.world
      .callsOf(machine.name, 'linkedin')
      .filter(({ name, handled }) => name === 'register' && handled?.status === 200);
    const missing = registered.filter((call) => !text.includes(idIn(call)));
    const untilMs = machine.cancelledMs ?? Number.POSITIVE_INFINITY;
    const arrived = missing.filter(
      ({ deliveredMs, fault }) => fault === null && Number(deliveredMs ?? Infinity) < untilMs,
    );
    const orphans = rowsOf(run).reduce((sum, row) => sum + (row.possibleOrphans ?? 0), 0);
    const isUncounted = machine.cancelledMs === null && missing.length > orphans;
    return [
      ...arrived.map((call) => violation('URN_KEPT', run, `no row has ${idIn(call)}`)),
      ...(isUncounted && arrived.length === 0
        ? [
            violation(
              'URN_KEPT',
              run,
              `${missing.length} assets are in no row, and ${orphans} are counted`,
            ),
          ]
        : []),
    ];
  });
}

function idIn({ handled }: Call): string {
  const urn = /"urn:li:(?:digitalmediaAsset|image|video|document):([\w-]+)"/;
  return urn.exec(String(handled?.body))?.[1] ?? '';
}

/** Nothing is uploaded twice: of several uploads of the same bytes, all but one have a reason why another one was not known. */
function sentOnce(story: Story): Violation[] {
  const hasMemory = story.schedule.memory !== 'none';
  const copies = Map.groupBy(uploadsOf(story), ({ asset, run }) =>
    hasMemory ? asset.sha256 : `${asset.sha256} ${run.machine.name}`,
  );
  return [...copies.values()].flatMap((same) => {
    const unexplained = same.filter((one) => !isExplained(story, one));
    // Without a memory, a run sends each of its files.
    const most = hasMemory ? 1 : filesWith(same[0]).length;
    if (unexplained.length <= most) return [];
    const ids = unexplained.map(({ asset }) => asset.id).join(', ');
    return [
      {
        rule: 'ONCE',
        text: `a file was uploaded ${same.length} times, without a reason as ${ids}`,
      },
    ];
  });
}

interface Upload {
  readonly asset: AssetReport;
  readonly run: Run;
}

/** What arrived whole, and the run that sent it. */
function uploadsOf({ model, world, runs }: Story): Upload[] {
  const digests = new Set(runs.flatMap(({ files }) => [...files.values()].map(digest)));
  return model.assets().flatMap((asset) => {
    const call = world.calls.find((one) => one.name === 'register' && idIn(one) === asset.id);
    const run = runs.find(({ machine }) => machine.name === call?.machine);
    return run !== undefined && digests.has(asset.sha256 ?? '') ? [{ asset, run }] : [];
  });
}

/** The files of the run that have these bytes. */
function filesWith(upload: Upload | undefined): string[] {
  const files = [...(upload?.run.files ?? [])];
  return files.filter(([, bytes]) => digest(bytes) === upload?.asset.sha256).map(([path]) => path);
}

/** Whether a call for this upload failed, its run was cut off or could not store it, or the run, or another one, did not know of it. */
function isExplained(story: Story, upload: Upload): boolean {
  const { asset, run } = upload;
  const { world, schedule, runs } = story;
  const { machine, disk, checkout } = run;
  const calls = world.callsOf(machine.name, 'linkedin');
  const isStruck = calls.some((call) => call.fault !== null && idsIn(call).includes(asset.id));
  // The run believes a first read that says that there is no memory, and no later one.
  const firstRead = world.callsOf(machine.name, 'github').find(({ name }) => name === 'read');
  // A clock that is wrong by minutes makes an upload of seconds ago look abandoned.
  const isSkewed = (schedule.jobs[checkout.job]?.fate.skewMs ?? 0) !== 0;
  // A first read may be older than the end of another run.
  const isOld = runs.some(
    ({ endMs }) =>
      run.startMs >= endMs && run.startMs - endMs <= schedule.lag.ms && schedule.lag.percent > 0,
  );
  return (
    isStruck ||
    (firstRead?.fault !== null && firstRead?.status === 404) ||
    machine.isDead ||
    machine.cancelledMs !== null ||
    // Other captions or another thumbnail make another upload of a video.
    filesWith(upload).some((path) => disk.struck?.includes(`/${path.replace(/\.\w+$/, '')}.`)) ||
    isMemoryBehind(story, run) ||
    !isAlone(story, run) ||
    isOld ||
    isSkewed
  );
}

/** The assets that a call names. */
function idsIn({ path, query, body, handled }: Call): string[] {
  return [path, query, body, handled?.body].join(' ').match(/SIMULATED-\w+/g) ?? [];
}

/** When virtual time starts. */
const NOON_MS = DAY_MS / 2;

const STATES: Readonly<Record<string, readonly string[]>> = {
  available: ['available'],
  unverified: ['uploaded', 'available'],
  processing: ['uploaded', 'available'],
  reused: ['uploaded', 'available'],
};

/** After a run, the memory has what the run reported. */
function rememberedUploads(story: Story): Violation[] {
  if (story.schedule.memory === 'none') return [];
  return endedRuns(story)
    .filter((run) => !isMemoryBehind(story, run))
    .flatMap((run) => {
      const { uploads } = memoryOf(run.memory);
      return rowsOf(run).flatMap((row) => {
        const states = STATES[row.state];
        if (states === undefined || !isSuccess(row)) return [];
        const sha256 = digest(run.files.get(row.file) ?? '');
        const id = idOf(row.assetUrn ?? row.mediaUrn ?? '');
        // A video whose captions changed during a run has two uploads.
        const same = uploads.filter((one) => one.sha256 === sha256);
        const entry = same.find(({ urn }) => idOf(urn) === id) ?? same[0];
        // Jobs side by side upload the same file each for itself, and so does one that reads an old memory.
        if (entry !== undefined && (!isAlone(story, run) || story.schedule.lag.percent > 0))
          return [];
        if (entry !== undefined && idOf(entry.urn) === id && states.includes(entry.state))
          return [];
        const text = `${row.file} is ${row.state} as ${id}, and the memory has ${inspect(entry)}`;
        return [violation('REMEMBERED', run, text)];
      });
    });
}

/**
 * All runs of a day together keep to `max-calls`, except on a day with a single file that alone needs more. Jobs side by side do
 * not see each other's calls at once, and repeats after faults and reads of slow files may need more.
 */
function withinMaxCalls(story: Story): Violation[] {
  const { maxCalls, lag, processingMs } = story.schedule;
  const isCounted = story.runs.every(
    (run) => run.result !== null && !isMemoryBehind(story, run) && isAlone(story, run),
  );
  if (maxCalls === null || !isCounted || lag.percent > 0) return [];
  const made = story.world.calls.filter(
    ({ service, path }) => service === 'linkedin' && /^\/(rest|v2)\//.test(path),
  );
  const days = Map.groupBy(made, ({ atMs }) => Math.floor((atMs + NOON_MS) / DAY_MS));
  const isDisturbed =
    struckCalls(story).length > 0 || story.runs.some(({ disk }) => disk.struck !== null);
  if (isDisturbed || processingMs > 2000) return [];
  return [...days.values()]
    .filter(
      (calls) =>
        calls.length > maxCalls && calls.filter(({ name }) => name === 'register').length > 1,
    )
    .map(({ length }) => ({ rule: 'MAX_CALLS', text: `${length} calls in a day, of ${maxCalls}` }));
}
