// Builds the job summary of both actions, which is also the comment on a pull request: the verdict, the counts, links, errors
// and warnings, then the files or posts. Errors with the same advice share an entry.

import { formatFirst, formatNumber, joinParts, pluralize, shorten } from '../format.ts';
import { pageUrl } from '../linkedin/urn.ts';
import type { RequestCounts } from '../upload/ledger.ts';
import type { Annotation } from './annotations.ts';
import { bullets, fitLines, renderCode, renderHint, splitLines } from './markdown.ts';
import type { Verdict } from './row-view.ts';

/** The runner drops a summary of more than 1 MiB entirely. */
export const MAX_SUMMARY_BYTES = 900 * 1024;

export interface SummaryContent extends Verdict {
  /** Markdown above the headline. */
  readonly lead?: string;
  /** The content below the head. Null is nothing. */
  readonly blocks: readonly (string | null)[];
  /** Stand below the blocks. One that does not fit is named above them instead. */
  readonly posts?: readonly SummaryPost[];
  /** Stand below the posts. */
  readonly closing?: SummaryContent['blocks'];
  /** The URN of the owner. Null if the posts name their authors, and in a run that failed before planning. */
  readonly owner: string | null;
}

export interface SummaryPost {
  readonly name: string;
  readonly markdown: string;
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
  const { posts = [], closing = [] } = report;
  const whole = joinParts([...buildHead(report, links, []), ...posts.map(toMarkdown)], '\n\n');
  const isWhole = Buffer.byteLength(whole) <= maxBytes;
  const shown = isWhole ? posts : findFitting(posts, buildHead(report, links, posts), maxBytes);
  const left = posts.filter((post) => !shown.includes(post));
  const parts = [...buildHead(report, links, left), ...shown.map(toMarkdown), ...closing];
  return fitLines(`${joinParts(parts, '\n\n')}\n`, maxBytes);
}

/** The part above the posts. `left` has those that are not shown below it. */
function buildHead(
  report: SummaryContent,
  links: readonly string[],
  left: readonly SummaryPost[],
): (string | null | undefined)[] {
  const { lead, headline, counts, failed, isPartial = false, owner } = report;
  const facts = [
    ...counts.map(({ text, isBad }) => (isBad ? `**${text}**` : text)),
    ...(owner === null ? [] : [`for ${linkOwner(owner)}`]),
  ];
  const success = isPartial || left.length > 0 ? '⚠️' : '✅';
  const verdict = `## ${failed ? '❌' : success} ${renderHint(headline)}`;
  return [lead, verdict, facts.join(' · '), ...links, namePosts(left), ...report.blocks];
}

function toMarkdown({ markdown }: SummaryPost): string {
  return markdown;
}

/** The posts, in their order, for which there is space below `head`. */
function findFitting(
  posts: readonly SummaryPost[],
  head: readonly (string | null | undefined)[],
  maxBytes: number,
): SummaryPost[] {
  let leftBytes = maxBytes - Buffer.byteLength(joinParts(head, '\n\n'));
  return posts.filter(({ markdown }) => {
    const sizeBytes = Buffer.byteLength(markdown) + '\n\n'.length;
    if (sizeBytes > leftBytes) return false;
    leftBytes -= sizeBytes;
    return true;
  });
}

/** The most posts that are named in place of themselves. */
const MAX_NAMED_POSTS = 50;
const MAX_NAME_CHARS = 200;

function namePosts(left: readonly SummaryPost[]): string | null {
  if (left.length === 0) return null;
  const names = left.map(({ name }) => renderCode(shorten(name, MAX_NAME_CHARS)));
  const verb = left.length === 1 ? 'does' : 'do';
  return `**${pluralize(left.length, 'post')} ${verb} not fit here: ${formatFirst(names, MAX_NAMED_POSTS)}. Open the page (output \`page-file\`) before you approve anything.**`;
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
    const messages = group.slice(0, MAX_MESSAGES).map(renderMessage);
    const left = group.length - messages.length;
    if (left > 0) messages.push(`and ${formatNumber(left)} more`);
    const advice = hint === '' ? [] : [`→ ${renderHint(hint)}`];
    const entry = [`${renderCode(title)} ${messages.join('<br>')}`, ...advice].join('<br>');
    // A block begins a new line itself.
    return entry.replaceAll('</pre><br>', '</pre>');
  });
  return ['### Errors', bullets(entries)];
}

/** An error at a line of a file may say what to write: lines of their own can be copied. */
function renderMessage({ file, line, message }: Annotation): string {
  if (file === undefined) return renderHint(message);
  const rest = message.slice(file.length);
  const { sentence, lines } = line === undefined ? { sentence: rest, lines: [] } : splitLines(rest);
  const block = lines.length === 0 ? '' : `<pre>${lines.map(renderCode).join('<br>')}</pre>`;
  return `**${renderCode(file)}**${renderHint(sentence)}${block}`;
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
