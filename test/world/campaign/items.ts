// The files of a schedule: media to upload, or posts with their media. No two have the same bytes unless one is a copy.

import { pdf } from '../../support/documents.ts';
import { mp4, png } from '../../support/media.ts';
import { srt } from '../../support/subrip.ts';
import { type PostFile, postFilesOf } from './changes.ts';
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

/** A run, for the files that it has: its job, counted from 0, and how many of the items. */
export interface Checkout {
  /** -1: before all jobs. */
  readonly job: number;
  readonly count?: number;
}

export type Files = ReadonlyMap<string, string | Uint8Array>;

/** By path, in the order of the rows of a run. */
export function filesOf(schedule: Schedule, checkout: Checkout): Files {
  return schedule.program === 'upload' ? mediaOf(schedule, checkout) : postsOf(schedule, checkout);
}

/** Whether a file is sent only together with its video. */
export function isSidecar(path: string): boolean {
  return /\.(srt|thumbnail\.png)$/.test(path);
}

const EDITED = 50;

function mediaOf({ items, api }: Schedule, { count = items.length, job }: Checkout): Files {
  const files = new Map<string, Uint8Array | string>();
  for (const [index, item] of items.slice(0, count).entries()) {
    const source = sourceOf(items, index);
    const { form, hasSidecars } = items[source] ?? item;
    const changes = item.changes.filter((change) => change.job <= job);
    const renames = changes.filter(({ kind }) => kind === 'rename').length;
    const edits = changes.filter(({ kind }) => kind === 'edit').length;
    const stem = `media/${index}${'-renamed'.repeat(renames)}`;
    files.set(
      `${stem}.${EXTENSIONS[form]}`,
      bytesOf(form, edits > 0 ? index + EDITED * edits : source),
    );
    if (hasSidecars && api === 'media') addSidecars(files, { stem, form, number: source });
  }
  return files;
}

function addSidecars(
  files: Map<string, Uint8Array | string>,
  { stem, form, number }: { stem: string; form: Form; number: number },
): void {
  if (form !== 'video' && form !== 'large video') return;
  files.set(`${stem}.srt`, srt(1 + number));
  files.set(`${stem}.thumbnail.png`, png({ width: 200 + number, height: 100 }));
}

/** A copy has the bytes of the item before, which may be a copy itself. */
function sourceOf(items: readonly Item[], index: number): number {
  return index > 0 && items[index]?.isCopy === true ? sourceOf(items, index - 1) : index;
}

/** Post files and their media. */
function postsOf({ items }: Schedule, { count = items.length, job }: Checkout): Files {
  const files = new Map<string, string | Uint8Array>();
  for (const [index, item] of items.slice(0, count).entries()) {
    // LinkedIn takes several pictures, but only one video or document.
    const { form, hasSidecars } = item;
    const media = Array.from(
      { length: form === 'picture' ? item.media : Math.min(1, item.media) },
      (_, place) => {
        const stem = `media/${index}-${place}`;
        const number = 10 * index + place;
        files.set(`${stem}.${EXTENSIONS[form]}`, bytesOf(form, number));
        if (hasSidecars) addSidecars(files, { stem, form, number });
        return `${stem}.${EXTENSIONS[form]}`;
      },
    );
    const posts = postFilesOf(index, item.changes, job).toSorted((a, b) =>
      a.path < b.path ? -1 : 1,
    );
    for (const post of posts) files.set(post.path, formatPost(post, { item, index, media }));
  }
  return files;
}

function formatPost(
  { id, text, resend, revision, isWhole }: PostFile,
  {
    item: { form, hasComment, hasPoll = false },
    index,
    media,
  }: { item: Item; index: number; media: readonly string[] },
): string {
  const lines = [
    ...(isWhole && media.length > 0 ? ['media:', ...media.map((path) => `  - ${path}`)] : []),
    ...(isWhole && media.length > 0 && form !== 'picture' ? [`title: Title ${index}`] : []),
    ...(isWhole && media.length === 0 && hasPoll
      ? ['poll:', `  question: Question ${index}`, '  options: [One, Two]', '  days: 7']
      : []),
    ...(isWhole && hasComment ? [`comment: Comment ${index} in full`] : []),
    ...(id === null ? [] : [`id: ${id}`]),
    ...(revision === 0 ? [] : [`revision: ${revision}`]),
    ...(resend === 0 ? [] : [`resend: ${resend}`]),
  ];
  return ['---', ...lines, '---', text, ''].join('\n');
}
