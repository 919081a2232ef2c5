// Builds the job summary of both actions, which is also the comment on a pull request: the verdict, the counts, links, errors
// and warnings, then the files or posts. Errors with the same advice share an entry.

import { formatFirst, formatNumber, joinParts, pluralize } from '../format.ts';
import { pageUrl } from '../linkedin/urn.ts';
import type { RequestCounts } from '../upload/ledger.ts';
import type { Annotation } from './annotations.ts';
import { bullets, fitLines, renderCode, renderHint } from './markdown.ts';
import type { Verdict } from './row-view.ts';

/** The runner drops a summary of more than 1 MiB entirely. */
export const MAX_SUMMARY_BYTES = 900 * 1024;

export interface SummaryContent extends Verdict {
  /** Markdown above the headline. */
  readonly lead?: string;
  /** The content below the head. Null is nothing. */
  readonly blocks: readonly (string | null)[];
  /** The URN of the owner. Null if the posts name their authors, and in a run that failed before planning. */
  readonly owner: string | null;
}

interface SummaryOptions {
  /** Markdown that follows the headline. */
  readonly links?: readonly string[];
  readonly maxBytes?: number;
}

export function buildSummary(
  report: SummaryContent,
  { links = [], maxBytes = MAX_SUMMARY_BYTES }: SummaryOptions = {},
): string {
  const { lead, headline, counts, failed, isPartial = false, owner } = report;
  const facts = [
    ...counts.map(({ text, isBad }) => (isBad ? `**${text}**` : text)),
    ...(owner === null ? [] : [`for ${linkOwner(owner)}`]),
  ];
  const icon = failed ? '❌' : isPartial ? '⚠️' : '✅';
  const head = [lead, `## ${icon} ${renderHint(headline)}`, facts.join(' · '), ...links];
  return fitLines(`${joinParts([...head, ...report.blocks], '\n\n')}\n`, maxBytes);
}

function linkOwner(owner: string): string {
  const url = pageUrl(owner);
  return url === null ? renderCode(owner) : `[${renderCode(owner)}](${url})`;
}

/** The most files that an entry names. */
const MAX_NAMES = 3;
const MAX_MESSAGES = 10;

/** Errors with the same hint share an entry. A list fits on a phone, where a table would scroll. */
export function errorBlocks(annotations: readonly Annotation[]): string[] {
  if (annotations.length === 0) return [];
  const groups = Map.groupBy(annotations, ({ title, hint }) => `${renderCode(title)} ${hint}`);
  const entries = [...groups.values()].map((group) => {
    const [{ title = '', hint = '' } = {}] = group;
    const messages = group
      .slice(0, MAX_MESSAGES)
      .map(({ file, message }) =>
        file === undefined
          ? renderHint(message)
          : `**${renderCode(file)}**${renderHint(message.slice(file.length))}`,
      );
    const left = group.length - messages.length;
    if (left > 0) messages.push(`and ${formatNumber(left)} more`);
    const advice = hint === '' ? [] : [`→ ${renderHint(hint)}`];
    return [`${renderCode(title)} ${messages.join('<br>')}`, ...advice].join('<br>');
  });
  return ['### Errors', bullets(entries)];
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
export function warningBlocks(warnings: readonly Warning[]): string[] {
  if (warnings.length === 0) return [];
  const entries = [...Map.groupBy(warnings, ({ text }) => text)].map(
    ([text, own]) =>
      `${formatFirst(
        own.map(({ about }) => renderCode(about)),
        MAX_NAMES,
      )}: ${renderHint(text)}`,
  );
  return ['### Warnings', bullets(entries)];
}
