// LinkedIn, with a canary in everything that it hands out to be kept secret; the sandbox behind it never sees them.

import type { SandboxExchange, SandboxHandle, SandboxReply } from '../../src/sandbox/exchange.ts';
import { canary } from './canaries.ts';

const HANDED_OUT: readonly (readonly [where: RegExp, secret: string])[] = [
  [/[?&](sau|ut)=/g, canary('signed query')],
  [/"metadata":"/g, canary('metadata')],
  [/"uploadToken":"/g, canary('upload token')],
  [/&t=(?=SIMULATED)/g, canary('artifact address')],
];

/** An answer as a client gets it. */
export function sign(reply: SandboxReply): SandboxReply {
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
export function signed(handle: SandboxHandle): SandboxHandle {
  return async (exchange) =>
    sign(await handle({ ...(await unsigned(exchange)), path: unsign(exchange.path) }));
}

/** The JSON that tells LinkedIn that an upload is complete; the bytes of uploads pass as they come. */
async function unsigned(exchange: SandboxExchange): Promise<SandboxExchange> {
  if (exchange.method !== 'POST' || exchange.path.startsWith('/dms-uploads/')) return exchange;
  const text = unsign(Buffer.concat(await Array.fromAsync(exchange.body)).toString());
  const headers = exchange.headers.map(([name, value]) =>
    name.toLowerCase() === 'content-length'
      ? ([name, String(Buffer.byteLength(text))] as const)
      : ([name, value] as const),
  );
  async function* body() {
    yield Buffer.from(text);
  }
  return { ...exchange, headers, body: body() };
}
