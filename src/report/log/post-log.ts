// Logs the posts of a run: warnings about them before anything is sent, and what becomes of each.

import type { Clock } from '../../deps.ts';
import { pluralize } from '../../format.ts';
import { type LinkedInVersion, versionWarning } from '../../linkedin/versions.ts';
import { postName } from '../../post/file/post.ts';
import type { PlannedPost } from '../../post/plan.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import type { PostItem } from '../../post/post-state.ts';
import { postUrl } from '../../post/post-urn.ts';
import { formatProblemIn } from '../../problem.ts';
import { isOfStoppedRun, warningsOf } from '../posts/post-texts.ts';
import { type Logger, logWarnings } from './logger.ts';

function targetOf({ written: { file } }: PlannedPost) {
  return file === null ? {} : { file };
}

function nameOf({ written }: PlannedPost): string {
  return postName(written);
}

interface WarningContext {
  readonly logger: Logger;
  readonly version: LinkedInVersion;
  readonly clock: Pick<Clock, 'epochMs'>;
}

/** Logs, before anything is sent, the warnings about the version and about the posts that may go out. */
export function logPostWarnings({ items }: PostLedger, { logger, version, clock }: WarningContext): void {
  const ending = versionWarning(version, clock.epochMs());
  if (ending !== null) logger.warning(`linkedin-version: ${ending}`);
  const warnings = items.flatMap((item) =>
    warningsOf(item).map(({ text, line }) => ({
      text: line === null ? text : `${nameOf(item.planned)}, line ${line}: ${text}`,
      target: { ...targetOf(item.planned), ...(line === null ? {} : { line }) },
    })),
  );
  logWarnings(logger, warnings, (more) => `${more} more warnings about posts`);
}

/** Logs the outcomes and notices that are known before anything is sent. */
export function logPlan(ledger: PostLedger, logger: Logger): void {
  const expired = ledger.items.filter(({ planned }) => planned.state === 'expired');
  logWarnings(
    logger,
    expired.map(({ planned }) => ({
      text: `${nameOf(planned)} is not posted: ${planned.reason}`,
      target: targetOf(planned),
    })),
    (more) => `${pluralize(more, 'more post')} expired`,
  );
  for (const item of ledger.items) {
    const { planned, state } = item;
    if (planned.notice !== undefined)
      logger.notice(`${nameOf(planned)} ${planned.notice}`, targetOf(planned));
    if (planned.isCommentLost) {
      const text = `${nameOf(planned)} may lack its first comment: the run that made it did not store the outcome; look at the post, and add the comment by hand if it is missing`;
      logger.warning(text, { title: 'COMMENT_UNKNOWN', ...targetOf(planned) });
    }
    if (state !== null && planned.state !== 'expired') logger.info(formatPost(item, new Set()));
  }
  const named = new Set<string>();
  ledger.subscribe((item) => {
    const [error] = item.errors;
    // The report counts these posts in one line.
    if (item.state === 'skipped' && error !== undefined && isOfStoppedRun(error)) return;
    logger.info(formatPost(item, named));
    if (error !== undefined) named.add(error.message);
  });
}

/** `posts/launch.md: posted as urn:li:share:1 (https://www.linkedin.com/feed/update/urn:li:share:1/)` */
function formatPost(
  { planned, state, urn, reason, errors, notice, commentUrn }: PostItem,
  named: ReadonlySet<string>,
): string {
  const [error] = errors;
  const parts = [
    urn === null ? `${state}` : `${state} as ${urn} (${postUrl(urn)})`,
    ...(commentUrn === null || state !== 'posted' ? [] : [`its first comment is ${commentUrn}`]),
    ...(reason === null ? [] : [reason]),
    ...(notice === null || notice === planned.notice ? [] : [`it ${notice}`]),
    ...(error === undefined
      ? []
      : [named.has(error.message) ? `${error.code}, as above` : formatProblemIn(nameOf(planned), error)]),
  ];
  const [head = '', ...rest] = parts;
  return `${nameOf(planned)}: ${rest.length === 0 ? head : `${head}: ${rest.join('; ')}`}`;
}
