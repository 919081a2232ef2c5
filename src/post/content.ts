// The content of a post, by which it is recognized under any name.

import { createHash } from 'node:crypto';
import type { Post, WrittenPost } from './file/post.ts';

/** `digestPost` of a post whose files are inspected. */
export function contentOf({ media, linkImage }: WrittenPost, post: Post): string {
  return digestPost(post, {
    media: media.map(({ source }) => source.media?.sha256 ?? ''),
    linkImage: linkImage?.media?.sha256 ?? null,
  });
}

/** The bytes of the files of a post, lower-case hex. */
interface MediaDigests {
  /** In display order. */
  readonly media: readonly string[];
  readonly linkImage: string | null;
}

/** The content of a post. Alternative texts and titles of media do not count: correcting one must send nothing. */
export function digestPost(
  { author, text, link, poll, atMs }: Post,
  { media, linkImage }: MediaDigests,
): string {
  const card = link === null ? null : [link.url, link.title, link.description, linkImage];
  const shown = text.normalize('NFC').replace(/[^\S\n]+$/gm, '');
  const parts = [author, shown, media, card, atMs];
  return createHash('sha256')
    .update(JSON.stringify(poll === null ? parts : [...parts, poll]))
    .digest('hex');
}
