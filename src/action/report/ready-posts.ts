// Builds the posts for the files that can be posted. Derived from the ledger and its rows, without side effects.

import { buildPosts, type Post } from '../../linkedin/posts.ts';
import type { Ledger } from '../../publish/ledger.ts';
import { isSuccess, type ResultRow } from './rows.ts';

/** Returns a generator of the posts for all successful files. Failures of other files do not matter. */
export function buildReadyPosts(ledger: Ledger, rows: readonly ResultRow[]): () => Iterable<Post> {
  const owner = ledger.entries.find(({ planned }) => planned.request !== null)?.planned.request?.owner ?? '';
  const media = rows.filter(isSuccess).flatMap(({ file, kind, mediaUrn, state }) => {
    if (kind === undefined || mediaUrn === undefined) return [];
    return [{ file, kind, mediaUrn, isReady: state === 'available' || state === 'reused' }];
  });
  return () => buildPosts(media, owner);
}
