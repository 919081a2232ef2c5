// Which keys of a post are valid alone, but not together: for a post file and for the inputs. What the media are is checked
// later. Pure.

import { ownerKind } from '../../linkedin/urn.ts';
import type { PostIssue } from './post-error.ts';

interface GivenKeys {
  readonly hasMedia: boolean;
  readonly hasLink: boolean;
  /** Whether a video or document has a title. A link card has its own. */
  readonly hasTitle: boolean;
  readonly visibility: string | undefined;
  readonly author: string;
}

export interface Conflict extends Pick<PostIssue, 'code'> {
  readonly key: 'link' | 'title' | 'visibility';
  /** Continues after the name of the key. */
  readonly reason: string;
}

export function findConflicts({ hasMedia, hasLink, hasTitle, visibility, author }: GivenKeys): Conflict[] {
  const conflicts: Conflict[] = [];
  if (hasLink && hasMedia)
    conflicts.push({
      code: 'POST_MEDIA',
      key: 'link',
      reason: 'cannot be combined with media: remove `link` or `media`',
    });
  if (hasTitle && !hasMedia)
    conflicts.push({
      code: 'POST_MEDIA',
      key: 'title',
      reason: 'is for a video or document, but the post has no media',
    });
  if (visibility === 'connections' && ownerKind(author) !== 'person')
    conflicts.push({
      code: 'POST_KEY',
      key: 'visibility',
      reason: 'is `connections`, which is for persons only, but the author is a page',
    });
  return conflicts;
}
