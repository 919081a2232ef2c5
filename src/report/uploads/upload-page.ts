// Shows the files of an upload on the page: a card each, with its picture, state, error and URNs.

import { pluralize } from '../../format.ts';
import { type Html, html } from '../html.ts';
import { buildGallery, type Gallery, renderMedia } from '../page/media.ts';
import { renderRemarks, renderUrn } from '../page/page.ts';
import type { FileView } from './upload-view.ts';

/** Failures first, and what this run does not send last. */
export async function* buildCards(views: readonly FileView[]): AsyncGenerator<Html> {
  const handled = views
    .filter((view) => !isLeft(view))
    .toSorted((a, b) => Number(a.isGood) - Number(b.isGood));
  const left = views.filter(isLeft);
  const gallery = buildGallery(
    views.map((view) => {
      const whyNot = isLeft(view) ? `${view.state}, this run does not send it` : '';
      return { file: view.media, rank: 0, whyNot };
    }),
  );
  yield* renderList(handled, gallery);
  if (left.length === 0) return;
  yield html`<details class="folded"><summary>${pluralize(left.length, 'file')} that this run does not send</summary>`;
  yield* renderList(left, gallery);
  yield html`</details>\n`;
}

/** Whether nothing happens to the file in this run. */
export function isLeft({ state, isGood }: FileView): boolean {
  return isGood && (state === 'reused' || state === 'deferred');
}

async function* renderList(views: readonly FileView[], gallery: Gallery): AsyncGenerator<Html> {
  if (views.length === 0) return;
  yield html`<ul class="cards">\n`;
  for (const view of views) yield* renderCard(view, gallery);
  yield html`</ul>\n`;
}

async function* renderCard(view: FileView, gallery: Gallery): AsyncGenerator<Html> {
  const { name, state, isGood, facts, plan, urns, media } = view;
  const { altText } = media;
  const alt = altText === undefined ? null : html`<p class="facts"><b>Alternative text</b> ${altText}</p>\n`;
  // Keeps a number and its unit on one line.
  const known = [...facts, ...plan].map((fact) => fact.replaceAll(' ', '\u00a0'));
  yield html`<li class="card${isGood ? '' : ' bad'}"><div class="media">`;
  yield* renderMedia({ file: media, alt: altText ?? '', title: '' }, gallery);
  yield html`</div><div>
<h3>${name}</h3>
<p class="state">${state}</p>
<p class="facts">${known.join(' · ')}</p>
${alt}${renderRemarks(view)}${urns.map(renderUrn)}</div></li>
`;
}
