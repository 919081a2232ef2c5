// The ways LinkedIn says no: three shapes of JSON from its API, HTML pages from its upload host.
// Knows the shapes only; which rule was broken is the caller's to say, and no message may carry a token.

import { jsonReply, pageReply, type SandboxReply } from './exchange.ts';

/** A call that is answered with a refusal. `message` is the reason, fit for a log. */
export class Refusal extends Error {
  readonly reply: SandboxReply;

  constructor(reason: string, reply: SandboxReply) {
    super(reason);
    this.name = 'Refusal';
    this.reply = reply;
  }
}

/** The oldest shape, of the shared error-handling page: a number of LinkedIn's own beside the status. */
export function numbered(status: number, serviceErrorCode: number, message: string): Refusal {
  return new Refusal(message, jsonReply(status, { serviceErrorCode, message, status }));
}

/** The shape of the versioned API: a code in words, and at times the old number too. */
export function coded(status: number, code: string, message: string, serviceErrorCode?: number): Refusal {
  const number = serviceErrorCode === undefined ? {} : { serviceErrorCode };
  return new Refusal(message, jsonReply(status, { status, ...number, code, message }));
}

/** The bare shape: no code of either kind. */
export function bare(status: number, message: string): Refusal {
  return new Refusal(message, jsonReply(status, { message, status }));
}

/** The upload host speaks HTML. */
export function page(status: number, reason: string): Refusal {
  return new Refusal(reason, pageReply(status, reason));
}

/** A value that the body may not have; LinkedIn answers it as if it were a missing permission. */
export function unallowed(path: string): Refusal {
  const message = `Field Value validation failed in REQUEST_BODY: Data Processing Exception while processing fields [${path}]`;
  return coded(403, 'ACCESS_DENIED', message, 100);
}

/** A field that the body may not have. */
export function unpermitted(path: string): Refusal {
  const message = `Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [${path}]`;
  return coded(403, 'ACCESS_DENIED', message, 100);
}

/** A field that the body must have. */
export function missing(path: string): Refusal {
  return bare(400, `${path} is required and was not sent`);
}
