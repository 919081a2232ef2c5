// Builds the job summary of both actions: the headline, errors and warnings, then the files or posts. Errors with the same
// advice share one row.

import { formatFirst, pluralize } from '../format.ts';
import type { Mode } from '../inputs/input-types.ts';
import { pageUrl } from '../linkedin/urn.ts';
import type { RequestCounts } from '../upload/ledger.ts';
import type { Annotation } from './log/logger.ts';
import { type Block, bullets, renderBlocks, renderCode, renderHint } from './markdown.ts';

/** The runner drops a summary of more than 1 MiB entirely. */
export const MAX_SUMMARY_BYTES = 900 * 1024;

export interface SummaryContent {
  /** The outcome in one sentence. */
  readonly headline: string;
  readonly failed: boolean;
  /** Whether something failed that does not fail the step. */
  readonly isPartial?: boolean;
  /** Markdown above the headline of the summary. */
  readonly lead?: string;
  /** The content of the summary below the headline. */
  readonly blocks: readonly Block[];
  /** The URN of the owner; null in a run that failed before planning. */
  readonly owner: string | null;
}

export function headlineLead(mode: Mode, isCancelled: boolean): string {
  const prefixes = { publish: '', plan: 'Plan: ', simulate: 'Simulated: ' } as const;
  return `${isCancelled ? 'Cancelled. ' : ''}${prefixes[mode]}`;
}

/** `links` follow the headline. */
export function buildSummary(report: SummaryContent, links: readonly string[] = []): string {
  const { lead, failed, isPartial = false, owner } = report;
  const icon = failed ? '❌' : isPartial ? '⚠️' : '✅';
  const headline = `## ${icon} ${renderHint(report.headline)}${owner === null ? '' : `, for ${ownerLink(owner)}`}`;
  const blocks = [...(lead === undefined ? [] : [lead]), headline, ...links, ...report.blocks];
  return `${renderBlocks(blocks, { leftBytes: MAX_SUMMARY_BYTES })}\n`;
}

export function ownerLink(owner: string): string {
  const url = pageUrl(owner);
  return url === null ? renderCode(owner) : `<a href="${url}">${renderCode(owner)}</a>`;
}

/** The most files that a row names. */
const MAX_NAMES = 3;

/** Errors of files with the same hint share an entry, unless `isOneByOne`. A list fits on a phone, where a table would scroll. */
export function errorBlocks(annotations: readonly Annotation[], isOneByOne = false): Block[] {
  if (annotations.length === 0) return [];
  const groups = Map.groupBy(annotations, (one) =>
    isOneByOne || one.file === undefined ? one : JSON.stringify([one.title, one.hint]),
  );
  const entry = (group: readonly Annotation[]) => {
    const [{ title = '', hint = '' } = {}] = group;
    return `${renderCode(title)} ${reasonsOf(group)}<br>→ ${renderHint(hint)}`;
  };
  return ['### Errors', bullets([...groups.values()].map(entry))];
}

/** Each reason once, with the files that it is about. */
function reasonsOf(group: readonly Annotation[]): string {
  const reasons = [...Map.groupBy(group, ({ reason, message }) => reason ?? message)].map(([reason, own]) => {
    const [{ file, rest = reason } = {}] = own;
    if (own.length === 1) return (file === undefined ? '' : renderCode(file)) + renderHint(rest);
    const names = listFiles(own.map(({ file = '' }) => file));
    return `**${pluralize(own.length, 'file')}**: ${renderHint(reason)} (${names})`;
  });
  const left = reasons.length - MAX_NAMES;
  return [
    ...reasons.slice(0, MAX_NAMES),
    ...(left > 0 ? [`and ${pluralize(left, 'more reason')}`] : []),
  ].join('<br>');
}

/** Calls count against LinkedIn's limits. */
export function formatRequests({ calls, uploads }: RequestCounts): string {
  return `${pluralize(calls, 'API call')} and ${pluralize(uploads, 'upload')} (PUT).`;
}

/** A warning about an input or a file, as a sentence without its full stop. */
export interface Warning {
  readonly about: string;
  readonly text: string;
}

/** Each warning once, with the inputs or files that it is about. */
export function warningBlocks(warnings: readonly Warning[]): Block[] {
  if (warnings.length === 0) return [];
  const entries = [...Map.groupBy(warnings, ({ text }) => text)].map(
    ([text, own]) => `${listFiles(own.map(({ about }) => about))}: ${renderHint(text)}`,
  );
  return ['### Warnings', bullets(entries)];
}

function listFiles(files: readonly string[]): string {
  return formatFirst(files.map(renderCode), MAX_NAMES);
}
