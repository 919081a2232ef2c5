// Builds the job summary of both actions: the headline, errors and warnings, then the files or posts.

import { pageUrl } from '../linkedin/urn.ts';
import { renderBlocks } from './blocks.ts';
import { renderCode, renderHint } from './markdown.ts';
import type { Report } from './report.ts';

/** The runner drops a summary of more than 1 MiB entirely. */
export const MAX_SUMMARY_BYTES = 900 * 1024;

export function buildSummary(report: Report): string {
  const lead = report.lead === undefined ? [] : [report.lead];
  const blocks = [...lead, headline(report), ...report.blocks];
  return `${renderBlocks(blocks, { leftBytes: MAX_SUMMARY_BYTES })}\n`;
}

function headline({ failed, isPartial = false, headline, owner }: Report): string {
  const icon = failed ? '❌' : isPartial ? '⚠️' : '✅';
  return `## ${icon} ${renderHint(headline)}${owner === null ? '' : `, for ${ownerLink(owner)}`}`;
}

function ownerLink(owner: string): string {
  const url = pageUrl(owner);
  return url === null ? renderCode(owner) : `<a href="${url}">page ${owner.split(':').at(-1)}</a>`;
}
