// Alternative texts of pictures: `hero.alt.txt` beside `hero.png`. Reads each folder once.

import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { toActionError } from '../errors.ts';
import { formatNumber } from '../format.ts';
import type { Open } from './bytes.ts';
import { mapConcurrent } from './map-concurrent.ts';
import type { MediaFile } from './media-file.ts';
import { readTextFile } from './read-text.ts';

/** https://learn.microsoft.com/linkedin/marketing/community-management/shares/post-api-schema (read 2026-11-26) */
export const ALT_TEXT_MAX = 4086;

export const ALT_TEXT_SUFFIX = '.alt.txt';

/** The file next to a picture that holds its alternative text: `media/a.alt.txt` for `media/a.png`. */
export function altTextFileOf(file: string): string {
  return file.replace(/\.[^./]+$/, '') + ALT_TEXT_SUFFIX;
}

const FILES_AT_ONCE = 8;

/**
 * Sets `altText` of each picture that has a text beside it. A text that cannot be used becomes a warning. Returns the files
 * in their order, without the texts of pictures among them.
 */
export async function attachAltTexts(files: readonly MediaFile[], open?: Open): Promise<MediaFile[]> {
  const folders = new Map<string, Promise<ReadonlySet<string>>>();
  const namesIn = (folder: string) => {
    const names =
      folders.get(folder) ??
      readdir(folder).then(
        (all) => new Set(all.filter((name) => name.endsWith(ALT_TEXT_SUFFIX))),
        () => new Set<string>(),
      );
    folders.set(folder, names);
    return names;
  };
  const texts = new Set(files.filter(isPicture).map(({ path }) => altTextFileOf(path)));
  const others = files.filter(({ path }) => !texts.has(path));
  return await mapConcurrent(others, FILES_AT_ONCE, async (file) => {
    if (!isPicture(file)) return file;
    const folder = dirname(file.absolutePath);
    const name = basename(altTextFileOf(file.path));
    return (await namesIn(folder)).has(name) ? await withAltText(file, join(folder, name), open) : file;
  });
}

function isPicture({ media, error }: MediaFile): boolean {
  return media?.kind === 'image' && error === null;
}

async function withAltText(file: MediaFile, absolutePath: string, open?: Open): Promise<MediaFile> {
  const path = altTextFileOf(file.path);
  const warn = (text: string) => ({ ...file, warnings: [...file.warnings, text] });
  try {
    const altText = (await readTextFile({ absolutePath, path, sizeBytes: 0 }, open)).trim();
    if (altText === '') return warn(`has an alternative text, ${path}, which is empty`);
    if (altText.length > ALT_TEXT_MAX)
      return warn(
        `has an alternative text, ${path}, of more than ${formatNumber(ALT_TEXT_MAX)} characters, which LinkedIn does not accept`,
      );
    return { ...file, altText };
  } catch (error) {
    return warn(`has an alternative text that cannot be used: ${toActionError(error).message}`);
  }
}
