// Third stage on the disk, when it is asked for: what lies beside a video goes along with it, and not by itself.
// Knows names and whose file is whose; what the files hold is examined elsewhere.

import { join } from 'node:path';
import { asActionError, FileError } from '../errors.ts';
import type { Open } from './bytes.ts';
import { inspectCaptions } from './captions.ts';
import { mapInOrder } from './in-order.ts';
import { inspectFile } from './inspect.ts';
import { LEFT_OUT_REASONS } from './left-out.ts';
import { judgeLimits } from './limits.ts';
import type { MediaFile, Sidecar, Sidecars } from './media-file.ts';
import { indexSidecars, type SidecarIndex } from './sidecar-index.ts';
import { hasVideoName, pathsBeside, sidecarStemOf } from './sidecar-names.ts';
import { type FoundFile, openWorkspace, type Workspace, type WorkspaceOptions } from './workspace.ts';

const VIDEOS_AT_ONCE = 8;

interface SidecarOptions extends WorkspaceOptions {
  /** Files that lie in no folder of the workspace, but beside each other. */
  readonly released?: readonly FoundFile[];
  /** How files are opened; as the system does, where nothing else is said. */
  readonly open?: Open | undefined;
}

/** What the search beside all videos of a run shares. */
interface Surroundings {
  readonly workspace: Workspace;
  readonly released: ReadonlyMap<string, FoundFile>;
  /** Every inspected file by its `path`. */
  readonly rows: ReadonlyMap<string, MediaFile>;
  readonly open: Open | undefined;
  readonly isListed: SidecarIndex;
}

/** The captions or the thumbnail of one video. */
interface Beside {
  readonly sidecars: Sidecars;
  /** Why it cannot go along: a sentence about the sidecar. */
  readonly flaw: string | null;
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
  const around = await openSurroundings(files, options);
  // The sidecars of a video that cannot be sent, as far as its name tells, must not go out without it either.
  const isLostVideo = ({ path, fault }: MediaFile) =>
    fault !== null && fault.code !== 'FILE_TYPE' && hasVideoName(path);
  const videos = files.filter((file) => isVideo(file) || isLostVideo(file));
  const theirs = new Set(videos.flatMap(({ path }) => pathsBeside(path)));
  const others = files.filter((file) => !theirs.has(file.path));
  return mapInOrder(others, VIDEOS_AT_ONCE, async (file) =>
    isVideo(file) ? attach(file, around) : refuseAlone(file),
  );
}

/**
 * What is named as a sidecar and has no video among the matched files is refused: a thumbnail would become a picture of its
 * own. A video that is named so goes as what it is.
 */
function refuseAlone(file: MediaFile): MediaFile {
  const stem = sidecarStemOf(file.path);
  if (stem === null || file.media?.kind === 'video') return file;
  const what = file.path.endsWith('.srt') ? 'captions' : 'a thumbnail';
  const text = `${file.path} is ${what} by its name, but its video (${stem}.mp4, say) is not there to go with: match it too, or exclude this file`;
  return { ...file, fault: new FileError('FILE_SIDECAR', text) };
}

async function openSurroundings(files: readonly MediaFile[], options: SidecarOptions): Promise<Surroundings> {
  const workspace = await openWorkspace(options);
  const released = new Map(options.released?.map((file) => [file.path, file]));
  const isListed = indexSidecars(workspace.root, released.keys());
  const rows = new Map(files.map((file) => [file.path, file]));
  return { workspace, released, rows, open: options.open, isListed };
}

function isVideo({ media, fault }: MediaFile): boolean {
  return media?.kind === 'video' && fault === null;
}

async function attach(video: MediaFile, around: Surroundings): Promise<MediaFile> {
  const [captions, thumbnail] = await Promise.all([
    lookFor('captions', video, around),
    lookFor('thumbnail', video, around),
  ]);
  const warnings = [...captions.warnings, ...thumbnail.warnings];
  const told = { ...video, warnings: [...video.warnings, ...warnings] };
  const flaws = [captions.flaw, thumbnail.flaw].filter((flaw) => flaw !== null);
  if (flaws.length > 0) {
    const text = `${video.path} is refused for what lies beside it: ${flaws.join('; ')}`;
    return { ...told, fault: new FileError('FILE_SIDECAR', text) };
  }
  const sidecars = { ...captions.sidecars, ...thumbnail.sidecars };
  if (Object.keys(sidecars).length > 0) return { ...told, sidecars };
  return warnings.length > 0 ? told : { ...told, soughtInVain: pathsBeside(video.path) };
}

/** Never throws: what is wrong becomes a flaw. */
async function lookFor(kind: keyof Sidecars, video: MediaFile, around: Surroundings): Promise<Beside> {
  const warnings: string[] = [];
  try {
    const found = await firstAllowed(pathsBeside(video.path, [kind]), around, warnings);
    if (found === null) return { sidecars: {}, flaw: null, warnings };
    if (kind === 'captions') {
      return { sidecars: { captions: await inspectCaptions(found, around.open) }, flaw: null, warnings };
    }
    // What the patterns matched too was inspected already.
    const picture =
      around.rows.get(found.path) ?? (await inspectFile(found.absolutePath, found.path, around.open));
    warnings.push(...picture.warnings.map((text) => `has a thumbnail, ${picture.path}, which ${text}`));
    return { sidecars: { thumbnail: asThumbnail(picture) }, flaw: null, warnings };
  } catch (thrown) {
    const { code, message, hint } = asActionError(thrown);
    // The hint of the video's own fault does not mention Git LFS.
    const flaw = code === 'FILE_LFS_POINTER' ? `${message} (${hint})` : message;
    return { sidecars: {}, flaw, warnings };
  }
}

/** The first of `paths` that may be sent. Tells `warnings` what is left out, and why; throws FileError FILE_UNREADABLE. */
async function firstAllowed(
  paths: readonly string[],
  around: Surroundings,
  warnings: string[],
): Promise<FoundFile | null> {
  let taken: FoundFile | null = null;
  for (const path of paths) {
    if (!(await isThere(path, around))) continue;
    const verdict: FoundFile | string = taken === null ? await judge(path, around) : `${taken.path} is taken`;
    if (typeof verdict === 'string') warnings.push(`goes without ${path}: ${verdict}`);
    else taken = verdict;
  }
  return taken;
}

/** A file that was matched and has gone since counts: its video must not go out without it. */
async function isThere(path: string, { rows, isListed }: Surroundings): Promise<boolean> {
  if (rows.has(path)) return true;
  return isListed(path).catch((cause: NodeJS.ErrnoException) => {
    throw new FileError('FILE_UNREADABLE', `the folder of ${path} cannot be read (${cause.code})`, { cause });
  });
}

/** The file, or why it is left out. */
async function judge(path: string, { workspace, released }: Surroundings): Promise<FoundFile | string> {
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
function asThumbnail({ path, absolutePath, sizeBytes, identity, media, fault }: MediaFile): Sidecar {
  const flaw = fault ?? (media === null ? null : judgeLimits(path, media));
  if (flaw !== null) throw flaw;
  const mediaType = media?.mediaType;
  if (identity === null || (mediaType !== 'image/png' && mediaType !== 'image/jpeg')) {
    throw new FileError('FILE_SIDECAR', `${path} is ${mediaType}, where a thumbnail is a PNG or JPG`);
  }
  return { path, absolutePath, sizeBytes, identity, mediaType };
}
