// What follows from a failed call: the one place that decides whether it is tried again, and how. Pure.

import {
  type ActionError,
  type CallFacts,
  type Code,
  HttpError,
  LinkedInError,
  NetworkError,
  ReplyShapeError,
} from '../errors.ts';

/** Why something is tried again: it broke, or it was too much for LinkedIn. */
export type RepeatReason = 'fault' | 'throttled';

export interface Again {
  readonly next: 'again';
  readonly reason: RepeatReason;
  /** The call may have had its effect, though its answer never came. */
  readonly isLost: boolean;
  /** What LinkedIn asks to wait, milliseconds; null when it does not say. */
  readonly waitMs: number | null;
  /** Tries that it is worth, the first one included. */
  readonly tries: number;
}

export type Verdict =
  | Again
  /** The upload must begin anew, with another registration, as long as the file has had fewer than `sessions`. */
  | { readonly next: 'new-session'; readonly sessions: number }
  /** True for one file, true for all: the run stops, so that nothing is spent on the same answer again. */
  | { readonly next: 'stop' }
  | { readonly next: 'give-up' };

const GIVE_UP = { next: 'give-up' } as const;
const STOP = { next: 'stop' } as const;
// Each registration leaves a URN behind.
const NEW_SESSION = { next: 'new-session', sessions: 3 } as const;
// What two registrations in a row meet is no accident, and each costs all bytes of the file.
const ONE_NEW_SESSION = { next: 'new-session', sessions: 2 } as const;
/** Of a registration whose answer was damaged on its way, its URN readable. */
const DAMAGED_TRIES = 3;

const FATAL: ReadonlySet<Code> = new Set<Code>([
  'TOKEN_REFUSED',
  'MEMBER_RESTRICTED',
  'VERSION_INACTIVE',
  'DAILY_LIMIT',
  'TLS_FAILED',
  'PROXY_REFUSED',
  'RETRIES_SPENT',
]);

export function verdictOn(error: ActionError): Verdict {
  const { call, code } = error;
  if (code === 'UPLOAD_EXPIRED') return NEW_SESSION;
  if (code === 'PART_PLAN') return ONE_NEW_SESSION;
  if (FATAL.has(code)) return STOP;
  if (call === undefined) return GIVE_UP;
  // A permission that is missing to register is missing for every file of this owner.
  if (code === 'ACCESS_DENIED') return call.phase === 'register' ? STOP : GIVE_UP;
  if (error instanceof NetworkError) return onBrokenCall(code, call);
  // An answer before the last byte, or a good one of no use: neither tells what LinkedIn has.
  if (code === 'UPLOAD_INCOMPLETE' || (error instanceof HttpError && error.status < 300))
    return again('fault', { isLost: isOnceOnly(call) });
  if (error instanceof LinkedInError) return onRefusal(error, call);
  // A second answer without a receipt is how LinkedIn answers, not a fault on the way.
  if (code === 'ETAG_MISSING') return again('fault', { isLost: false, tries: 2 });
  if (error instanceof ReplyShapeError) {
    // Where its URN is known nothing is lost, but each try leaves another one behind.
    return error.urn === undefined
      ? again('fault', { isLost: isOnceOnly(call) })
      : again('fault', { isLost: false, tries: DAMAGED_TRIES });
  }
  return GIVE_UP;
}

/** Whether an error that ended a file ends the run: what is true for all, and a limit that outlasted its tries. */
export function isFatal(error: ActionError): boolean {
  return verdictOn(error).next === 'stop' || error.code === 'LIMIT_REACHED';
}

/** Whether an error that ends the run ends its status reads too. A refused registration says nothing about reading. */
export function endsReads({ code }: ActionError): boolean {
  return FATAL.has(code) || code === 'LIMIT_REACHED';
}

/** Whether another try may do harm when the one before had its effect: the call site says so, and why. */
function isOnceOnly({ repeat }: CallFacts): boolean {
  return repeat !== 'freely';
}

function onBrokenCall(code: Code, call: CallFacts): Verdict {
  const { phase, sent } = call;
  const reason = code === 'NETWORK_TIMEOUT' ? 'throttled' : 'fault';
  // A body that did not leave whole cannot have been stored; any other call may have been heard from its first byte.
  const mayBeHeard = phase === 'upload' ? sent === 'all' : sent !== 'nothing';
  return again(reason, { isLost: isOnceOnly(call) && mayBeHeard });
}

function onRefusal({ status, retryAfterMs }: LinkedInError, call: CallFacts): Verdict {
  const { phase } = call;
  if (status === 429) return again('throttled', { isLost: false, waitMs: retryAfterMs });
  // LinkedIn documents 409 CONFLICT as one to retry. An upload address that answers it is dead, which is judged above.
  if (status === 408 || status === 409 || status >= 500) {
    // A server that fails in the middle may have done its work; an upload it did not take is simply sent again.
    return again('fault', { isLost: isOnceOnly(call) && phase !== 'upload', waitMs: retryAfterMs });
  }
  // No such address to register at: there is none for the other files either.
  if (phase === 'register' && (status === 404 || status === 405)) return STOP;
  // The parts do not fit together, whatever the reason: their session is of no more use.
  if (phase === 'complete') return ONE_NEW_SESSION;
  return GIVE_UP;
}

interface More {
  readonly isLost: boolean;
  readonly waitMs?: number | null;
  readonly tries?: number;
}

function again(
  reason: RepeatReason,
  { isLost, waitMs = null, tries = Number.POSITIVE_INFINITY }: More,
): Again {
  return { next: 'again', reason, isLost, waitMs, tries };
}
