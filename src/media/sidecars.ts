// The sidecars of videos, which are captions and thumbnails: their names, and with `sidecars: true` which of them are uploaded
// with their video and not on their own.

import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { type ActionError, FileError, toActionError } from '../errors/action-error.ts';
import { mapConcurrent } from '../limiter.ts';
import type { Run } from '../run.ts';
import { readTextFile } from './bytes.ts';
import type { FoundFile, Workspace } from './find/workspace.ts';
import { inspectFile } from './inspect-file.ts';
import type { MediaFile, Sidecar, Sidecars } from './media-file.ts';

/** The suffixes after the stem of the video, in order of preference. Some programs write the file extension in upper case. */
const SUFFIXES = {
  captions: ['.srt', '.SRT'],
  thumbnail: ['png', 'jpg', 'jpeg', 'PNG', 'JPG', 'JPEG'].map(
    (extension) => `.thumbnail.${extension}`,
  ),
} as const satisfies Record<keyof Sidecars, readonly string[]>;

/** Formats of captions. LinkedIn takes SubRip only. */
const CAPTIONS_NAME = /\.(?:srt|vtt|sbv|ttml|dfxp|ass|ssa|scc)$/i;

/** Whether the name is that of a video. Only inspection of the bytes can confirm it. */
export function hasVideoName(path: string): boolean {
  return /\.(?:mp4|m4v|mov)$/i.test(path);
}

/** The path without its extension, which a video shares with its sidecars: `media/clip` for `media/clip.mp4`. */
export function stemOf(path: string): string {
  return path.slice(0, path.length - posix.extname(path).length);
}

/** Where sidecars of a video can be. A video that is itself named `clip.srt` is not its own captions. */
export function sidecarPathsOf(
  path: string,
  kinds: readonly (keyof Sidecars)[] = ['captions', 'thumbnail'],
): string[] {
  const stem = stemOf(path);
  return kinds
    .flatMap((kind) => SUFFIXES[kind].map((suffix) => stem + suffix))
    .filter((one) => one !== path);
}

/** The stem of the video that a file with this name belongs to, or null when it is not the name of a sidecar. */
export function sidecarStemOf(path: string): string | null {
  const suffix = Object.values(SUFFIXES)
    .flat()
    .find((one) => path.endsWith(one));
  return suffix === undefined ? null : path.slice(0, -suffix.length);
}

/** Returns all files but the sidecars of the videos among them. Judges by names alone. */
export function withoutSidecars<T extends { readonly path: string }>(
  files: readonly T[],
): readonly T[] {
  const stems = new Set(
    files.filter(({ path }) => hasVideoName(path)).map(({ path }) => stemOf(path)),
  );
  return files.filter(({ path }) => {
    const stem = hasVideoName(path) ? null : sidecarStemOf(path);
    return stem === null || !stems.has(stem);
  });
}

/** Our limit, not LinkedIn's. A film of three hours has about 200 KB of captions. */
const CAPTIONS_BYTES_MAX = 10_000_000;
const CLOCK = String.raw`\d{2}:[0-5]\d:[0-5]\d,\d{3}`;
/** The timing line of a cue of SubRip. Positions may follow the times. */
const CUE = new RegExp(String.raw`^${CLOCK}[ \t]+-->[ \t]+${CLOCK}(?:\s|$)`, 'm');
const VIDEOS_AT_ONCE = 8;

/** The state that the searches beside all videos of a run share. */
interface SidecarSearch {
  readonly workspace: Workspace;
  readonly run: Run;
  /** All matched files by their `path`. */
  readonly inspected: ReadonlyMap<string, MediaFile>;
  /** The paths of all sidecars that the videos may have. */
  readonly sidecarPaths: ReadonlySet<string>;
}

/**
 * Searches beside every video for its captions (`clip.srt`) and its thumbnail (`clip.thumbnail.png`, `.jpg` or `.jpeg`), whether
 * a pattern matches them or not, and sets `sidecars`. A sidecar that cannot be uploaded becomes the `error` of its video
 * (FILE_SIDECAR). Returns the files in their order, without the sidecars of videos.
 */
export async function attachSidecars(
  files: readonly MediaFile[],
  workspace: Workspace,
  run: Run,
): Promise<MediaFile[]> {
  const videos = files.filter((file) => {
    const { path, error } = file;
    if (error === null || error.code === 'FILE_TYPE') return isVideo(file);
    // Sidecars of a video that cannot be uploaded must not be uploaded without it. Only the name says that it is a video.
    return hasVideoName(path);
  });
  if (videos.length === 0) return files.map(rejectWithoutVideo);
  const sidecarPaths = new Set(videos.flatMap(({ path }) => sidecarPathsOf(path)));
  const inspected = new Map(files.map((file) => [file.path, file]));
  const search = { workspace, run, inspected, sidecarPaths };
  const others = files.filter((file) => !sidecarPaths.has(file.path));
  return mapConcurrent(others, VIDEOS_AT_ONCE, async (file) =>
    isVideo(file) ? attach(file, search) : rejectWithoutVideo(file),
  );
}

