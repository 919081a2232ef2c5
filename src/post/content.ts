// The content of a post, by which it is recognized under any name.

import { sha256Of } from '../media/media-file.ts';
import type { WrittenPost } from './file/post.ts';

/**
 * The content of a post whose files are inspected. Alternative texts and titles of media do not count: correcting one must send
 * nothing.
 */
export function contentOf({ author, text, link, poll, atMs, media, linkImage }: WrittenPost): string {
  const shown = text.normalize('NFC').replace(/[^\S\n]+$/gm, '');
  const files = media.map((file) => file.media.sha256 ?? '');
  const image = linkImage?.media?.sha256 ?? null;
  const card = link === null ? null : [link.url, link.title, link.description, image];
  const parts = [author, shown, files, card, atMs];
  return sha256Of(JSON.stringify(poll === null ? parts : [...parts, poll]));
}
