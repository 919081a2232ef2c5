// What sending needs of a run, and the error of what LinkedIn took and the memory did not.

import { ActionError } from '../../errors/action-error.ts';
import type { PostClient } from '../../linkedin/post-client.ts';
import type { Memory } from '../../memory/memory.ts';
import type { PostMemory } from '../memory/post-memory.ts';
import type { PostLedger } from '../post-ledger.ts';
import type { Reader } from './recovery.ts';

export interface SendRun extends Reader {
  readonly ledger: PostLedger;
  readonly remembered: { readonly memory: Memory; readonly posts: PostMemory };
  readonly linkedin: { readonly posts: PostClient; serverNow(): number };
  /** The page of the run on GitHub; empty outside GitHub. */
  readonly runUrl: string;
  readonly logger: { readonly info: (text: string) => void };
}

/** `done`: what is on LinkedIn. */
export function notStoredError(done: string, cause: ActionError, hint?: string): ActionError {
  const problem = `${done}, but that could not be remembered: ${cause.message}`;
  return new ActionError(cause.code, problem, { hint, cause });
}
