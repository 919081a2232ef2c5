// When each file was worked on, as data and as a chart for the summary. Pure over the ledger.

import type { FileState } from '../../publish/file-state.ts';
import type { Ledger } from '../../publish/ledger.ts';

/** Milliseconds since the run began. */
export interface Span {
  readonly startMs: number;
  /** When LinkedIn held all bytes; null when it never did, or did already before this run. */
  readonly uploadedMs: number | null;
  readonly endMs: number;
}

export interface NamedSpan extends Span {
  readonly file: string;
  readonly isSuccess: boolean;
}

/** A chart of more files than these is no picture any more. */
export const MAX_CHART_FILES = 20;

/** A run that is over sooner has no course to show. */
export const MIN_CHART_MS = 1000;

/** One span a file, in file order; null for what was never begun. */
export function buildSpans(ledger: Ledger): (Span | null)[] {
  return ledger.entries.map((entry) => buildSpan(entry, ledger));
}

function buildSpan({ startedMs, uploadedMs, endedMs }: FileState, ledger: Ledger): Span | null {
  if (startedMs === null) return null;
  const since = (ms: number) => Math.max(0, Math.round(ms - ledger.startedMs));
  return {
    startMs: since(startedMs),
    uploadedMs: uploadedMs === null ? null : since(uploadedMs),
    endMs: endedMs === null ? Math.round(ledger.elapsedMs) : since(endedMs),
  };
}

/** A Gantt chart in Mermaid's words, in seconds since the run began. */
export function timelineChart(spans: readonly NamedSpan[]): string {
  const sections = spans.map(({ file, ...span }) => ({ label: escapeLabel(file), lines: bars(span) }));
  const longest = Math.max(...sections.map(({ label }) => label.length));
  return [
    '```mermaid',
    // Mermaid leaves the same room for any name, and draws the bars over what is longer.
    `%%{init: {"gantt": {"leftPadding": ${30 + longest * CHARACTER_PIXELS}}}}%%`,
    'gantt',
    '  dateFormat x',
    // Seconds since the epoch: no time zone of a reader's browser moves them.
    `  axisFormat ${hasMillisecondTicks(spans) ? '%s.%L' : '%s'} s`,
    ...sections.flatMap(({ label, lines }) => [`  section ${label}`, ...lines]),
    '```',
  ].join('\n');
}

// The marks of the axis stand less than a second apart then.
function hasMillisecondTicks(spans: readonly NamedSpan[]): boolean {
  return spans.every(({ endMs }) => endMs < 15_000);
}

// Of a letter of a section's name, 11 pixels high.
const CHARACTER_PIXELS = 6;

function bars({ startMs, uploadedMs, endMs, isSuccess }: Omit<NamedSpan, 'file'>): string[] {
  const ending = isSuccess ? 'done' : 'crit';
  if (uploadedMs === null) return [bar('upload', ending, startMs, endMs)];
  const upload = bar('upload', 'active', startMs, uploadedMs);
  return endMs > uploadedMs ? [upload, bar('processing', ending, uploadedMs, endMs)] : [upload];
}

function bar(label: string, look: string, fromMs: number, toMs: number): string {
  return `  ${label} :${look}, ${fromMs}, ${Math.max(1, toMs - fromMs)}ms`;
}

const MAX_LABEL_CHARACTERS = 32;

/** Of a path the end, in letters and marks that mean nothing to Mermaid. */
function escapeLabel(file: string): string {
  const label = file.replace(/[^\p{L}\p{N} ._/()-]/gu, '·');
  const characters = [...label];
  return characters.length > MAX_LABEL_CHARACTERS
    ? `…${characters.slice(1 - MAX_LABEL_CHARACTERS).join('')}`
    : label;
}
