// The ways LinkedIn says no: five shapes of JSON from its API, HTML pages from its upload host.
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

/** A field that LinkedIn knows, and that this body may not have. */
export function unpermitted(path: string): Refusal {
  const message = `Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [${path}]`;
  return coded(403, 'ACCESS_DENIED', message, 100);
}

/** A field that the body must have. */
export function missing(path: string): Refusal {
  return inputError('MISSING_FIELD', path, `Required field is missing: ${path}`);
}

/** The shape of the checks behind the API: a code, and the field it is about. */
export function inputError(code: string, path: string, message: string): Refusal {
  const input = { inputPath: { fieldPath: path.replace(/^\//, '') } };
  const body = {
    errorDetailType: 'com.linkedin.common.error.BadRequest',
    code,
    message,
    errorDetails: { inputErrors: [{ description: message, input, code }] },
    status: 400,
  };
  return new Refusal(message, jsonReply(400, body));
}

/** Rest.li's own check of a body against its schema, recorded in 2023 and 2025: one line for each mistake. */
export function schemaErrors(mistakes: readonly (readonly [path: string, text: string])[]): Refusal {
  const message = mistakes.map(([path, text]) => `ERROR :: ${path} :: ${text}\n`).join('');
  const reply = jsonReply(422, { message, status: 422 });
  return new Refusal(message.trim(), {
    ...reply,
    headers: { ...reply.headers, 'x-restli-error-response': 'true' },
  });
}
