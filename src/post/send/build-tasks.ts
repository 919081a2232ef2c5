// Makes the tasks of the open posts, and settles those that cannot be sent: their media failed, or their comment is not
// allowed.

import { ActionError } from '../../errors.ts';
import type { MediaFile } from '../../media/media-file.ts';
import type { FoundMedia } from '../file/media-rules.ts';
import type { PlannedPost } from '../plan.ts';
import type { PostLedger } from '../post-ledger.ts';
import { buildPostBody } from '../text/body.ts';
import type { MediaResult } from './due-media.ts';
import type { PostTask } from './post-task.ts';
import { findCommentObstacle, type Scopes } from './scopes.ts';

/** The files of one post. */
export interface PostMediaFiles {
  /** In display order. */
  readonly media: readonly (FoundMedia & { readonly source: MediaFile })[];
  /** The picture of the link card. */
  readonly linkImage: MediaFile | null;
}

export function filesOf({ media, linkImage }: PostMediaFiles): MediaFile[] {
  return [...media.map(({ source }) => source), ...(linkImage === null ? [] : [linkImage])];
}

/** If the token is known to lack the scope for comments and any post needs one, no post is sent. @throws ActionError */
export function assertMayComment(ledger: PostLedger, scopes: Scopes): void {
  const posts = ledger.openIndices().map((index) => ({ index, ...ledger.at(index) }));
  const commented = posts.filter(
    ({ planned: { state, candidate } }) => state === 'due' && candidate.post?.comment != null,
  );
  const errors = commented.flatMap(({ index, planned }) => {
    const obstacle = findCommentObstacle(planned.candidate.author, scopes);
    if (obstacle === null) return [];
    const error = new ActionError(obstacle.code, `${obstacle.message}; nothing was sent`);
    ledger.settle(index, { state: 'failed', errors: [error] });
    return [error];
  });
  if (errors[0] !== undefined) throw errors[0];
}

export interface TaskMedia {
  /** In the order of the ledger. */
  readonly files: readonly PostMediaFiles[];
  /** By the paths of the files. */
  readonly results: ReadonlyMap<string, MediaResult>;
}

export interface PreparedTasks {
  readonly tasks: readonly PostTask[];
  /** By the monotonic clock: LinkedIn has processed the media of all tasks then. */
  readonly readyAtMs: number;
}

/** One task for each open post. A post whose media failed is settled instead. */
export function buildTasks(ledger: PostLedger, { files, results }: TaskMedia): PreparedTasks {
  const tasks: PostTask[] = [];
  let readyAtMs = 0;
  for (const index of ledger.openIndices()) {
    const { planned } = ledger.at(index);
    const own = files[index] ?? NO_FILES;
    const media = planned.state === 'due' ? filesOf(own).flatMap(({ path }) => results.get(path) ?? []) : [];
    const failed = media.find((one) => 'error' in one);
    if (failed !== undefined) ledger.settle(index, { state: 'failed', errors: [failed.error] });
    else {
      readyAtMs = Math.max(readyAtMs, ...media.map((one) => ('urn' in one ? one.readyAtMs : 0)));
      tasks.push(buildTask(planned, own, results));
    }
  }
  return { tasks, readyAtMs };
}

const NO_FILES: PostMediaFiles = { media: [], linkImage: null };

function buildTask(
  planned: PlannedPost,
  { media, linkImage }: PostMediaFiles,
  results: TaskMedia['results'],
): PostTask {
  const { post } = planned.candidate;
  const isVideo = media.some(({ kind }) => kind === 'video');
  if (post === null || planned.state !== 'due') return { planned, isVideo, comment: null, json: null };
  const urnOf = (path: string) => {
    const result = results.get(path);
    return result !== undefined && 'urn' in result ? result.urn : null;
  };
  const body = buildPostBody(post, {
    media: media.map(({ file, kind, alt }) => ({ kind, alt, urn: urnOf(file) ?? '' })),
    thumbnailUrn: linkImage === null ? null : urnOf(linkImage.path),
  });
  return { planned, isVideo, comment: post.comment, json: JSON.stringify(body) };
}
