// A post as it is written, in a file or in the inputs: its keys, its text and its media, and the errors that they have.

import type { ActionError } from '../../errors.ts';
import { normalizeOwner } from '../../linkedin/urn.ts';
import type { MediaFile } from '../../media/media-file.ts';
import type { FoundMedia } from './media-rules.ts';
import type { Post } from './post.ts';
import type { PostIssue, PostNote, PostWarning } from './post-issue.ts';

/** A picture, video or document of a post. */
export interface PostMediaFile extends FoundMedia {
  readonly source: MediaFile;
  /** The file that `alt` is from; null for the key `alt`. */
  readonly altFile: string | null;
}

/** How the errors and warnings of a post name their place: a line of its file, or an input. */
export interface PostPlaces {
  /** Relative to the workspace, with `/` on every system; null for a post of inputs. */
  readonly file: string | null;
  readonly errorAt: (issue: PostIssue) => ActionError;
  readonly warningAt: (note: PostNote) => PostWarning;
  /** The line of a key, or of a place in the text; null without a file. */
  readonly lineOf: (place: Pick<PostNote, 'path' | 'offset'>) => number | null;
}

/** A post as it is written: in a file, or in the inputs. */
export interface PostFile extends PostPlaces {
  /** As far as they are known, even with errors: the row of a failed post has them. */
  readonly id: string;
  readonly author: string;
  readonly text: string;
  /** Null when there are errors. */
  readonly post: Post | null;
  /** With errors, the part that could be read, only to find further errors. Null if nothing could be read. */
  readonly readable: Post | null;
  /** In the order of the lines. */
  readonly errors: readonly ActionError[];
  readonly warnings: readonly PostWarning[];
  /** In display order. Empty until the files are inspected. */
  readonly media: readonly PostMediaFile[];
  /** The picture of the link card. */
  readonly linkImage: MediaFile | null;
  /** All files of the workspace that the post consists of, relative to it. */
  readonly paths: readonly string[];
  readonly hasReleaseMedia: boolean;
}

/** The files of a post before they are inspected. */
export const NO_MEDIA = { media: [], linkImage: null, paths: [], hasReleaseMedia: false } as const;

/** The media of a post, and the picture of its link card. */
export function mediaFilesOf({ media, linkImage }: Pick<PostFile, 'media' | 'linkImage'>): MediaFile[] {
  return [...media.map(({ source }) => source), ...(linkImage === null ? [] : [linkImage])];
}

interface FilePlace {
  readonly file: string;
  readonly line: number;
}

/** A post file that cannot be read, because of `error`. */
export function unreadablePost({ file, line }: FilePlace, error: ActionError, owner: string): PostFile {
  return {
    file,
    id: file,
    author: normalizeOwner(owner),
    text: '',
    post: null,
    readable: null,
    errors: [error],
    warnings: [],
    errorAt: () => error,
    warningAt: ({ problem }) => ({ text: problem, line }),
    lineOf: () => line,
    ...NO_MEDIA,
  };
}
