// Shows posts on the page as in the feed, from the text that is sent: text with its fold, pictures, link card and first comment.

import { pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import { pageUrl } from '../../linkedin/urn.ts';
import { mediaFilesOf, type Post, type PostMediaFile, postName } from '../../post/file/post.ts';
import type { PostItem } from '../../post/post-state.ts';
import {
  foldOffset,
  renderLittleText,
  sliceParts,
  type TextPart,
  toLittleText,
  visibleText,
} from '../../post/text/little-text.ts';
import { escapeHtml, foldedError, renderHintHtml, warningParagraph } from '../page/page.ts';
import { type EmbeddedPictures, renderPicture, selectPictures } from '../page/picture.ts';
import { isPostSuccess } from './post-row.ts';
import { linkedUrl, postErrors, postReasons, postState, postWarnings } from './post-wording.ts';
import { MOST_SHOWN } from './preview-pictures.ts';

/** The posts as HTML in pieces, failures first. If the pictures are too many, the largest are left out. */
export async function* buildPostSections(
  items: readonly PostItem[],
  { mode, embedsPictures }: { readonly mode: Mode; readonly embedsPictures: boolean },
): AsyncGenerator<string> {
  const files = items.flatMap(({ planned }) => mediaFilesOf(planned.written));
  const embedded = selectPictures(embedsPictures ? files : []);
  const shown = items.toSorted((a, b) => Number(isGood(a)) - Number(isGood(b)));
  for (const item of shown) yield* buildPost(item, mode, embedded);
}

function isGood(item: PostItem): boolean {
  return isPostSuccess({ state: postState(item) });
}

async function* buildPost(item: PostItem, mode: Mode, embedded: EmbeddedPictures): AsyncGenerator<string> {
  const { written } = item.planned;
  const { post, media, linkImage } = written;
  const [state, url] = [postState(item), linkedUrl(item, mode)];
  yield [
    `<article class="post${isGood(item) ? '' : ' failed'}">`,
    `<h2>${escapeHtml(postName(written))} <span class="state ${escapeHtml(state)}">${escapeHtml(state)}</span></h2>`,
    ...(url === null ? [] : [`<p><a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(url)}</a></p>`]),
    ...postErrors(item).map(foldedError),
    ...postReasons(item, mode).map((reason) => `<p class="reason">${renderHintHtml(reason)}</p>`),
    ...postWarnings(item).map(({ text, line }) =>
      warningParagraph(line === null ? text : `line ${line}: ${text}`),
    ),
    ...(post === null ? [] : [textOf(post)]),
  ].join('\n');
  if (media.length > 0) {
    yield* arrange(media, embedded);
    if (post?.title) yield `<p><b>${escapeHtml(post.title)}</b></p>`;
  }
  if (post?.link) {
    yield '<div class="link">';
    if (linkImage !== null) yield* renderPicture(linkImage, embedded);
    const { title, description, url } = post.link;
    yield `<p><b>${escapeHtml(title)}</b></p><p>${escapeHtml(description ?? '')}</p><p class="facts">${escapeHtml(new URL(url).host)}</p></div>`;
  }
  if (post?.comment)
    yield `<p class="comment"><b>First comment</b> <span class="text">${escapeHtml(post.comment)}</span></p>`;
  yield '</article>\n';
}

/** The pictures, and below them their names and alternative texts, for which small pictures have no room. */
async function* arrange(media: readonly PostMediaFile[], embedded: EmbeddedPictures): AsyncGenerator<string> {
  const [shown, others] = [media.slice(0, MOST_SHOWN), media.slice(MOST_SHOWN)];
  yield `<div class="grid n${shown.length}">`;
  for (const { source, alt } of shown) yield* renderPicture(source, embedded, alt ?? '');
  if (others.length > 0) yield `<span class="more">+${others.length}</span>`;
  yield '</div>';
  if (others.length > 0) {
    yield `<details><summary>${pluralize(others.length, 'more picture')}</summary><div class="grid">`;
    for (const { source, alt } of others) yield* renderPicture(source, embedded, alt ?? '');
    yield '</div></details>';
  }
  const items = media.map(
    ({ file, alt }) =>
      `<li>${escapeHtml(file)}${alt === null ? '' : `<br><b>Alt text</b> ${escapeHtml(alt)}`}</li>`,
  );
  yield `<ol class="files">${items.join('')}</ol>`;
}

/** Folded after the third line, as in the feed. */
function textOf(post: Post): string {
  const parts = renderLittleText(toLittleText(post.text));
  const text = visibleText(parts);
  const fold = foldOffset(text);
  const url = pageUrl(post.author);
  const name = escapeHtml(post.author);
  const author = url === null ? name : `<a href="${url}" rel="noreferrer">${name}</a>`;
  const facts = `<p class="facts">${author} · ${escapeHtml(post.visibility)}</p>`;
  if (fold === null) return `${facts}<p class="text">${partsOf(parts)}</p>`;
  const [above, below] = [sliceParts(parts, 0, fold), sliceParts(parts, fold, text.length)];
  return `${facts}<p class="text">${partsOf(above)}</p><details><summary>…more</summary><p class="text">${partsOf(below)}</p></details>`;
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
