// What must hold after every schedule, whatever went wrong in it. Each broken one is told in a sentence, under a name
// that stays.

import type { FileState } from '../../src/publish/file-state.ts';
import { arrivedWhole } from '../support/publishing.ts';
import type { Breach } from './breach.ts';
import { fileOf } from './calls.ts';
import { claimsUpload, isLie } from './expected.ts';
import { type Group, groupsOf, isSender, type Member, urnsOf } from './groups.ts';
import { checkLeaks } from './leak-rules.ts';
import { checkOutcomes } from './outcome-rules.ts';
import { checkReuse } from './reuse-rules.ts';
import { LONGEST_MS, type Told } from './schedule.ts';
import { checkToken } from './token-rules.ts';
import { checkTraffic } from './traffic-rules.ts';
import { checkWaits } from './wait-rules.ts';

export function breachesOf(told: Told): Breach[] {
  const checks = [
    checkEnd,
    checkUrns,
    checkSuccesses,
    checkOrphans,
    checkOutcomes,
    checkReuse,
    checkCancel,
    checkWords,
    checkLeaks,
    checkTraffic,
    checkToken,
    checkWaits,
  ];
  if (told.endMs === null) return checkEnd(told);
  return checks.flatMap((check) => check(told));
}

function* eachFile({ entries }: Told): Generator<[number, FileState]> {
  yield* entries.entries();
}

function checkEnd({ endMs, entries, leftAsleep, leftOpen }: Told): Breach[] {
  if (endMs === null) return [{ rule: 'ENDS', text: `the run did not end within ${LONGEST_MS} ms` }];
  const open = entries.filter(({ stage, state }) => stage !== 'settled' || state === null).length;
  return [
    ...(open > 0 ? [{ rule: 'ENDS', text: `${open} files were never settled` }] : []),
    ...(leftAsleep > 0 ? [{ rule: 'LEAVES_NOTHING', text: `${leftAsleep} still sleep after the end` }] : []),
    ...(leftOpen > 0
      ? [{ rule: 'LEAVES_NOTHING', text: `${leftOpen} files are still open after the end` }]
      : []),
  ];
}

/** No URN that LinkedIn named is missing from the row of its file. */
function checkUrns(told: Told): Breach[] {
  const groups = groupsOf(told);
  return told.trace.named.flatMap(({ file, urn }) => {
    const group = groups.find((one) => one.file === file);
    const rows = group === undefined ? [] : [group.first, ...group.copies];
    if (rows.some(({ entry }) => urnsOf(entry).includes(urn))) return [];
    return [{ rule: 'URN_KEPT', text: `file ${file} was given ${urn}, and its row does not tell` }];
  });
}

/** What is told as a success is at LinkedIn, whole and in its place. */
function checkSuccesses(told: Told): Breach[] {
  return groupsOf(told).flatMap((group) =>
    [group.first, ...group.copies].flatMap((member) => {
      const { index, entry } = member;
      if (!claimsUpload(entry) || isOfAnother(member, group)) return [];
      const text = falsehoodOf(told, group, member);
      return text === null
        ? []
        : [{ rule: 'TRUE_SUCCESS', text: `file ${index} is ${entry.state}, but ${text}` }];
    }),
  );
}

/** What this file did not send has rules of its own. */
function isOfAnother({ entry }: Member, { copies, earlierUrn }: Group): boolean {
  const isCopy = copies.some((copy) => copy.entry === entry);
  return entry.identity?.urn === earlierUrn || (isCopy && !isSender(entry));
}

function falsehoodOf(
  { plan, model, contents, statusAtEnd }: Told,
  { file, faults, first }: Group,
  { index, entry }: Member,
): string | null {
  const asset = model.assets().find(({ urn }) => urn === entry.identity?.urn);
  if (asset === undefined) return 'LinkedIn knows no such asset';
  if (fileOf(asset.owner) !== file) return `its URN is that of file ${fileOf(asset.owner)}`;
  const lies = faults.filter(isLie).length;
  if (index === first.index && faults.some(({ kind }) => kind === 'disk-changed'))
    return 'the file changed under way';
  const isSeen = entry.state === 'available' && plan.waitMinutes > 0;
  // Whoever does not look takes LinkedIn's word for it.
  if (lies > 0 && !isSeen) return null;
  if (isSeen && statusAtEnd.get(index) !== 'AVAILABLE') return `LinkedIn says ${statusAtEnd.get(index)}`;
  const bytes = contents[index] ?? new Uint8Array();
  return arrivedWhole(asset, bytes)
    ? null
    : `LinkedIn holds ${asset.sizeBytes} of ${bytes.length} bytes, or others`;
}

