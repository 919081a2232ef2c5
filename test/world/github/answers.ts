// Answers in GitHub's form.

import { createHash } from 'node:crypto';
import type { SandboxRequest } from '../../../src/sandbox/messages.ts';
import type { Answer } from '../../support/sandbox-dispatcher.ts';

export interface RouteCall {
  readonly request: SandboxRequest;
  /** Below the repository. */
  readonly path: string;
  /** The groups of the pattern, decoded. */
  readonly groups: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly apiUrl: string;
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  const body = JSON.stringify(value);
  const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`;
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', etag, ...headers },
    body,
  };
}

/** One page of a list, with a link to the next one. GitHub may put fewer entries on a page than a call asks for. */
export function page(
  all: readonly object[],
  { query, path, apiUrl }: RouteCall,
  sizeLimit = 100,
): Answer {
  const asked = Number(query.get('per_page') ?? 30);
  if (!(asked >= 1 && asked <= 100)) return refusal(422, 'per_page is not between 1 and 100');
  const size = Math.min(sizeLimit, asked);
  const number = Number(query.get('page') ?? 1);
  const entries = all.slice((number - 1) * size, number * size);
  if (number * size >= all.length) return json(200, entries);
  const next = new URLSearchParams(query);
  next.set('page', String(number + 1));
  // The path of the links is not that of the request.
  const base = `${apiUrl}/repositories/1296269${path}`;
  return json(200, entries, {
    link: `<${base}?page=1>; rel="first", <${base}?${next}>; rel="next"`,
  });
}

export function refusal(status: number, message: string): Answer {
  return json(status, {
    message,
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  });
}
