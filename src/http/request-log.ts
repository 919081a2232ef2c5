// Logs requests for step debugging: the URL, the response status and LinkedIn's request id.

import type { Clock } from '../deps.ts';
import { redactSecrets, Secret } from '../secret.ts';
import type { HttpRequest, HttpResponse } from './messages.ts';

/** `response` is null when none arrived. LinkedIn's support asks for the id. */
export interface RequestLogEntry {
  readonly method: string;
  /** The result of `loggableUrl`. */
  readonly url: string;
  readonly phase: HttpRequest['phase'];
  readonly durationMs: number;
  readonly response: { readonly status: number; readonly requestId: string | null } | null;
}

interface RequestLogOptions {
  readonly clock: Clock;
  /** Secrets that the URL may contain and the log must not show. */
  readonly secrets: readonly Secret[];
  readonly onLogEntry?: ((entry: RequestLogEntry) => void) | undefined;
}

/** Starts the entry of one request. The returned function ends it, with null when no response arrived. */
export function startLogEntry(
  { method, url, phase }: HttpRequest,
  { clock, secrets, onLogEntry }: RequestLogOptions,
): (reply: HttpResponse | null) => void {
  const startedMs = clock.now();
  return (reply) => {
    const id = reply?.headers['x-li-uuid'];
    const requestId = typeof id === 'string' ? id : null;
    const response = reply === null ? null : { status: reply.status, requestId };
    const durationMs = clock.now() - startedMs;
    onLogEntry?.({ method, url: loggableUrl(url, secrets), phase, durationMs, response });
  };
}

const LONGEST_PATH = 200;

/**
 * `host/path`, without user, query or fragment; a long path is cut. The query of an upload URL is a credential. The
 * server knows the token and chooses the path, so `secrets` and the values of the query are redacted in it.
 */
export function loggableUrl(url: URL, secrets: readonly Secret[]): string {
  const pairs = url.search.slice(1).split('&');
  const values = pairs.map((pair) => new Secret(pair.slice(pair.indexOf('=') + 1)));
  // Redacted before the cut, which could split a secret. Redaction may unescape the path.
  const path = redactSecrets(url.pathname, [...secrets, ...values]).replaceAll(/[?#]/g, encodeURIComponent);
  return url.host + (path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path);
}
