// Which of the run's files can be posted, and as what. Pure over the ledger and its rows.

import { buildPosts, type Post } from '../../linkedin/posts.ts';
import type { Ledger } from '../../publish/ledger.ts';
import { isSuccess, type ResultRow } from './rows.ts';

/** The posts of what LinkedIn holds, whatever became of the other files; made anew each time they are asked for. */
export function buildReadyPosts(ledger: Ledger, rows: readonly ResultRow[]): () => Iterable<Post> {
  const owner = ledger.entries.find(({ planned }) => planned.request !== null)?.planned.request?.owner ?? '';
  const media = rows.filter(isSuccess).flatMap(({ file, kind, mediaUrn, state }) => {
    if (kind === undefined || mediaUrn === undefined) return [];
    return [{ file, kind, mediaUrn, isReady: state === 'available' || state === 'reused' }];
  });
  return () => buildPosts(media, owner);
}
