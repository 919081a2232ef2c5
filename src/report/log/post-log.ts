// Logs the posts of a run: warnings about them before anything is sent, and what becomes of each.

import type { Clock } from '../../deps.ts';
import { pluralize } from '../../format.ts';
import { type LinkedInVersion, versionWarning } from '../../linkedin/versions.ts';
import type { PlannedPost } from '../../post/plan.ts';
import type { PostLedger, PostProgress } from '../../post/post-ledger.ts';
import { postUrl } from '../../post/post-urn.ts';
import { nameOf } from '../../post/send/post-task.ts';
import { type PostRunState, warningsOf } from '../posts/post-rows.ts';
import { type Logger, logWarnings } from './logger.ts';

function targetOf({ candidate: { file } }: Pick<PlannedPost, 'candidate'>) {
  return file === null ? {} : { file };
}

interface WarningContext {
  readonly logger: Logger;
  readonly version: LinkedInVersion;
  readonly clock: Pick<Clock, 'epochMs'>;
}

/** Logs, before anything is sent, the warnings about the version and about the posts that may go out. */
export function logPostWarnings(
  { collected, ledger }: PostRunState,
  { logger, version, clock }: WarningContext,
): void {
  const ending = versionWarning(version, clock.epochMs());
  if (ending !== null) logger.warning(`linkedin-version: ${ending}`);
  const warnings = collected.flatMap((post, index) =>
    warningsOf(post, ledger.at(index)).map(({ text, line }) => ({
      text: line === null ? text : `${nameOf(post)}, line ${line}: ${text}`,
      target: { ...targetOf(post), ...(line === null ? {} : { line }) },
    })),
  );
  logWarnings(logger, warnings, (more) => `${more} more warnings about posts`);
}

/** Logs the outcomes and notices that are known before anything is sent. */
export function logPlan(ledger: PostLedger, logger: Logger): void {
  const expired = ledger.posts.filter(({ planned }) => planned.state === 'expired');
  logWarnings(
    logger,
    expired.map(({ planned }) => ({
      text: `${nameOf(planned)} is not posted: ${planned.reason}`,
      target: targetOf(planned),
    })),
    (more) => `${pluralize(more, 'more post')} expired`,
  );
  for (const { planned, outcome } of ledger.posts) {
    if (planned.notice !== undefined)
      logger.notice(`${nameOf(planned)} ${planned.notice}`, targetOf(planned));
    if (planned.isCommentLost) {
      const text = `${nameOf(planned)} may lack its first comment: the run that made it did not store the outcome; look at the post, and add the comment by hand if it is missing`;
      logger.warning(text, { title: 'COMMENT_UNKNOWN', ...targetOf(planned) });
    }
    if (outcome !== null && planned.state !== 'expired') logger.info(formatPost({ planned, outcome }));
  }
  ledger.subscribe((_, post) => logger.info(formatPost(post)));
}

/** `posts/launch.md: posted as urn:li:share:1 (https://www.linkedin.com/feed/update/urn:li:share:1/)` */
function formatPost({ planned, outcome }: PostProgress): string {
  const {
    state = '',
    urn = null,
    reason = null,
    errors = [],
    notice = null,
    commentUrn = null,
  } = outcome ?? {};
  const [error] = errors;
  const parts = [
    urn === null ? state : `${state} as ${urn} (${postUrl(urn)})`,
    ...(commentUrn === null || state !== 'posted' ? [] : [`its first comment is ${commentUrn}`]),
    ...(reason === null ? [] : [reason]),
    ...(notice === null || notice === planned.notice ? [] : [`it ${notice}`]),
    ...(error === undefined ? [] : [error.message]),
  ];
  const [head = '', ...rest] = parts;
  return `${nameOf(planned)}: ${rest.length === 0 ? head : `${head}: ${rest.join('; ')}`}`;
}
