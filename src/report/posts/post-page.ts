// Shows posts on the page as they will look in the feed: text with its fold, pictures, link card and first comment. Made
// from the body that is sent.

import { pageUrl } from '../../linkedin/urn.ts';
import type { MediaFile } from '../../media/media-file.ts';
import type { Post } from '../../post/file/post.ts';
import type { PostFile } from '../../post/file/post-file.ts';
import { isPostUrn, postUrl } from '../../post/post-urn.ts';
import { buildPostBody } from '../../post/text/body.ts';
import { foldOffset, renderLittleText, sliceParts } from '../../post/text/rendered-text.ts';
import { type TextPart, visibleText } from '../../post/text/text.ts';
import { type Picture, readDataUri, selectPictures } from '../page/embed.ts';
import { escapeHtml, renderHint } from '../page/html.ts';
import { pictureOf, placeholderOf } from '../uploads/cards.ts';
import { isPostSuccess } from './post-rows.ts';
import type { PreviewedPost } from './preview.ts';

interface Shown {
  readonly file: string;
  readonly isVideo: boolean;
  readonly alt: string;
  readonly placeholder: string;
  readonly picture: Picture | null;
}

/** One section of HTML for each post. `written` is in their order. Of all pictures together, the largest are left out. */
export function buildPostSections(
  previews: readonly PreviewedPost[],
  written: readonly PostFile[],
  embedsPictures: boolean,
): AsyncIterable<string>[] {
  const shown = written.map(({ media, linkImage }) => ({
    media: media.map(({ file, alt, source }) => toShown(file, alt, source)),
    link: linkImage === null ? null : toShown(linkImage.path, null, linkImage),
  }));
  const pictures = shown.flatMap(({ media, link }) => [...media, ...(link === null ? [] : [link])]);
  const embedded = selectPictures(embedsPictures ? pictures.map(({ picture }) => picture) : []);
  return previews.map((preview, index) => {
    const { media = [], link = null } = shown[index] ?? {};
    return buildPost(preview, { media, link, embedded });
  });
}

function toShown(file: string, alt: string | null, source: MediaFile): Shown {
  const isVideo = source.media?.kind === 'video';
  return {
    file,
    isVideo,
    alt: alt ?? '',
    placeholder: placeholderOf(source.media),
    picture: pictureOf(source),
  };
}

interface PostPictures {
  readonly media: readonly Shown[];
  readonly link: Shown | null;
  readonly embedded: ReadonlySet<Picture>;
}

async function* buildPost(
  { name, state, reasons, urn, post }: PreviewedPost,
  { media, link, embedded }: PostPictures,
): AsyncGenerator<string> {
  yield [
    `<article class="post${isPostSuccess({ state }) ? '' : ' failed'}">`,
    `<h2>${escapeHtml(name)} <span class="state ${escapeHtml(state)}">${escapeHtml(state)}</span></h2>`,
    ...(urn !== null && isPostUrn(urn)
      ? [`<p><a href="${escapeHtml(postUrl(urn))}" rel="noreferrer">${escapeHtml(postUrl(urn))}</a></p>`]
      : []),
    ...reasons.map((reason) => `<p class="reason">${renderHint(reason)}</p>`),
    ...(post === null ? [] : [textOf(post)]),
  ].join('\n');
  if (media.length > 0) {
    yield `<div class="grid n${Math.min(media.length, MOST_ARRANGED)}">`;
    for (const one of media) yield* buildPicture(one, embedded);
    yield `</div>${filesOf(media)}`;
    if (post?.title) yield `<p><b>${escapeHtml(post.title)}</b></p>`;
  }
  if (post?.link) {
    yield '<div class="link">';
    if (link !== null) yield* buildPicture(link, embedded);
    const { title, description, url } = post.link;
    yield `<p><b>${escapeHtml(title)}</b></p><p>${escapeHtml(description ?? '')}</p><p class="facts">${escapeHtml(new URL(url).host)}</p></div>`;
  }
  if (post?.comment)
    yield `<p class="comment"><b>First comment</b> <span class="text">${escapeHtml(post.comment)}</span></p>`;
  yield '</article>\n';
}

/** LinkedIn arranges up to five pictures in two rows. */
const MOST_ARRANGED = 5;

/** The names and alternative texts, which would not fit below small pictures. */
function filesOf(media: readonly Shown[]): string {
  const items = media.map(
    ({ file, alt }) =>
      `<li>${escapeHtml(file)}${alt === '' ? '' : `<br><b>Alt text</b> ${escapeHtml(alt)}`}</li>`,
  );
  return `<ol class="files">${items.join('')}</ol>`;
}

/** Folded after the third line, as in the feed. */
function textOf(post: Post): string {
  const { commentary } = buildPostBody(post, { media: [], thumbnailUrn: null });
  const { parts } = renderLittleText(commentary);
  const text = visibleText(parts);
  const fold = foldOffset(text);
  const facts = `<p class="facts">${authorOf(post)} · ${escapeHtml(post.visibility)}</p>`;
  if (fold === null) return `${facts}<p class="text">${partsOf(parts)}</p>`;
  const [above, below] = [sliceParts(parts, 0, fold), sliceParts(parts, fold, text.length)];
  return `${facts}<p class="text">${partsOf(above)}</p><details><summary>…more</summary><p class="text">${partsOf(below)}</p></details>`;
}

function authorOf({ author }: Post): string {
  const url = pageUrl(author);
  return url === null ? escapeHtml(author) : `<a href="${url}" rel="noreferrer">${escapeHtml(author)}</a>`;
}

/** Live parts are bold: hashtags and mentions. */
function partsOf(parts: readonly TextPart[]): string {
  return parts
    .map((part) => {
      const text = escapeHtml(visibleText([part]));
      return part.kind === 'text' ? text : `<b class="live">${text}</b>`;
    })
    .join('');
}

async function* buildPicture(
  { isVideo, alt, placeholder, picture }: Shown,
  embedded: ReadonlySet<Picture>,
): AsyncGenerator<string> {
  yield isVideo && picture !== null && embedded.has(picture) ? '<figure class="video">' : '<figure>';
  if (picture !== null && embedded.has(picture)) {
    yield `<img alt="${escapeHtml(alt)}" loading="lazy" decoding="async" src="`;
    yield* readDataUri(picture);
    yield '">';
  } else yield `<div class="placeholder">${escapeHtml(placeholder)}</div>`;
  yield '</figure>';
}
