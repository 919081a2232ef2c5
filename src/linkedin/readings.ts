// What a read of a status comes to for its file, when it fails too.

import { ActionError } from '../errors.ts';
import type { StatusAnswer, StatusReading } from './session.ts';

/** LinkedIn's words for a status are shorter; what is longer is none. */
export const WORD_CAP = 60;

/** An error of ours stands for its own file; a bug is thrown. */
export async function answerOf(read: () => Promise<StatusReading>): Promise<StatusAnswer> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ActionError) return unreadableOr(error);
    throw error;
  }
}

/** A token may be good for uploads and not for reading their status: that is no failure of the file. */
export function unreadableOr(error: ActionError): StatusAnswer {
  return error.code === 'ACCESS_DENIED' ? { state: 'unreadable', error } : error;
}
