// Builds the cards of the page from the ledger and the rows of the results.

import { formatBytes, formatDuration, formatNumber, pluralize } from '../../format.ts';
import type { Media, MediaFile } from '../../media/media-file.ts';
import { formatProblemIn } from '../../problem.ts';
import type { FileState } from '../../upload/file-state.ts';
import { hasCacheHit, type PlannedFile } from '../../upload/plan.ts';
import { type Picture, readDataUri, selectPictures } from '../page/embed.ts';
import type { PageCard, PageContent } from '../page/page.ts';
import type { ResultRow } from './result-row.ts';
import { isSuccess } from './rows.ts';

interface CardOptions {
  readonly rows: readonly ResultRow[];
  /** Of the ledger, in the order of `rows`. */
  readonly entries: readonly FileState[];
  /** Whether to embed pictures. A cancelled run has no time for it. */
  readonly embedsPictures: boolean;
  /** A plan shows how the files compare with the manifest. */
  readonly isPlan: boolean;
}

/** The cards and their states: files that are no success first, then the others, in natural order. No more than one card is in memory. */
export function buildCards(options: CardOptions): Required<Pick<PageContent, 'states' | 'cards'>> {
  const { rows, entries, embedsPictures } = options;
  const pictures = entries.map(({ planned }) => (embedsPictures ? pictureOf(planned.file) : null));
  const embedded = selectPictures(pictures);
  const shown = rows.map((row, index) => {
    const picture = pictures[index] ?? null;
    const error = entries[index]?.error ?? null;
    return {
      row,
      planned: entries[index]?.planned ?? null,
      picture: picture !== null && embedded.has(picture) ? picture : null,
      reason: error === null ? null : formatProblemIn(row.file, error),
    };
  });
  const ordered = [
    ...shown.filter(({ row }) => !isSuccess(row)),
    ...shown.filter(({ row }) => isSuccess(row)),
  ];
  return {
    states: ordered.map(stateOf),
    cards: ordered.values().map((one) => buildCard(one, options)),
  };
}

interface Shown {
  readonly row: ResultRow;
  readonly planned: PlannedFile | null;
  readonly picture: Picture | null;
  /** The error without the name of the file, which the card has. */
  readonly reason: string | null;
}

function buildCard(shown: Shown, { isPlan }: CardOptions): PageCard {
  const { row, planned, picture, reason } = shown;
  const { file, kind, altText, error, mediaUrn, assetUrn } = row;
  return {
    file,
    kind: kind ?? null,
    state: stateOf(shown),
    isSuccess: isSuccess(row),
    facts: factsOf(row),
    urns: [mediaUrn, assetUrn].flatMap((urn) => urn ?? []),
    altText: altText ?? null,
    error: error === undefined ? null : { hint: error.hint, message: reason ?? error.message },
    warnings: planned?.warnings ?? [],
    change: (isPlan && planned?.change) || null,
    placeholder: placeholderOf(planned?.file.media ?? null),
    picture: picture && (() => readDataUri(picture)),
  };
}

function stateOf({ row: { state }, planned }: Shown): string {
  return planned !== null && state === 'planned' && hasCacheHit(planned) ? 'reused' : state;
}

/** The picture that represents a file: the image itself, or the thumbnail of a video. */
export function pictureOf({ media, sidecars, ...file }: MediaFile): Picture | null {
  const source = media?.kind === 'image' ? { ...file, mediaType: media.mediaType } : sidecars?.thumbnail;
  if (source === undefined || source.identity === null) return null;
  const { path, absolutePath, sizeBytes, identity, mediaType } = source;
  return { path, absolutePath, sizeBytes, identity, mediaType };
}

function factsOf({ bytes, width, height, durationSeconds, frames, pages, mediaType }: ResultRow): string[] {
  return [
    mediaType,
    bytes === undefined ? undefined : formatBytes(bytes),
    width === undefined || height === undefined
      ? undefined
      : `${formatNumber(width)} × ${formatNumber(height)}`,
    durationSeconds === undefined ? undefined : formatDuration(durationSeconds * 1000),
    frames === undefined || frames < 2 ? undefined : pluralize(frames, 'frame'),
    pages === undefined ? undefined : pluralize(pages, 'page'),
  ].flatMap((fact) => fact ?? []);
}

/** The text shown for a file without a picture, such as `▶ 6.0 s` or `PDF, 12 pages`. */
export function placeholderOf(media: Media | null): string {
  if (media === null) return 'no preview';
  const { kind, durationSeconds, pages, mediaType } = media;
  if (kind === 'video')
    return `▶ ${durationSeconds === undefined ? 'video' : formatDuration(durationSeconds * 1000)}`;
  const type = DOCUMENT_NAMES.find(([pattern]) => pattern.test(mediaType))?.[1] ?? kind;
  const symbol = kind === 'document' ? '📄 ' : '';
  return symbol + (pages === undefined ? type : `${type}, ${pluralize(pages, 'page')}`);
}

const DOCUMENT_NAMES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/pdf$/, 'PDF'],
  [/presentation|powerpoint/, 'PowerPoint'],
  [/word/, 'Word'],
];
