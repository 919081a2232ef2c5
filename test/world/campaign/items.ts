// The files of a schedule: media to upload, or posts with their media. No two have the same bytes unless one is a copy.

import { pdf } from '../../support/documents.ts';
import { mp4, png } from '../../support/media.ts';
import type { Form, Item, Schedule } from './schedule.ts';

const EXTENSIONS: Record<Form, string> = {
  picture: 'png',
  video: 'mp4',
  'large video': 'mp4',
  document: 'pdf',
};

/** `number` makes the bytes different from those of all other files. */
function bytesOf(form: Form, number: number): Uint8Array {
  switch (form) {
    case 'picture':
      return png({ width: 10 + number, height: 7 });
    case 'video':
      return mp4({ dataBytes: 80_000 + number });
    // In parts with both APIs.
    case 'large video':
      return mp4({ dataBytes: 1_000_000 + number });
    case 'document':
      return pdf({ pages: 1 + number });
  }
}

/** By path, in the order of the rows of a run. */
export function mediaOf({ items }: Schedule, count = items.length): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const [index, item] of items.slice(0, count).entries()) {
    const source = sourceOf(items, index);
    files.set(
      `media/${index}.${EXTENSIONS[items[source]?.form ?? item.form]}`,
      bytesOf(items[source]?.form ?? item.form, source),
    );
  }
  return files;
}

/** A copy has the bytes of the item before, which may be a copy itself. */
function sourceOf(items: readonly Item[], index: number): number {
  return index > 0 && items[index]?.isCopy === true ? sourceOf(items, index - 1) : index;
}

/** Post files and their media. */
export function postsOf({ items }: Schedule, count = items.length): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  for (const [index, item] of items.slice(0, count).entries()) {
    // LinkedIn takes several pictures, but only one video or document.
    const { form } = item;
    const media = Array.from(
      { length: form === 'picture' ? item.media : Math.min(1, item.media) },
      (_, place) => {
        const path = `media/${index}-${place}.${EXTENSIONS[form]}`;
        files.set(path, bytesOf(form, 10 * index + place));
        return path;
      },
    );
    files.set(`posts/${index}.md`, postFile(index, item, media));
  }
  return files;
}

function postFile(index: number, { form, hasComment }: Item, media: readonly string[]): string {
  const lines = [
    ...(media.length > 0 ? ['media:', ...media.map((path) => `  - ${path}`)] : []),
    ...(media.length > 0 && form !== 'picture' ? [`title: Title ${index}`] : []),
    ...(hasComment ? [`comment: ${commentOf(index)}`] : []),
  ];
  return ['---', ...lines, '---', textOf(index), ''].join('\n');
}

export function textOf(index: number): string {
  return `Post number ${index} in full`;
}

export function commentOf(index: number): string {
  return `Comment number ${index} in full`;
}
