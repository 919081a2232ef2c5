// What must hold after every schedule, in the words of users. Nothing here is computed with the policy of the action.

import { inspect } from 'node:util';
import { LeakScan } from '../../leaks/leak-scan.ts';
import { arrivedWhole, digest } from '../../support/publishing.ts';
import { findEditViolations } from './edit-invariants.ts';
import { isSidecar } from './items.ts';
import { findPostViolations } from './post-invariants.ts';
import {
  asksAuthor,
  type EndedRun,
  endedRuns,
  idOf,
  isLateEdit,
  isSuccess,
  type Row,
  rowsOf,
  struckCalls,
  type Violation,
  violation,
} from './reading.ts';
import { BRANCH, OWNER, type Run, type Story } from './story.ts';
import { findUploadViolations } from './upload-invariants.ts';

export function findViolations(story: Story): Violation[] {
  if (!story.isOver) return [{ rule: 'ENDS', text: 'a run does not end' }];
  return [
    ...leaks(story),
    ...endsInTime(story),
    ...boundedCalls(story),
    ...fittingOutputs(story),
    ...trueBytes(story),
    ...pausesLoseNothing(story),
    ...finallyReported(story),
    ...findEditViolations(story),
    ...(story.schedule.program === 'upload'
      ? findUploadViolations(story)
      : findPostViolations(story)),
  ];
}

const scan = new LeakScan();

/** No secret is anywhere: not in the log, outputs, summary, files or memory, and not at another host; each request is one that GitHub knows. */
function leaks(story: Story): Violation[] {
  const before = scan.leaks.length;
  for (const { result } of endedRuns(story)) {
    for (const [name, text] of result.texts)
      scan.search(name.endsWith('results.json') ? 'results-file' : name, text);
    for (const [name, text] of Object.entries(result.outputs)) scan.search(name, text);
  }
  for (const text of story.github.versions(BRANCH)) scan.search('memory', text);
  return [
    ...scan.leaks.slice(before).map((leak) => ({ rule: 'NO_SECRET', text: inspect(leak) })),
    ...[...story.world.breaches, ...story.github.breaches].map((text) => ({
      rule: 'NO_SECRET',
      text,
    })),
  ];
}

const LONGEST_MS = 12 * 3_600_000;
const CANCEL_MS = 5000;

/** Every run ends, and a cancelled one within seconds. */
function endsInTime({ runs, isVirtual }: Story): Violation[] {
  if (!isVirtual) return [];
  return runs.flatMap((run) => {
    const { machine, startMs, endMs } = run;
    const tookMs = endMs - startMs;
    if (!machine.hasSlept && tookMs > LONGEST_MS)
      return [violation('ENDS', run, `it took ${tookMs} ms`)];
    if (machine.cancelledMs === null || machine.hasSlept || machine.isDead) return [];
    const afterMs = endMs - machine.cancelledMs;
    return afterMs > CANCEL_MS
      ? [violation('ENDS', run, `it took ${afterMs} ms after its cancellation`)]
      : [];
  });
}

/** An outage of any length costs a bounded number of calls, and so does the wait for another run, which reads the branch. */
function boundedCalls({ runs, world, schedule: { items } }: Story): Violation[] {
  const most = 100 + 50 * items.length;
  return runs.flatMap((run) =>
    (['linkedin', 'github'] as const).flatMap((service) => {
      const calls = world.callsOf(run.machine.name, service).length;
      return calls > most
        ? [violation('BOUNDED', run, `it made ${calls} calls to ${service}`)]
        : [];
    }),
  );
}

/** Exit code, counts and rows agree, each item has one row, and every row that is not a success has a reason. */
function fittingOutputs(story: Story): Violation[] {
  return endedRuns(story).flatMap((run) => {
    const { exitCode, outputs, errors } = run.result;
    try {
      for (const name of ['results', 'urns']) JSON.parse(outputs[name] || '[]');
    } catch (error) {
      return [violation('OUTPUTS', run, `an output is not JSON (${error})`)];
    }
    const rows = rowsOf(run);
    const isPost = story.schedule.program === 'post';
    const items = [...run.files.keys()].filter(
      (file) => file.startsWith(isPost ? 'posts/' : 'media/') && !isSidecar(file),
    );
    const files = rows.map(({ file }) => file);
    const failed = rows.filter((row) => !isSuccess(row));
    const hasError = errors.length > 0;
    const wrong = [
      rows.length > 0 && files.join() !== items.join() ? `its rows are those of ${files}` : null,
      rows.length === 0 && !hasError ? 'it has no rows and reports no error' : null,
      exitCode === 0 && failed.length > 0 ? `it succeeds with ${failed.length} failed rows` : null,
      exitCode !== 0 && !hasError ? 'it fails and reports no error' : null,
      rows.length > 0 && Number(outputs['failed-count']) !== failed.length
        ? `its failed-count is ${outputs['failed-count']}, and ${failed.length} rows failed`
        : null,
      failed.some(({ error }) => error === undefined) ? 'a failed row has no reason' : null,
      rows.some(({ error }) => error?.code === 'INTERNAL') ? 'it has met a bug' : null,
    ];
    return wrong.flatMap((text) => (text === null ? [] : [violation('OUTPUTS', run, text)]));
  });
}

