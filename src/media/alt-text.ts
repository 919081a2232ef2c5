// Alternative texts of pictures: `hero.alt.txt` beside `hero.png`. Reads each folder once.

import { basename, dirname, join } from 'node:path';
import { toActionError } from '../errors.ts';
import { formatNumber } from '../format.ts';
import { mapConcurrent } from '../limiter.ts';
import { type Open, readTextFile } from './bytes.ts';
import { type FoundFile, fileIndex } from './find/workspace.ts';
import { hasPictureName, type MediaFile } from './media-file.ts';

/** https://learn.microsoft.com/linkedin/marketing/community-management/shares/post-api-schema (read 2026-11-26) */
export const ALT_TEXT_MAX = 4086;

export const ALT_TEXT_SUFFIX = '.alt.txt';

/** The file next to a picture that holds its alternative text: `media/a.alt.txt` for `media/a.png`. */
export function altTextFileOf(file: string): string {
  return file.replace(/\.[^./]+$/, '') + ALT_TEXT_SUFFIX;
}

const FILES_AT_ONCE = 8;

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
  const pictures = files.filter(
    (file) => isPicture(file) || (file.error !== null && hasPictureName(file.path)),
  );
  const texts = new Set(pictures.map(({ path }) => altTextFileOf(path)));
  const others = files.filter(({ path }) => !texts.has(path));
  return await mapConcurrent(others, FILES_AT_ONCE, async (file) => {
    if (!isPicture(file)) return file;
    const name = altTextFileOf(file.path);
    let text: TextFile | undefined = assets.get(name);
    if (!assets.has(file.path)) {
      const absolutePath = join(dirname(file.absolutePath), basename(name));
      if (await isThere(absolutePath).catch(() => false)) text = { absolutePath };
    }
    return text === undefined ? file : await withAltText(file, text, open);
  });
}

function isPicture({ media, error }: MediaFile): boolean {
  return media?.kind === 'image' && error === null;
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
