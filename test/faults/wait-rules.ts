// Invariants of waits: the run waits for a file no longer than `wait-minutes`, and for an earlier upload that LinkedIn
// does not show no longer than half of that. Slow responses and pauses that LinkedIn requests are added.

import { hiddenMsOf, isProcessedOnUpload, waitMsOf } from './expected.ts';
import { contentsOf } from './fault-schedule.ts';
import { FRESH_TOKEN_WAIT_MS, freshTokenRetries } from './fresh-token-retries.ts';
import type { ScheduleRun } from './run-schedule.ts';
import type { Violation } from './violation.ts';
import type { Span, Wait } from './watched-ledger.ts';

export function checkWaits(run: ScheduleRun): Violation[] {
  const { schedule, waits, trace } = run;
  const delays = delaysOf(run);
  const contents = contentsOf(schedule);
  // Reads of artifacts would count as a wait here.
  if (schedule.waitMinutes === 0 && schedule.readsArtifacts) return [];
  const waited = new Map<number, number>();
  return waits.flatMap((wait) => {
    const { index, startMs, endMs, isResumed, isAbandoned } = wait;
    const file = contents[index] ?? index;
    // Nothing is waited for, so only the artifacts are read.
    if (!isResumed && schedule.readsArtifacts && isProcessedOnUpload(schedule, file)) return [];
    const limits = [startMs + Math.max(0, waitMsOf(schedule) - (waited.get(index) ?? 0))];
    waited.set(index, (waited.get(index) ?? 0) + endMs - startMs);
    const isStruck = trace.struck.get(file)?.some(({ on }) => on === 'status') ?? false;
    if (isResumed && isAbandoned && !isStruck)
      limits.push(startMs + hiddenMsOf(schedule, schedule.files[file]?.earlier));
    const gapMs = gapIn(delays, { startMs: Math.min(...limits), endMs });
    return gapMs === 0 ? [] : [waitViolation(wait, gapMs)];
  });
}

function waitViolation({ index, startMs, endMs, isResumed }: Wait, gapMs: number): Violation {
  const upload = isResumed ? 'an upload of an earlier run' : 'its upload';
  const text = `file ${index} waited for ${upload} from ${startMs} to ${endMs}, ${gapMs} ms too long`;
  return { rule: 'WAIT_LIMIT', text };
}

/** Time that LinkedIn causes: pending reads, and requested pauses of at most two minutes. */
function delaysOf(run: ScheduleRun): Span[] {
  const { trace, pauses } = run;
  const reads = trace.of('status').map(({ atMs, end }) => ({ startMs: atMs, endMs: end?.atMs ?? atMs }));
  const requestedPauses = trace.exchanges.flatMap(({ end }) =>
    end === null || end.notBeforeMs === null ? [] : [{ startMs: end.atMs, endMs: end.notBeforeMs }],
  );
  const freshTokenWaits = [...freshTokenRetries(run).keys()].map(({ end }) => {
    const startMs = end?.atMs ?? 0;
    return { startMs, endMs: startMs + FRESH_TOKEN_WAIT_MS };
  });
  const delays = [...reads, ...pauses, ...freshTokenWaits, ...requestedPauses.filter(isShort).map(rounded)];
  return delays.toSorted((a, b) => a.startMs - b.startMs);
}

const LONGEST_PAUSE_MS = 120_000;

/** A date in Retry-After has no fractions of a second. */
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
