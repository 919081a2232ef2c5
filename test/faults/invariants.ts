// What must hold after every schedule, whatever went wrong in it. Each broken one is told in a sentence, under a name
// that stays.

import type { Entry } from '../../src/publish/entry.ts';
import { arrivedWhole } from '../support/publishing.ts';
import type { Breach } from './breach.ts';
import { fileOf } from './calls.ts';
import { claimsUpload, isLie, isToKeepSession, isToSurvive, undisturbed } from './expected.ts';
import { checkLeaks } from './leak-rules.ts';
import { LONGEST_MS, type Told } from './schedule.ts';
import { checkToken } from './token-rules.ts';
import { checkTraffic } from './traffic-rules.ts';

export function breachesOf(told: Told): Breach[] {
  const checks = [
    checkEnd,
    checkUrns,
    checkSuccesses,
    checkOrphans,
    checkOthers,
    checkCancel,
    checkWords,
    checkLeaks,
    checkTraffic,
    checkToken,
  ];
  if (told.endMs === null) return checkEnd(told);
  return checks.flatMap((check) => check(told));
}

function* eachFile({ entries }: Told): Generator<[number, Entry]> {
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

/** No URN that LinkedIn named is missing from its file's row. */
function checkUrns({ trace, entries }: Told): Breach[] {
  return trace.named.flatMap(({ file, urn }) => {
    const entry = entries[file];
    if (entry !== undefined && urnsOf(entry).includes(urn)) return [];
    return [{ rule: 'URN_KEPT', text: `file ${file} was given ${urn}, and its row does not tell` }];
  });
}

function urnsOf({ identity, abandonedUrns }: Entry): string[] {
  return [...abandonedUrns, ...(identity === null ? [] : [identity.urn])];
}

/** What is told as a success is at LinkedIn, whole and in its place. */
function checkSuccesses(told: Told): Breach[] {
  return [...eachFile(told)].flatMap(([file, entry]) => {
    if (!claimsUpload(entry)) return [];
    const text = falsehoodOf(told, file, entry);
    return text === null
      ? []
      : [{ rule: 'TRUE_SUCCESS', text: `file ${file} is ${entry.state}, but ${text}` }];
  });
}

function falsehoodOf(
  { plan, model, contents, trace, statusAtEnd }: Told,
  file: number,
  entry: Entry,
): string | null {
  const asset = model.assets().find(({ urn }) => urn === entry.identity?.urn);
  if (asset === undefined) return 'LinkedIn knows no such asset';
  if (fileOf(asset.owner) !== file) return `its URN is that of file ${fileOf(asset.owner)}`;
  const faults = trace.struck.get(file) ?? [];
  const lies = faults.filter(isLie).length;
  if (faults.some(({ kind }) => kind === 'disk-changed')) return 'the file changed under way';
  const isSeen = entry.state === 'available' && plan.waitMinutes > 0;
  // Whoever does not look takes LinkedIn's word for it.
  if (lies > 0 && !isSeen) return null;
  if (isSeen && statusAtEnd.get(file) !== 'AVAILABLE') return `LinkedIn says ${statusAtEnd.get(file)}`;
  const bytes = contents[file] ?? new Uint8Array();
  return arrivedWhole(asset, bytes)
    ? null
    : `LinkedIn holds ${asset.sizeBytes} of ${bytes.length} bytes, or others`;
}

/** Three registrations a file at most that gave a URN; all that LinkedIn made and nobody named is counted. */
function checkOrphans(told: Told): Breach[] {
  const made = Map.groupBy(told.model.assets(), ({ owner }) => fileOf(owner));
  return [...eachFile(told)].flatMap(([file, entry]) => {
    const urns = urnsOf(entry);
    const unnamed = (made.get(file) ?? []).filter(({ urn }) => !urns.includes(urn)).length;
    const whole = (made.get(file) ?? []).filter(({ sha256 }) => sha256 !== null).length;
    const faults = told.trace.struck.get(file)?.length ?? 0;
    const breaches: Breach[] = [];
    if (entry.attempts > 3 || urns.length !== entry.attempts)
      breaches.push({
        rule: 'THREE_SESSIONS',
        text: `file ${file}: ${entry.attempts} attempts, ${urns.length} URNs`,
      });
    if (unnamed > entry.possibleOrphans)
      breaches.push({
        rule: 'ORPHANS_TOLD',
        text: `file ${file} left ${unnamed} assets without a name, and tells of ${entry.possibleOrphans}`,
      });
    if (whole > 1 + faults)
      breaches.push({
        rule: 'SENT_ONCE',
        text: `file ${file} is ${whole} times at LinkedIn after ${faults} faults`,
      });
    return breaches;
  });
}

/** What strikes one file changes no other; and what can be mended is mended. */
function checkOthers(told: Told): Breach[] {
  const { plan, trace, stopReason, cancelSeq } = told;
  if (stopReason !== null || cancelSeq !== null) return [];
  return [...eachFile(told)].flatMap(([file, entry]) => {
    const faults = trace.struck.get(file) ?? [];
    const state = undisturbed(plan, file);
    if (faults.length > 0 && !isToSurvive(plan, file, faults)) return [];
    const rule = faults.length === 0 ? 'OTHERS_UNHARMED' : 'MENDED';
    const kinds = faults.map(({ kind, on }) => `${kind} on ${on}`).join(', ');
    // Without a wait, who lost the 201 of a picture knows no more than that LinkedIn has it.
    const isUntold = plan.waitMinutes === 0 && faults.some(({ on }) => on === 'upload');
    // One minute for all sessions of a file may end before the second one is processed.
    const isLate = plan.waitMinutes === 1 && entry.attempts > 1 && entry.error?.code === 'PROCESSING_TIMEOUT';
    // What took longer may have been processed by then.
    const alsoGood = isUntold || isLate ? ['available', 'processing'] : ['available'];
    if (entry.state !== state && !alsoGood.includes(entry.state ?? ''))
      return [{ rule, text: `file ${file} (${kinds}) is ${entry.state} ${entry.error?.code}, not ${state}` }];
    const [fault, ...more] = faults;
    const mayStartOver = fault !== undefined && (more.length > 0 || !isToKeepSession(plan, file, fault));
    if (mayStartOver || entry.attempts === 1) return [];
    return [{ rule: 'ONE_SESSION', text: `file ${file} (${kinds}) took ${entry.attempts} registrations` }];
  });
}

/** At once, with no call after it, and each file told as far as it came. */
function checkCancel({ cancelMs, cancelSeq, endMs, trace, entries, atCancel }: Told): Breach[] {
  if (cancelMs === null || cancelSeq === null) return [];
  const rule = 'CANCELS';
  const late = trace.exchanges.filter(({ seq }) => seq > cancelSeq);
  const breaches = late.map(({ kind, files }) => ({
    rule,
    text: `${kind} of ${files} was sent after the cancellation`,
  }));
  if (endMs !== cancelMs) breaches.push({ rule, text: `the run took ${Number(endMs) - cancelMs} ms to end` });
  for (const [file, { stage, state, error }] of entries.entries()) {
    const before = atCancel[file];
    const isTold = before?.stage === 'settled' ? before.state === state : isFitting(before, state);
    if (isTold) continue;
    breaches.push({
      rule,
      text: `file ${file} was ${before?.stage}, and ended as ${stage} ${state} ${error?.code}`,
    });
  }
  return breaches;
}

function isFitting(before: Entry | undefined, state: Entry['state']): boolean {
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
