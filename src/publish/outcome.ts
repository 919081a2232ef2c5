// Maps an error to the outcome of its file, by the stage of the file, and to the errors of a stopped run. Pure.

import { ActionError, RunError } from '../errors.ts';
import type { Outcome, Stage } from './file-state.ts';
import { isFatal } from './retry/retry-policy.ts';

export function outcomeOfFailure(
  error: ActionError,
  { stage, end }: { stage: Stage; end: ActionError | null },
): Outcome {
  if (stage === 'waiting') {
    return { state: 'skipped', error: end === null ? error : interruptedError('before its turn', end) };
  }
  if (end !== null) {
    const isUploaded = stage === 'uploaded';
    return {
      state: isUploaded ? 'processing' : 'failed',
      error: interruptedError(`while ${ACTIVITY_BY_STAGE[stage]}`, end),
    };
  }
  if (stage === 'uploaded' && (isFatal(error) || error.code === 'RUN_STOPPED')) {
    const undone = 'uploaded, and not seen to be processed';
    return { state: 'processing', error: runStoppedError(undone, rootReason(error)) };
  }
  return { state: 'failed', error };
}

const ACTIVITY_BY_STAGE = {
  registering: 'it was being registered',
  registered: 'it waited for its upload',
  uploading: 'it was being uploaded',
  uploaded: 'LinkedIn was processing it',
  settled: 'it was done',
} as const;

/** `what` was left undone because of `reason`. Each row repeats the reason, because users may read only one row. */
export function runStoppedError(what: string, reason: ActionError): RunError {
  const undone = `${what}: the run was stopped (${reason.code}): ${reason.message}`;
  return new RunError('RUN_STOPPED', undone, { cause: reason });
}

function rootReason(error: ActionError): ActionError {
  return error.code === 'RUN_STOPPED' && error.cause instanceof ActionError ? error.cause : error;
}

/** The error of work that the end of the run interrupted. */
export function interruptedError(when: string, end: ActionError): RunError {
  if (end.code === 'RUN_CANCELLED') return new RunError(end.code, `the run was cancelled ${when}`);
  return runStoppedError(`ended ${when}`, end);
}

/** Why `signal` ended the run: a cancellation or a bug. Null while the run goes on. */
export function abortReason(signal: AbortSignal): ActionError | null {
  if (!signal.aborted) return null;
  const { reason } = signal;
  return reason instanceof ActionError ? reason : new RunError('RUN_CANCELLED', 'the run was cancelled');
}
