// Converts the outcome of a status read, including its errors, to a result for its file.

import { ActionError } from '../errors.ts';
import type { MediaStatus, StatusResult } from './session.ts';

/** LinkedIn's statuses are shorter. A longer text is cut. */
export const MAX_STATUS_LENGTH = 60;

/** Returns an ActionError as the result of its file. Throws any other error, which is a bug. */
export async function toStatusResult(read: () => Promise<MediaStatus>): Promise<StatusResult> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ActionError) return toErrorResult(error);
    throw error;
  }
}

/** A token may be allowed to upload but not to read the status. That is not a failure of the file. */
export function toErrorResult(error: ActionError): StatusResult {
  return error.code === 'ACCESS_DENIED' ? { state: 'unreadable', error } : error;
}
