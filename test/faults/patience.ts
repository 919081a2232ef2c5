// The one forgiven refusal: within half a minute of a refresh LinkedIn may take the new token for a revoked one, so a call
// that is answered with 401 comes once more, five seconds later.

import { isTokenCall } from './call-name.ts';
import type { Told } from './schedule.ts';
import { isRenewed } from './token-source.ts';
import type { Exchange } from './trace.ts';

const SETTLING_MS = 30_000;
export const PATIENCE_MS = 5000;

/** Each forgiven call with the same one come again; null where it did not. */
export function forgiven({ plan, trace }: Pick<Told, 'plan' | 'trace'>): Map<Exchange, Exchange | null> {
  const pairs = new Map<Exchange, Exchange | null>();
  if (!isRenewed(plan.token)) return pairs;
  const again = new Set<Exchange>();
  const madeAtMs = trace.exchanges.findLast(({ kind }) => isTokenCall(kind))?.end?.atMs ?? 0;
  for (const exchange of trace.exchanges) {
    const { kind, hasToken, key, end } = exchange;
    // Bytes are not sent twice for it.
    if (end?.status !== 401 || !hasToken || kind === 'upload' || again.has(exchange)) continue;
    if (end.atMs - madeAtMs >= SETTLING_MS) continue;
    const next = trace.exchanges.find((other) => other.key === key && other.seq > end.seq) ?? null;
    pairs.set(exchange, next);
    if (next !== null) again.add(next);
  }
  return pairs;
}
