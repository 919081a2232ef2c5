// Logs what becomes of files and posts: warnings before anything is sent, one line for each stage of a file and for each retry, one
// for the progress of the uploads every thirty seconds, and one for the end of each post.

import { sleepUnlessAborted } from '../../clock.ts';
import {
  CallError,
  formatProblem,
  lineOfProblem,
  stopReasonOf,
} from '../../errors/action-error.ts';
import { PHASE_NAMES } from '../../errors/retry-policy.ts';
import { formatBytes, formatDuration, formatFirst, joinParts, pluralize } from '../../format.ts';
import type { PostInputs } from '../../inputs/read-post-inputs.ts';
import { type LinkedInVersion, versionWarning } from '../../linkedin/apis.ts';
import { postUrl } from '../../linkedin/urn.ts';
import { postName } from '../../post/file/post.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import type { Publication } from '../../post/publication.ts';
import type { Logger, Run } from '../../run.ts';
import { bytesToSend } from '../../upload/call-limit.ts';
import type { FileEvent, FileItem, RetryInfo, Stage } from '../../upload/file-state.ts';
import type { Ledger } from '../../upload/ledger.ts';
import type { Plan } from '../../upload/plan.ts';
import { postWarnings } from '../posts/post-view.ts';
import type { RowView } from '../row-view.ts';
import { fileWarnings, formatUrns, labelUrns } from '../uploads/upload-view.ts';
import { logTokenInfo, logWarnings } from './logger.ts';

/** A longer silence of the log would look like a hang. */
const PROGRESS_INTERVAL_MS = 30_000;

/** Logs the notices and warnings of `plan` before anything is sent. The results report invalid files. */
export function logPlan(plan: Plan, version: LinkedInVersion, run: Run): void {
  for (const text of plan.notices) run.logger.notice(text);
  for (const { about, text } of plan.warnings) run.logger.warning(`${about}: ${text}`);
  const rows = plan.files.map((planned) => ({
    file: planned.file.path,
    warnings: fileWarnings(planned),
  }));
  logKnownWarnings(version, rows, run);
}

/** Logs what is known before anything is sent. */
export function logKnownWarnings(
  version: LinkedInVersion,
  rows: readonly Pick<RowView, 'file' | 'warnings'>[],
  { logger, clock }: Run,
): void {
  const ending = versionWarning(version, clock.epochMs());
  if (ending !== null) logger.warning(`linkedin-version: ${ending}`);
  const warnings = rows.flatMap(({ file, warnings: own }) =>
    own.map((one) => ({
      text: formatProblem(one),
      target: { file: file ?? undefined, line: lineOfProblem(one) ?? undefined },
    })),
  );
  logWarnings(logger, warnings);
}

export function inGroup<T>(ledger: Ledger, logger: Logger, work: () => Promise<T>): Promise<T> {
  if (ledger.open.length === 0) return work();
  return logger.group(`Upload of ${pluralize(ledger.open.length, 'file')}`, work);
}

/** Logs the events and the progress of `ledger` while `work` runs. A logging error does not end the run. */
export async function withProgress<T>(
  ledger: Ledger,
  run: Run,
  work: () => Promise<T>,
): Promise<T> {
  return await follow(work, (signal) => logProgress(ledger, run, signal).catch(() => {}));
}

/** Runs `work`, and `follower` beside it until the work ends, which aborts the signal. */
export async function follow<T>(
  work: () => Promise<T>,
  follower: (signal: AbortSignal) => Promise<void>,
): Promise<T> {
  const finished = new AbortController();
  const followed = follower(finished.signal);
  try {
    return await work();
  } finally {
    finished.abort();
    await followed;
  }
}

async function logProgress(
  ledger: Ledger,
  { logger, clock }: Run,
  signal: AbortSignal,
): Promise<void> {
  let movedBytes = 0;
  ledger.subscribe({
    onFile: (item, event) => {
      if (event.kind === 'sent') movedBytes += event.bytes;
      const text = formatEvent(item, event, clock.now());
      if (text !== null) logger.info(`${item.planned.file.path}: ${text}`);
    },
    onToken: (info) => logTokenInfo(info, logger),
    onPause: ({ error, waitMs }) =>
      logger.info(`all files pause for ${formatDuration(waitMs)}: ${error.message}`),
  });
  while (await sleepUnlessAborted(clock, PROGRESS_INTERVAL_MS, signal)) {
    const line = formatProgress(ledger, movedBytes / PROGRESS_INTERVAL_MS);
    if (line !== null) logger.info(line);
    movedBytes = 0;
  }
}

const STAGE_DESCRIPTIONS: Record<Exclude<Stage, 'settled'>, string> = {
  uploaded: 'being processed by LinkedIn',
  uploading: 'being uploaded',
  registered: 'waiting for their upload',
  registering: 'being registered',
  waiting: 'waiting for their turn',
};

/** Null when all files are settled. Unsent bytes of failed files do not count. */
function formatProgress({ items }: Ledger, bytesPerMs: number): string | null {
  const open = items.filter(({ stage }) => stage !== 'settled');
  if (open.length === 0) return null;
  const byStage = Map.groupBy(open, ({ stage }) => stage);
  const stages = Object.entries(STAGE_DESCRIPTIONS).flatMap(([stage, text]) => {
    const files = byStage.get(stage as Stage)?.length ?? 0;
    return files === 0 ? [] : [`${files} ${text}`];
  });
  let [sentBytes, leftBytes] = [0, 0];
  for (const { planned, stage, sentBytes: sent } of items) {
    sentBytes += sent;
    if (planned.request === null || stage === 'settled' || stage === 'uploaded') continue;
    leftBytes += Math.max(0, bytesToSend(planned.request) - sent);
  }
  return [
    `${items.length - open.length} of ${pluralize(items.length, 'file')} done`,
    ...stages,
    `${formatBytes(sentBytes)} of ${formatBytes(sentBytes + leftBytes)} sent`,
    ...(bytesPerMs === 0
      ? []
      : [
          `${formatBytes(bytesPerMs * 1000)}/s, about ${formatDuration(leftBytes / bytesPerMs)} left`,
        ]),
  ].join(', ');
}

