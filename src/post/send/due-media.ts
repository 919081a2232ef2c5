// The posts that are due, before they are sent: whether the token may comment, their media as one upload, and when these may be
// used in a post.

import { ActionError, restOfProblem } from '../../errors/action-error.ts';
import { formatDuration } from '../../format.ts';
import { commentScopeOf } from '../../linkedin/owners.ts';
import type { MediaFile } from '../../media/media-file.ts';
import type { Run } from '../../run.ts';
import type { FileItem } from '../../upload/file-state.ts';
import type { Ledger } from '../../upload/ledger.ts';
import { mediaFilesOf } from '../file/post.ts';
import type { Publication } from '../publication.ts';
import type { Scopes } from './recovery.ts';

/** If the token is known to lack the scope for comments and any post of `going` needs one, none is sent. @throws ActionError */
export function assertMayComment(going: readonly Publication[], scopes: Scopes): void {
  const errors = going.flatMap((item) => {
    const { comment, author } = item.post;
    const needed = commentScopeOf(author);
    // Scopes that are unknown may be enough.
    if (comment === null || scopes === null || scopes.includes(needed)) return [];
    const message = `the access token lacks the scope ${needed}, which the first comment needs; the post was not sent`;
    const hint = `Create a token with this scope, or remove \`comment\` from the post and comment by hand.`;
    const error = new ActionError('ACCESS_DENIED', message, { hint });
    item.settle({ state: 'failed', errors: [error] });
    return [error];
  });
  if (errors[0] !== undefined) throw errors[0];
}

/** The files of posts: each one once, in the order of the posts. */
export function filesOf(items: readonly Publication[]): MediaFile[] {
  const files = items.flatMap(({ post }) => mediaFilesOf(post));
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

/** Settles the posts whose media failed. Returns when LinkedIn has processed the media of the others, by the monotonic clock. */
export function settleFailedMedia(items: readonly Publication[], uploads: Ledger): number {
  const uploadOf = new Map(uploads.items.map((upload) => [upload.planned.file.path, upload]));
  let readyAtMs = 0;
  for (const item of items) {
    const own = mediaFilesOf(item.post).flatMap(({ path }) => uploadOf.get(path) ?? []);
    const failed = own.find(({ state }) => !UPLOADED.has(state ?? ''));
    if (failed === undefined) {
      readyAtMs = Math.max(readyAtMs, ...own.map((upload) => readyAt(upload, uploads)));
      continue;
    }
    const { path } = failed.planned.file;
    const cause = failed.error ?? new ActionError('RUN_STOPPED', 'it was not uploaded');
    item.settle({ state: 'failed', errors: [cause.reword(path + restOfProblem(path, cause))] });
  }
  return readyAtMs;
}

/** Waits until `readyAtMs`, by the monotonic clock. @throws the reason of a cancellation */
export async function waitForMedia(
  readyAtMs: number,
  { clock, signal, logger }: Pick<Run, 'clock' | 'signal' | 'logger'>,
): Promise<void> {
  const waitMs = readyAtMs - clock.now();
  if (waitMs <= 0) return;
  logger.info(
    `waiting ${formatDuration(waitMs)}: the token may not read whether LinkedIn has processed the media`,
  );
  await clock.sleep(waitMs, signal);
}

// LinkedIn can accept a post whose media are not processed, and never show it. So a run whose token may not read the status of media
// waits. Measured: an image needs 2 s, a short video up to 20 s.
const UNVERIFIED_MS = { image: 15_000, video: 30_000, document: 30_000 } as const;

const UPLOADED: ReadonlySet<string> = new Set(['available', 'reused', 'unverified']);

/** When LinkedIn has processed the file, as far as can be known, by the monotonic clock. */
function readyAt(upload: FileItem, uploads: Ledger): number {
  const { media } = upload.planned.file;
  const waitMs = media === null || isConfirmed(upload, uploads) ? 0 : UNVERIFIED_MS[media.kind];
  return (upload.endedMs ?? 0) + waitMs;
}

/** Whether LinkedIn has confirmed, now or in an earlier run, that the file is processed. */
function isConfirmed({ state, status, planned: { reused } }: FileItem, ledger: Ledger): boolean {
  if (state === 'available') return true;
  if (state === 'unverified' || reused === undefined) return false;
  if ('duplicateOf' in reused) return isConfirmed(ledger.itemOf(reused.duplicateOf), ledger);
  return reused.earlier.state === 'available' || status !== null;
}
