// Shows the pictures of a post in Markdown as LinkedIn arranges them: one alone, or a row above a row of smaller ones.

import { escapeHtml } from '../page/page.ts';

/** A picture of a post that readers of the preview can load. */
export interface PreviewPicture {
  readonly file: string;
  /** Address of the file on GitHub. */
  readonly url: string;
  readonly alt: string | null;
  /** Pixels; null if unknown. */
  readonly size: { readonly width: number; readonly height: number } | null;
}

const MAX_WIDTH = 400;
const MAX_HEIGHT = 400;
/** A phone shows a row of this width without a break. */
const ROW_WIDTH = 320;
/** LinkedIn shows five pictures, and the number of the others on the last one. */
export const MOST_SHOWN = 5;
/** Pixels that a browser puts between two pictures in a line. */
const GAP = 5;

/** The number of pictures in each row, by the number of all that are shown. */
const ROWS: readonly (readonly number[])[] = [[], [1], [2], [1, 2], [1, 3], [2, 3]];

export function renderPictures(pictures: readonly PreviewPicture[]): string {
  const shown = pictures.slice(0, MOST_SHOWN);
  const width = shown.length === 1 ? MAX_WIDTH : ROW_WIDTH;
  let start = 0;
  const rows = (ROWS[shown.length] ?? []).map((count) => {
    start += count;
    return renderRow(shown.slice(start - count, start), width);
  });
  const more = pictures.length - shown.length;
  return `<p>\n${rows.join('<br>\n')}${more > 0 ? `\n<b>+${more}</b>` : ''}\n</p>`;
}

/** A full row of pictures of one height, none enlarged. One that does not load leaves its alt text; the list below names it. */
function renderRow(row: readonly PreviewPicture[], rowWidth: number): string {
  const ratios = row.map(({ size }) => (size === null ? 1 : size.width / size.height));
  const sum = ratios.reduce((total, ratio) => total + ratio, 0);
  const height = Math.min(MAX_HEIGHT, (rowWidth - GAP * (row.length - 1)) / sum);
  return row
    .map(({ file, url, alt, size }, index) => {
      const fitting = Math.max(1, Math.floor(height * (ratios[index] ?? 1)));
      const width = Math.min(fitting, size?.width ?? fitting);
      const text = escapeHtml((alt ?? file).replace(/\s+/g, ' '));
      const address = escapeHtml(url);
      return `<a href="${address}"><img src="${address}?raw=true" alt="${text}" width="${width}"></a>`;
    })
    .join('\n');
}
