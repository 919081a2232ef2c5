// The `fetch` of Octokit: requests to GitHub's API over the client of all HTTP requests, with responses that arrive whole.

import { CallError } from '../errors/action-error.ts';
import type { HttpClient } from '../http/client.ts';
import { describeRequest, type HttpRequest, type HttpResponse, MAX_GITHUB_BYTES } from '../http/messages.ts';
import { invalidReasonOf, rejectionOf, toGitHubError } from './github-response.ts';

/** The options that Octokit passes to `fetch`. */
interface FetchInit {
  readonly method: HttpRequest['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Replaces the signal of the run: the last write of a cancelled run starts after that has aborted. */
  readonly signal?: AbortSignal;
}

/** @throws as `sendToGitHub`; CallError GITHUB_FAILED for a response without the expected content */
export function fetchOver(
  http: HttpClient,
  runSignal: AbortSignal,
): (address: string, init: FetchInit) => Promise<Response> {
  return async (address, { method, headers, body, signal = runSignal }) => {
    const request = { method, url: new URL(address), headers, body, signal, bearer: true } as const;
    const response = await sendToGitHub(http, { ...request, maxResponseBytes: MAX_GITHUB_BYTES });
    const { status, text, call } = response;
    // Octokit would report an incomplete body as a success without data. Without a content length, it looks complete.
    const invalidReason = invalidReasonOf(text);
    if (invalidReason !== null) {
      const message = `the response to ${describeRequest({ ...request, phase: 'github' })} ${invalidReason}`;
      throw new CallError('GITHUB_FAILED', message, { call, status });
    }
    const { link } = response.headers;
    const type = { 'content-type': 'application/json; charset=utf-8' };
    return new Response(text, { status, headers: { ...type, ...(link ? { link: String(link) } : {}) } });
  };
}

/**
 * Sends a request to GitHub. Only a read has certainly no effect.
 * @throws CallError GITHUB_DENIED, GITHUB_FAILED, TLS_FAILED; the error of an aborted signal; that of `receive`
 */
export async function sendToGitHub(
  http: HttpClient,
  given: Omit<HttpRequest, 'phase' | 'idempotency'>,
): Promise<HttpResponse> {
  const idempotency = given.method === 'GET' ? 'idempotent' : 'non-idempotent';
  const request: HttpRequest = { ...given, phase: 'github', idempotency };
  let response: HttpResponse;
  try {
    response = await http.request(request);
  } catch (error) {
    throw toGitHubError(error);
  }
  if (response.status >= 400) throw rejectionOf(request, response, http.serverNow());
  return response;
}
