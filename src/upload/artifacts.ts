// Reads the artifacts of an available file. An error does not fail the file.

import type { Clock } from '../deps.ts';
import { abortReason, interruptedError, toActionError } from '../errors/action-error.ts';
import type { Artifact, LinkedIn, StatusQuery } from '../linkedin/session.ts';
import type { FileItem } from './file-state.ts';
import type { Ledger } from './ledger.ts';
import type { RequestScheduler } from './request-scheduler.ts';
import { callWithRetries } from './retry/retrier.ts';

interface AvailableFile {
  readonly item: FileItem;
  readonly query: StatusQuery;
  /** The artifacts, if the status included them. */
  readonly listed?: readonly Artifact[] | undefined;
}

interface ArtifactOptions {
  readonly ledger: Ledger;
  readonly linkedin: LinkedIn;
  readonly scheduler: RequestScheduler;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const MAX_READ_ATTEMPTS = 5;

export async function recordArtifacts(file: AvailableFile, options: ArtifactOptions): Promise<void> {
  const { ledger, scheduler, signal } = options;
  try {
    const artifacts = file.listed ?? (await readArtifacts(file, options));
    ledger.record(file.item, { kind: 'artifacts', artifacts });
  } catch (thrown) {
    const end = abortReason(signal);
    const error = end === null ? toActionError(thrown) : interruptedError('before they were read', end);
    ledger.record(file.item, { kind: 'artifacts-unread', error });
    if (error.endsRun) scheduler.stop(error);
  }
}

function readArtifacts(
  { item, query }: AvailableFile,
  options: ArtifactOptions,
): Promise<readonly Artifact[]> {
  const { linkedin, ledger, scheduler, clock } = options;
  return callWithRetries(
    () => linkedin.statuses.readArtifacts(query),
    {
      limiter: scheduler.reads,
      key: item,
      maxAttempts: MAX_READ_ATTEMPTS,
      onRetry: (retry) => ledger.record(item, { kind: 'retry', ...retry }),
    },
    { scheduler, clock, signal: scheduler.readSignal },
  );
}
