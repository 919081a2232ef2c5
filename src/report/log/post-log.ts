// Logs the posts of a run: warnings about them before anything is sent, and what becomes of each.

import type { Mode } from '../../inputs/input-types.ts';
import { postUrl } from '../../linkedin/urn.ts';
import { type LinkedInVersion, versionWarning } from '../../linkedin/versions.ts';
import { mediaFilesOf, postName } from '../../post/file/post.ts';
import type { PlannedPost } from '../../post/plan.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import type { Publication } from '../../post/publication.ts';
import type { Runtime } from '../../runtime.ts';
import { isLeft, isOfStoppedRun, postWarnings } from '../posts/post-view.ts';
import { type Logger, logWarnings, MAX_POST_WARNINGS } from './logger.ts';
import { logUnusedCaptions } from './progress.ts';

function targetOf({ written: { file } }: PlannedPost) {
  return file === null ? {} : { file };
}

interface LoggedRun extends Pick<Runtime, 'logger' | 'clock'> {
  readonly mode: Mode;
  readonly connect: { readonly version: LinkedInVersion };
  readonly isMemoryNew: boolean;
}

/** A branch that was deleted, or another name of it, makes every post new. */
const NEW_MEMORY = 'the memory is new and has no posts, so every post that is due goes out';

/** Logs what is known before anything is sent, and then what becomes of each post. */
export function logPlan(ledger: PostLedger, { mode, connect, isMemoryNew, logger, clock }: LoggedRun): void {
  if (mode === 'publish' && isMemoryNew) logger.notice(NEW_MEMORY, { title: 'Memory of posts' });
  const ending = versionWarning(connect.version, clock.epochMs());
  if (ending !== null) logger.warning(`linkedin-version: ${ending}`);
  const warnings = ledger.items.flatMap((item) =>
    postWarnings(item).map(({ text, line }) => ({
      text: line === null ? text : `${postName(item.planned.written)}, line ${line}: ${text}`,
      target: { ...targetOf(item.planned), ...(line === null ? {} : { line }) },
    })),
  );
  logWarnings(logger, warnings, 'warnings about posts', MAX_POST_WARNINGS);
  const media = ledger.items.flatMap((item) => (isLeft(item) ? [] : mediaFilesOf(item.planned.written)));
  logUnusedCaptions([...new Map(media.map((file) => [file.path, file])).values()], logger);
  logPlanned(ledger, logger);
  logOutcomes(ledger, logger);
}

function logPlanned({ items }: PostLedger, logger: Logger): void {
  const expired = items.filter(({ planned }) => planned.state === 'expired');
  logWarnings(
    logger,
    expired.map(({ planned }) => ({
      text: `${postName(planned.written)} is not posted: ${planned.reason}`,
      target: targetOf(planned),
    })),
    'posts expired',
  );
  for (const item of items) {
    const { planned, state } = item;
    const name = postName(planned.written);
    if (planned.notice !== null) logger.notice(`${name} ${planned.notice}`, targetOf(planned));
    const isAnnotated = planned.state === 'expired' || planned.state === 'failed';
    if (state !== null && !isAnnotated) logger.info(formatOutcome(item));
  }
}

function logOutcomes(ledger: PostLedger, logger: Logger): void {
  ledger.subscribe((item) => {
    const [error] = item.errors;
    // The report counts these posts in one line.
    if (item.state === 'skipped' && error !== undefined && isOfStoppedRun(error)) return;
    logger.info(formatOutcome(item));
    const { planned, warning, notice } = item;
    const name = postName(planned.written);
    if (notice !== null && notice !== planned.notice) logger.notice(`${name} ${notice}`, targetOf(planned));
    if (warning !== null && warning !== planned.warning)
      logger.warning(`${name} ${warning}`, targetOf(planned));
  });
}

/** `posts/launch.md: posted as urn:li:share:1 (https://www.linkedin.com/feed/update/urn:li:share:1/)`. Annotations say the errors. */
function formatOutcome({ planned, state, urn, reason, commentUrn }: Publication): string {
  const parts = [
    urn === null ? `${state}` : `${state} as ${urn} (${postUrl(urn)})`,
    ...(commentUrn === null || state !== 'posted' ? [] : [`its first comment is ${commentUrn}`]),
    ...(reason === null ? [] : [reason]),
  ];
  const [head = '', ...rest] = parts;
  return `${postName(planned.written)}: ${rest.length === 0 ? head : `${head}: ${rest.join('; ')}`}`;
}
