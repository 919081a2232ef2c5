// The log while the run goes on: what was found and planned, one line as each stage of a file ends, and a line every
// ten seconds while bytes move.

import type { Clock } from '../deps.ts';
import { InputError, InputFaults } from '../errors.ts';
import type { Found } from '../media/files.ts';
import type { Change, Entry, Ledger } from '../publish/ledger.ts';
import type { Plan } from '../publish/plan.ts';
import type { IfNoFilesFound } from './inputs.ts';
import { tell } from './report.ts';
import type { Say } from './say.ts';
import { count, showBytes, showDuration } from './units.ts';

const PROGRESS_MS = 10_000;

/**
 * Says what the patterns found, and what they found but may not be sent, by rule.
 * @throws InputFaults when nothing was found and that is an error
 */
export function announceFound({ files, leftOut, unmatched }: Found, ifNone: IfNoFilesFound, say: Say): void {
  say.info(`${count(files.length, 'file')} found`);
  for (const [rule, left] of Map.groupBy(leftOut, (one) => one.rule)) {
    say.info(`left out: ${count(left.length, 'path')}, ${RULES[rule]}`);
    for (const { path } of left) say.debug(`left out (${rule}): ${path}`);
  }
  const unmatchedText = unmatched.map((pattern) => `the pattern ${pattern} matched nothing`);
  if (files.length > 0) {
    for (const text of unmatchedText) say.warning(text, { title: 'input files' });
    return;
  }
  const reasons = [
    ...unmatchedText,
    ...(leftOut.length > 0 ? [`${count(leftOut.length, 'path')} left out`] : []),
  ];
  const text = `leaves no file to send${reasons.length > 0 ? `: ${reasons.join(', ')}` : ''}`;
  if (ifNone === 'error') throw new InputFaults([new InputError('FILES_NOT_FOUND', 'files', text)]);
  if (ifNone === 'warn') say.warning(`files ${text}`, { title: 'input files' });
}

const RULES: Record<Found['leftOut'][number]['rule'], string> = {
  hidden: 'hidden (`include-hidden-files: true` takes them)',
  link: 'reached through a link (`follow-symlinks: true` takes them)',
  outside: 'outside the workspace',
  'not-a-file': 'no regular file',
  duplicate: 'another name of a file that is taken already',
  'broken-link': 'a link that leads nowhere',
};

/** Warnings are told before anything is sent; refusals come with the results. */
export function announceWarnings(plan: Plan, say: Say): void {
  for (const text of plan.warnings) say.warning(text);
  for (const { file, warnings } of plan.files) {
    for (const text of warnings) say.warning(tell(file.path, text), { file: file.path });
  }
}

/** Follows `ledger`, stage lines as they happen; resolves when `signal` aborts. */
export async function followProgress(ledger: Ledger, { say, clock, signal }: Follow): Promise<void> {
  ledger.subscribe((entry, change) => {
    const line = stageLine(entry, change, clock.now());
    if (line !== null) say.info(line);
  });
  let last = { sentBytes: 0, atMs: clock.now() };
  while (await slept(clock, PROGRESS_MS, signal)) {
    const now = { sentBytes: sentBytes(ledger), atMs: clock.now() };
    if (now.sentBytes > last.sentBytes) say.info(progressLine(ledger, last, now));
    last = now;
  }
}

/** False when `signal` aborted the sleep: the run is over. */
export function slept(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );
}

interface Follow {
  readonly say: Say;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface Sample {
  readonly sentBytes: number;
  readonly atMs: number;
}

/** One line when a stage of a file has ended, null between stages. */
export function stageLine(entry: Entry, change: Change, nowMs: number): string | null {
  const { file } = entry.planned;
  const took = showDuration((entry.endedMs ?? nowMs) - (entry.startedMs ?? nowMs));
  switch (change.kind) {
    case 'registered':
      return `${file.path}: registered as ${change.identity.urn}${change.parts > 1 ? ` in ${change.parts} parts` : ''}`;
    case 'uploaded':
      return `${file.path}: uploaded, ${showBytes(file.sizeBytes)} after ${took}`;
    case 'abandoned':
      return `${file.path}: ${entry.abandonedUrns.at(-1)} is given up, its upload address ran out; registering again`;
    case 'settled':
      return settledLine(entry, took);
    default:
      return null;
  }
}

function settledLine({ planned, state, error, identity }: Entry, took: string): string | null {
  const path = planned.file.path;
  if (state === 'planned') return null;
  if (error !== null) return `${path}: ${state}: ${error.message}`;
  return `${path}: ${state} as ${identity?.mediaUrn} after ${took}`;
}

function progressLine(ledger: Ledger, last: Sample, now: Sample): string {
  const entries = ledger.entries.filter(({ planned }) => planned.request !== null);
  const done = entries.filter(({ stage }) => stage === 'uploaded' || stage === 'settled').length;
  const totalBytes = entries.reduce((sum, { planned }) => sum + planned.file.sizeBytes, 0);
  const rate = ((now.sentBytes - last.sentBytes) * 1000) / Math.max(1, now.atMs - last.atMs);
  const leftMs = (Math.max(0, totalBytes - now.sentBytes) / rate) * 1000;
  const percent = Math.min(100, Math.floor((now.sentBytes / totalBytes) * 100));
  return (
    `${done} of ${count(entries.length, 'file')} uploaded, ${showBytes(now.sentBytes)} of ${showBytes(totalBytes)} ` +
    `(${percent} %), ${showBytes(rate)}/s, about ${showDuration(leftMs)} left`
  );
}

function sentBytes(ledger: Ledger): number {
  return ledger.entries.reduce((sum, entry) => sum + entry.sentBytes, 0);
}
