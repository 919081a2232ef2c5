// The answers with which a service refuses a call that met a fault.

import type { SandboxRequest } from '../../src/sandbox/messages.ts';
import type { Answer } from '../support/sandbox-dispatcher.ts';
import type { Fault } from './faults.ts';

/** As servers do in messages about a request that they did not like. */
export function echoOf({ method, path, headers }: SandboxRequest, body: string): string {
  return `invalid request: ${method} ${path}\n${headers.map((pair) => pair.join(': ')).join('\n')}\n\n${body}`;
}

export function rejection({
  status = 500,
  retryAfterS,
  message = 'planned',
}: Partial<Fault> & { readonly message?: string }): Answer {
  const headers = {
    'content-type': 'application/json',
    ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
  };
  return { status, headers, body: JSON.stringify({ message, status }) };
}
