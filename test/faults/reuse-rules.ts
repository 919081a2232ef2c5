// Rules for files that are not sent: LinkedIn has their bytes, and the same bytes are sent once.

import type { Breach } from './breach.ts';
import { isFirstTurn } from './calls.ts';
import { type Group, groupsOf, isSender, type Member } from './groups.ts';
import type { Told } from './schedule.ts';

export function checkReuse(told: Told): Breach[] {
  return groupsOf(told).flatMap((group) => [
    ...checkEarlier(group, told),
    ...group.copies.flatMap((copy) => checkCopy(copy, group)),
    ...checkSenders(group, told),
  ]);
}

/** A reused upload of an earlier run was verified as available, within a day or in this run. */
function checkEarlier({ file, first, faults, earlierUrn }: Group, { plan, statusAtEnd }: Told): Breach[] {
  const { state, identity } = first.entry;
  if (state !== 'reused') return [];
  const breach = (text: string) => [{ rule: 'TRUE_REUSE', text: `file ${file} is reused, but ${text}` }];
  if (identity === null || identity.urn !== earlierUrn) return breach(`as ${identity?.urn}`);
  const isForbidden = faults.some(({ on, kind }) => on === 'status' && kind.startsWith('403'));
  if (plan.files[file]?.earlier?.entry === 'checked-today' || isForbidden) return [];
  const status = statusAtEnd.get(first.index);
  return status === 'AVAILABLE' ? [] : breach(`LinkedIn says ${status}`);
}

const HELD: readonly unknown[] = ['available', 'unverified', 'reused'];

/** A copy that is not sent ends like the file that was. */
function checkCopy({ index, entry }: Member, { first, copies }: Group): Breach[] {
  const { state, identity } = entry;
  if (isSender(entry) || (identity === null && state !== 'reused')) return [];
  const sent = [first, ...copies].find(
    (one) => one.index !== index && one.entry.identity?.urn === identity?.urn,
  );
  const isFitting = HELD.includes(sent?.entry.state) ? state === 'reused' : state === sent?.entry.state;
  if (isFitting) return [];
  const text = `copy ${index} is ${state}, but file ${sent?.index} with its bytes is ${sent?.entry.state}`;
  return [{ rule: 'TRUE_REUSE', text }];
}

/** One copy takes over when the first file fails. */
function checkSenders({ file, first, copies }: Group, { trace, cancelSeq, stopped }: Told): Breach[] {
  const { state } = first.entry;
  const hasFailed = state === 'failed' || state === 'skipped';
  const registrations = trace.of('register').filter(({ files }) => files.includes(file));
  const senders = new Set(registrations.map(({ key }) => key).filter((key) => !isFirstTurn(key))).size;
  const unsent = copies.filter(({ entry }) => entry.state === 'skipped').length;
  const isEnded = cancelSeq !== null || stopped !== null;
  const breach = (text: string) => [{ rule: 'SENT_ONCE', text: `file ${file} is ${state}, and ${text}` }];
  if (senders > (hasFailed ? 1 : 0)) return breach(`${senders} copies were sent`);
  if (unsent > 0 && !isEnded) return breach(`${unsent} copies were skipped`);
  if (hasFailed && !isEnded && copies.length > 0 && senders === 0) return breach('no copy took over');
  return [];
}
