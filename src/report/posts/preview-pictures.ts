// Shows the pictures of a post in Markdown as LinkedIn arranges them: one alone, or a row above a row of smaller ones.

import { escapeHtml } from '../page/html.ts';

/** A picture of a post that readers of the preview can load. */
export interface PreviewPicture {
  readonly file: string;
  /** Address of the file on GitHub. */
  readonly url: string;
  readonly alt: string | null;
  /** Pixels; null if unknown. */
  readonly width: number | null;
}

const MAX_WIDTH = 400;
/** LinkedIn shows five pictures, and the number of the others on the last one. */
const MAX_SHOWN = 5;
/** Pixels that a browser puts between two pictures in a line. */
const GAP = 5;

/** The number of pictures in each row, by the number of all that are shown. */
const ROWS: readonly (readonly number[])[] = [[], [1], [2], [1, 2], [1, 3], [2, 3]];

/** `pictures` are in display order. Returns an empty text if there are none. */
export function renderPictures(pictures: readonly PreviewPicture[]): string {
  if (pictures.length === 0) return '';
  const shown = pictures.slice(0, MAX_SHOWN);
  let start = 0;
  const rows = (ROWS[shown.length] ?? []).map((count) => {
    const width = Math.floor((MAX_WIDTH - GAP * (count - 1)) / count);
    const row = shown.slice(start, start + count).map((picture) => renderPicture(picture, width));
    start += count;
    return row.join('\n');
  });
  const more = pictures.length - shown.length;
  return `<p>\n${rows.join('<br>\n')}${more > 0 ? `\n<b>+${more}</b>` : ''}\n</p>`;
}

/** A picture that does not load leaves its alternative text. The list below the pictures has its name. */
function renderPicture({ file, url, alt, width }: PreviewPicture, maxWidth: number): string {
  const text = escapeHtml((alt ?? file).replace(/\s+/g, ' '));
  const address = escapeHtml(url);
  const pixels = Math.min(width ?? maxWidth, maxWidth);
  return `<a href="${address}"><img src="${address}?raw=true" alt="${text}" width="${pixels}"></a>`;
}
