// A status poller in virtual time, the files that join it, and every read that it makes.

import { ActionError } from '../../src/errors/action-error.ts';
import type {
  LinkedIn,
  MediaStatus,
  StatusQuery,
  StatusResult,
} from '../../src/linkedin/session.ts';
import type { Outcome, RetryInfo } from '../../src/upload/file-state.ts';
import { RunLimits } from '../../src/upload/run-limits.ts';
import { StatusPoller } from '../../src/upload/status-poller.ts';
import { TestClock } from '../support/clock.ts';
import { itemAt, ledgerOf } from '../support/ledgers.ts';
import { NO_LEDGER, testRun } from '../support/run.ts';

export const AVAILABLE: MediaStatus = { state: 'available', status: 'AVAILABLE' };
export const PROCESSING: MediaStatus = { state: 'waiting', status: 'PROCESSING' };
export const WAITING: MediaStatus = { state: 'waiting', status: 'WAITING_UPLOAD' };
export const MINUTE_MS = 60_000;
const MOST_FILES = 200;

export type Answer = MediaStatus | ActionError;

/** Returns `answers` in order; the last one repeats. */
export function inOrder(answers: readonly Answer[]): () => Answer {
  const left = [...answers];
  return () => (left.length > 1 ? left.shift() : left[0]) ?? PROCESSING;
}

function toResult(answer: Answer): StatusResult {
  return answer instanceof ActionError ? { state: 'unread', error: answer } : answer;
}

interface Setup {
  /** The status of a file at a moment, in milliseconds since the start. */
  readonly statusOf?: (name: string, nowMs: number) => Answer;
  /** In place of `statusOf`, for a whole call. */
  readonly read?: (names: readonly string[], nowMs: number) => Promise<Answer[]>;
  /** Whether one call covers all due files, or each file has a separate call. */
  readonly isTogether?: boolean | ((query: Pick<StatusQuery, 'kind'>) => boolean);
  /** Whether LinkedIn rejects this call for several files. Each of them is then read alone. */
  readonly rejects?: (query: StatusQuery) => boolean;
  readonly waitMs?: number;
}

/** A status poller, and every status read that it makes: the moment and the files. */
export function startPolling({
  statusOf = () => PROCESSING,
  read,
  isTogether = true,
  rejects = () => false,
  waitMs = 30 * MINUTE_MS,
}: Setup = {}) {
  const clock = new TestClock();
  const cancel = new AbortController();
  const calls: { readonly atS: number; readonly names: readonly string[] }[] = [];
  const answer = async (names: readonly string[]) => {
    calls.push({ atS: clock.now() / 1000, names });
    if (read !== undefined) return await read(names, clock.now());
    return names.map((name) => statusOf(name, clock.now()));
  };
  const run = testRun({ clock, signal: cancel.signal });
  const limits = new RunLimits(run, 4, NO_LEDGER);
  const statuses: Pick<LinkedIn['statuses'], 'read' | 'readsTogether'> = {
    readsTogether: (query) => (typeof isTogether === 'boolean' ? isTogether : isTogether(query)),
    read: (queries) => {
      const names = queries.map(({ urn }) => urn);
      const [query] = queries;
      const isBatch = query !== undefined && statuses.readsTogether(query);
      const isRejected = query !== undefined && rejects(query);
      if (isRejected) calls.push({ atS: clock.now() / 1000, names });
      const batches = isBatch && !isRejected ? [names] : names.map((name) => [name]);
      return batches.flatMap((some) => {
        const results = limits.withReadSlot(async () => (await answer(some)).map(toResult));
        // A response may lack a file.
        return some.map(async (_, index) => (await results)[index] as StatusResult);
      });
    },
  };
  const names = [...Array(MOST_FILES).keys()].map(String);
  const ledger = ledgerOf(names, clock);
  const poller = new StatusPoller({
    ...run,
    linkedin: { statuses } as LinkedIn,
    ledger,
    limits,
    waitMs,
    readsArtifacts: false,
  });
  const joined: Joined[] = [];
  const repeats: (RetryInfo & { readonly name: string })[] = [];
  ledger.subscribe({
    onFile: ({ planned }, event) => {
      const file = joined[Number(planned.file.path)];
      if (file !== undefined && event.kind === 'status') file.statuses.push(event.status);
      if (file === undefined || event.kind !== 'retry') return;
      const { kind: _, ...retry } = event;
      repeats.push({ ...retry, name: file.name });
    },
  });
  return { clock, cancel, calls, repeats, limits, poller, joined, ledger };
}

export type Running = ReturnType<typeof startPolling>;

export interface Wait {
  /** False for the upload of an earlier run, which is read at once. */
  readonly isNew?: boolean;
  /** An earlier upload that LinkedIn may not show yet. */
  readonly isRecent?: boolean;
  /** Whether this is another upload of the last file. */
  readonly isAgain?: boolean;
  readonly kind?: StatusQuery['kind'];
}

interface Joined {
  readonly name: string;
  /** Null if the file needs another upload. */
  end: Outcome['state'] | null | undefined;
  error: unknown;
  readonly statuses: string[];
}

/** Adds a file to the poller and records its outcome. */
export function join(run: Running, name: string, wait: Wait = {}): Joined {
  const { poller, joined, ledger } = run;
  const { isNew = true, isRecent = false, isAgain = false, kind = 'image' } = wait;
  const file: Joined = { name, end: undefined, error: undefined, statuses: [] };
  if (isAgain) joined.pop();
  const item = itemAt(ledger, joined.push(file) - 1);
  const query: StatusQuery = { api: 'media', urn: name, kind, recipe: null };
  (isNew ? poller.watch(item, query, 1) : poller.verify(item, query, isRecent)).then(
    (outcome) => {
      file.end = outcome?.state ?? null;
      file.error = outcome?.error;
    },
    (error: unknown) => {
      file.error = error;
    },
  );
  return file;
}

export const momentsOf = ({ calls }: Running) => calls.map(({ atS }) => atS);
