// The log while the run goes on: what was found and planned, one line as each stage of a file ends, and a line every
// ten seconds while bytes move.

import type { Clock } from '../deps.ts';
import { InputError, InputFaults } from '../errors.ts';
import { type LinkedInVersion, versionWarning } from '../linkedin/versions.ts';
import type { Found } from '../media/files.ts';
import { bytesToSend } from '../publish/cost.ts';
import type { Change, Entry, Ledger } from '../publish/ledger.ts';
import type { Plan } from '../publish/plan.ts';
import type { IfNoFilesFound } from './inputs.ts';
import { withoutName } from './report.ts';
import type { Say } from './say.ts';
import { count, showBytes, showDuration } from './units.ts';

const PROGRESS_MS = 10_000;

const TOKEN = { title: 'LinkedIn token' };

/** How many patterns one message names; the log has them all. */
const PATTERNS_NAMED = 5;

/**
 * Hands on what was found, and says so: what the patterns found, and what they found but may not be sent, by rule.
 * @throws InputFaults when nothing was found and that is an error
 */
export function announceFound(found: Found, ifNone: IfNoFilesFound, say: Say): Found['files'] {
  const { files, leftOut, unmatched } = found;
  say.info(`${count(files.length, 'file')} found`);
  const rules = [...Map.groupBy(leftOut, (one) => one.rule)].map(
    ([rule, left]) => `left out: ${count(left.length, 'path')}, ${RULES[rule]}`,
  );
  for (const line of rules) say.info(line);
  for (const { rule, path } of leftOut) say.debug(`left out (${rule}): ${path}`);
  const missed = unmatched.map((pattern) => `the pattern ${pattern} matched nothing`);
  if (files.length > 0) for (const text of missed) say.warning(text, { title: 'input files' });
  else announceNothing(missed, rules, { ifNone, say });
  return files;
}

function announceNothing(
  missed: readonly string[],
  rules: readonly string[],
  { ifNone, say }: { ifNone: IfNoFilesFound; say: Say },
): void {
  const unnamed = missed.slice(PATTERNS_NAMED);
  for (const text of unnamed) say.info(text);
  const more = unnamed.length > 0 ? [`and so did ${count(unnamed.length, 'more pattern')}`] : [];
  const reasons = [...missed.slice(0, PATTERNS_NAMED), ...more, ...rules];
  if (reasons.length === 0) reasons.push('it holds no pattern that takes files in');
  const text = `names no file that can be sent: ${reasons.join('; ')}`;
  if (ifNone === 'error') throw new InputFaults([new InputError('FILES_NOT_FOUND', 'files', text)]);
  if (ifNone === 'warn') say.warning(`files ${text}`, { title: 'input files' });
  else say.info(`files ${text}`);
}

const RULES: Record<Found['leftOut'][number]['rule'], string> = {
  hidden: 'hidden (`include-hidden-files: true` takes them)',
  link: 'reached through a link (`follow-symlinks: true` takes them)',
  outside: 'outside the workspace',
  'not-a-file': 'no regular file',
  duplicate: 'another name of a file that is taken already',
  'broken-link': 'a link that leads nowhere',
};

interface VersionAt {
  readonly version: LinkedInVersion;
  /** Epoch milliseconds. */
  readonly todayMs: number;
}

/** Notices and warnings are told before anything is sent; refusals come with the results. */
export function announceWarnings(plan: Plan, say: Say, { version, todayMs }: VersionAt): void {
  const ending = versionWarning(version, todayMs);
  if (ending !== null) say.warning(`linkedin-version: ${ending}`);
  for (const text of plan.notices) say.notice(text);
  for (const text of plan.warnings) say.warning(text);
  for (const { file, warnings } of plan.files) {
    for (const text of warnings) say.warning(`${file.path} ${text}`, { file: file.path });
  }
}

/** Follows `ledger`, stage lines as they happen; resolves when `signal` aborts. */
export async function followProgress(ledger: Ledger, { say, clock, signal }: Follow): Promise<void> {
  let movedBytes = 0;
  ledger.subscribe((entry, change) => {
    if (change.kind === 'sent') movedBytes += change.bytes;
    const text = stageText(entry, change);
    if (text !== null) say.info(`${entry.planned.file.path}: ${text}`);
  });
  ledger.onToken((news) => {
    for (const line of news.lines) say.info(line);
    for (const text of news.notices) say.notice(text, TOKEN);
    for (const text of news.warnings) say.warning(text, TOKEN);
  });
  let last = { movedBytes, atMs: clock.now() };
  while (await slept(clock, PROGRESS_MS, signal)) {
    const now = { movedBytes, atMs: clock.now() };
    const bytesPerMs = (now.movedBytes - last.movedBytes) / Math.max(1, now.atMs - last.atMs);
    if (bytesPerMs > 0) say.info(progressLine(ledger, bytesPerMs));
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

/** What to say of a file when one of its stages has ended; null between stages. */
export function stageText(entry: Entry, change: Change): string | null {
  const { file } = entry.planned;
  switch (change.kind) {
    case 'registered':
      return `registered as ${change.identity.urn}${change.parts > 1 ? ` in ${change.parts} parts` : ''}`;
    case 'remembered':
      return `LinkedIn has these bytes already, as ${change.identity.urn}`;
    case 'uploaded':
      return `uploaded, ${showBytes(file.sizeBytes)} after ${sinceStart(entry, entry.uploadedMs)}`;
    case 'artifacts-unread':
      return `its media artifacts could not be read: ${change.error.message}`;
    case 'abandoned':
      return `${entry.abandonedUrns.at(-1)} is given up (${change.reason ?? 'its upload is lost'}); registering again`;
    case 'settled':
      return settledText(entry);
    default:
      return null;
  }
}

function settledText(entry: Entry): string | null {
  const { planned, state, error, identity, endedMs } = entry;
  if (state === 'planned') return null;
  if (error !== null) return `${state}: ${withoutName(planned.file.path, error.message)}`;
  return `${state}${identity === null ? '' : ` as ${identity.mediaUrn}`} after ${sinceStart(entry, endedMs)}`;
}

function sinceStart({ startedMs }: Entry, atMs: number | null): string {
  return showDuration(startedMs === null || atMs === null ? 0 : atMs - startedMs);
}

/** What a file that failed has not sent is not left to send: the line ends at 100 %. */
function progressLine(ledger: Ledger, bytesPerMs: number): string {
  const entries = ledger.entries.filter(({ planned }) => planned.request !== null);
  const done = entries.filter(isDone).length;
  const sentBytes = entries.reduce((sum, entry) => sum + entry.sentBytes, 0);
  const leftBytes = entries.reduce((sum, entry) => sum + unsentBytes(entry), 0);
  const totalBytes = sentBytes + leftBytes;
  const percent = Math.floor((sentBytes / Math.max(1, totalBytes)) * 100);
  return (
    `${done} of ${count(entries.length, 'file')} done, ${showBytes(sentBytes)} of ${showBytes(totalBytes)} ` +
    `(${percent} %), ${showBytes(bytesPerMs * 1000)}/s, about ${showDuration(leftBytes / bytesPerMs)} left`
  );
}

function isDone({ stage }: Entry): boolean {
  return stage === 'uploaded' || stage === 'settled';
}

function unsentBytes(entry: Entry): number {
  const { request } = entry.planned;
  return request === null || isDone(entry) ? 0 : Math.max(0, bytesToSend(request) - entry.sentBytes);
}
