// LinkedIn's error responses: five JSON formats from its API, and HTML pages from its upload host.
// Callers pass the reason. A message must never contain a token.

import { htmlResponse, jsonResponse, type SandboxResponse } from '../messages.ts';

/** Thrown to reject a call with `response`. `message` is the reason and is safe to log. */
export class ErrorResponse extends Error {
  readonly response: SandboxResponse;

  constructor(reason: string, response: SandboxResponse) {
    super(reason);
    this.name = 'ErrorResponse';
    this.response = response;
  }
}

/** The oldest format, from the shared error-handling page: a numeric LinkedIn code besides the status. */
export function numericError(status: number, serviceErrorCode: number, message: string): ErrorResponse {
  return new ErrorResponse(message, jsonResponse(status, { serviceErrorCode, message, status }));
}

/** The format of the versioned API: a text code, sometimes with the old numeric code. */
export function codedError(
  status: number,
  code: string,
  message: string,
  serviceErrorCode?: number,
): ErrorResponse {
  const number = serviceErrorCode === undefined ? {} : { serviceErrorCode };
  return new ErrorResponse(message, jsonResponse(status, { status, ...number, code, message }));
}

/** The plain format, without a code. */
export function plainError(status: number, message: string): ErrorResponse {
  return new ErrorResponse(message, jsonResponse(status, { message, status }));
}

/** The format of the upload host. */
export function htmlError(status: number, reason: string): ErrorResponse {
  return new ErrorResponse(reason, htmlResponse(status, reason));
}

/** An invalid value in the body. LinkedIn answers as for a missing permission. */
export function invalidField(path: string): ErrorResponse {
  const message = `Field Value validation failed in REQUEST_BODY: Data Processing Exception while processing fields [${path}]`;
  return codedError(403, 'ACCESS_DENIED', message, 100);
}

/** A field that LinkedIn knows but does not allow in this body. */
export function unpermittedField(path: string): ErrorResponse {
  const message = `Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [${path}]`;
  return codedError(403, 'ACCESS_DENIED', message, 100);
}

/** A required field is missing from the body. */
export function missingField(path: string): ErrorResponse {
  return inputError('MISSING_FIELD', path, `Required field is missing: ${path}`);
}

/** The format of the checks behind the API: a code and the affected field. */
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

/** As recorded in 2025 for the text of a post. LinkedIn's page names another code, FIELD_LENGTH_TOO_LONG, for all fields. */
export function textTooLong(text: string, length: number, maxLength: number): ErrorResponse {
  const what = `ShareCommentary text length (${length} characters) exceeded the maximum allowed (${maxLength} characters)`;
  const message = `com.linkedin.content.common.exception.BadRequestResponseException: ${what}`;
  const description = 'Size of array cannot be higher than the maxLength';
  const input = { value: { stringValue: text } };
  const body = {
    errorDetailType: 'com.linkedin.common.error.BadRequest',
    message,
    errorDetails: { inputErrors: [{ description, input, code: 'FIELD_ARRAY_SIZE_TOO_HIGH', maxLength }] },
    status: 400,
  };
  return new ErrorResponse(message, jsonResponse(400, body));
}

/** Rest.li's schema validation of a body, recorded in 2023 and 2025: one line per error. */
export function schemaErrors(errors: readonly (readonly [path: string, text: string])[]): ErrorResponse {
  const message = errors.map(([path, text]) => `ERROR :: ${path} :: ${text}\n`).join('');
  const response = jsonResponse(422, { message, status: 422 });
  return new ErrorResponse(message.trim(), {
    ...response,
    headers: { ...response.headers, 'x-restli-error-response': 'true' },
  });
}
