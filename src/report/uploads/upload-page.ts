// Shows the files of a run on the page: one card each, and a filter by state and name.

import { formatBytes, formatNumber } from '../../format.ts';
import { formatProblemIn } from '../../problem.ts';
import type { FileState } from '../../upload/file-state.ts';
import { isReused } from '../../upload/plan.ts';
import { escapeHtml, foldedError, warningParagraph } from '../page/page.ts';
import { type EmbeddedPictures, renderPicture, selectPictures, typeName } from '../page/picture.ts';
import { buildResultRow, dimensionsOf, isSuccess, type ResultRow } from './result-row.ts';

interface CardOptions {
  readonly api: ResultRow['api'];
  /** Whether to embed pictures. A cancelled run has no time for it. */
  readonly embedsPictures: boolean;
  /** A plan shows how the files compare with the manifest. */
  readonly isPlan: boolean;
}

interface Shown {
  readonly row: ResultRow;
  readonly entry: FileState;
}

/** The cards as HTML in pieces, failures first. No more than one card is in memory. */
export async function* buildCards(
  entries: readonly FileState[],
  { api, embedsPictures, isPlan }: CardOptions,
): AsyncGenerator<string> {
  const embedded = selectPictures(embedsPictures ? entries.map(({ planned }) => planned.file) : []);
  const shown = entries
    .map((entry) => ({ row: buildResultRow(entry, api), entry }))
    .toSorted((a, b) => Number(isSuccess(a.row)) - Number(isSuccess(b.row)));
  if (shown.length === 0) return;
  if (shown.length > 1) yield filterForm(shown.map(shownState));
  yield '<main><ul id="cards">\n';
  for (const one of shown) yield* buildCard(one, embedded, isPlan);
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

async function* buildCard(shown: Shown, embedded: EmbeddedPictures, isPlan: boolean): AsyncGenerator<string> {
  const { row, entry } = shown;
  const { planned } = entry;
  const { file, altText, mediaUrn, assetUrn } = row;
  const state = escapeHtml(shownState(shown));
  const change = isPlan && planned.change ? ` <span class="change">${planned.change}</span>` : '';
  yield `<li data-state="${state}" data-name="${escapeHtml(file.toLowerCase())}"${isSuccess(row) ? '' : ' class="failed"'}>`;
  yield* renderPicture(planned.file, embedded);
  yield [
    `<h2>${escapeHtml(file)}</h2>`,
    `<p><span class="state ${state}">${state}</span>${change}</p>`,
    `<p class="facts">${fileFacts(row)}</p>`,
    ...(altText === undefined ? [] : [`<p class="alt"><b>Alt text</b> ${escapeHtml(altText)}</p>`]),
    ...cardError(shown),
    ...planned.warnings.map(warningParagraph),
    ...[mediaUrn, assetUrn].flatMap((urn) => (urn === undefined ? [] : [urnParagraph(urn)])),
    '</li>\n',
  ].join('');
}

function shownState({ row: { state }, entry: { planned } }: Shown): string {
  return state === 'planned' && isReused(planned) ? 'reused' : state;
}

function fileFacts(row: ResultRow): string {
  const { bytes, mediaType } = row;
  const facts = [
    ...(mediaType === undefined ? [] : [typeName(mediaType)]),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    ...dimensionsOf(row),
  ];
  return facts.map((fact) => `<span>${escapeHtml(fact)}</span>`).join(' · ');
}

/** The message leaves out the name of the file, which the card has. */
function cardError({ row, entry: { planned, error } }: Shown): string[] {
  if (row.error === undefined) return [];
  const message = error === null ? row.error.message : formatProblemIn(planned.file.path, error);
  return [foldedError({ message, hint: row.error.hint })];
}

/** A line breaks only after a colon. */
function urnParagraph(urn: string): string {
  const text = escapeHtml(urn);
  return `<p class="urn"><code>${text.replaceAll(':', ':<wbr>')}</code> <button type="button" data-copy="${text}" aria-label="Copy ${text}">Copy</button></p>`;
}
