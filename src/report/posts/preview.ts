// Shows posts in Markdown, for the job summary and a comment on a pull request, with their pictures by address. Pure.

import type { AddressOf } from '../../github/run-page.ts';
import { fileFacts } from '../file-facts.ts';
import { Html, html } from '../html.ts';
import { type Block, bullets, paragraphs, renderCode, renderHint } from '../markdown.ts';
import type { Place } from '../page/media.ts';
import { renderPost } from './post-page.ts';
import { foldedTitle, type PostView } from './post-view.ts';

/** Posts to which nothing happens have a folded line each. The list of errors has those of the posts. */
export function postBlocks(views: readonly PostView[], addressOf: AddressOf): Block[] {
  const shown = views.filter(({ isFolded, isEmpty }) => !isFolded && !isEmpty);
  const folded = views.filter(({ isFolded }) => isFolded);
  const lines = folded.map(
    ({ name, state, reason }) => `${renderCode(name)} ${state}: ${renderHint(reason)}`,
  );
  return [
    ...(shown.length === 0 ? [] : [paragraphs(shown.map((view) => formatPost(view, addressOf)))]),
    ...(lines.length === 0 ? [] : [{ folded: foldedTitle(folded), blocks: [bullets(lines)] }]),
  ];
}

export function formatPost(view: PostView, addressOf: AddressOf): string {
  const parts = renderPost({ ...view, errors: [] });
  const count = parts.filter((part) => !(part instanceof Html)).length;
  const pieces = parts.map((part) => (part instanceof Html ? part : renderPlace(part, addressOf, count)));
  // A blank line would end the HTML block.
  return pieces
    .map(({ markup }) => markup)
    .join('')
    .replace(/\n{2,}/g, '\n')
    .trim();
}

/** Pixels. Pictures in a row have one height, and two of most formats fit into a row on a phone. */
const WIDTH = 400;
const ROW_HEIGHT = 120;

/** A picture that does not load leaves its alternative text. */
function renderPlace({ file, alt, title }: Place, addressOf: AddressOf, count: number): Html {
  const address = file.media?.kind === 'image' ? addressOf(file.path) : null;
  if (address === null)
    return html`<p><b>${title}</b><br><small>${fileFacts(file).join(' · ')}</small></p>\n`;
  const { width = ROW_HEIGHT, height = ROW_HEIGHT } = file.media ?? {};
  const fitting = count === 1 ? WIDTH : Math.round((ROW_HEIGHT * width) / height);
  // No picture is enlarged.
  const shown = Math.max(1, Math.min(fitting, WIDTH, width));
  return html`<a href="${address}"><img src="${address}?raw=true" alt="${alt || title}" width="${shown}"></a>\n`;
}
