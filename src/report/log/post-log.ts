// Logs the posts of a run: warnings about them before anything is sent, and what becomes of each.

import { stopReasonOf } from '../../errors/action-error.ts';
import type { Mode } from '../../inputs/input-types.ts';
import { postUrl } from '../../linkedin/urn.ts';
import type { LinkedInVersion } from '../../linkedin/versions.ts';
import { postName } from '../../post/file/post.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import type { Publication } from '../../post/publication.ts';
import type { Run } from '../../run.ts';
import { postWarnings } from '../posts/post-view.ts';
import { logKnownWarnings } from './warnings.ts';

interface LoggedRun extends Pick<Run, 'logger' | 'clock'> {
  readonly mode: Mode;
  readonly linkedinVersion: LinkedInVersion;
  readonly isMemoryNew: boolean;
}

/** A branch that was deleted, or another name of it, makes every post new. */
const NEW_MEMORY = 'the manifest is new and has no posts, so posts of earlier runs look new';

/** Logs what is known before anything is sent, and then what becomes of each post. */
export function logPosts(
  ledger: PostLedger,
  { mode, linkedinVersion: version, isMemoryNew, ...run }: LoggedRun,
): void {
  const { logger } = run;
  const { items } = ledger;
  if (mode === 'publish' && isMemoryNew) logger.notice(NEW_MEMORY, { title: 'Manifest' });
  const rows = items.map((item) => ({ file: item.post.file, warnings: postWarnings(item) }));
  logKnownWarnings(version, rows, run);
  const log = (item: Publication) => {
    const { post, warning, notice, errors } = item;
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

/** `posted as urn:li:share:1 (https://www.linkedin.com/feed/update/urn:li:share:1/)`. Annotations say the errors. */
function formatOutcome({ state, urn, reason, commentUrn }: Publication): string {
  const details = [
    commentUrn === null || state !== 'posted' ? null : `its first comment is ${commentUrn}`,
    reason,
  ].filter((detail) => detail !== null);
  const where = urn === null ? '' : ` as ${urn} (${postUrl(urn)})`;
  return `${state}${where}${details.length === 0 ? '' : `: ${details.join('; ')}`}`;
}