/** Rejects a sidecar without a matched video: a thumbnail would be uploaded as an image. A video may be named like a sidecar. */
function rejectWithoutVideo(file: MediaFile): MediaFile {
  const stem = sidecarStemOf(file.path);
  if (stem === null || file.media?.kind === 'video') return file;
  const what = /\.srt$/i.test(file.path) ? 'captions' : 'a thumbnail';
  const text = `is named like ${what}, but its video (such as ${stem}.mp4) is not among the matched files: match the video too, or exclude this file`;
  return { ...file, error: new FileError('FILE_SIDECAR', file.path, text) };
}

function isVideo({ media, error }: MediaFile): boolean {
  return media?.kind === 'video' && error === null;
}

async function attach(video: MediaFile, search: SidecarSearch): Promise<MediaFile> {
  const sidecars: { -readonly [Kind in keyof Sidecars]: Sidecar } = {};
  const errors: ActionError[] = [];
  for (const kind of ['captions', 'thumbnail'] as const) {
    try {
      const found = await findSidecar(video, kind, search);
      const inspect = kind === 'captions' ? inspectCaptions : inspectThumbnail;
      if (found !== null) sidecars[kind] = await inspect(found, search);
    } catch (thrown) {
      errors.push(toActionError(thrown));
    }
  }
  const unused = await captionsNotSent(video, search);
  const [sent] = sidecarPathsOf(video.path, ['captions']);
  const unsent = `has captions that are not sent, ${unused.join(', ')}: those of a video are SubRip text named ${sent}`;
  const noted = unused.length > 0 ? { ...video, warnings: [...video.warnings, unsent] } : video;
  if (errors.length > 0) {
    const text = `is rejected because of its sidecars: ${errors.map(({ message }) => message).join('; ')}`;
    const hint = [...new Set(errors.map((one) => one.hint))].join(' ');
    return { ...noted, error: new FileError('FILE_SIDECAR', video.path, text, { hint }) };
  }
  return Object.keys(sidecars).length > 0 ? { ...noted, sidecars } : noted;
}

/** Captions beside the video that are not sent, because of their name or format. Those that a pattern matches are reported as files. */
async function captionsNotSent(
  { path }: MediaFile,
  { workspace, inspected, sidecarPaths }: SidecarSearch,
): Promise<string[]> {
  const folder = posix.dirname(path);
  const names = await readdir(join(workspace.root, folder)).catch(() => []);
  return names
    .filter(
      (name) => CAPTIONS_NAME.test(name) && name.startsWith(`${stemOf(posix.basename(path))}.`),
    )
    .map((name) => posix.join(folder, name))
    .filter((captions) => !sidecarPaths.has(captions) && !inspected.has(captions))
    .sort();
}

/** The first file with a name of this kind; null without one. @throws FileError if it may not be uploaded */
async function findSidecar(
  video: MediaFile,
  kind: keyof Sidecars,
  { workspace, inspected }: SidecarSearch,
): Promise<Pick<FoundFile, 'path' | 'absolutePath'> | null> {
  for (const path of sidecarPathsOf(video.path, [kind])) {
    // A matched file may have been deleted since: its video must not be uploaded without it.
    const found = (await workspace.fileAt(path, 'FILE_SIDECAR')) ?? inspected.get(path);
    if (found !== undefined) return found;
  }
  return null;
}

/** @throws FileError FILE_SIDECAR when the file is not SubRip text; the errors of `readTextFile` */
export async function inspectCaptions(
  { absolutePath, path }: Pick<FoundFile, 'absolutePath' | 'path'>,
  { run }: Pick<SidecarSearch, 'run'>,
): Promise<Sidecar> {
  const found = { absolutePath, path };
  const { text, sizeBytes, identity } = await readTextFile(found, run.open, CAPTIONS_BYTES_MAX);
  if (!CUE.test(text)) {
    const problem = 'is not SubRip text: it has no line like 00:00:01,000 --> 00:00:04,000';
    throw new FileError('FILE_SIDECAR', path, problem);
  }
  return { ...found, sizeBytes, identity, mediaType: 'application/x-subrip' };
}

/** @throws FileError with the reason why the file cannot be a thumbnail */
async function inspectThumbnail(
  found: Pick<FoundFile, 'path' | 'absolutePath'>,
  { inspected, run }: SidecarSearch,
): Promise<Sidecar> {
  // A thumbnail that matches a pattern is already inspected.
  const image =
    inspected.get(found.path) ?? (await inspectFile(found.absolutePath, found.path, run.open));
  const { path, absolutePath, sizeBytes, identity, media, error } = image;
  if (error !== null) throw error;
  const mediaType = media?.mediaType;
  if (identity === null || (mediaType !== 'image/png' && mediaType !== 'image/jpeg')) {
    throw new FileError(
      'FILE_SIDECAR',
      path,
      `is ${mediaType}, but a thumbnail must be a PNG or JPG`,
    );
  }
  return { path, absolutePath, sizeBytes, identity, mediaType };
}
