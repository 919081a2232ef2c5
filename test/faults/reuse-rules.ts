// Invariants of files that are not sent: LinkedIn has their bytes, and the same bytes are sent once.

import { isFirstTurn } from './classify-call.ts';
import { type Group, groupsOf, isSender, type Member } from './file-groups.ts';
import type { ScheduleRun } from './run-schedule.ts';
import type { Violation } from './violation.ts';

export function checkReuse(run: ScheduleRun): Violation[] {
  return groupsOf(run).flatMap((group) => [
    ...checkEarlier(group, run),
    ...group.copies.flatMap((copy) => checkCopy(copy, group)),
    ...checkSenders(group, run),
  ]);
}

/** A reused upload of an earlier run was verified as available, within a day or in this run. */
function checkEarlier(
  { file, first, faults, earlierUrn }: Group,
  { schedule, statusAtEnd }: ScheduleRun,
): Violation[] {
  const { state, identity } = first.entry;
  if (state !== 'reused') return [];
  const violation = (text: string) => [{ rule: 'TRUE_REUSE', text: `file ${file} is reused, but ${text}` }];
  if (identity === null || identity.urn !== earlierUrn) return violation(`as ${identity?.urn}`);
  const isForbidden = faults.some(({ on, kind }) => on === 'status' && kind.startsWith('403'));
  if (schedule.files[file]?.earlier?.entry === 'checked-today' || isForbidden) return [];
  const status = statusAtEnd.get(first.index);
  return status === 'AVAILABLE' ? [] : violation(`LinkedIn says ${status}`);
}

const HELD: readonly unknown[] = ['available', 'unverified', 'reused'];

/** A copy that is not sent ends like the file that was. */
function checkCopy({ index, entry }: Member, { first, copies }: Group): Violation[] {
  const { state, identity } = entry;
  if (isSender(entry) || (identity === null && state !== 'reused')) return [];
  const sent = [first, ...copies].find(
    (one) => one.index !== index && one.entry.identity?.urn === identity?.urn,
  );
  const isConsistent = HELD.includes(sent?.entry.state) ? state === 'reused' : state === sent?.entry.state;
  if (isConsistent) return [];
  const text = `copy ${index} is ${state}, but file ${sent?.index} with its bytes is ${sent?.entry.state}`;
  return [{ rule: 'TRUE_REUSE', text }];
}

/** One copy takes over when the first file fails. */
function checkSenders(
  { file, first, copies }: Group,
  { trace, cancelSeq, stopped }: ScheduleRun,
): Violation[] {
  const { state } = first.entry;
  const hasFailed = state === 'failed' || state === 'skipped';
  const registrations = trace.of('register').filter(({ files }) => files.includes(file));
  const senders = new Set(registrations.map(({ key }) => key).filter((key) => !isFirstTurn(key))).size;
  const unsent = copies.filter(({ entry }) => entry.state === 'skipped').length;
  const isEnded = cancelSeq !== null || stopped !== null;
  const violation = (text: string) => [{ rule: 'SENT_ONCE', text: `file ${file} is ${state}, and ${text}` }];
  if (senders > (hasFailed ? 1 : 0)) return violation(`${senders} copies were sent`);
  if (unsent > 0 && !isEnded) return violation(`${unsent} copies were skipped`);
  if (hasFailed && !isEnded && copies.length > 0 && senders === 0) return violation('no copy took over');
  return [];
}
