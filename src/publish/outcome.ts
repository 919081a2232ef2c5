// What an error means: for its file, by how far that came, and for the run. Pure.

import { type ActionError, RunError } from '../errors.ts';
import type { Outcome, Stage } from './ledger.ts';
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
    const text = `uploaded, but the run was stopped before LinkedIn had processed it: ${error.message}`;
    return { state: 'processing', error: new RunError('RUN_STOPPED', text, { cause: error }) };
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

export function cancelled(when: string): RunError {
  return new RunError('RUN_CANCELLED', `the run was cancelled ${when}`);
}
