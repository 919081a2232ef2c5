// What a read of a status comes to for its file, when it fails too.

import { ActionError } from '../errors.ts';
import type { MediaStatus, StatusResult } from './session.ts';

/** LinkedIn's words for a status are shorter; what is longer is none. */
export const MAX_STATUS_LENGTH = 60;

/** An error of ours stands for its own file; a bug is thrown. */
export async function toStatusResult(read: () => Promise<MediaStatus>): Promise<StatusResult> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ActionError) return toErrorResult(error);
    throw error;
  }
}

/** A token may be good for uploads and not for reading their status: that is no failure of the file. */
export function toErrorResult(error: ActionError): StatusResult {
  return error.code === 'ACCESS_DENIED' ? { state: 'unreadable', error } : error;
}
