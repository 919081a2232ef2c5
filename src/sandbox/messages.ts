// One HTTP exchange as plain records: what every adapter (socket, dispatcher, interceptor) brings to the
// routes and takes back. Knows no socket, no asset and no rule of LinkedIn's.

export interface SandboxRequest {
  readonly method: string;
  /** With the query, as on the request line, or with the one that came in the body of a tunnelled request. */
  readonly path: string;
  /** As on the request line, of a tunnelled request alone: limits on lengths are for that. */
  readonly requestLinePath?: string;
  /** In the order sent; names in any case, a name may occur twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: AsyncIterable<Uint8Array>;
  /** Scheme, host and port the client reached the sandbox by; upload addresses are built on it. */
  readonly origin: string;
}

export interface SandboxResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function readBody(request: SandboxRequest): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Answers every exchange; rejects only when the request's own body breaks off. */
export type SandboxHandler = (exchange: SandboxRequest) => Promise<SandboxResponse>;

/** The value of a header, or undefined. One that was sent twice is joined, and so matches no exact rule. */
export function headerOf(request: SandboxRequest, name: string): string | undefined {
  const values = request.headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** The path without its query: queries of upload addresses are credentials and stay out of logs. */
export function pathOnly(request: SandboxRequest): string {
  const [path = ''] = request.path.split('?', 1);
  return path;
}

export function queryOf(request: SandboxRequest): URLSearchParams {
  return new URLSearchParams(request.path.slice(pathOnly(request).length));
}

export function jsonResponse(status: number, value: unknown): SandboxResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

export function emptyResponse(status: number, headers: Record<string, string> = {}): SandboxResponse {
  return { status, headers, body: '' };
}

export function htmlResponse(status: number, reason: string): SandboxResponse {
  const body = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status}</h1><p>${reason}</p></body></html>`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
