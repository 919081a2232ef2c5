// What must hold for uploads after every schedule.

import { inspect } from 'node:util';
import { digest } from '../../support/publishing.ts';
import type { Call } from '../world.ts';
import {
  type EndedRun,
  endedRuns,
  hasMemoryError,
  idOf,
  isAlone,
  isSuccess,
  memoryOf,
  rowsOf,
  struckCalls,
  type Violation,
  violation,
} from './reading.ts';
import type { Story } from './story.ts';

const DAY_MS = 24 * 3_600_000;
/** When virtual time starts. */
const NOON_MS = DAY_MS / 2;

export function findUploadViolations(story: Story): Violation[] {
  return [...keptUrns(story), ...sentOnce(story), ...rememberedUploads(story), ...withinMaxCalls(story)];
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
        ? [violation('URN_KEPT', run, `${missing.length} assets are in no row, and ${orphans} are counted`)]
        : []),
    ];
  });
}

function idIn({ handled }: Call): string {
  const urn = /"urn:li:(?:digitalmediaAsset|image|video|document):([\w-]+)"/;
  return urn.exec(String(handled?.body))?.[1] ?? '';
}

/** Nothing is uploaded twice, unless a call failed, a run was cut off, or a first read was old. */
function sentOnce(story: Story): Violation[] {
  const { schedule, model, runs } = story;
  const excuses =
    struckCalls(story).length +
    runs.filter(({ machine }) => machine.isDead || machine.cancelledMs !== null).length +
    runs.filter(({ disk }) => disk.struck !== null).length +
    (schedule.lag.percent > 0 ? runs.length : 0) +
    runs.filter((run) => !isAlone(story, run)).length +
    // A clock that is wrong by minutes makes an upload of seconds ago look abandoned.
    (schedule.jobs.some(({ fate }) => fate.skewMs !== 0) ? runs.length : 0);
  // A run sends each file if there is no memory.
  const copies = Map.groupBy(
    runs.flatMap(({ files }) => [...files.values()]),
    digest,
  );
  return [...copies].flatMap(([sha256, same]) => {
    const whole = model.assets().filter((asset) => asset.sha256 === sha256).length;
    const most = excuses + (schedule.memory === 'none' ? same.length : 1);
    return whole > most
      ? [{ rule: 'ONCE', text: `a file was uploaded ${whole} times, with ${excuses} excuses` }]
      : [];
  });
}

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
    .filter((run) => !hasMemoryError(run))
    .flatMap((run) => {
      const { entries } = memoryOf(run.memory);
      return rowsOf(run).flatMap((row) => {
        const states = STATES[row.state];
        if (states === undefined || !isSuccess(row)) return [];
        const sha256 = digest(run.files.get(row.file) ?? '');
        const id = idOf(row.assetUrn ?? row.mediaUrn ?? '');
        // A video whose captions changed during a run has two uploads.
        const same = entries.filter((one) => one.sha256 === sha256);
        const entry = same.find(({ urn }) => idOf(urn) === id) ?? same[0];
        // Jobs side by side upload the same file each for itself, and so does one that reads an old memory.
        if (entry !== undefined && (!isAlone(story, run) || story.schedule.lag.percent > 0)) return [];
        if (entry !== undefined && idOf(entry.urn) === id && states.includes(entry.state)) return [];
        const text = `${row.file} is ${row.state} as ${id}, and the memory has ${inspect(entry)}`;
        return [violation('REMEMBERED', run, text)];
      });
    });
}

/**
 * All runs of a day together keep to `max-calls`. Jobs side by side do not see each other's calls at once, and repeats after
 * faults and reads of slow files may need more.
 */
function withinMaxCalls(story: Story): Violation[] {
  const { maxCalls, lag, processingMs } = story.schedule;
  const isCounted = story.runs.every(
    (run) => run.result !== null && !hasMemoryError(run as EndedRun) && isAlone(story, run),
  );
  if (maxCalls === null || !isCounted || lag.percent > 0) return [];
  const made = story.world.calls.filter(
    ({ service, path }) => service === 'linkedin' && /^\/(rest|v2)\//.test(path),
  );
  const days = Map.groupBy(made, ({ atMs }) => Math.floor((atMs + NOON_MS) / DAY_MS));
  const isDisturbed = struckCalls(story).length > 0 || story.runs.some(({ disk }) => disk.struck !== null);
  if (isDisturbed || processingMs > 2000) return [];
  return [...days.values()]
    .filter(({ length }) => length > maxCalls)
    .map(({ length }) => ({ rule: 'MAX_CALLS', text: `${length} calls in a day, of ${maxCalls}` }));
}
