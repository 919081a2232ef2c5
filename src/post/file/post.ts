// A post as the action works with it, whether it comes from a file or from inputs.

import { normalizeOwner } from '../../linkedin/urn.ts';
import type { FrontMatter } from './front-matter.ts';
import { parseInstant } from './instant.ts';

export interface PostMedia {
  /** A path relative to the workspace, or `release:PATTERN`. */
  readonly file: string;
  /** Null without the key: `NAME.alt.txt` may have it. */
  readonly alt: string | null;
}

/** An entry of `media` that stands for assets of the release: `release:PATTERN`, in the inputs also after `!`. */
export const RELEASE_LINE = /^(!?\s*)release:(.*)$/;

export interface LinkCard {
  readonly url: string;
  readonly title: string;
  readonly description: string | null;
  /** A path relative to the workspace. */
  readonly image: string | null;
}

/** The keys that a post has in another form. */
type ChangedKey = 'media' | 'title' | 'link' | 'owner' | 'at' | 'comment' | 'id' | 'urn' | 'resend';

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
  /** Not before this time, in epoch milliseconds. */
  readonly atMs: number | null;
  /** The same as its author wrote it, with their offset, for texts. */
  readonly at: string | null;
  readonly comment: string | null;
  /** Published by hand. */
  readonly urn: string | null;
  /** Further attempts that are allowed after attempts that ended `unknown`. */
  readonly resend: number;
}

/**
 * The name of the post for users. Without the input `id`, the id of a post from inputs is a digest, which means nothing to
 * them.
 */
export function postName({ file, id }: Pick<Post, 'file' | 'id'>): string {
  return file ?? (/^[0-9a-f]{64}$/.test(id) ? 'the post' : id);
}

interface PostOrigin {
  readonly file: string | null;
  /** Unless the front matter names one. */
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
