// Shows a file on the page: an image, or the thumbnail of a video, as a `data:` URI; a symbol where there is no picture.

import { formatDuration, pluralize } from '../../format.ts';
import { type Inspected, openBytes } from '../../media/bytes.ts';
import type { Media, MediaFile } from '../../media/media-file.ts';
import { escapeHtml } from './page.ts';

export interface Picture extends Inspected {
  readonly sizeBytes: number;
  readonly mediaType: string;
}

export type EmbeddedPictures = ReadonlyMap<MediaFile, Picture>;

/** The limit for all embedded pictures together, as base64. */
export const MAX_EMBEDDED_BYTES = 20_000_000;

/** Browsers show these, and nothing in them is executed. */
const EMBEDDED_TYPES = new Set(['image/png', 'image/jpeg', 'image/gif']);

/** The largest pictures are left out first. */
export function selectPictures(files: readonly MediaFile[]): EmbeddedPictures {
  const selected = new Map<MediaFile, Picture>();
  const candidates = files.flatMap((file) => {
    const { media, sidecars, ...own } = file;
    const source = media?.kind === 'image' ? { ...own, mediaType: media.mediaType } : sidecars?.thumbnail;
    if (source === undefined || source.identity === null || !EMBEDDED_TYPES.has(source.mediaType)) return [];
    const { path, absolutePath, sizeBytes, identity, mediaType } = source;
    return [{ file, picture: { path, absolutePath, sizeBytes, identity, mediaType } }];
  });
  let leftBytes = MAX_EMBEDDED_BYTES;
  for (const { file, picture } of candidates.toSorted((a, b) => a.picture.sizeBytes - b.picture.sizeBytes)) {
    leftBytes -= 4 * Math.ceil(picture.sizeBytes / 3);
    if (leftBytes < 0) break;
    selected.set(file, picture);
  }
  return selected;
}

export async function* renderPicture(
  file: MediaFile,
  embedded: EmbeddedPictures,
  alt = '',
): AsyncGenerator<string> {
  const { media } = file;
  const picture = embedded.get(file);
  const play = media?.kind === 'video' ? '<span class="play"></span>' : '';
  if (picture === undefined) {
    const symbol = media?.kind === 'document' ? DOCUMENT_SYMBOL : play;
    yield `<div class="picture placeholder">${symbol}${escapeHtml(describeMedia(media))}</div>`;
    return;
  }
  yield `<div class="picture"><img alt="${escapeHtml(alt)}" loading="lazy" decoding="async" src="`;
  yield* readDataUri(picture);
  yield `">${play}</div>`;
}

const DOCUMENT_SYMBOL =
  '<svg class="document" viewBox="0 0 24 24" aria-hidden="true"><path d="M5 2h9l5 5v15H5zM14 2v5h5M8 12h8M8 16h8"/></svg>';

/** The text in place of a picture, such as `6.0 s` or `PDF, 12 pages`. */
function describeMedia(media: Media | null): string {
  if (media === null) return 'no preview';
  const { kind, durationSeconds, pages } = media;
  if (durationSeconds !== undefined) return formatDuration(durationSeconds * 1000);
  const type = kind === 'document' ? typeName(media.mediaType) : kind;
  return pages === undefined ? type : `${type}, ${pluralize(pages, 'page')}`;
}

/** The short name of a document type. The media type of all others is short. */
export function typeName(mediaType: string): string {
  return DOCUMENT_NAMES.find(([pattern]) => pattern.test(mediaType))?.[1] ?? mediaType;
}

const DOCUMENT_NAMES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/pdf$/, 'PDF'],
  [/presentation|powerpoint/, 'PowerPoint'],
  [/word/, 'Word'],
];

// A multiple of 3: each piece is encoded alone.
const PIECE_BYTES = 3 * 64 * 1024;

/** Ends early when the file has changed or cannot be read: the page shows no picture then. */
async function* readDataUri(picture: Picture): AsyncGenerator<string> {
  yield `data:${picture.mediaType};base64,`;
  try {
    const bytes = await openBytes(picture);
    try {
      const piece = Buffer.alloc(Math.min(PIECE_BYTES, picture.sizeBytes));
      for (let offset = 0; offset < picture.sizeBytes; offset += piece.length)
        yield piece.subarray(0, await bytes.read(piece, offset)).toString('base64');
    } finally {
      await bytes.close();
    }
  } catch {
    // The card keeps its name, state and URN.
  }
}
