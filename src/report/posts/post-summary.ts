// Builds the job summary of the post action: the headline, the hint for each failure, then each post as it will look, or
// why it did not go out.

import { pluralize } from '../../format.ts';
import { escapeMarkdown } from '../markdown.ts';
import { errorSection } from '../message-tables.ts';
import { MAX_SUMMARY_BYTES } from '../summary.ts';
import type { PostReport } from './post-report.ts';
import { formatBlocks, formatPosts } from './preview.ts';

/** A UTF-16 unit takes at most three bytes of UTF-8; a surrogate pair takes four. */
const MAX_POSTS_CHARS = MAX_SUMMARY_BYTES / 3 / 2;

export function buildPostSummary(report: PostReport): string {
  const { headline, failed, annotations, previews, rows, requests } = report;
  const budget = { leftBytes: MAX_SUMMARY_BYTES / 2 };
  const sections = [
    `## ${failed ? '❌' : '✅'} ${escapeMarkdown(headline)}`,
    // Without `file`, each error has its own row: its message says where it is.
    ...errorSection(
      annotations.map(({ title, message, hint }) => ({ title, message, hint })),
      budget,
    ),
    ...(rows.length === 0 ? [] : [formatBlocks(formatPosts(previews), MAX_POSTS_CHARS).trimEnd()]),
  ];
  if (requests.calls > 0)
    sections.push(
      `${pluralize(requests.calls, 'API call')} and ${pluralize(requests.uploads, 'upload')} (PUT).`,
    );
  return `${sections.join('\n\n')}\n`;
}
