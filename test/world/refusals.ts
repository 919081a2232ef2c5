// The answers with which a service refuses a call that met a fault.

import {
  jsonResponse,
  type SandboxRequest,
  type SandboxResponse,
} from '../../src/sandbox/messages.ts';
import type { Answer } from '../support/sandbox-dispatcher.ts';
import type { Fault } from './faults.ts';

/** As servers do in messages about a request that they did not like. */
export function echoOf({ method, path, headers }: SandboxRequest, body: string): string {
  return `invalid request: ${method} ${path}\n${headers.map((pair) => pair.join(': ')).join('\n')}\n\n${body}`;
}

/** `made`: the answer to a call that took effect. Its headers name what was made. */
export function rejection(
  { status = 500, retryAfterS, namesPost = false }: Partial<Fault>,
  { message = 'planned', made }: { readonly message?: string; readonly made?: Answer } = {},
): Answer {
  const headers = {
    ...(namesPost ? made?.headers : {}),
    'content-type': 'application/json',
    ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
  };
  return { status, headers, body: JSON.stringify({ message, status }) };
}

/** The URN of a post that does not exist, as if it had been made then. */
export function inventUrn(epochMs: number): string {
  return `urn:li:share:${BigInt(Math.floor(epochMs)) << 22n}`;
}

/** LinkedIn's refusal of a duplicate, which names a post. */
export function duplicateRefusal(urn: string | null, epochMs: number): SandboxResponse {
  const message = `com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of ${urn}`;
  const inputErrors = [
    { description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' },
  ];
  const errorDetailType = 'com.linkedin.common.error.BadRequest';
  const body = { errorDetailType, message, errorDetails: { inputErrors }, status: 422 };
  const { headers, ...answer } = jsonResponse(422, body);
  // An answer without a date is not compared with the time of the request.
  return { ...answer, headers: { ...headers, date: new Date(epochMs).toUTCString() } };
}

/** The URN of the post that an answer names; null if it names none. */
export function postIn(answer: Answer | null): string | null {
  return answer?.status === 201 ? (answer.headers['x-restli-id'] ?? null) : null;
}

/** Whether a status says that the call had no effect. */
export function isRefusal(status: number | null): boolean {
  return status !== null && status >= 400 && status < 500 && status !== 408 && status !== 409;
}
