// LinkedIn, with a canary in everything that it hands out to be kept secret; the sandbox behind it never sees them.

import type { SandboxHandler, SandboxRequest, SandboxResponse } from '../../src/sandbox/messages.ts';
import { canary } from './canaries.ts';

const HANDED_OUT: readonly (readonly [where: RegExp, secret: string])[] = [
  [/[?&](sau|ut)=/g, canary('signed query')],
  [/"metadata":"/g, canary('metadata')],
  [/"uploadToken":"/g, canary('upload token')],
  [/&t=(?=SIMULATED)/g, canary('artifact address')],
];

/** An answer as a client gets it. */
export function sign(reply: SandboxResponse): SandboxResponse {
  const body = HANDED_OUT.reduce(
    (text, [where, secret]) => text.replaceAll(where, `$&${secret}`),
    reply.body,
  );
  return { ...reply, body };
}

/** What a client gives back, as the sandbox knows it. */
export function unsign(text: string): string {
  return HANDED_OUT.reduce((rest, [, secret]) => rest.replaceAll(secret, ''), text);
}

/** The same around routes. */
export function signed(handle: SandboxHandler): SandboxHandler {
  return async (request) => sign(await handle({ ...(await unsigned(request)), path: unsign(request.path) }));
}

/** The JSON that tells LinkedIn that an upload is complete; the bytes of uploads pass as they come. */
async function unsigned(request: SandboxRequest): Promise<SandboxRequest> {
  if (request.method !== 'POST' || request.path.startsWith('/dms-uploads/')) return request;
  const text = unsign(Buffer.concat(await Array.fromAsync(request.body)).toString());
  const headers = request.headers.map(([name, value]) =>
    name.toLowerCase() === 'content-length'
      ? ([name, String(Buffer.byteLength(text))] as const)
      : ([name, value] as const),
  );
  async function* body() {
    yield Buffer.from(text);
  }
  return { ...request, headers, body: body() };
}
