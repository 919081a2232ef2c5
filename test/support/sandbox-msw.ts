// The sandbox's routes behind msw: requests of any Node client to the given origins are answered in the process, and a
// request to another origin is an error.

import { HttpRequestInterceptor } from '@mswjs/interceptors/http';
import { HttpResponse, http } from 'msw';
import { defineNetwork, InterceptorSource } from 'msw/experimental';
import type { SandboxHandler } from '../../src/sandbox/messages.ts';

/** A network to enable before a test and disable after it. */
export function sandboxNetwork(handle: SandboxHandler, origins: readonly string[]) {
  return defineNetwork({
    // msw's setupServer does not intercept undici; all clients use sockets.
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
