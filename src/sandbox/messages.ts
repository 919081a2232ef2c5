// HTTP requests and responses as plain records, the interface between the routes and every adapter (socket or
// dispatcher). This module does not depend on sockets, assets or LinkedIn's rules.

export interface SandboxRequest {
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly path: string;
  /** In the order sent. Names are in any case and may repeat. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: AsyncIterable<Uint8Array>;
  /** Scheme, host and port that the client used to reach the sandbox. Upload URLs start with it. */
  readonly origin: string;
}

export interface SandboxResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers every request. Rejects only when the request body ends early. */
export type SandboxHandler = (request: SandboxRequest) => Promise<SandboxResponse>;

export async function readBody(request: SandboxRequest): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(request.body));
}

/** The value of a header, or undefined. Repeated headers are joined, so they match no exact rule. */
export function headerOf(request: SandboxRequest, name: string): string | undefined {
  const values = request.headers
    .filter(([other]) => other.toLowerCase() === name)
    .map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** The path without its query. Queries of upload URLs are credentials and must not be logged. */
export function pathOnly(request: SandboxRequest): string {
  return request.path.replace(/\?.*$/s, '');
}

export function queryOf(request: SandboxRequest): URLSearchParams {
  return new URLSearchParams(request.path.slice(pathOnly(request).length));
}

export function jsonResponse(status: number, value: unknown): SandboxResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

export function emptyResponse(
  status: number,
  headers: Record<string, string> = {},
): SandboxResponse {
  return { status, headers, body: '' };
}

export function htmlResponse(status: number, reason: string): SandboxResponse {
  const body = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status}</h1><p>${reason}</p></body></html>`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
