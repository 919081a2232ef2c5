// Rules for waits: no file is waited for longer than `wait-minutes`, and an earlier upload that LinkedIn does not show no
// longer than half of it. Slow answers and pauses that LinkedIn asks for come on top.

import type { Breach } from './breach.ts';
import { lostMsOf, waitMsOf } from './expected.ts';
import { contentsOf } from './fault-plan.ts';
import { forgiven, PATIENCE_MS } from './patience.ts';
import type { Told } from './schedule.ts';
import type { Span, Wait } from './watched-ledger.ts';

export function checkWaits(told: Told): Breach[] {
  const { plan, waits, trace } = told;
  const delays = delaysOf(told);
  const contents = contentsOf(plan);
  // Reads of artifacts would count as a wait here.
  if (plan.waitMinutes === 0 && plan.readsArtifacts) return [];
  const waited = new Map<number, number>();
  return waits.flatMap((wait) => {
    const { index, startMs, endMs, isResumed, isAbandoned } = wait;
    const file = contents[index] ?? index;
    const limits = [startMs + Math.max(0, waitMsOf(plan) - (waited.get(index) ?? 0))];
    waited.set(index, (waited.get(index) ?? 0) + endMs - startMs);
    const isStruck = trace.struck.get(file)?.some(({ on }) => on === 'status') ?? false;
    if (isResumed && isAbandoned && !isStruck)
      limits.push(startMs + lostMsOf(plan, plan.files[file]?.earlier));
    const gapMs = gapIn(delays, { startMs: Math.min(...limits), endMs });
    return gapMs === 0 ? [] : [tooLong(wait, gapMs)];
  });
}

function tooLong({ index, startMs, endMs, isResumed }: Wait, gapMs: number): Breach {
  const upload = isResumed ? 'an upload of an earlier run' : 'its upload';
  const text = `file ${index} waited for ${upload} from ${startMs} to ${endMs}, ${gapMs} ms too long`;
  return { rule: 'WAITS', text };
}

/** Time that LinkedIn takes: unanswered reads, and pauses of two minutes at most. */
function delaysOf(told: Told): Span[] {
  const { trace, pauses } = told;
  const reads = trace.of('status').map(({ atMs, end }) => ({ startMs: atMs, endMs: end?.atMs ?? atMs }));
  const wishes = trace.exchanges.flatMap(({ end }) =>
    end === null || end.notBeforeMs === null ? [] : [{ startMs: end.atMs, endMs: end.notBeforeMs }],
  );
  const patience = [...forgiven(told).keys()].map(({ end }) => {
    const startMs = end?.atMs ?? 0;
    return { startMs, endMs: startMs + PATIENCE_MS };
  });
  const delays = [...reads, ...pauses, ...patience, ...wishes.filter(isShort).map(rounded)];
  return delays.toSorted((a, b) => a.startMs - b.startMs);
}

const LONGEST_PAUSE_MS = 120_000;

/** A date has no fractions of a second. */
function rounded({ startMs, endMs }: Span): Span {
  return { startMs, endMs: endMs + 1000 };
}

function isShort({ startMs, endMs }: Span): boolean {
  return endMs - startMs <= LONGEST_PAUSE_MS;
}

/** Milliseconds of the span that no delay covers. */
function gapIn(delays: readonly Span[], { startMs, endMs }: Span): number {
  let [gapMs, atMs] = [0, startMs];
  for (const delay of delays) {
    gapMs += Math.max(0, Math.min(delay.startMs, endMs) - atMs);
    atMs = Math.max(atMs, delay.endMs);
  }
  return gapMs + Math.max(0, endMs - atMs);
}
