// Inspects all matched files: the type of each one, the alternative text of a picture (`hero.alt.txt` beside `hero.png`), the
// sidecars of a video, and digests where a manifest needs them.

import { readdir } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileErrorIn, toActionError } from '../errors/action-error.ts';
import { formatNumber } from '../format.ts';
import { mapConcurrent } from '../limiter.ts';
import type { Open } from '../run.ts';
import { digestFile, readTextFile } from './bytes.ts';
import type { FoundFile, Workspace } from './find/workspace.ts';
import { inspectFile } from './inspect-file.ts';
import { ALT_TEXT_MAX } from './limits.ts';
import { hasPictureName, type Media, type MediaFile, type Sidecar, uninspectedFile } from './media-file.ts';
import { attachSidecars, withoutSidecars } from './sidecars.ts';

interface InspectionOptions {
  /** Where to search for the captions and thumbnails of videos. Null: they are files like all others. */
  readonly sidecars: Workspace | null;
  /** Whether to read the texts beside pictures. A post reads them itself: its keys and the release decide about them. */
  readonly altTexts: boolean;
  /** Files of a release, matched or not. They are outside the workspace. */
  readonly released: readonly FoundFile[];
  /** Whether videos and sidecars need a digest, which costs a read of the whole file. */
  readonly digests: boolean;
  readonly open?: Open | undefined;
  /** Aborts inspection. Its reason becomes the `error` of the remaining files. */
  readonly signal: AbortSignal;
}

/** Pictures and documents are read as a whole, up to 200 MB each. */
const FILES_AT_ONCE = 4;
const DIGESTS_AT_ONCE = 2;

/**
 * Returns one MediaFile per file in the same order, without the sidecars and alternative texts that it looked for. Never throws for
 * a file. After `signal` aborts, no further file is opened.
 */
export async function inspectMedia(
  found: readonly FoundFile[],
  { sidecars, altTexts, released, digests, open, signal }: InspectionOptions,
): Promise<MediaFile[]> {
  const inspected = await mapConcurrent(found, FILES_AT_ONCE, async ({ absolutePath, path, error }) => {
    if (error !== undefined) return uninspectedFile(path, error);
    if (signal.aborted) return uninspectedFile(path, toActionError(signal.reason));
    return await inspectFile(absolutePath, path, open);
  });
  if (signal.aborted) return [...filesWithRows(inspected, { sidecars: sidecars !== null })];
  const described = altTexts ? await attachAltTexts(inspected, { open, released }) : inspected;
  const files = sidecars
    ? await attachSidecars(described, { workspace: sidecars, released, open })
    : described;
  if (!digests) return files;
  return await mapConcurrent(files, DIGESTS_AT_ONCE, (file) => withDigest(file, { open, signal }));
}

interface ReadOptions {
  readonly open: Open | undefined;
  readonly signal: AbortSignal;
}

/** An aborted run uploads nothing, so it needs no digest. */
async function withDigest(file: MediaFile, options: ReadOptions): Promise<MediaFile> {
  const { media, error, sidecars } = file;
  const { signal } = options;
  if (media === null || error !== null || media.sha256 !== undefined || signal.aborted) return file;
  try {
    const digested = { ...file, media: { ...media, sha256: await digestFile(file, options) } };
    if (sidecars === undefined) return digested;
    const entries: [string, Sidecar][] = [];
    for (const [kind, sidecar] of Object.entries(sidecars)) {
      entries.push([kind, { ...sidecar, sha256: await digestFile(sidecar, options) }]);
    }
    return { ...digested, sidecars: Object.fromEntries(entries) };
  } catch (error) {
    return signal.aborted ? file : { ...file, error: fileErrorIn(error) };
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
  const pictures = files.filter(({ path, media }) => (media ? media.kind === 'image' : hasPictureName(path)));
  const texts = new Set(pictures.map(({ path }) => altTextFileOf(path)));
  return files.filter(({ path }) => !texts.has(path));
}

/**
 * Sets `altText` of each picture that has a text beside it; that of a released picture is released, too. An unusable text becomes
 * a warning. Returns the files in their order, without the texts of pictures among them, even of those that cannot be uploaded.
 */
async function attachAltTexts(
  files: readonly MediaFile[],
  { open, released }: Pick<InspectionOptions, 'open' | 'released'>,
): Promise<MediaFile[]> {
  const assets = new Map(released.map((file) => [file.path, file]));
  return await mapConcurrent(withoutAltTexts(files), FILES_AT_ONCE, async (file) => {
    if (file.error !== null || file.media?.kind !== 'image') return file;
    const path = altTextFileOf(file.path);
    const beside = { path, absolutePath: join(dirname(file.absolutePath), posix.basename(path)) };
    const found = assets.has(file.path) ? assets.get(path) : beside;
    return found === undefined ? file : await withAltText(file, found, open);
  });
}

/** The text of a file beside a picture, without blanks around it. @throws FileError */
async function readAltText(
  found: Pick<FoundFile, 'path' | 'absolutePath' | 'error'>,
  open: Open | undefined,
): Promise<string> {
  if (found.error !== undefined) throw found.error;
  return (await readTextFile(found, open)).text.trim();
}

interface AltTextPlaces {
  readonly workspace: Workspace;
  readonly released: ReadonlyMap<string, FoundFile>;
  readonly open: Open | undefined;
}

/**
 * The alternative text in a file of exactly this name, also on a disk that ignores letter case or the Unicode form: no approval covers
 * a file of another name. Empty without one. @throws FileError
 */
export async function readNamedAltText(
  path: string,
  { workspace, released, open }: AltTextPlaces,
): Promise<string> {
  const names: string[] = await readdir(join(workspace.root, posix.dirname(path))).catch(() => []);
  const isThere = names.includes(posix.basename(path));
  const found = released.get(path) ?? (isThere ? await workspace.fileAt(path, 'POST_MEDIA') : null);
  return found === null ? '' : await readAltText(found, open);
}

async function withAltText(
  file: MediaFile,
  found: Pick<FoundFile, 'path' | 'absolutePath' | 'error'>,
  open?: Open,
): Promise<MediaFile> {
  const { path } = found;
  const warn = (text: string) => ({ ...file, warnings: [...file.warnings, text] });
  try {
    const altText = await readAltText(found, open);
    if (altText === '') return warn(`has an alternative text, ${path}, which is empty`);
    if (altText.length > ALT_TEXT_MAX)
      return warn(
        `has an alternative text, ${path}, of more than ${formatNumber(ALT_TEXT_MAX)} characters, which LinkedIn does not accept`,
      );
    return { ...file, altText };
  } catch (thrown) {
    const { cause, message } = toActionError(thrown);
    const isMissing = (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
    return isMissing ? file : warn(`has an alternative text that cannot be used: ${message}`);
  }
}