/** LinkedIn has the bytes of each file that is reported as sent. */
function trueBytes(story: Story): Violation[] {
  const assets = new Map(story.model.assets().map((asset) => [asset.id, asset]));
  return endedRuns(story).flatMap((run) =>
    rowsOf(run).flatMap((row) =>
      sentFiles(row).flatMap(({ file, urn }) => {
        const asset = assets.get(idOf(urn ?? ''));
        const versions = versionsOf(run, file);
        const isWhole =
          asset?.owner === OWNER &&
          versions.some((bytes) => arrivedWhole(asset, Buffer.from(bytes)));
        const isComplete = Object.entries(row.sidecars ?? {}).every(([kind, path]) =>
          versionsOf(run, path).some(
            (bytes) => asset?.[kind as 'captions']?.sha256 === digest(bytes),
          ),
        );
        if (isWhole && isComplete) return [];
        const held = `${asset?.sizeBytes} of ${versions[0]?.length} bytes`;
        const other = isWhole ? ' without the right sidecars' : '';
        const text = `${file} is ${row.state} as ${urn}, and LinkedIn holds ${held}${other}`;
        return [violation('BYTES', run, text)];
      }),
    ),
  );
}

/** The files that a row reports as sent. A post that an earlier run has published does not name its media. */
function sentFiles(row: Row) {
  const { file, state, assetUrn, mediaUrn, media } = row;
  if (media !== undefined) return state === 'posted' ? media : [];
  return isSuccess(row) && state !== 'deferred'
    ? [{ file, urn: assetUrn ?? mediaUrn ?? null }]
    : [];
}

/** A file at the start of a run, and after its change. */
function versionsOf({ files, disk }: EndedRun, path: string): (string | Uint8Array)[] {
  const isChanged = disk.changed !== null && disk.struck?.endsWith(`/${path}`) === true;
  return [files.get(path) ?? '', ...(isChanged && disk.changed !== null ? [disk.changed] : [])];
}

/** A pause of seconds loses no file: one short outage, or one call that failed for a moment. */
function pausesLoseNothing(story: Story): Violation[] {
  const { schedule } = story;
  const isShort =
    schedule.outages.every(({ ms }) => ms <= 5000) &&
    schedule.jobs.every(({ fate: { sleep } }) => sleep === null || sleep.ms <= 40_000) &&
    schedule.expiresMs === null;
  const isMild = ({ machine, disk }: Run) => {
    const planned = struckCalls(story).filter(
      (call) => call.machine === machine.name && schedule.faults.some((one) => one === call.fault),
    );
    // A change of the memory has a minute, with all its calls. GitHub asks for a minute after a 429.
    const isLong = planned.some(
      ({ fault, service }) =>
        service === 'github' && (fault?.retryAfterS ?? 0) * 1000 + 10 * schedule.latencyMs > 60_000,
    );
    const isBrief = planned.every(
      ({ fault, service }) =>
        fault?.kind === 'unreachable' ||
        fault?.kind === 'lost request' ||
        (fault?.kind === 'proxy' && fault.status === 502) ||
        [500, 502, 503, 504].includes(fault?.status ?? 0) ||
        (fault?.status === 429 && service === 'linkedin'),
    );
    return (
      planned.length <= 1 &&
      isBrief &&
      !isLong &&
      (planned.length === 0 || schedule.outages.length === 0) &&
      machine.cancelledMs === null &&
      disk.struck === null
    );
  };
  const isMildForAll = story.runs.every((run) => run.result !== null && isMild(run));
  if (!isShort || (schedule.program === 'post' && !isMildForAll)) return [];
  // Later runs do not know how the post became unknown, under whatever text or path they find it.
  const duplicates = new Set<string | undefined>();
  // The clock of a machine that slept does not show that the duplicate is its own post.
  const hasSlept = story.runs.some(({ machine }) => machine.hasSlept);
  for (const { text, file, state, error } of endedRuns(story).flatMap(rowsOf)) {
    const isKnown = state === 'unknown' && (duplicates.has(text) || duplicates.has(file));
    const isOwn = hasSlept && error?.message.includes('DUPLICATE_POST') === true;
    if (isKnown || isOwn || error?.code === 'POST_DUPLICATE') duplicates.add(text).add(file);
  }
  return endedRuns(story)
    .filter(isMild)
    .flatMap((run) => {
      const lost = rowsOf(run).filter(
        (row) =>
          !isSuccess(row) &&
          !(schedule.waitMinutes < 30 && row.state === 'processing') &&
          !asksAuthor(story, run) &&
          !isLateEdit(row) &&
          // LinkedIn has this text, or another run sends it.
          !['POST_DUPLICATE', 'POST_CLAIMED'].includes(row.error?.code ?? '') &&
          !(row.state === 'unknown' && duplicates.has(row.file)),
      );
      return [
        ...missingRows('PAUSE', run),
        ...lost.map((row) => violation('PAUSE', run, describe(row))),
      ];
    });
}

/** When nothing goes wrong any more, each file and each post has its row. */
function finallyReported(story: Story): Violation[] {
  const last = endedRuns(story).filter(({ part }) => part === 'last');
  return last.flatMap((run) => missingRows('FINALLY', run));
}

function missingRows(rule: string, run: EndedRun): Violation[] {
  const end = run.result.texts.get('log')?.slice(-500);
  return rowsOf(run).length > 0 ? [] : [violation(rule, run, `it has no rows: ${end}`)];
}

function describe({ file, state, error }: Row): string {
  return `${file} is ${state} (${error?.message})`;
}
