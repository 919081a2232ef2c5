// A post as it is written, in a file or in the inputs: its keys, its text, its media, and the errors that they have.

import type { ActionError } from '../../errors/action-error.ts';
import { type MediaKind, normalizeOwner } from '../../linkedin/urn.ts';
import type { MediaFile } from '../../media/media-file.ts';
import type { FrontMatter } from './front-matter.ts';
import { parseInstant } from './instant.ts';
import type { PostIssue, PostNote, PostWarning } from './post-issue.ts';

export interface PostMedia {
  /** A path relative to the workspace, or `release:PATTERN`. */
  readonly file: string;
  /** Null without the key: `NAME.alt.txt` may have it. */
  readonly alt: string | null;
}

export interface LinkCard {
  readonly url: string;
  readonly title: string;
  readonly description: string | null;
  /** A path relative to the workspace. */
  readonly image: string | null;
}

export type Poll = Readonly<NonNullable<FrontMatter['poll']>>;

/** The keys that a post has in another form. */
type ChangedKey = 'media' | 'title' | 'link' | 'poll' | 'owner' | 'at' | 'comment' | 'id' | 'urn' | 'resend';

/** The other keys are as they are in the front matter. */
export interface Post extends Omit<FrontMatter, ChangedKey> {
  /** The post file, relative to the workspace; null for a post from inputs. */
  readonly file: string | null;
  /** Identifies the post in the memory, together with its author and the API base. */
  readonly id: string;
  /** The URN of a person or organization. */
  readonly author: string;
  /** As written, with its fields filled in and without blank lines around it. */
  readonly text: string;
  /** In display order. */
  readonly media: readonly PostMedia[];
  readonly title: string | null;
  readonly link: LinkCard | null;
  readonly poll: Poll | null;
  /** The earliest time to post it, in epoch milliseconds. */
  readonly atMs: number | null;
  /** `atMs` as its author wrote it, with the offset, for texts. */
  readonly at: string | null;
  readonly comment: string | null;
  /** Published by hand. */
  readonly urn: string | null;
  /** Further attempts that are allowed after attempts that ended `unknown`. */
  readonly resend: number;
}

/** The name of the post for users. A digest, the id of a post from inputs without the input `id`, means nothing to them. */
export function postName({ file, id }: Pick<Post, 'file' | 'id'>): string {
  return file ?? (/^[0-9a-f]{64}$/.test(id) ? 'the post' : id);
}

interface PostOrigin {
  readonly file: string | null;
  /** The id, unless the front matter names one. */
  readonly id: string;
  readonly text: string;
  /** The author, unless the front matter names one. */
  readonly owner: string;
}

export function toPost(frontMatter: FrontMatter, { file, text, owner, ...origin }: PostOrigin): Post {
  const {
    media = [],
    title,
    link,
    poll,
    owner: author = owner,
    at,
    comment,
    id,
    urn,
    resend,
    ...others
  } = frontMatter;
  return {
    ...others,
    file,
    id: id ?? origin.id,
    author: normalizeOwner(author),
    text,
    media: media.map((entry) => {
      const { file: path, alt } = typeof entry === 'string' ? { file: entry } : entry;
      return { file: normalizePath(path), alt: alt ?? null };
    }),
    title: title ?? null,
    link: link === undefined ? null : toLinkCard(link),
    poll: poll ?? null,
    atMs: at === undefined ? null : parseInstant(at),
    at: at?.replace(/\.\d+/, '') ?? null,
    comment: comment ?? null,
    urn: urn ?? null,
    resend: Number(resend),
  };
}

function toLinkCard({ url, title, description, image }: NonNullable<FrontMatter['link']>): LinkCard {
  return {
    url,
    title,
    description: description ?? null,
    image: image === undefined ? null : normalizePath(image),
  };
}

/** `./media//a.png` is `media/a.png`. */
function normalizePath(path: string): string {
  if (path.startsWith('release:')) return path;
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/');
}

/** A picture, video or document of a post, after search and inspection. A pattern for release assets has one for each match. */
export interface PostMediaFile {
  /** The name that users see: relative to the workspace, or `release:TAG/NAME`. */
  readonly file: string;
  readonly kind: MediaKind;
  /** The index in `media` of the post. */
  readonly entry: number;
  /** The key `alt`, or else the content of `NAME.alt.txt`. */
  readonly alt: string | null;
  /** Where `alt` is read from, whether or not the file exists; null with the key `alt`, and for other kinds. */
  readonly altFile: string | null;
  readonly source: MediaFile;
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

export interface WrittenPost extends PostPlaces {
  /** Known as far as possible, even with errors, because the row of a failed post has them. */
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
}

/** The files of a post before they are inspected. */
export const NO_MEDIA = { media: [], linkImage: null } as const;

export function mediaFilesOf({ media, linkImage }: Pick<WrittenPost, 'media' | 'linkImage'>): MediaFile[] {
  return [...media.map(({ source }) => source), ...(linkImage === null ? [] : [linkImage])];
}

/** A post file that cannot be read, because of `error`. */
export function unreadablePost(
  { file, line }: { readonly file: string; readonly line: number },
  error: ActionError,
  owner: string,
): WrittenPost {
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
