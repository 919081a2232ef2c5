// LinkedIn's error responses: JSON in several formats from its API, and HTML pages from its upload host.
// Callers pass the reason. A message must never contain a token.

import { htmlResponse, jsonResponse, type SandboxResponse } from './messages.ts';

/** Thrown to reject a call with `response`. `message` is the reason and is safe to log. */
export class ErrorResponse extends Error {
  readonly response: SandboxResponse;

  constructor(reason: string, response: SandboxResponse) {
    super(reason);
    this.name = 'ErrorResponse';
    this.response = response;
  }
}

/** An error of the API. Some have a code, some an older number, and some neither. */
export function apiError(
  status: number,
  message: string,
  code?: string,
  serviceErrorCode?: number,
): ErrorResponse {
  return new ErrorResponse(
    message,
    jsonResponse(status, { status, serviceErrorCode, code, message }),
  );
}

export function illegalArgument(message: string): ErrorResponse {
  return apiError(400, message, 'ILLEGAL_ARGUMENT');
}

/** The format of the upload host. */
export function htmlError(status: number, reason: string): ErrorResponse {
  return new ErrorResponse(reason, htmlResponse(status, reason));
}

/** An invalid value in the body. LinkedIn answers as for a missing permission. */
export function invalidField(path: string): ErrorResponse {
  return deniedField('Field Value validation failed', path);
}

/** A field that LinkedIn knows but does not allow in this body. */
export function unpermittedField(path: string): ErrorResponse {
  return deniedField('Unpermitted fields present', path);
}

function deniedField(what: string, path: string): ErrorResponse {
  const message = `${what} in REQUEST_BODY: Data Processing Exception while processing fields [${path}]`;
  return apiError(403, message, 'ACCESS_DENIED', 100);
}

/** The format of the checks behind the API: a code and the affected field. */
export function inputError(
  code: string,
  path: string,
  message = `${path}: ${code}`,
): ErrorResponse {
  const input = { inputPath: { fieldPath: path.slice(1) } };
  const body = {
    errorDetailType: 'com.linkedin.common.error.BadRequest',
    code,
    message,
    errorDetails: { inputErrors: [{ description: message, input, code }] },
    status: 400,
  };
  return new ErrorResponse(message, jsonResponse(400, body));
}

/** The format of the service behind posts, recorded from 2022 to 2025: only the details have the code. `message` is the reason. */
export function contentError(status: number, message: string, inputError: object): ErrorResponse {
  const body = {
    errorDetailType: 'com.linkedin.common.error.BadRequest',
    message: `com.linkedin.content.common.exception.BadRequestResponseException: ${message}`,
    errorDetails: { inputErrors: [inputError] },
    status,
  };
  return new ErrorResponse(message, jsonResponse(status, body));
}

export function missingField(path: string): ErrorResponse {
  return inputError('MISSING_FIELD', path, `Required field is missing: ${path}`);
}

/** Rest.li's schema validation of a body, recorded in 2023 and 2025: one line per error. */
export function schemaErrors(
  errors: readonly (readonly [path: string, text: string])[],
): ErrorResponse {
  const message = errors.map(([path, text]) => `ERROR :: ${path} :: ${text}\n`).join('');
  const { headers, ...response } = jsonResponse(422, { message, status: 422 });
  return new ErrorResponse(message.trim(), {
    ...response,
    headers: { ...headers, 'x-restli-error-response': 'true' },
  });
}