/** Three registrations a file at most that gave a URN; all that LinkedIn made and nobody named is counted. */
function checkOrphans(told: Told): Breach[] {
  const made = Map.groupBy(told.model.assets(), ({ owner }) => fileOf(owner));
  return groupsOf(told).flatMap(({ file, first, copies, faults, earlierUrn }) => {
    const entries = [first, ...copies].map(({ entry }) => entry);
    const urns = new Set(entries.flatMap(urnsOf));
    const ofRun = (made.get(file) ?? []).filter(({ urn }) => urn !== earlierUrn);
    const unnamed = ofRun.filter(({ urn }) => !urns.has(urn)).length;
    const whole = ofRun.filter(({ sha256 }) => sha256 !== null).length;
    const orphans = entries.reduce((sum, { possibleOrphans }) => sum + possibleOrphans, 0);
    const attempts = entries.reduce((sum, entry) => sum + entry.attempts, 0);
    const given = [...urns].filter((urn) => urn !== earlierUrn).length;
    const breaches: Breach[] = [];
    // Of an answer that was damaged the URN is known, and the registration is made again.
    const damaged = faults.filter(({ on, kind }) => on === 'register' && kind === 'cut-json').length;
    if (entries.some((entry) => entry.attempts > 3 + damaged) || given !== attempts)
      breaches.push({ rule: 'THREE_SESSIONS', text: `file ${file}: ${attempts} attempts, ${given} URNs` });
    if (unnamed > orphans)
      breaches.push({
        rule: 'ORPHANS_TOLD',
        text: `file ${file} left ${unnamed} assets without a name, and tells of ${orphans}`,
      });
    if (whole > 1 + faults.length)
      breaches.push({
        rule: 'SENT_ONCE',
        text: `file ${file} is ${whole} times at LinkedIn after ${faults.length} faults`,
      });
    return breaches;
  });
}

/** At once, with no call after it, and each file told as far as it came. */
function checkCancel({ plan, cancelMs, cancelSeq, endMs, trace, entries, atCancel }: Told): Breach[] {
  if (cancelMs === null || cancelSeq === null) return [];
  const rule = 'CANCELS';
  const late = trace.exchanges.filter(({ seq }) => seq > cancelSeq);
  const breaches = late.map(({ kind, files }) => ({
    rule,
    text: `${kind} of ${files} was sent after the cancellation`,
  }));
  if (endMs !== cancelMs) breaches.push({ rule, text: `the run took ${Number(endMs) - cancelMs} ms to end` });
  for (const [index, { stage, state, error }] of entries.entries()) {
    const before = atCancel[index];
    const isTold = before?.stage === 'settled' ? before.state === state : isFitting(before, state);
    const isKnown = index >= plan.files.length || plan.files[index]?.earlier !== undefined;
    if (isTold || (before?.stage === 'waiting' && isKnown)) continue;
    breaches.push({
      rule,
      text: `file ${index} was ${before?.stage}, and ended as ${stage} ${state} ${error?.code}`,
    });
  }
  return breaches;
}

function isFitting(before: FileState | undefined, state: FileState['state']): boolean {
  if (before?.stage === 'waiting') return state === 'skipped';
  // An answer may have come in at the same moment.
  if (before?.stage === 'uploaded') return state !== 'skipped';
  return state === 'failed' || state === 'processing' || state === 'available';
}

const SECRETS = /AQX-canary|[?&](sau|ut)=(?!\[|"|$)|sandbox-video-uploads/;

/** A failure has its reason, and no reason holds a secret. */
function checkWords(told: Told): Breach[] {
  return [...eachFile(told)].flatMap(([file, { state, error }]) => {
    const breaches: Breach[] = [];
    if ((state === 'failed' || state === 'skipped') && error === null)
      breaches.push({ rule: 'REASONS', text: `file ${file} is ${state} without a reason` });
    if (error?.code === 'INTERNAL')
      breaches.push({ rule: 'REASONS', text: `file ${file}: ${error.message}` });
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      if (SECRETS.test(cause.message))
        breaches.push({ rule: 'NO_SECRETS', text: `file ${file}: ${cause.message}` });
    return breaches;
  });
}
