// The invariants of every schedule, whatever its faults are. Each violation has the stable name of its rule and a text.

import type { FileState } from '../../src/publish/file-state.ts';
import { arrivedWhole } from '../support/publishing.ts';
import { checkBranch } from './branch-rules.ts';
import { fileOf } from './classify-call.ts';
import { claimsUpload, isFalseConfirmation, isProcessedOnUpload } from './expected.ts';
import { type Group, groupsOf, isSender, type Member, urnsOf } from './file-groups.ts';
import { checkLeaks } from './leak-rules.ts';
import { checkOutcomes } from './outcome-rules.ts';
import { checkReuse } from './reuse-rules.ts';
import { LONGEST_MS, type ScheduleRun } from './run-schedule.ts';
import { checkToken } from './token-rules.ts';
import { checkTraffic } from './traffic-rules.ts';
import type { Violation } from './violation.ts';
import { checkWaits } from './wait-rules.ts';

export function findViolations(run: ScheduleRun): Violation[] {
  const checks = [
    checkEnd,
    checkUrns,
    checkSuccesses,
    checkOrphans,
    checkOutcomes,
    checkReuse,
    checkCancel,
    checkReasons,
    checkLeaks,
    checkTraffic,
    checkToken,
    checkWaits,
    checkBranch,
  ];
  if (run.endMs === null) return checkEnd(run);
  // Nothing was sent, so no file has an outcome.
  if (run.startError !== null) return [...checkLeaks(run), ...checkBranch(run)];
  return checks.flatMap((check) => check(run));
}

function* eachFile({ entries }: ScheduleRun): Generator<[number, FileState]> {
  yield* entries.entries();
}

function checkEnd({ endMs, entries, pendingSleeps, openFiles }: ScheduleRun): Violation[] {
  if (endMs === null) return [{ rule: 'ENDS', text: `the run did not end within ${LONGEST_MS} ms` }];
  const open = entries.filter(({ stage, state }) => stage !== 'settled' || state === null).length;
  return [
    ...(open > 0 ? [{ rule: 'ENDS', text: `${open} files were never settled` }] : []),
    ...(pendingSleeps > 0
      ? [{ rule: 'NO_RESOURCE_LEAK', text: `${pendingSleeps} sleeps are pending after the end` }]
      : []),
    ...(openFiles > 0
      ? [{ rule: 'NO_RESOURCE_LEAK', text: `${openFiles} files are still open after the end` }]
      : []),
  ];
}

/** The row of a file contains every URN that LinkedIn returned for it. */
function checkUrns(run: ScheduleRun): Violation[] {
  const groups = groupsOf(run);
  return run.trace.namedUrns.flatMap(({ file, urn }) => {
    const group = groups.find((one) => one.file === file);
    const rows = group === undefined ? [] : [group.first, ...group.copies];
    if (rows.some(({ entry }) => urnsOf(entry).includes(urn))) return [];
    return [{ rule: 'URN_KEPT', text: `file ${file} was given ${urn}, which is missing from its row` }];
  });
}

/** LinkedIn has the complete bytes of every file that is reported as a success. */
function checkSuccesses(run: ScheduleRun): Violation[] {
  return groupsOf(run).flatMap((group) =>
    [group.first, ...group.copies].flatMap((member) => {
      const { index, entry } = member;
      if (!claimsUpload(entry) || isSentElsewhere(member, group)) return [];
      const text = contradictionOf(run, group, member);
      return text === null
        ? []
        : [{ rule: 'TRUE_SUCCESS', text: `file ${index} is ${entry.state}, but ${text}` }];
    }),
  );
}

/** Files that were not sent are checked by the reuse rules. */
function isSentElsewhere({ entry }: Member, { copies, earlierUrn }: Group): boolean {
  const isCopy = copies.some((copy) => copy.entry === entry);
  return entry.identity?.urn === earlierUrn || (isCopy && !isSender(entry));
}

function contradictionOf(
  { schedule, model, contents, statusAtEnd }: ScheduleRun,
  { file, faults, first }: Group,
  { index, entry }: Member,
): string | null {
  const asset = model.assets().find(({ urn }) => urn === entry.identity?.urn);
  if (asset === undefined) return 'LinkedIn knows no such asset';
  if (fileOf(asset.owner) !== file) return `its URN is that of file ${fileOf(asset.owner)}`;
  const lies = faults.filter(isFalseConfirmation).length;
  if (index === first.index && faults.some(({ kind }) => kind === 'disk-changed'))
    return 'the file changed under way';
  const needsRead = entry.status !== null || !isProcessedOnUpload(schedule, file);
  const isSeen = entry.state === 'available' && needsRead;
  // Without a status read, the run relies on the response to the upload.
  if (lies > 0 && !isSeen) return null;
  if (isSeen && statusAtEnd.get(index) !== 'AVAILABLE') return `LinkedIn says ${statusAtEnd.get(index)}`;
  const bytes = contents[index] ?? new Uint8Array();
  return arrivedWhole(asset, bytes)
    ? null
    : `LinkedIn holds ${asset.sizeBytes} of ${bytes.length} bytes, or others`;
}

