// Shows the files of an upload on the page: a card each, with its picture, state, error and URNs.

import { type Html, html } from '../html.ts';
import { buildGallery, type Gallery, renderMedia } from '../page/media.ts';
import { renderFolded, renderRemarks, renderUrn } from '../page/page.ts';
import { arrange } from '../row-view.ts';
import type { FileView } from './upload-view.ts';

export async function* buildCards(views: readonly FileView[]): AsyncGenerator<Html> {
  const { shown, folded } = arrange(views);
  const gallery = buildGallery(shown.map(({ media }) => ({ file: media, rank: 0 })));
  yield html`<ul class="cards">\n`;
  for (const view of shown) yield await renderCard(view, gallery);
  yield html`</ul>\n`;
  yield renderFolded(folded, ({ state, urns }) => html`${state}${urns.map(renderUrn)}`);
}

async function renderCard(view: FileView, gallery: Gallery): Promise<Html> {
  const { name, state, isGood, facts, plan, urns, media } = view;
  const { altText } = media;
  const alt = altText === undefined ? null : html`<p class="facts"><b>Alternative text</b> ${altText}</p>\n`;
  // Keeps a number and its unit on one line.
  const known = [...facts, ...plan].map((fact) => fact.replaceAll(' ', '\u00a0'));
  const shown = await renderMedia({ file: media, alt: altText ?? '', title: '' }, gallery);
  return html`<li class="card${isGood ? '' : ' bad'}"><div class="media">${shown}</div><div>
<h3>${name}</h3>
<p class="state">${state}</p>
<p class="facts">${known.join(' · ')}</p>
${alt}${renderRemarks(view)}${urns.map(renderUrn)}</div></li>
`;
}
