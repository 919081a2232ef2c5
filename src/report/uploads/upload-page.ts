// Shows the files of a run on the page: one card each, and a filter by state and name.

import { formatProblemIn } from '../../errors/problem.ts';
import { formatBytes, formatNumber } from '../../format.ts';
import type { FileItem } from '../../upload/file-state.ts';
import { escapeHtml, foldedError, warningParagraph } from '../page/page.ts';
import { type EmbeddedPictures, renderPicture, selectPictures, typeName } from '../page/picture.ts';
import { buildResultRow, dimensionsOf, isSuccess, type ResultRow } from './result-row.ts';

interface CardOptions {
  readonly api: ResultRow['api'];
  /** Whether to embed pictures. A cancelled run has no time for it. */
  readonly embedsPictures: boolean;
}

interface Shown {
  readonly row: ResultRow;
  readonly item: FileItem;
  /** A plan shows which files are reused. */
  readonly state: string;
}

/** The cards as HTML in pieces, failures first. No more than one card is in memory. */
export async function* buildCards(
  items: readonly FileItem[],
  { api, embedsPictures }: CardOptions,
): AsyncGenerator<string> {
  const embedded = selectPictures(embedsPictures ? items.map(({ planned }) => planned.file) : []);
  const shown = items
    .map((item) => {
      const row = buildResultRow(item, api);
      const isReused = item.planned.reused !== undefined;
      return { row, item, state: row.state === 'planned' && isReused ? 'reused' : row.state };
    })
    .toSorted((a, b) => Number(isSuccess(a.row)) - Number(isSuccess(b.row)));
  if (shown.length === 0) return;
  if (shown.length > 1) yield filterForm(shown.map(({ state }) => state));
  yield '<main><ul id="cards">\n';
  for (const one of shown) yield* buildCard(one, embedded);
  yield '</ul></main>\n';
}

function filterForm(states: readonly string[]): string {
  const options = [...Map.groupBy(states, (state) => state)].map(
    ([state, { length }]) =>
      `<option value="${escapeHtml(state)}">${escapeHtml(state)} (${formatNumber(length)})</option>`,
  );
  return `<form id="filter" role="search">
<label>State <select id="state"><option value="">all (${formatNumber(states.length)})</option>${options.join('')}</select></label>
<label>Name <input id="name" type="search" autocomplete="off" spellcheck="false"></label>
<output id="count" aria-live="polite"></output>
</form>
`;
}

async function* buildCard(shown: Shown, embedded: EmbeddedPictures): AsyncGenerator<string> {
  const { row, item } = shown;
  const { planned, error } = item;
  const { file, altText, bytes, mediaType, mediaUrn, assetUrn } = row;
  const state = escapeHtml(shown.state);
  const facts = [
    ...(mediaType === undefined ? [] : [typeName(mediaType)]),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    ...dimensionsOf(row),
  ].map((fact) => `<span>${escapeHtml(fact)}</span>`);
  // The message leaves out the name of the file, which the card has.
  const problem = row.error && {
    ...row.error,
    ...(error !== null && { message: formatProblemIn(planned.file.path, error) }),
  };
  const urns = [mediaUrn, assetUrn].filter((urn) => urn !== undefined).map(escapeHtml);
  yield `<li data-state="${state}" data-name="${escapeHtml(file.toLowerCase())}"${isSuccess(row) ? '' : ' class="failed"'}>`;
  yield* renderPicture(planned.file, embedded);
  yield [
    `<h2>${escapeHtml(file)}</h2>`,
    `<p><span class="state ${state}">${state}</span></p>`,
    `<p class="facts">${facts.join(' · ')}</p>`,
    ...(altText === undefined ? [] : [`<p class="alt"><b>Alt text</b> ${escapeHtml(altText)}</p>`]),
    ...(problem === undefined ? [] : [foldedError(problem)]),
    ...planned.warnings.map(warningParagraph),
    // A URN breaks only after a colon.
    ...urns.map(
      (urn) =>
        `<p class="urn"><code>${urn.replaceAll(':', ':<wbr>')}</code> <button type="button" data-copy="${urn}" aria-label="Copy ${urn}">Copy</button></p>`,
    ),
    '</li>\n',
  ].join('');
}
