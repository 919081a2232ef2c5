// What an error means: for its file, by how far that came, and for the run. Pure.

import { ActionError, RunError } from '../errors.ts';
import type { Outcome, Stage } from './entry.ts';
import { isFatal } from './verdict.ts';

export function outcomeOfFailure(
  error: ActionError,
  { stage, isCancelled }: { stage: Stage; isCancelled: boolean },
): Outcome {
  if (stage === 'waiting') {
    return { state: 'skipped', error: isCancelled ? cancelled('before its turn') : error };
  }
  if (isCancelled) {
    const isUploaded = stage === 'uploaded';
    return { state: isUploaded ? 'processing' : 'failed', error: cancelled(`while ${DOING[stage]}`) };
  }
  if (stage === 'uploaded' && (isFatal(error) || error.code === 'RUN_STOPPED')) {
    const text = 'uploaded, and not seen to be processed';
    return { state: 'processing', error: stopped(text, reasonOf(error)) };
  }
  return { state: 'failed', error };
}

const DOING = {
  registering: 'it was being registered',
  registered: 'it waited for its upload',
  uploading: 'it was being uploaded',
  uploaded: 'LinkedIn was processing it',
  settled: 'it was done',
} as const;

/** What was left undone, and why: each row tells what stopped the run, for it may be all that is read. */
export function stopped(undone: string, reason: ActionError): RunError {
  const text = `${undone}: the run was stopped (${reason.code}): ${reason.message}`;
  return new RunError('RUN_STOPPED', text, { cause: reason });
}

function reasonOf(error: ActionError): ActionError {
  return error.code === 'RUN_STOPPED' && error.cause instanceof ActionError ? error.cause : error;
}

export function cancelled(when: string): RunError {
  return new RunError('RUN_CANCELLED', `the run was cancelled ${when}`);
}
