// Inspects all matched files: the type of each one, the alternative text of a picture (`hero.alt.txt` beside `hero.png`), the
// sidecars of a video, and digests where a manifest needs them.

import { basename, dirname, join } from 'node:path';
import { FileError, toActionError } from '../errors.ts';
import { formatNumber } from '../format.ts';
import { mapConcurrent } from '../limiter.ts';
import { type Open, readTextFile } from './bytes.ts';
import { digestFile } from './digest.ts';
import { type FoundFile, fileIndex, type WorkspaceOptions } from './find/workspace.ts';
import { inspectFile } from './inspect-file.ts';
import { ALT_TEXT_MAX } from './limits.ts';
import { hasPictureName, type MediaFile, type Sidecar, uninspectedFile } from './media-file.ts';
import { attachSidecars, withoutSidecars } from './sidecars.ts';

interface InspectionOptions {
  /** Where to search for the captions and thumbnails of videos. Null: they are files like all others. */
  readonly sidecars: WorkspaceOptions | null;
  /** Whether to read the texts beside pictures. A post reads them itself: its keys and the release decide about them. */
  readonly altTexts: boolean;
  /** Files of a release, matched or not. They are outside the workspace. */
  readonly released: readonly FoundFile[];
  /** Whether videos and sidecars need a digest, which costs a read of the whole file. */
  readonly digests: boolean;
  /** How to open files. The default is the open of the system. */
  readonly open?: Open;
  /** Aborts inspection. Its reason becomes the `error` of the remaining files. */
  readonly signal: AbortSignal;
}

const FILES_AT_ONCE = 8;
const DIGESTS_AT_ONCE = 2;

/** Returns one MediaFile per file in the same order, without sidecars. Never throws for a file. */
export async function inspectMedia(
  found: readonly FoundFile[],
  { sidecars, altTexts, released, digests, open, signal }: InspectionOptions,
): Promise<MediaFile[]> {
  const inspected = await inspectFiles(found, { open, signal });
  if (signal.aborted) return [...filesWithRows(inspected, { sidecars: sidecars !== null })];
  const described = altTexts ? await attachAltTexts(inspected, { open, released }) : inspected;
  const files = sidecars ? await attachSidecars(described, { ...sidecars, released, open }) : described;
  if (!digests) return files;
  return await mapConcurrent(files, DIGESTS_AT_ONCE, (file) => withDigest(file, { open, signal }));
}

/**
 * Inspects eight files at a time. Returns one MediaFile per file in the same order. Never throws for a file. After
 * `signal` aborts, no further file is opened: its reason becomes their `error`.
 */
export function inspectFiles(
  files: readonly FoundFile[],
  { open, signal }: Partial<ReadOptions> = {},
): Promise<MediaFile[]> {
  return mapConcurrent(files, FILES_AT_ONCE, async ({ absolutePath, path, error }) => {
    if (error !== undefined) return uninspectedFile(path, error);
    if (signal?.aborted) return uninspectedFile(path, toActionError(signal.reason));
    return await inspectFile(absolutePath, path, open);
  });
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
    if (error instanceof FileError) return { ...file, error };
    if (signal.aborted) return file;
    throw error;
  }
}

export const ALT_TEXT_SUFFIX = '.alt.txt';

/** The file next to a picture that holds its alternative text: `media/a.alt.txt` for `media/a.png`. */
export function altTextFileOf(file: string): string {
  return file.replace(/\.[^./]+$/, '') + ALT_TEXT_SUFFIX;
}

/**
 * The files that get a row in the results, by name alone: all but the alternative texts of pictures among them, and with
 * `sidecars` the captions and thumbnails of videos among them.
 */
export function filesWithRows<T extends { readonly path: string }>(
  files: readonly T[],
  { sidecars }: { readonly sidecars: boolean },
): readonly T[] {
  const hasTexts = files.some(({ path }) => path.endsWith(ALT_TEXT_SUFFIX));
  const others = hasTexts ? withoutAltTexts(files, ({ path }) => hasPictureName(path)) : files;
  return sidecars ? withoutSidecars(others) : others;
}

/** All files but the alternative texts of the pictures among them. */
function withoutAltTexts<T extends { readonly path: string }>(
  files: readonly T[],
  isPicture: (file: T) => boolean,
): readonly T[] {
  const texts = new Set(files.filter(isPicture).map(({ path }) => altTextFileOf(path)));
  return files.filter(({ path }) => !texts.has(path));
}

interface AltTextOptions {
  readonly open?: Open | undefined;
  /** Files of a release: the text of a picture among them is one of them, too. */
  readonly released?: readonly FoundFile[];
}

type TextFile = Pick<FoundFile, 'absolutePath' | 'error'>;

/**
 * Sets `altText` of each picture that has a text beside it. A text that cannot be used becomes a warning. Returns the files
 * in their order, without the texts of pictures among them, also of those that cannot be uploaded.
 */
export async function attachAltTexts(
  files: readonly MediaFile[],
  { open, released = [] }: AltTextOptions = {},
): Promise<MediaFile[]> {
  const isThere = fileIndex((name) => name.endsWith(ALT_TEXT_SUFFIX));
  const assets = new Map(released.map((file) => [file.path, file]));
  const textOf = async ({ path, absolutePath }: MediaFile): Promise<TextFile | undefined> => {
    const name = altTextFileOf(path);
    if (assets.has(path)) return assets.get(name);
    const beside = join(dirname(absolutePath), basename(name));
    return (await isThere(beside).catch(() => false)) ? { absolutePath: beside } : undefined;
  };
  const others = withoutAltTexts(files, ({ path, media, error }) =>
    error === null ? media?.kind === 'image' : hasPictureName(path),
  );
  return await mapConcurrent(others, FILES_AT_ONCE, async (file) => {
    const isPicture = file.error === null && file.media?.kind === 'image';
    const text = isPicture ? await textOf(file) : undefined;
    return text === undefined ? file : await withAltText(file, text, open);
  });
}

async function withAltText(
  file: MediaFile,
  { absolutePath, error }: TextFile,
  open?: Open,
): Promise<MediaFile> {
  const path = altTextFileOf(file.path);
  const warn = (text: string) => ({ ...file, warnings: [...file.warnings, text] });
  try {
    if (error !== undefined) throw error;
    const altText = (await readTextFile({ absolutePath, path, sizeBytes: 0 }, open)).trim();
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
