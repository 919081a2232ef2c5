// Builds the outputs of the post action from a report.

import { createTruncation, shellSafeJson } from '../outputs.ts';
import type { PostReport } from './post-report.ts';

/** All outputs of post/action.yml; a test compares them. */
export const POST_OUTPUTS = [
  'post-urn',
  'post-url',
  'comment-urn',
  'urns',
  'results',
  'results-file',
  'outputs-truncated',
  'posted-count',
  'known-count',
  'waiting-count',
  'failed-count',
  'next-at',
  'preview-file',
  'page-file',
  'owners',
  'scopes',
  'token-days-left',
] as const;

type PostOutputName = (typeof POST_OUTPUTS)[number];

interface PostOutputs {
  readonly values: Readonly<Record<PostOutputName, string>>;
  /** Outputs whose last entries were cut off. */
  readonly truncated: readonly PostOutputName[];
}

/** `files` has the paths of the written files; empty for a missing one. */
export function buildPostOutputs(
  { rows, totals, nextAt, tokenDaysLeft }: PostReport,
  files: { readonly results: string; readonly preview: string; readonly page: string },
): PostOutputs {
  const { truncated, truncate } = createTruncation<PostOutputName>();
  const urnEntries = rows.values().flatMap(({ id, state, urn }) => {
    const isThere = (state === 'posted' || state === 'known') && urn !== undefined;
    return isThere ? [`${shellSafeJson(id)}:${shellSafeJson(urn)}`] : [];
  });
  // Of many posts, the next step hardly needs an earlier one.
  const first = rows.find(({ state }) => state === 'posted') ?? (rows.length === 1 ? rows[0] : undefined);
  const values = {
    'post-urn': first?.urn ?? '',
    'post-url': first?.url ?? '',
    'comment-urn': first?.commentUrn ?? '',
    urns: truncate('urns', urnEntries, ['{', '}']),
    results: truncate('results', rows.values().map(shellSafeJson), ['[', ']']),
    'results-file': files.results,
    'posted-count': String(totals.posted),
    'known-count': String(totals.known),
    'waiting-count': String(totals.waiting),
    'failed-count': String(totals.failed),
    'next-at': nextAt ?? '',
    'preview-file': files.preview,
    'page-file': files.page,
    owners: '',
    scopes: '',
    'token-days-left': tokenDaysLeft === null ? '' : String(tokenDaysLeft),
  };
  return { values: { ...values, 'outputs-truncated': String(truncated.length > 0) }, truncated };
}
