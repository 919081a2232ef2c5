// The job summary of an upload: what a reader must know first, the errors and warnings, and the files.

import { formatBytes, formatNumber, pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { CallLimit } from '../../upload/calls/call-limit.ts';
import { bytesToSend, estimateRequests, type StepsAfterUpload } from '../../upload/calls/request-estimate.ts';
import type { Ledger } from '../../upload/ledger.ts';
import type { Annotation } from '../annotations.ts';
import { type Block, escapeMarkdown, renderCode, table } from '../markdown.ts';
import { errorBlocks, formatRequests, type Warning, warningBlocks } from '../summary.ts';
import { type FileView, formatCalls } from './upload-view.ts';

/** The calls of all runs on a day (UTC), and how many are allowed. */
export type DailyCalls = Pick<CallLimit, 'maxCalls' | 'usedCalls' | 'day'>;

export function formatDeferral(deferred: number, { maxCalls, usedCalls, day }: DailyCalls): string {
  const left = `${pluralize(deferred, 'file')} left for another day`;
  return `${left}: all runs of ${day} (UTC) have made ${formatNumber(usedCalls)} of the ${pluralize(maxCalls, 'API call')} that max-calls allows; a run after 00:00 UTC sends the files that fit`;
}

// https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/share-on-linkedin (150) and
// https://learn.microsoft.com/linkedin/marketing/increasing-access (100), read 2026-11-26
const SMALLEST_ALLOWANCE = 100;
const ALLOWANCES =
  'LinkedIn allows a self-serve app 150 API calls per member and day, and an app in the development tier of the Community Management API 100';

/** The cost of a plan: `7 to 12 API calls and 5 uploads (PUT), 3.2 MB`, and LinkedIn's daily allowances if it may exceed one. */
export function planCost({ items }: Pick<Ledger, 'items'>, steps: StepsAfterUpload): string[] {
  const files = items.filter(({ state }) => state !== 'deferred').map(({ planned }) => planned);
  const { calls, puts } = estimateRequests(files, steps);
  const requests = files.flatMap(({ request, reused }) => (reused === undefined ? (request ?? []) : []));
  const bytes = requests.reduce((sum, request) => sum + bytesToSend(request), 0);
  const hasParts = requests.some(({ mechanism }) => mechanism === 'multipart');
  const reused = files.filter((file) => file.reused !== undefined).length;
  const isRead = reused > 0 && !steps.reusesUnread;
  const details = [
    `${formatCalls(calls)} and ${hasParts ? 'at least ' : ''}${pluralize(puts, 'upload')} (PUT), ${formatBytes(bytes)}`,
    hasParts ? 'LinkedIn decides the number of parts' : '',
    isRead ? 'the status of a reused file is read if the last read is a day old' : '',
  ];
  return [
    details.filter((detail) => detail !== '').join('; '),
    ...(calls.most > SMALLEST_ALLOWANCE ? [ALLOWANCES] : []),
  ];
}

/** A line for each file, and the cost. */
export function planLines(views: readonly FileView[], cost: readonly string[]): string[] {
  if (views.length === 0) return [];
  const lines = views.map(
    ({ name, state, facts, plan }) => `${name}: ${[state, ...facts, ...plan].join(', ')}`,
  );
  return [...lines, ...cost];
}

interface SummaryFacts {
  readonly ledger: Ledger;
  readonly mode: Mode;
  /** Why files are left for another day; null without such files. */
  readonly deferral: string | null;
  readonly searchWarnings: readonly Warning[];
  readonly annotations: readonly Annotation[];
  /** Null except in `mode: plan`. */
  readonly cost: readonly string[] | null;
}

export function uploadBlocks(views: readonly FileView[], facts: SummaryFacts): Block[] {
  const { ledger, mode, deferral, searchWarnings, annotations, cost } = facts;
  const fileWarnings = views.flatMap(({ name, warnings }) =>
    warnings.map(({ problem }) => ({ about: name, text: problem })),
  );
  const hasUploads = cost === null && views.some(({ isGood, state }) => isGood && state !== 'deferred');
  return [
    ...(deferral === null ? [] : [`${escapeMarkdown(deferral)}.`]),
    ...(hasUploads ? [mode === 'simulate' ? SIMULATED : NOT_VISIBLE] : []),
    ...errorBlocks(annotations),
    ...warningBlocks([...searchWarnings, ...fileWarnings]),
    ...(views.length === 0 ? [] : ['### Files', ...fileTables(views), formatCost(ledger, cost)]),
  ];
}

const SIMULATED = '**Nothing was sent to LinkedIn.** The URNs are those of a sandbox.';
const NOT_VISIBLE = `**Nothing is visible on LinkedIn yet: the files wait for a post.** Post them with the action ${renderCode('post')}.`;

/** Bytes that were sent again count once. */
function formatCost({ items, runState }: Ledger, cost: readonly string[] | null): string {
  if (cost !== null) return cost.map(escapeMarkdown).join('<br>');
  const bytesSent = items.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  return `${formatBytes(bytesSent)} sent, with ${formatRequests(runState.requests)}`;
}

const MAX_OPEN_FILES = 20;

/** Bad files first. Of many files, those without an error are folded. Two columns fit on a phone. */
function fileTables(views: readonly FileView[]): Block[] {
  const tableOf = (some: readonly FileView[]) => table(['file', 'result'], some.map(fileCells));
  const [good, bad] = [views.filter(({ isGood }) => isGood), views.filter(({ isGood }) => !isGood)];
  if (views.length <= MAX_OPEN_FILES) return [tableOf([...bad, ...good])];
  return [
    ...(bad.length === 0 ? [] : [tableOf(bad)]),
    ...(good.length === 0 ? [] : [{ folded: pluralize(good.length, 'file'), blocks: [tableOf(good)] }]),
  ];
}

/** The URN that a post needs; the asset only if there is no other. `results` has both. */
function fileCells({ name, state, isGood, facts, plan, urns: [urn] }: FileView): string[] {
  // Keeps a number and its unit on one line.
  const list = (texts: readonly string[]) =>
    texts.map((text) => escapeMarkdown(text).replaceAll(' ', '&nbsp;')).join(', ');
  const lines = [
    [renderCode(name), list(facts)],
    [isGood ? state : `**${state}**`, list(plan), urn === undefined ? '' : renderCode(urn)],
  ];
  return lines.map((cell) => cell.filter((line) => line !== '').join('<br>'));
}
