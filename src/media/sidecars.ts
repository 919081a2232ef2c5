// Third stage on the disk, when it is asked for: what lies beside a video goes along with it, and not by itself.
// Knows names and whose file is whose; what the files hold is examined elsewhere.

import { join } from 'node:path';
import { asActionError, FileError } from '../errors.ts';
import type { Open } from './bytes.ts';
import { inspectCaptions } from './captions.ts';
import { inspectFile } from './inspect.ts';
import { LEFT_OUT_REASONS } from './left-out.ts';
import { checkLimits } from './limits.ts';
import { mapConcurrent } from './map-concurrent.ts';
import type { MediaFile, Sidecar, Sidecars } from './media-file.ts';
import { indexSidecars, type SidecarIndex } from './sidecar-index.ts';
import { hasVideoName, sidecarPathsOf, sidecarStemOf } from './sidecar-names.ts';
import { type FoundFile, openWorkspace, type Workspace, type WorkspaceOptions } from './workspace.ts';

const VIDEOS_AT_ONCE = 8;

interface SidecarOptions extends WorkspaceOptions {
  /** Files that lie in no folder of the workspace, but beside each other. */
  readonly released?: readonly FoundFile[];
  /** How files are opened; as the system does, where nothing else is said. */
  readonly open?: Open | undefined;
}

/** What the search beside all videos of a run shares. */
interface SidecarSearch {
  readonly workspace: Workspace;
  readonly released: ReadonlyMap<string, FoundFile>;
  /** Every inspected file by its `path`. */
  readonly inspected: ReadonlyMap<string, MediaFile>;
  readonly open: Open | undefined;
  readonly isListed: SidecarIndex;
}

/** The captions or the thumbnail of one video. */
interface SidecarResult {
  readonly sidecar: Sidecar | null;
  /** Why it cannot go along: a sentence about the sidecar. */
  readonly invalidReason: string | null;
  /** Sentences about the video. */
  readonly warnings: readonly string[];
}

/**
 * Looks beside every video for its captions (`clip.srt`) and its thumbnail (`clip.thumbnail.png`, `.jpg` or `.jpeg`),
 * matched or not, and sets `sidecars`. A sidecar that is not what its name says becomes the video's `fault`
 * (FILE_SIDECAR); one that may not be sent, a warning. Resolves with the files in their order, without those that
 * are a video's sidecars. Throws InputError on `files` when the workspace itself cannot be reached.
 */
export async function attachSidecars(
  files: readonly MediaFile[],
  options: SidecarOptions,
): Promise<MediaFile[]> {
  const search = await openSearch(files, options);
  // The sidecars of a video that cannot be sent, as far as its name tells, must not go out without it either.
  const isLostVideo = ({ path, fault }: MediaFile) =>
    fault !== null && fault.code !== 'FILE_TYPE' && hasVideoName(path);
  const videos = files.filter((file) => isVideo(file) || isLostVideo(file));
  const sidecarPaths = new Set(videos.flatMap(({ path }) => sidecarPathsOf(path)));
  const others = files.filter((file) => !sidecarPaths.has(file.path));
  return mapConcurrent(others, VIDEOS_AT_ONCE, async (file) =>
    isVideo(file) ? attach(file, search) : rejectWithoutVideo(file),
  );
}

/**
 * What is named as a sidecar and has no video among the matched files is refused: a thumbnail would become a post of its
 * own. A video that is named so goes as what it is.
 */
function rejectWithoutVideo(file: MediaFile): MediaFile {
  const stem = sidecarStemOf(file.path);
  if (stem === null || file.media?.kind === 'video') return file;
  const what = file.path.endsWith('.srt') ? 'captions' : 'a thumbnail';
  const text = `${file.path} is ${what} by its name, but its video (${stem}.mp4, say) is not there to go with: match it too, or exclude this file`;
  return { ...file, fault: new FileError('FILE_SIDECAR', text) };
}

async function openSearch(files: readonly MediaFile[], options: SidecarOptions): Promise<SidecarSearch> {
  const workspace = await openWorkspace(options);
  const released = new Map(options.released?.map((file) => [file.path, file]));
  const isListed = indexSidecars(workspace.root, released.keys());
  const inspected = new Map(files.map((file) => [file.path, file]));
  return { workspace, released, inspected, open: options.open, isListed };
}

function isVideo({ media, fault }: MediaFile): boolean {
  return media?.kind === 'video' && fault === null;
}

