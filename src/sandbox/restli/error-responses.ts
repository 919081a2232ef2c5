// The ways LinkedIn says no: five shapes of JSON from its API, HTML pages from its upload host.
// Knows the shapes only; which rule was broken is the caller's to say, and no message may carry a token.

import { htmlResponse, jsonResponse, type SandboxResponse } from '../messages.ts';

/** A call that is answered with a refusal. `message` is the reason, fit for a log. */
export class ErrorResponse extends Error {
  readonly response: SandboxResponse;

  constructor(reason: string, response: SandboxResponse) {
    super(reason);
    this.name = 'Refusal';
    this.response = response;
  }
}

/** The oldest shape, of the shared error-handling page: a number of LinkedIn's own beside the status. */
export function numericError(status: number, serviceErrorCode: number, message: string): ErrorResponse {
  return new ErrorResponse(message, jsonResponse(status, { serviceErrorCode, message, status }));
}

/** The shape of the versioned API: a code in words, and at times the old number too. */
export function codedError(
  status: number,
  code: string,
  message: string,
  serviceErrorCode?: number,
): ErrorResponse {
  const number = serviceErrorCode === undefined ? {} : { serviceErrorCode };
  return new ErrorResponse(message, jsonResponse(status, { status, ...number, code, message }));
}

/** The bare shape: no code of either kind. */
export function plainError(status: number, message: string): ErrorResponse {
  return new ErrorResponse(message, jsonResponse(status, { message, status }));
}

/** The upload host speaks HTML. */
export function htmlError(status: number, reason: string): ErrorResponse {
  return new ErrorResponse(reason, htmlResponse(status, reason));
}

/** A value that the body may not have; LinkedIn answers it as if it were a missing permission. */
export function invalidField(path: string): ErrorResponse {
  const message = `Field Value validation failed in REQUEST_BODY: Data Processing Exception while processing fields [${path}]`;
  return codedError(403, 'ACCESS_DENIED', message, 100);
}

/** A field that LinkedIn knows, and that this body may not have. */
export function unpermittedField(path: string): ErrorResponse {
  const message = `Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [${path}]`;
  return codedError(403, 'ACCESS_DENIED', message, 100);
}

/** A field that the body must have. */
export function missingField(path: string): ErrorResponse {
  return inputError('MISSING_FIELD', path, `Required field is missing: ${path}`);
}

/** The shape of the checks behind the API: a code, and the field it is about. */
export function inputError(code: string, path: string, message: string): ErrorResponse {
  const input = { inputPath: { fieldPath: path.replace(/^\//, '') } };
  const body = {
    errorDetailType: 'com.linkedin.common.error.BadRequest',
    code,
    message,
    errorDetails: { inputErrors: [{ description: message, input, code }] },
    status: 400,
  };
  return new ErrorResponse(message, jsonResponse(400, body));
}

/** Rest.li's own check of a body against its schema, recorded in 2023 and 2025: one line for each mistake. */
export function schemaErrors(mistakes: readonly (readonly [path: string, text: string])[]): ErrorResponse {
  const message = mistakes.map(([path, text]) => `ERROR :: ${path} :: ${text}\n`).join('');
  const response = jsonResponse(422, { message, status: 422 });
  return new ErrorResponse(message.trim(), {
    ...response,
    headers: { ...response.headers, 'x-restli-error-response': 'true' },
  });
}
