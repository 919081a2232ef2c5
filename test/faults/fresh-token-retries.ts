// Retries after a 401 for a new token: for half a minute after a refresh, LinkedIn may still reject the new token, so
// the action repeats such a call once, five seconds later.

import { isTokenCall } from './call-name.ts';
import type { ScheduleRun } from './run-schedule.ts';
import { isRenewed } from './token-source.ts';
import type { Exchange } from './trace.ts';

const SETTLING_MS = 30_000;
export const FRESH_TOKEN_WAIT_MS = 5000;

/** Each call that may be repeated, with its repetition; null if it was not repeated. */
export function freshTokenRetries({
  schedule,
  trace,
}: Pick<ScheduleRun, 'schedule' | 'trace'>): Map<Exchange, Exchange | null> {
  const pairs = new Map<Exchange, Exchange | null>();
  if (!isRenewed(schedule.token)) return pairs;
  const again = new Set<Exchange>();
  const madeAtMs = trace.exchanges.findLast(({ kind }) => isTokenCall(kind))?.end?.atMs ?? 0;
  for (const exchange of trace.exchanges) {
    const { kind, hasToken, key, end } = exchange;
    // Uploads are not repeated for this reason.
    if (end?.status !== 401 || !hasToken || kind === 'upload' || again.has(exchange)) continue;
    if (end.atMs - madeAtMs >= SETTLING_MS) continue;
    const next = trace.exchanges.find((other) => other.key === key && other.seq > end.seq) ?? null;
    pairs.set(exchange, next);
    if (next !== null) again.add(next);
  }
  return pairs;
}