async function attach(video: MediaFile, search: SidecarSearch): Promise<MediaFile> {
  const [captions, thumbnail] = await Promise.all([
    findSidecar('captions', video, search),
    findSidecar('thumbnail', video, search),
  ]);
  const warnings = [...captions.warnings, ...thumbnail.warnings];
  const withWarnings = { ...video, warnings: [...video.warnings, ...warnings] };
  const reasons = [captions.invalidReason, thumbnail.invalidReason].filter((reason) => reason !== null);
  if (reasons.length > 0) {
    const text = `${video.path} is refused for what lies beside it: ${reasons.join('; ')}`;
    return { ...withWarnings, fault: new FileError('FILE_SIDECAR', text) };
  }
  if (captions.sidecar !== null || thumbnail.sidecar !== null) {
    const sidecars: Sidecars = {
      ...(captions.sidecar && { captions: captions.sidecar }),
      ...(thumbnail.sidecar && { thumbnail: thumbnail.sidecar }),
    };
    return { ...withWarnings, sidecars };
  }
  if (warnings.length > 0) return withWarnings;
  return { ...withWarnings, missingSidecars: sidecarPathsOf(video.path) };
}

/** Never throws: what is wrong becomes an invalid reason. */
async function findSidecar(
  kind: keyof Sidecars,
  video: MediaFile,
  search: SidecarSearch,
): Promise<SidecarResult> {
  const warnings: string[] = [];
  try {
    const found = await chooseSidecar(sidecarPathsOf(video.path, [kind]), search, warnings);
    if (found === null) return { sidecar: null, invalidReason: null, warnings };
    const { path, absolutePath } = found;
    if (kind === 'captions') {
      return { sidecar: await inspectCaptions(found, search.open), invalidReason: null, warnings };
    }
    // A thumbnail that the patterns match is inspected already.
    const image = search.inspected.get(path) ?? (await inspectFile(absolutePath, path, search.open));
    warnings.push(...image.warnings.map((text) => `has a thumbnail, ${path}, which ${text}`));
    return { sidecar: toThumbnail(image), invalidReason: null, warnings };
  } catch (thrown) {
    const { code, message, hint } = asActionError(thrown);
    // The hint of the video's own fault does not mention Git LFS.
    const invalidReason = code === 'FILE_LFS_POINTER' ? `${message} (${hint})` : message;
    return { sidecar: null, invalidReason, warnings };
  }
}

/** The first of `paths` that may be sent. Tells `warnings` what is left out, and why; throws FileError FILE_UNREADABLE. */
async function chooseSidecar(
  paths: readonly string[],
  search: SidecarSearch,
  warnings: string[],
): Promise<FoundFile | null> {
  let taken: FoundFile | null = null;
  for (const path of paths) {
    if (!(await exists(path, search))) continue;
    const verdict: FoundFile | string =
      taken === null ? await resolveFile(path, search) : `${taken.path} is taken`;
    if (typeof verdict === 'string') warnings.push(`goes without ${path}: ${verdict}`);
    else taken = verdict;
  }
  return taken;
}

/** A file that was matched and has gone since counts: its video must not go out without it. */
async function exists(path: string, { inspected, isListed }: SidecarSearch): Promise<boolean> {
  if (inspected.has(path)) return true;
  return isListed(path).catch((cause: NodeJS.ErrnoException) => {
    throw new FileError('FILE_UNREADABLE', `the folder of ${path} cannot be read (${cause.code})`, { cause });
  });
}

/** The file, or why it is left out. */
async function resolveFile(
  path: string,
  { workspace, released }: SidecarSearch,
): Promise<FoundFile | string> {
  const place = join(workspace.root, path);
  const judged = released.get(path) ?? (await workspace.judge({ path: place, place }));
  if (judged !== null && !('rule' in judged)) {
    if (judged.fault !== undefined) throw judged.fault;
    return judged;
  }
  // A directory, of which the workspace says nothing, is as little a sidecar as a FIFO.
  const rule = judged?.rule ?? 'not-a-file';
  if (rule === 'not-a-file') throw new FileError('FILE_UNREADABLE', `${path} is ${LEFT_OUT_REASONS[rule]}`);
  return `it is ${LEFT_OUT_REASONS[rule]}`;
}

/** Throws FileError with the reason why the file is no thumbnail. */
function toThumbnail({ path, absolutePath, sizeBytes, identity, media, fault }: MediaFile): Sidecar {
  const error = fault ?? (media === null ? null : checkLimits(path, media));
  if (error !== null) throw error;
  const mediaType = media?.mediaType;
  if (identity === null || (mediaType !== 'image/png' && mediaType !== 'image/jpeg')) {
    throw new FileError('FILE_SIDECAR', `${path} is ${mediaType}, where a thumbnail is a PNG or JPG`);
  }
  return { path, absolutePath, sizeBytes, identity, mediaType };
}
