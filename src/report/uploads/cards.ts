// Builds the cards of the page from the ledger and the rows of the results.

import { formatBytes } from '../../format.ts';
import { formatProblemIn } from '../../problem.ts';
import type { FileState } from '../../upload/file-state.ts';
import { isReused } from '../../upload/plan.ts';
import type { PageCard, PageContent } from '../page/page.ts';
import { type EmbeddedPictures, renderPicture, selectPictures, typeName } from '../page/picture.ts';
import type { ResultRow } from './result-row.ts';
import { dimensionsOf, isSuccess } from './rows.ts';

interface CardOptions {
  readonly rows: readonly ResultRow[];
  /** Of the ledger, in the order of `rows`. */
  readonly entries: readonly FileState[];
  /** Whether to embed pictures. A cancelled run has no time for it. */
  readonly embedsPictures: boolean;
  /** A plan shows how the files compare with the manifest. */
  readonly isPlan: boolean;
}

interface Shown {
  readonly row: ResultRow;
  readonly entry: FileState;
}

/** The cards and their states, failures first. No more than one card is in memory. */
export function buildCards(options: CardOptions): Required<Pick<PageContent, 'states' | 'cards'>> {
  const { rows, entries, embedsPictures, isPlan } = options;
  const embedded = selectPictures(embedsPictures ? entries.map(({ planned }) => planned.file) : []);
  const shown = rows
    .flatMap((row, index) => entries.slice(index, index + 1).map((entry) => ({ row, entry })))
    .toSorted((a, b) => Number(isSuccess(a.row)) - Number(isSuccess(b.row)));
  return {
    states: shown.map(stateOf),
    cards: shown.values().map((one) => buildCard(one, embedded, isPlan)),
  };
}

function buildCard(shown: Shown, embedded: EmbeddedPictures, isPlan: boolean): PageCard {
  const { row, entry } = shown;
  const { file, altText = null, error, mediaUrn, assetUrn } = row;
  const { planned } = entry;
  return {
    file,
    state: stateOf(shown),
    isSuccess: isSuccess(row),
    facts: factsOf(row),
    urns: [mediaUrn, assetUrn].flatMap((urn) => urn ?? []),
    altText,
    error: error === undefined ? null : { ...error, ...messageOf(entry) },
    warnings: planned.warnings,
    change: (isPlan && planned.change) || null,
    picture: () => renderPicture(planned.file, embedded),
  };
}

function stateOf({ row: { state }, entry: { planned } }: Shown): string {
  return state === 'planned' && isReused(planned) ? 'reused' : state;
}

/** Without the name of the file, which the card has. */
function messageOf({ planned, error }: FileState): { readonly message?: string } {
  return error === null ? {} : { message: formatProblemIn(planned.file.path, error) };
}

function factsOf(row: ResultRow): string[] {
  const { bytes, mediaType } = row;
  return [
    ...(mediaType === undefined ? [] : [typeName(mediaType)]),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    ...dimensionsOf(row),
  ];
}
