// What follows from a failed call: the one place that decides whether it is tried again, and how. Pure.

import {
  type ActionError,
  type CallFacts,
  type Code,
  LinkedInError,
  NetworkError,
  ReplyShapeError,
} from '../errors.ts';
import type { RepeatReason } from './budget.ts';

export interface Again {
  readonly next: 'again';
  readonly reason: RepeatReason;
  /** The call may have had its effect, though its answer never came. */
  readonly isLost: boolean;
  /** What LinkedIn asks to wait, milliseconds; null when it does not say. */
  readonly waitMs: number | null;
}

export type Verdict =
  | Again
  /** The upload must begin anew, with another registration. */
  | { readonly next: 'new-session' }
  /** True for one file, true for all: the run stops, so that nothing is spent on the same answer again. */
  | { readonly next: 'stop' }
  | { readonly next: 'give-up' };

const GIVE_UP = { next: 'give-up' } as const;
const NEW_SESSION = { next: 'new-session' } as const;
const STOP = { next: 'stop' } as const;

const FATAL: ReadonlySet<Code> = new Set<Code>([
  'TOKEN_REFUSED',
  'MEMBER_RESTRICTED',
  'VERSION_RETIRED',
  'DAILY_LIMIT',
  'TLS_FAILED',
  'RETRIES_SPENT',
]);

export function verdictOn(error: ActionError): Verdict {
  const { call, code } = error;
  if (code === 'UPLOAD_EXPIRED') return NEW_SESSION;
  if (FATAL.has(code)) return STOP;
  if (call === undefined) return GIVE_UP;
  // A permission that is missing to register is missing for every file of this owner.
  if (code === 'ACCESS_DENIED') return call.phase === 'register' ? STOP : GIVE_UP;
  if (error instanceof NetworkError) return onBrokenCall(code, call);
  if (error instanceof LinkedInError) return onRefusal(error, call);
  // An answer before the last byte, or one of no use: neither tells what LinkedIn has.
  if (code === 'UPLOAD_INCOMPLETE') return again('fault', { isLost: true });
  if (code === 'ETAG_MISSING') return again('fault', { isLost: false });
  if (error instanceof ReplyShapeError && error.urn === undefined) {
    return again('fault', { isLost: call.phase === 'register' });
  }
  return GIVE_UP;
}

export function isFatal(error: ActionError): boolean {
  return verdictOn(error).next === 'stop';
}

function onBrokenCall(code: Code, { phase, sent }: CallFacts): Verdict {
  const reason = code === 'NETWORK_TIMEOUT' ? 'throttled' : 'fault';
  // A body that did not leave whole cannot have been stored; any other call may have been heard from its first byte.
  const isLost = phase === 'upload' ? sent === 'all' : sent !== 'nothing';
  return again(reason, { isLost });
}

function onRefusal({ status, retryAfterMs }: LinkedInError, { phase }: CallFacts): Verdict {
  if (status === 429) return again('throttled', { isLost: false, waitMs: retryAfterMs });
  if (status === 408 || status >= 500) {
    // A server that fails in the middle may have done its work; an upload it did not take is simply sent again.
    return again('fault', { isLost: phase === 'register' || phase === 'complete', waitMs: retryAfterMs });
  }
  // The parts do not fit together, whatever the reason: their session is of no more use.
  if (phase === 'complete') return NEW_SESSION;
  return GIVE_UP;
}

function again(reason: RepeatReason, more: { isLost: boolean; waitMs?: number | null }): Again {
  return { next: 'again', reason, isLost: more.isLost, waitMs: more.waitMs ?? null };
}
