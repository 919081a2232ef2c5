// The time span of each file, as data and as a chart for the summary. Derived from the ledger, without side effects.

import type { FileState } from '../../publish/file-state.ts';
import type { Ledger } from '../../publish/ledger.ts';

/** Milliseconds since the run began. */
export interface Span {
  readonly startMs: number;
  /** When the upload was complete; null if it never was, or was before this run. */
  readonly uploadedMs: number | null;
  readonly endMs: number;
}

export interface NamedSpan extends Span {
  readonly file: string;
  readonly isSuccess: boolean;
}

/** A chart of more files is not readable. */
export const MAX_CHART_FILES = 20;

/** A shorter run gets no chart. */
export const MIN_CHART_MS = 1000;

/** Null for a file that was never started. */
export function buildSpan({ startedMs, uploadedMs, endedMs }: FileState, ledger: Ledger): Span | null {
  if (startedMs === null) return null;
  const since = (ms: number) => Math.max(0, Math.round(ms - ledger.startedMs));
  return {
    startMs: since(startedMs),
    uploadedMs: uploadedMs === null ? null : since(uploadedMs),
    endMs: endedMs === null ? Math.round(ledger.elapsedMs) : since(endedMs),
  };
}

/** A Gantt chart in Mermaid syntax, in seconds since the run began. */
export function timelineChart(spans: readonly NamedSpan[]): string {
  const sections = spans.map(({ file, ...span }) => ({ label: escapeLabel(file), lines: bars(span) }));
  const longest = Math.max(...sections.map(({ label }) => label.length));
  // In so short a chart, the ticks of the axis are less than a second apart.
  const isShort = spans.every(({ endMs }) => endMs < 15_000);
  return [
    '```mermaid',
    // Mermaid has a fixed padding and draws the bars over longer names.
    `%%{init: {"gantt": {"leftPadding": ${30 + longest * CHARACTER_PIXELS}}}}%%`,
    'gantt',
    '  dateFormat x',
    // Seconds since the epoch do not depend on the time zone of the reader's browser.
    `  axisFormat ${isShort ? '%s.%L' : '%s'} s`,
    ...sections.flatMap(({ label, lines }) => [`  section ${label}`, ...lines]),
    '```',
  ].join('\n');
}

// The width of a letter in a section name, which is 11 pixels high.
const CHARACTER_PIXELS = 6;

function bars({ startMs, uploadedMs, endMs, isSuccess }: Omit<NamedSpan, 'file'>): string[] {
  const ending = isSuccess ? 'done' : 'crit';
  if (uploadedMs === null) return [bar('upload', ending, startMs, endMs)];
  const upload = bar('upload', 'active', startMs, uploadedMs);
  return endMs > uploadedMs ? [upload, bar('processing', ending, uploadedMs, endMs)] : [upload];
}

function bar(label: string, tag: string, fromMs: number, toMs: number): string {
  return `  ${label} :${tag}, ${fromMs}, ${Math.max(1, toMs - fromMs)}ms`;
}

const MAX_LABEL_CHARACTERS = 32;

/** The end of a path, with only characters that have no meaning in Mermaid. */
function escapeLabel(file: string): string {
  const label = file.replace(/[^\p{L}\p{N} ._/()-]/gu, '·');
  const characters = [...label];
  return characters.length > MAX_LABEL_CHARACTERS
    ? `…${characters.slice(1 - MAX_LABEL_CHARACTERS).join('')}`
    : label;
}
