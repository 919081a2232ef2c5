// Adds a canary to every secret in a response of LinkedIn, and removes it from requests before the sandbox sees them.

import {
  readBody,
  type SandboxHandler,
  type SandboxRequest,
  type SandboxResponse,
} from '../../src/sandbox/messages.ts';
import { bodyOf } from '../support/sandbox-dispatcher.ts';
import { canary } from './canaries.ts';

const ISSUED_SECRETS: readonly (readonly [where: RegExp, secret: string])[] = [
  [/[?&](sau|ut)=/g, canary('signed query')],
  [/"metadata":"/g, canary('metadata')],
  [/"uploadToken":"/g, canary('upload token')],
  [/&t=(?=SIMULATED)/g, canary('artifact address')],
];

/** The response with canaries, as a client receives it. */
function sign(reply: SandboxResponse): SandboxResponse {
  const body = ISSUED_SECRETS.reduce(
    (text, [where, secret]) => text.replaceAll(where, `$&${secret}`),
    reply.body,
  );
  return { ...reply, body };
}

/** Text from a client without canaries, as the sandbox expects it. */
function unsign(text: string): string {
  return ISSUED_SECRETS.reduce((rest, [, secret]) => rest.replaceAll(secret, ''), text);
}

/** Wraps a handler with `unsign` and `sign`. */
export function signed(handle: SandboxHandler): SandboxHandler {
  return async (request) =>
    sign(await handle({ ...(await unsigned(request)), path: unsign(request.path) }));
}

/** Removes canaries from JSON bodies. The bytes of uploads pass unchanged. */
async function unsigned(request: SandboxRequest): Promise<SandboxRequest> {
  if (request.method !== 'POST' || request.path.startsWith('/dms-uploads/')) return request;
  const text = unsign((await readBody(request)).toString());
  const headers = request.headers.map(([name, value]) =>
    name.toLowerCase() === 'content-length'
      ? ([name, String(Buffer.byteLength(text))] as const)
      : ([name, value] as const),
  );
  return { ...request, headers, body: bodyOf(Buffer.from(text)) };
}
