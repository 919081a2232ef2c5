// Shows the files of a run on the page: pictures and videos as `data:` URIs, as many as fit, and a symbol with the reason in
// place of the others.

import { type Inspected, type OpenBytes, openBytes } from '../../media/bytes.ts';
import type { MediaFile, Sidecar } from '../../media/media-file.ts';
import { Html, html } from '../html.ts';
import { fileFacts } from '../row-view.ts';

/** A file for which the page has a place. */
export interface Candidate {
  readonly file: MediaFile;
  /** Files of a lower rank are embedded first, and pictures before videos. */
  readonly rank: number;
}

/** A file that is embedded. */
type Source = Inspected & Pick<Sidecar, 'sizeBytes'> & { readonly mediaType: string };

/** What the page shows of each file: itself, or the thumbnail of a video. */
export type Gallery = ReadonlyMap<MediaFile, Source>;

/** The limit for all embedded files together. As base64, they make a page of 55 MB. */
const MAX_EMBEDDED_BYTES = 40_000_000;

/** Browsers show these, and nothing in them is executed. */
const EMBEDDED_TYPES = /^(?:image\/(?:png|jpeg|gif)|video\/(?:mp4|webm))$/;

export function buildGallery(candidates: readonly Candidate[]): Gallery {
  const isVideo = ({ file }: Candidate) => Number(file.media?.kind === 'video');
  const ordered = candidates.toSorted((a, b) => isVideo(a) - isVideo(b) || a.rank - b.rank);
  const gallery = new Map<MediaFile, Source>();
  let leftBytes = MAX_EMBEDDED_BYTES;
  for (const { file } of ordered) {
    const source = sourcesOf(file).find(({ sizeBytes }) => sizeBytes <= leftBytes);
    if (source === undefined) continue;
    leftBytes -= source.sizeBytes;
    gallery.set(file, source);
  }
  return gallery;
}

function sourcesOf(file: MediaFile): Source[] {
  const { media, identity, sidecars } = file;
  const own = media === null || identity === null ? [] : [{ ...file, mediaType: media.mediaType }];
  const sources = [...own, ...(sidecars?.thumbnail === undefined ? [] : [sidecars.thumbnail])];
  return sources.filter(({ mediaType }) => EMBEDDED_TYPES.test(mediaType));
}

function whyNot(file: MediaFile): string {
  if (file.media === null) return 'the file was rejected';
  if (sourcesOf(file).length > 0)
    return `left out: the files on this page may have ${MAX_EMBEDDED_BYTES / 1e6} MB together`;
  return file.media.kind === 'document' ? '' : 'browsers do not play it';
}

export interface Figure {
  readonly file: MediaFile;
  /** The alternative text; empty without one. */
  readonly alt: string;
  /** Stands with the reason why a file is not shown. Empty where the page names the file beside it. */
  readonly title: string;
}

/** The picture or the player, in pieces; else a tile with a symbol, what is known about the file, and why it is not shown. */
export async function* renderMedia({ file, alt, title }: Figure, gallery: Gallery): AsyncGenerator<Html> {
  const source = gallery.get(file);
  const bytes = source === undefined ? null : await openBytes(source).catch(() => null);
  let why = source === undefined ? whyNot(file) : 'the file has changed meanwhile';
  if (source !== undefined && bytes !== null) {
    const { width = '', height = '' } = file.media ?? {};
    const isVideo = source.mediaType.startsWith('video/');
    yield isVideo
      ? html`<video controls playsinline preload="metadata" src="data:${source.mediaType};base64,`
      : html`<img alt="${alt}" loading="lazy" decoding="async" width="${width}" height="${height}" src="data:${source.mediaType};base64,`;
    const isWhole = yield* encodePieces(bytes);
    yield isVideo ? html`"></video>` : html`">`;
    if (isWhole && source.path === file.path) return;
    if (isWhole) why = whyNot(file);
  }
  const facts = title === '' ? '' : fileFacts(file).join(' · ');
  const lines = [facts, why].filter((line) => line !== '').map((line) => html`<small>${line}</small>`);
  yield html`<div class="tile ${file.media?.kind ?? 'image'}"><p><b>${title}</b>${lines}</p></div>`;
}

/**
 * Divisible by three: the base64 of all pieces, one after the other, is that of the file. V8 allocates memory of its own for each
 * string over 128 KiB, which takes longer than the base64.
 */
const PIECE_BYTES = 3 * 24 * 1024;
/** Several pieces, because each read waits for a thread. */
const READ_BYTES = 8 * PIECE_BYTES;

/** The file as base64. Closes it. Returns whether it could be read to its end. */
async function* encodePieces(bytes: OpenBytes): AsyncGenerator<Html, boolean> {
  try {
    for await (const chunk of bytes.chunks(READ_BYTES)) {
      for (let byte = 0; byte < chunk.length; byte += PIECE_BYTES)
        yield new Html(chunk.toString('base64', byte, Math.min(byte + PIECE_BYTES, chunk.length)));
    }
    return true;
  } catch {
    return false;
  } finally {
    await bytes.close();
  }
}
