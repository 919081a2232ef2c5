// A poll loop in virtual time, the files that join it, and every read it made.

import type { ActionError } from '../../src/errors.ts';
import type { LinkedIn, MediaStatus, StatusQuery } from '../../src/linkedin/session.ts';
import type { RetryInfo } from '../../src/publish/file-state.ts';
import { FIRST_POLL_MS, type PollResult, StatusPoller } from '../../src/publish/status-poller.ts';
import { TestClock } from '../support/clock.ts';
import { PROCESSING } from './fake-linkedin.ts';

export const MINUTE_MS = 60_000;

export type Answer = MediaStatus | ActionError;

interface Setup {
  /** What LinkedIn says of a file at a moment, in milliseconds since the start. */
  readonly say?: (name: string, nowMs: number) => Answer;
  /** In place of `say`, for a call as a whole. */
  readonly read?: (names: readonly string[], nowMs: number) => Promise<Answer[]>;
  /** Whether one call tells of all files that are due, or each has its own. */
  readonly isTogether?: boolean;
  readonly withReadSlot?: <T>(call: () => Promise<T>, signal: AbortSignal) => Promise<T>;
  readonly finalReadError?: (error: ActionError) => ActionError | null;
}

/** A poll loop, and every `readStatuses` call it made: the moment and the files. */
export function startPolling({
  say = () => PROCESSING,
  read,
  finalReadError = (error) => error,
  withReadSlot = (call) => call(),
  isTogether = true,
}: Setup = {}) {
  const clock = new TestClock();
  const cancel = new AbortController();
  const calls: { readonly atS: number; readonly names: readonly string[] }[] = [];
  const repeats: (RetryInfo & { readonly name: string })[] = [];
  const answer = async (names: readonly string[]) => {
    calls.push({ atS: clock.now() / 1000, names });
    if (read !== undefined) return await read(names, clock.now());
    return names.map((name) => say(name, clock.now()));
  };
  const linkedin: Pick<LinkedIn, 'readStatuses'> = {
    readStatuses: (queries, lane) => {
      const names = queries.map(({ urn }) => urn);
      const asked = isTogether ? [names] : names.map((name) => [name]);
      return asked.flatMap((some) => {
        const told = lane(() => answer(some));
        // An answer may lack a file.
        return some.map(async (_, index) => (await told)[index] as Answer);
      });
    },
  };
  const poller = new StatusPoller({
    linkedin: linkedin as LinkedIn,
    withReadSlot,
    clock,
    signal: cancel.signal,
    finalReadError,
  });
  return { clock, cancel, calls, repeats, poller };
}

export type Running = ReturnType<typeof startPolling>;

interface Wait {
  readonly firstDelayMs?: number;
  readonly timeoutMs?: number;
  readonly kind?: StatusQuery['kind'];
  readonly api?: StatusQuery['api'];
  readonly missingAfterMs?: number;
}

/** Lets a file join; its end, when it has one, as a value. */
export function join({ poller, repeats }: Running, name: string, wait: Wait = {}) {
  const {
    firstDelayMs = FIRST_POLL_MS,
    timeoutMs = 30 * MINUTE_MS,
    kind = 'image',
    api = 'assets',
    missingAfterMs = Number.POSITIVE_INFINITY,
  } = wait;
  const statuses: (string | null)[] = [];
  const file: { end: PollResult | undefined; error: unknown; statuses: (string | null)[] } = {
    end: undefined,
    error: undefined,
    statuses,
  };
  const query: StatusQuery = { api, urn: name, kind, recipe: 'urn:li:digitalmediaRecipe:x' };
  poller
    .poll(query, {
      firstDelayMs,
      timeoutMs,
      missingAfterMs,
      isNew: true,
      onStatus: (status) => statuses.push(status),
      onRetry: (retry) => void repeats.push({ ...retry, name }),
    })
    .then(
      (end) => {
        file.end = end;
      },
      (error: unknown) => {
        file.error = error;
      },
    );
  return file;
}

export const momentsOf = ({ calls }: Running) => calls.map(({ atS }) => atS);
