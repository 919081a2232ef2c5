// Inspects all matched files: the type of each one, the alternative text of a picture (`hero.alt.txt` beside `hero.png`), the
// sidecars of a video, and digests where a manifest needs them.

import { fileErrorIn, toActionError } from '../errors/action-error.ts';
import { formatNumber } from '../format.ts';
import { mapConcurrent } from '../limiter.ts';
import type { Run } from '../run.ts';
import { digestFile, readTextFile } from './bytes.ts';
import type { FoundFile, Workspace } from './find/workspace.ts';
import { inspectFile } from './inspect-file.ts';
import { ALT_TEXT_MAX } from './limits.ts';
import {
  hasPictureName,
  type Media,
  type MediaFile,
  type Sidecar,
  uninspectedFile,
} from './media-file.ts';
import { attachSidecars, withoutSidecars } from './sidecars.ts';

export interface InspectionOptions {
  /** Where the files beside them are. */
  readonly workspace: Workspace;
  /** Whether captions and thumbnails belong to their videos. Otherwise they are files like all others. */
  readonly sidecars: boolean;
  /** Whether to read the texts beside pictures. A post reads them itself: its keys and the release decide about them. */
  readonly altTexts: boolean;
  /** Whether videos and sidecars need a digest, which costs a read of the whole file. */
  readonly digests: boolean;
}

/** Pictures and documents are read as a whole, up to 200 MB each. */
const FILES_AT_ONCE = 4;
const DIGESTS_AT_ONCE = 2;

/**
 * Returns one MediaFile per file in the same order, without the alternative texts of pictures among them, and with `sidecars` without the
 * captions and thumbnails of videos. Never throws for a file. After the run is aborted, no further file is opened: the reason becomes the
 * `error` of the remaining files.
 */
export async function inspectMedia(
  found: readonly FoundFile[],
  { workspace, sidecars, altTexts, digests }: InspectionOptions,
  run: Run,
): Promise<readonly MediaFile[]> {
  const { signal } = run;
  const inspected = await mapConcurrent(
    found,
    FILES_AT_ONCE,
    async ({ absolutePath, path, error }) => {
      if (error !== undefined) return uninspectedFile(path, error);
      if (signal.aborted) return uninspectedFile(path, toActionError(signal.reason));
      return await inspectFile(absolutePath, path, run.open);
    },
  );
  if (signal.aborted) return filesWithRows(inspected, { sidecars });
  let files = withoutAltTexts(inspected);
  if (altTexts)
    files = await mapConcurrent(files, FILES_AT_ONCE, (file) => withAltText(file, workspace, run));
  if (sidecars) files = await attachSidecars(files, workspace, run);
  return digests
    ? await mapConcurrent(files, DIGESTS_AT_ONCE, (file) => withDigest(file, run))
    : files;
}

/** An aborted run uploads nothing, so it needs no digest. */
async function withDigest(file: MediaFile, run: Run): Promise<MediaFile> {
  const { media, error, sidecars } = file;
  if (media === null || error !== null || media.sha256 !== undefined || run.signal.aborted)
    return file;
  try {
    const digested = { ...file, media: { ...media, sha256: await digestFile(file, run) } };
    if (sidecars === undefined) return digested;
    const entries: [string, Sidecar][] = [];
    for (const [kind, sidecar] of Object.entries(sidecars)) {
      entries.push([kind, { ...sidecar, sha256: await digestFile(sidecar, run) }]);
    }
    return { ...digested, sidecars: Object.fromEntries(entries) };
  } catch (error) {
    return run.signal.aborted ? file : { ...file, error: fileErrorIn(error) };
  }
}

export const ALT_TEXT_SUFFIX = '.alt.txt';

export function isAltTextName(name: string): boolean {
  return name.endsWith(ALT_TEXT_SUFFIX);
}

/** The file next to a picture that holds its alternative text: `media/a.alt.txt` for `media/a.png`. */
export function altTextFileOf(file: string): string {
  return file.replace(/\.[^./]+$/, '') + ALT_TEXT_SUFFIX;
}

/**
 * The files that get a row in the results: all but the alternative texts of pictures among them, and with `sidecars` the captions
 * and thumbnails of videos among them.
 */
export function filesWithRows<T extends { readonly path: string; readonly media?: Media | null }>(
  files: readonly T[],
  { sidecars }: { readonly sidecars: boolean },
): readonly T[] {
  const others = withoutAltTexts(files);
  return sidecars ? withoutSidecars(others) : others;
}

/** All files but the alternative texts of the pictures among them. A file that was not inspected is judged by its name. */
function withoutAltTexts<T extends { readonly path: string; readonly media?: Media | null }>(
  files: readonly T[],
): readonly T[] {
  if (!files.some(({ path }) => isAltTextName(path))) return files;
  const pictures = files.filter(({ path, media }) =>
    media ? media.kind === 'image' : hasPictureName(path),
  );
  const texts = new Set(pictures.map(({ path }) => altTextFileOf(path)));
  return files.filter(({ path }) => !texts.has(path));
}

/** The text of `NAME.alt.txt` beside a picture, without blanks around it; null without one. @throws FileError */
export async function readAltText(
  picture: string,
  workspace: Workspace,
  { open }: Run,
): Promise<string | null> {
  const found = await workspace.fileAt(altTextFileOf(picture), 'POST_MEDIA');
  // A checkout on Windows may have CR LF.
  return found && (await readTextFile(found, open)).text.replace(/\r\n?/g, '\n').trim();
}

/** Sets `altText` of a picture that has a text beside it. An unusable text becomes a warning. */
async function withAltText(file: MediaFile, workspace: Workspace, run: Run): Promise<MediaFile> {
  if (file.media?.kind !== 'image') return file;
  const path = altTextFileOf(file.path);
  const warn = (text: string) => ({ ...file, warnings: [...file.warnings, text] });
  try {
    const altText = await readAltText(file.path, workspace, run);
    if (altText === null) return file;
    if (altText === '') return warn(`has an alternative text, ${path}, which is empty`);
    if (altText.length > ALT_TEXT_MAX)
      return warn(
        `has an alternative text, ${path}, of more than ${formatNumber(ALT_TEXT_MAX)} characters, which LinkedIn does not accept`,
      );
    return { ...file, altText };
  } catch (thrown) {
    return warn(`has an alternative text that cannot be used: ${toActionError(thrown).message}`);
  }
}
