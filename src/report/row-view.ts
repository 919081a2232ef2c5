// What is said about a run and about each of its files or posts, in the log, the summary, the comment and the page. Pure.

import {
  type ActionError,
  formatProblem,
  isAbout,
  lineOfProblem,
  type Sentence,
} from '../errors/action-error.ts';
import { capitalize, formatBytes, formatDuration, formatNumber, pluralize } from '../format.ts';
import type { MediaFile } from '../media/media-file.ts';
import type { PostState } from '../post/publication.ts';
import type { OutcomeState } from '../upload/file-state.ts';

/** What became of a file or post. */
export interface RowView {
  readonly noun: 'file' | 'post';
  readonly name: string;
  /** Where its errors and warnings are annotated; null for a post of inputs. */
  readonly file: string | null;
  readonly state: OutcomeState | PostState;
  /** What people read in place of the state, after a number: `uploaded` for `available`. */
  readonly stateText: string;
  readonly isGood: boolean;
  /** Whether this run plans it, sends it, or fails to. */
  readonly isHandled: boolean;
  /** Whether it is shown whole. The others are counted: a folder may have the posts of years. */
  readonly isShown: boolean;
  readonly errors: readonly ActionError[];
  readonly warnings: readonly Sentence[];
}

/** What is said first about a run. */
export interface Verdict {
  /** One sentence. */
  readonly headline: string;
  /** How many files or posts ended in each state, the exceptions first. */
  readonly counts: readonly Count[];
  readonly failed: boolean;
  /** Whether ⚠️ stands in place of ✅. */
  readonly isPartial?: boolean;
}

/** Such as `1 failed`. */
export interface Count {
  readonly text: string;
  readonly isBad: boolean;
  /** The place on the page of the first of them. */
  readonly anchor: string;
}

/** What people read in place of a state. The exceptions come first. */
export const STATE_TEXTS = {
  failed: 'failed',
  unknown: 'unknown',
  skipped: 'not sent',
  processing: 'still processing',
  available: 'uploaded',
  unverified: 'uploaded, status not readable',
  posted: 'posted',
  edited: 'edited',
  planned: 'planned',
  scheduled: 'scheduled',
  draft: 'in draft',
  expired: 'expired',
  reused: 'reused',
  deferred: 'deferred',
  known: 'published earlier',
  'other-owner': 'for another page or person',
} as const satisfies Record<RowView['state'], string>;

/** The place on the page of the rows that are only counted and named. */
export const FOLDED_ANCHOR = 'others';

/** The names of the places to which the counts lead: each has the first row of its state, the others null. */
export function listAnchors(shown: readonly RowView[]): (string | null)[] {
  return shown.map(({ state }, index) =>
    shown.findIndex((one) => one.state === state) === index ? state : null,
  );
}

export function countRows(rows: readonly RowView[]): Count[] {
  const states = Object.keys(STATE_TEXTS);
  const sorted = rows.toSorted((a, b) => states.indexOf(a.state) - states.indexOf(b.state));
  return [...Map.groupBy(sorted, ({ stateText }) => stateText)].map(([text, own]) => ({
    text: `${formatNumber(own.length)} ${text}`,
    isBad: own.some(({ isGood }) => !isGood),
    anchor: own.find(({ isShown }) => isShown)?.state ?? FOLDED_ANCHOR,
  }));
}

export function countOf<S>(rows: readonly { readonly state: S }[], state: S): number {
  return rows.filter((row) => row.state === state).length;
}

/** `1 failed, 12 published earlier` */
export function formatCounts(counts: readonly Count[]): string {
  return counts.map(({ text }) => text).join(', ');
}

/** The verdict with its counts, in one line. */
export function formatVerdict({ headline, counts }: Verdict): string {
  return counts.length === 0 ? headline : `${headline}: ${formatCounts(counts)}`;
}

/** The rows that are shown, failures first and those to which nothing happens last, and those that are only counted and named. */
export function arrange<Row extends RowView>(
  rows: readonly Row[],
): { shown: Row[]; folded: Row[] } {
  const { true: shown = [], false: folded = [] } = Object.groupBy(
    rows,
    ({ isShown }) => `${isShown}`,
  );
  const byUrgency = (a: Row, b: Row) =>
    Number(a.isGood) - Number(b.isGood) || Number(b.isHandled) - Number(a.isHandled);
  return { shown: shown.toSorted(byUrgency), folded };
}

/** The sentence where the name of the row stands above it, such as `The file is empty`. */
export function sentenceBelow({ name, noun }: RowView, sentence: Sentence): string {
  const { subject, problem } = sentence;
  const line = lineOfProblem(sentence);
  if (subject === 'run') return asSentence(problem);
  if (!isAbout(name, sentence)) return formatProblem(sentence);
  return line === null ? `The ${noun} ${problem}` : `Line ${line}: ${problem}`;
}

/** With a capital letter, unless it begins with the name of a file. */
export function asSentence(text: string): string {
  return text.replace(/^[a-z]+(?= )/, capitalize);
}

/** What is known about the file. Empty for a file that was never opened. */
export function fileFacts({ media, identity, sizeBytes, sidecars = {} }: MediaFile): string[] {
  const { mediaType, width, height, durationSeconds, frames = 1 } = media ?? {};
  return [
    // `JPEG` of `image/jpeg`, and `PRESENTATION` of the type of a PowerPoint file.
    mediaType === undefined ? '' : mediaType.replace(/^.*[/.-]/, '').toUpperCase(),
    width === undefined || height === undefined
      ? ''
      : `${formatNumber(width)} × ${formatNumber(height)}`,
    durationSeconds === undefined ? '' : formatDuration(durationSeconds * 1000),
    frames === 1 ? '' : pluralize(frames, 'frame'),
    ...Object.keys(sidecars),
    identity === null ? '' : formatBytes(sizeBytes),
  ].filter((fact) => fact !== '');
}
