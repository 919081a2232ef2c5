// The files of a schedule: media to upload, or posts with their media. No two have the same bytes unless one is a copy.

import { pdf } from '../../support/documents.ts';
import { mp4, png } from '../../support/media.ts';
import { srt } from '../../support/subrip.ts';
import type { Change, Form, Item, Schedule } from './schedule.ts';

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

function changeOf({ change }: Item, { job }: Checkout): Change | null {
  return change !== null && job >= change.job ? change.kind : null;
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

function mediaOf({ items, api }: Schedule, { count = items.length, ...run }: Checkout): Files {
  const files = new Map<string, Uint8Array | string>();
  for (const [index, item] of items.slice(0, count).entries()) {
    const source = sourceOf(items, index);
    const { form, hasSidecars } = items[source] ?? item;
    const change = changeOf(item, run);
    const stem = `media/${index}${change === 'rename' ? '-renamed' : ''}`;
    files.set(`${stem}.${EXTENSIONS[form]}`, bytesOf(form, change === 'edit' ? index + EDITED : source));
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
function postsOf({ items }: Schedule, { count = items.length, ...run }: Checkout): Files {
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
    const change = changeOf(item, run);
    files.set(postPath(index, item, run), postFile(index, item, { media, change }));
    if (change === 'move') files.set(`posts/${index}.md`, `---\n---\n${newTextOf(index)}\n`);
  }
  return files;
}

export function postPath(index: number, item: Item, run: Checkout): string {
  const change = changeOf(item, run);
  return `posts/${index}${change === 'rename' || change === 'move' ? '-renamed' : ''}.md`;
}

function postFile(
  index: number,
  { form, hasComment }: Item,
  { media, change }: { media: readonly string[]; change: Change | null },
): string {
  const lines = [
    ...(media.length > 0 ? ['media:', ...media.map((path) => `  - ${path}`)] : []),
    ...(media.length > 0 && form !== 'picture' ? [`title: Title ${index}`] : []),
    ...(hasComment ? [`comment: ${commentOf(index)}`] : []),
    ...(change === 'resend' ? ['resend: 1'] : []),
  ];
  return ['---', ...lines, '---', textOf(index) + (change === 'edit' ? ', edited' : ''), ''].join('\n');
}

/** Also the start of an edited text. */
export function textOf(index: number): string {
  return `Post number ${index} in full`;
}

/** The text in the file of a post whose own text moves. */
export function newTextOf(index: number): string {
  return `New text of file ${index} in full`;
}

export function commentOf(index: number): string {
  return `Comment number ${index} in full`;
}
