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

interface Embedded {
  /** The file itself, or the thumbnail of a video. */
  readonly source: Source;
  /** What a video shows before it plays. */
  readonly poster: Source | null;
  /** Names the picture for its other places; null for a file that stands once. */
  id: string | null;
  /** Whether its bytes are on the page; null before its first place. */
  isWhole: boolean | null;
}

/** What the page shows of each file, by its real path. */
export type Gallery = ReadonlyMap<string, Embedded>;

/** The limit for all embedded files together. As base64, they make a page of 55 MB. */
const MAX_EMBEDDED_BYTES = 40_000_000;

/** Browsers show these, and nothing in them is executed. */
const EMBEDDED_TYPES = /^(?:image\/(?:png|jpeg|gif)|video\/(?:mp4|webm))$/;

/** A file that stands in several places is embedded in the first one. */
export function buildGallery(candidates: readonly Candidate[]): Gallery {
  const isClip = ({ file }: Candidate) => Number(file.media?.kind === 'video');
  const ordered = candidates.toSorted((a, b) => isClip(a) - isClip(b) || a.rank - b.rank);
  const gallery = new Map<string, Embedded>();
  let leftBytes = MAX_EMBEDDED_BYTES;
  let repeated = 0;
  for (const { file } of ordered) {
    const known = gallery.get(file.absolutePath);
    if (known !== undefined) {
      known.id ??= `picture-${++repeated}`;
      continue;
    }
    const fitting = (source: Source) => source.sizeBytes <= leftBytes;
    const source = sourcesOf(file).find(fitting);
    if (source === undefined) continue;
    leftBytes -= source.sizeBytes;
    const poster = isVideo(source) ? (posterOf(file).find(fitting) ?? null) : null;
    leftBytes -= poster?.sizeBytes ?? 0;
    gallery.set(file.absolutePath, { source, poster, id: null, isWhole: null });
  }
  return gallery;
}

function isVideo({ mediaType }: Source): boolean {
  return mediaType.startsWith('video/');
}

function posterOf({ sidecars }: MediaFile): Source[] {
  return sidecars?.thumbnail === undefined ? [] : [sidecars.thumbnail];
}

function sourcesOf(file: MediaFile): Source[] {
  const { media, identity } = file;
  const own = media === null || identity === null ? [] : [{ ...file, mediaType: media.mediaType }];
  return [...own, ...posterOf(file)].filter(({ mediaType }) => EMBEDDED_TYPES.test(mediaType));
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
export async function* renderMedia(figure: Figure, gallery: Gallery): AsyncGenerator<Html> {
  const { file } = figure;
  const embedded = gallery.get(file.absolutePath);
  if (embedded === undefined) return yield renderTile(figure, whyNot(file));
  const { source, isWhole } = embedded;
  if (isWhole === null) embedded.isWhole = yield* embed(figure, embedded);
  else if (isWhole && isVideo(source))
    return yield renderTile(figure, 'plays where it stands first');
  else if (isWhole) yield renderAgain(figure, embedded);
  if (!embedded.isWhole) yield renderTile(figure, 'the file has changed meanwhile');
  else if (source.path !== file.path) yield renderTile(figure, whyNot(file));
}

/** Returns whether all its bytes are on the page. */
async function* embed(
  figure: Figure,
  { source, poster, id }: Embedded,
): AsyncGenerator<Html, boolean> {
  const bytes = await openBytes(source).catch(() => null);
  if (bytes === null) return false;
  if (isVideo(source)) {
    yield html`<video controls playsinline preload="metadata"`;
    if (poster !== null) yield* embedPoster(poster);
    yield html` src="data:${source.mediaType};base64,`;
  } else yield openPicture(figure, source, id);
  const isWhole = yield* encodePieces(bytes);
  if (isVideo(source)) yield html`"></video>`;
  else yield id === null ? html`">` : html`"/></svg>`;
  return isWhole;
}

/** A video plays without it too. */
async function* embedPoster(poster: Source): AsyncGenerator<Html> {
  const bytes = await openBytes(poster).catch(() => null);
  if (bytes === null) return;
  yield html` poster="data:${poster.mediaType};base64,`;
  yield* encodePieces(bytes);
  yield html`"`;
}

/** A picture that stands again is an SVG picture: without a script, no other element can be shown twice. */
function openPicture(figure: Figure, { mediaType }: Source, id: string | null): Html {
  const { width, height } = sizeOf(figure);
  if (id === null)
    return html`<img alt="${figure.alt}" loading="lazy" decoding="async" width="${width}" height="${height}" src="data:${mediaType};base64,`;
  return html`${openSvg(figure)}<image id="${id}" width="${width}" height="${height}" href="data:${mediaType};base64,`;
}

function renderAgain(figure: Figure, { id }: Embedded): Html {
  return html`${openSvg(figure)}<use href="#${id}"/></svg>`;
}

/** Like a picture, it fills its place and is cropped at the sides. */
function openSvg(figure: Figure): Html {
  const { width, height } = sizeOf(figure);
  return html`<svg role="img" aria-label="${figure.alt}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="xMidYMid slice">`;
}

function sizeOf({ file }: Figure) {
  const { width = '', height = '' } = file.media ?? {};
  return { width, height };
}

function renderTile({ file, title }: Figure, why: string): Html {
  const facts = title === '' ? '' : fileFacts(file).join(' · ');
  const lines = [facts, why]
    .filter((line) => line !== '')
    .map((line) => html`<small>${line}</small>`);
  return html`<div class="tile ${file.media?.kind ?? 'image'}"><p><b>${title}</b>${lines}</p></div>`;
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
