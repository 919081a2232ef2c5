// Shows posts on the page: what is to be known about each, and the post as in the feed. A summary and a comment on GitHub, where
// neither style nor embedded pictures work, show the same markup with addresses of the pictures.

import { pluralize } from '../../format.ts';
import type { Poll } from '../../post/file/post.ts';
import { type TextPart, visibleText } from '../../post/text/little-text.ts';
import { code, Html, html, inline, renderLink } from '../html.ts';
import { buildGallery, type Place, renderMedia } from '../page/media.ts';
import { renderRemarks } from '../page/page.ts';
import { foldedTitle, type PostView } from './post-view.ts';

/** Failures first. */
export async function* buildPostPage(views: readonly PostView[]): AsyncGenerator<Html> {
  const shown = views
    .filter(({ isFolded }) => !isFolded)
    .toSorted((a, b) => Number(a.isGood) - Number(b.isGood));
  const gallery = buildGallery(
    shown.flatMap(({ media, linkImage, isHandled }) => {
      const files = [...media.map(({ source }) => source), linkImage].filter((file) => file !== null);
      const whyNot = isHandled ? '' : 'this run does not send it';
      return files.map((file, index) => ({ file, rank: Math.min(index, 1), whyNot }));
    }),
  );
  for (const view of shown) {
    yield html`<section class="post${view.isGood ? '' : ' bad'}">\n`;
    for (const part of renderPost(view)) {
      if (part instanceof Html) yield part;
      else yield* renderMedia(part, gallery);
    }
    yield html`</section>\n`;
  }
  const folded = views.filter(({ isFolded }) => isFolded);
  const lines = folded.map((view) => html`<li><b>${view.name}</b> ${renderState(view)}</li>\n`);
  if (folded.length > 0)
    yield html`<details class="folded"><summary>${foldedTitle(folded)}</summary><ul class="list">\n${lines}</ul></details>\n`;
}

/** The markup of the post, and the places of its files. */
export function renderPost(view: PostView): (Html | Place)[] {
  const { name, media, text, author, audience, content } = view;
  const mentions = text.mentions.map((one) => html`<p class="note">${one.name} is ${code(one.urn)}</p>\n`);
  const files = media.map(
    ({ file, alt }) => html`<li>${file}${alt === null ? null : html` · ${alt}`}</li>\n`,
  );
  const below = html`<details><summary>…more</summary><p class="text">${renderParts(text.below)}</p></details>\n`;
  return [
    html`<aside>
<h3>${name}</h3>
<p>${renderState(view)}</p>
${renderRemarks(view)}${mentions}${files.length === 0 ? null : html`<ol class="files">\n${files}</ol>\n`}</aside>
<blockquote>
<p class="author ${author.kind}"><span><b>${renderLink(author.text, author.url)}</b> <small>${audience}</small></span></p>
<p class="text">${renderParts(text.above)}</p>
${text.below.length === 0 ? null : below}`,
    ...renderAttachment(view),
    content.comment === null
      ? html``
      : html`<p class="first-comment"><b>First comment</b><br>${content.comment}</p>\n`,
    html`</blockquote>\n`,
  ];
}

/** `planned: goes out with the next run` */
function renderState({ state, isGood, reason, url }: PostView): Html {
  const why = reason === '' ? null : html`: ${inline(reason)}`;
  const link = url === null ? null : html` · ${renderLink('on LinkedIn', url)}`;
  const text = html`${state}${why}`;
  return html`${isGood ? html`<span class="state">${text}</span>` : html`<b class="state">${text}</b>`}${link}`;
}

/** LinkedIn shows five pictures, and the number of the others on the last one. */
const MOST_SHOWN = 5;

/** What stands below the text: the media, a link card or a poll. */
function renderAttachment({ media, linkImage, content: { title, link, poll } }: PostView): (Html | Place)[] {
  const places = media.map(({ source, alt, file }) => ({
    file: source,
    alt: alt ?? '',
    title: title ?? file,
  }));
  const [shown, others] = [places.slice(0, MOST_SHOWN), places.slice(MOST_SHOWN)];
  const more = others.length === 0 ? null : html`<span class="more">+${others.length}</span>`;
  const pictures: (Html | Place)[] =
    shown.length === 0 ? [] : [html`<div class="media n${shown.length}">`, ...shown, html`${more}</div>\n`];
  if (others.length > 0)
    pictures.push(
      html`<details><summary>${pluralize(others.length, 'more picture')}</summary><div class="media">`,
      ...others,
      html`</div></details>\n`,
    );
  if (title !== null && media[0]?.kind === 'video')
    pictures.push(html`<p class="link"><b>${title}</b></p>\n`);
  if (poll !== null) return [renderPoll(poll)];
  if (link === null) return pictures;
  const card: (Html | Place)[] =
    linkImage === null
      ? []
      : [html`<div class="media n1">`, { file: linkImage, alt: '', title: linkImage.path }, html`</div>\n`];
  const description = link.description === null ? null : html`<br>${link.description}`;
  return [
    ...card,
    html`<p class="link"><b>${link.title}</b>${description}<br><small>${new URL(link.url).host}</small></p>\n`,
  ];
}

/** As LinkedIn shows it before the first vote. */
function renderPoll({ question, options, days }: Poll): Html {
  const choices = options.map((option) => html`<li>${option}</li>\n`);
  return html`<div class="poll"><p><b>${question}</b><br><small>The author can see how you vote.</small></p>
<ul>\n${choices}</ul>
<p><small>0 votes · open for ${pluralize(days, 'day')}</small></p></div>\n`;
}

/** Live parts stand out: hashtags and mentions. */
function renderParts(parts: readonly TextPart[]): Html[] {
  return parts.map((part) => {
    const text = visibleText([part]);
    return part.kind === 'text' ? html`${text}` : html`<b class="live">${text}</b>`;
  });
}
