// The sandbox's routes behind msw: requests of any Node client to the given origins are answered in the
// process, and a request to anywhere else is an error. Only translates between fetch's records and the
// exchange.

import { HttpRequestInterceptor } from '@mswjs/interceptors/http';
import { HttpResponse, http } from 'msw';
import { defineNetwork, InterceptorSource } from 'msw/experimental';
import type { SandboxHandler } from '../../src/sandbox/messages.ts';

/** A network that is to be enabled before a test and disabled after it. */
export function sandboxNetwork(handle: SandboxHandler, origins: readonly string[]) {
  return defineNetwork({
    // msw's own setupServer does not see undici; sockets are where all clients meet.
    sources: [new InterceptorSource({ interceptors: [new HttpRequestInterceptor()] })],
    handlers: origins.map((origin) => http.all(`${origin}/*`, ({ request }) => answer(handle, request))),
    onUnhandledFrame: 'error',
    context: { quiet: true },
  });
}

async function answer(handle: SandboxHandler, request: Request): Promise<HttpResponse<string>> {
  const url = new URL(request.url);
  const { status, headers, body } = await handle({
    method: request.method,
    path: url.pathname + url.search,
    headers: [...request.headers],
    body: request.body ?? noBytes(),
    origin: url.origin,
  });
  return new HttpResponse(body === '' ? null : body, { status, headers });
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