/** A file gets at most three URNs, and assets whose URN never arrived are counted as possible orphans. */
function checkOrphans(run: ScheduleRun): Violation[] {
  const made = Map.groupBy(run.model.assets(), ({ owner }) => fileOf(owner));
  return groupsOf(run).flatMap(({ file, first, copies, faults, earlierUrn }) => {
    const entries = [first, ...copies].map(({ entry }) => entry);
    const urns = new Set(entries.flatMap(urnsOf));
    const ofRun = (made.get(file) ?? []).filter(({ urn }) => urn !== earlierUrn);
    const unnamed = ofRun.filter(({ urn }) => !urns.has(urn)).length;
    const whole = ofRun.filter(({ sha256 }) => sha256 !== null).length;
    const orphans = entries.reduce((sum, { possibleOrphans }) => sum + possibleOrphans, 0);
    const attempts = entries.reduce((sum, entry) => sum + entry.attempts, 0);
    const given = [...urns].filter((urn) => urn !== earlierUrn).length;
    const violations: Violation[] = [];
    // A truncated response still contains the URN, and the registration is made again.
    const damaged = faults.filter(({ on, kind }) => on === 'register' && kind === 'cut-json').length;
    if (entries.some((entry) => entry.attempts > 3 + damaged) || given !== attempts)
      violations.push({ rule: 'THREE_SESSIONS', text: `file ${file}: ${attempts} attempts, ${given} URNs` });
    if (unnamed > orphans)
      violations.push({
        rule: 'ORPHANS_REPORTED',
        text: `file ${file} left ${unnamed} assets without a URN in its row, and reports ${orphans}`,
      });
    if (whole > 1 + faults.length)
      violations.push({
        rule: 'SENT_ONCE',
        text: `file ${file} is ${whole} times at LinkedIn after ${faults.length} faults`,
      });
    return violations;
  });
}

/** A cancelled run ends at once, makes no further calls, and reports the state that each file had reached. */
function checkCancel({
  schedule,
  cancelMs,
  cancelSeq,
  endMs,
  trace,
  entries,
  atCancel,
}: ScheduleRun): Violation[] {
  if (cancelMs === null || cancelSeq === null) return [];
  const rule = 'CANCELS';
  const late = trace.exchanges.filter(({ seq }) => seq > cancelSeq);
  const violations = late.map(({ kind, files }) => ({
    rule,
    text: `${kind} of ${files} was sent after the cancellation`,
  }));
  // A cancellation after all files concerns only the last write of the manifest.
  if (Number(endMs) > cancelMs)
    violations.push({ rule, text: `the run took ${Number(endMs) - cancelMs} ms to end` });
  for (const [index, { stage, state, error }] of entries.entries()) {
    const before = atCancel[index];
    const isReported = before?.stage === 'settled' ? before.state === state : isConsistent(before, state);
    const isKnown = index >= schedule.files.length || schedule.files[index]?.earlier !== undefined;
    if (isReported || (before?.stage === 'waiting' && isKnown)) continue;
    violations.push({
      rule,
      text: `file ${index} was ${before?.stage}, and ended as ${stage} ${state} ${error?.code}`,
    });
  }
  return violations;
}

function isConsistent(before: FileState | undefined, state: FileState['state']): boolean {
  if (before?.stage === 'waiting') return state === 'skipped';
  // A response may have arrived at the same moment.
  if (before?.stage === 'uploaded') return state !== 'skipped';
  return state === 'failed' || state === 'processing' || state === 'available';
}

const SECRETS = /AQX-canary|[?&](sau|ut)=(?!\[|"|$)|sandbox-video-uploads/;

/** Every failure has a reason, and no reason contains a secret. */
function checkReasons(run: ScheduleRun): Violation[] {
  return [...eachFile(run)].flatMap(([file, { state, error }]) => {
    const violations: Violation[] = [];
    if ((state === 'failed' || state === 'skipped') && error === null)
      violations.push({ rule: 'REASONS', text: `file ${file} is ${state} without a reason` });
    if (error?.code === 'INTERNAL')
      violations.push({ rule: 'REASONS', text: `file ${file}: ${error.message}` });
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      if (SECRETS.test(cause.message))
        violations.push({ rule: 'NO_SECRETS', text: `file ${file}: ${cause.message}` });
    return violations;
  });
}
