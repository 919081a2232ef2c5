// A status poller in virtual time, the files that join it, and every read that it makes.

import type { ActionError } from '../../../src/errors.ts';
import type { LinkedIn, MediaStatus, StatusQuery } from '../../../src/linkedin/session.ts';
import type { RetryInfo } from '../../../src/upload/file-state.ts';
import { type PollResult, StatusPoller } from '../../../src/upload/polling/status-poller.ts';
import { TestClock } from '../../support/clock.ts';
import { PROCESSING } from '../fake-linkedin.ts';

export const MINUTE_MS = 60_000;

export type Answer = MediaStatus | ActionError;

interface Setup {
  /** The status of a file at a moment, in milliseconds since the start. */
  readonly statusOf?: (name: string, nowMs: number) => Answer;
  /** In place of `statusOf`, for a whole call. */
  readonly read?: (names: readonly string[], nowMs: number) => Promise<Answer[]>;
  /** Whether one call covers all due files, or each file has a separate call. */
  readonly isTogether?: boolean | ((query: Pick<StatusQuery, 'api' | 'kind'>) => boolean);
  /** Whether LinkedIn rejects this call for several files. */
  readonly rejects?: (query: StatusQuery) => boolean;
  readonly withReadSlot?: <T>(call: () => Promise<T>, signal: AbortSignal) => Promise<T>;
  readonly finalReadError?: (error: ActionError) => ActionError | null;
}

/** A status poller, and every `readStatuses` call that it makes: the moment and the files. */
export function startPolling({
  statusOf = () => PROCESSING,
  read,
  finalReadError = (error) => error,
  withReadSlot = (call) => call(),
  isTogether = true,
  rejects = () => false,
}: Setup = {}) {
  const clock = new TestClock();
  const cancel = new AbortController();
  const calls: { readonly atS: number; readonly names: readonly string[] }[] = [];
  const repeats: (RetryInfo & { readonly name: string })[] = [];
  const answer = async (names: readonly string[]) => {
    calls.push({ atS: clock.now() / 1000, names });
    if (read !== undefined) return await read(names, clock.now());
    return names.map((name) => statusOf(name, clock.now()));
  };
  const linkedin: Pick<LinkedIn, 'readStatuses' | 'readsTogether'> = {
    readsTogether: (query) => (typeof isTogether === 'boolean' ? isTogether : isTogether(query)),
    readStatuses: (queries, withSlot) => {
      const names = queries.map(({ urn }) => urn);
      const [query] = queries;
      const isBatch = query !== undefined && (linkedin.readsTogether?.(query) ?? false);
      const isRejected = query !== undefined && rejects(query);
      const batches = isBatch ? [names] : names.map((name) => [name]);
      return batches.flatMap((some) => {
        const results = withSlot(() => answer(some));
        // A response may lack a file.
        return some.map(async (_, index) => (isRejected ? null : ((await results)[index] as Answer)));
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
  /** False for the upload of an earlier run, which is read at once. */
  readonly isNew?: boolean;
  readonly timeoutMs?: number;
  readonly kind?: StatusQuery['kind'];
  readonly api?: StatusQuery['api'];
  readonly missingAfterMs?: number;
}

/** Adds a file to the poller and records its result. */
export function join({ poller, repeats }: Running, name: string, wait: Wait = {}) {
  const {
    isNew = true,
    timeoutMs = 30 * MINUTE_MS,
    kind = 'image',
    api = 'media',
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
      timeoutMs,
      missingAfterMs,
      isNew,
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