/** The text for `event`, which happened at `nowMs` by the clock of the run; null for events that are not logged. */
function formatEvent(item: FileItem, event: FileEvent, nowMs: number): string | null {
  const { planned, startedMs } = item;
  const elapsed = formatDuration(startedMs === null ? 0 : nowMs - startedMs);
  switch (event.kind) {
    case 'registered':
      return `registered as ${event.identity.urn}${event.parts > 1 ? ` in ${event.parts} parts` : ''}`;
    case 'uploaded':
      return `uploaded, ${formatBytes(planned.file.sizeBytes)} after ${elapsed}`;
    case 'retry':
      // A rate limit pauses all files. The pause is logged once.
      return event.error.isOverload ? null : formatRetry(event);
    case 'artifacts-unread':
      return `its media artifacts could not be read: ${event.error.message}`;
    case 'abandoned':
      return `${item.abandonedUrns.at(-1)} is abandoned (${event.reason ?? 'its upload was lost'}); registering again`;
    case 'settled':
      return formatSettled(item, elapsed);
    default:
      return null;
  }
}

function formatRetry({ error, waitMs, attempt }: RetryInfo): string {
  const request = error instanceof CallError ? PHASE_NAMES[error.call.phase] : 'the request';
  const count = attempt === null ? '' : ` (attempt ${attempt.number} of ${attempt.max})`;
  return `${request} is retried in ${formatDuration(waitMs)}${count}: ${error.message}`;
}

/** `elapsed`: since the start of the file, such as `42 s`. */
function formatSettled(item: FileItem, elapsed: string): string | null {
  const { state, error, identity, startedMs } = item;
  if (state === 'deferred') return 'deferred: left for another day by max-calls';
  if (state === 'planned' || (error !== null && startedMs === null)) return null;
  // The outputs of a cancelled run may never be read, so the log must have the URNs. An annotation says the error.
  const urns = identity === null ? '' : `: ${formatUrns(labelUrns(identity))}`;
  return `${state} after ${elapsed}${urns}`;
}

/** A branch that was deleted, or another name of it, makes every post new. */
const NEW_MEMORY =
  'the manifest has no posts yet, so every post looks new. If posts were published before: before the next run, set `urn` in the files of the last days, and check that every workflow writes the same name in `manifest-branch`, upper and lower case included';

/** Logs what is known before anything is sent, and then what becomes of each post. */
export function logPosts(
  ledger: PostLedger,
  { mode, linkedinVersion: version }: Pick<PostInputs, 'mode' | 'linkedinVersion'>,
  run: Run & { readonly isMemoryNew: boolean },
): void {
  const { logger, isMemoryNew } = run;
  const { items } = ledger;
  if (mode === 'publish' && isMemoryNew) logger.warning(NEW_MEMORY, { title: 'Manifest' });
  const rows = items.map((item) => ({ file: item.post.file, warnings: postWarnings(item) }));
  logKnownWarnings(version, shareWarnings(rows), run);
  const log = (item: Publication) => {
    const { post, facts } = item;
    const { warning, notice, errors } = facts;
    // The report has the error that stopped the run.
    if (errors.some((error) => stopReasonOf(error) !== error)) return;
    const name = postName(post);
    const target = { file: post.file ?? undefined };
    logger.info(`${name}: ${formatOutcome(item)}`);
    if (notice !== null) logger.notice(`${name} ${notice}`, target);
    if (warning !== null && warning !== post.warning) logger.warning(`${name} ${warning}`, target);
  };
  for (const item of items) if (item.state !== null) log(item);
  ledger.onSettled = log;
}

/** Says a warning about several posts once, with their names: the texts of a whole folder may have changed. */
function shareWarnings(rows: readonly WarnedRow[]): WarnedRow[] {
  const all = rows.flatMap(({ file, warnings }) => warnings.map((warning) => ({ file, warning })));
  const groups = Map.groupBy(all, ({ warning }) =>
    lineOfProblem(warning) === null ? warning.problem : formatProblem(warning),
  );
  return [...groups.values()].map((group) => {
    const [{ file, warning }, ...others] = group as [(typeof group)[number], ...typeof group];
    if (others.length === 0) return { file, warnings: [warning] };
    const names = formatFirst(
      group.map((one) => one.file ?? ''),
      MOST_NAMES,
    );
    return {
      file: null,
      warnings: [{ subject: 'run', problem: `${names}: each ${warning.problem}` }],
    };
  });
}

type WarnedRow = Pick<RowView, 'file' | 'warnings'>;

const MOST_NAMES = 5;

/** `posted as urn:li:share:1 (https://www.linkedin.com/feed/update/urn:li:share:1/)`. Annotations say the errors. */
function formatOutcome({ state, facts }: Publication): string {
  const { urn, reason, commentUrn } = facts;
  const comment =
    commentUrn === null || state !== 'posted' ? null : `its first comment is ${commentUrn}`;
  const details = joinParts([comment, reason], '; ');
  const where = urn === null ? '' : ` as ${urn} (${postUrl(urn)})`;
  return `${state}${where}${details && `: ${details}`}`;
}
