// One HTTP exchange as plain records: what every adapter (socket, dispatcher, interceptor) brings to the
// routes and takes back. Knows no socket, no asset and no rule of LinkedIn's.

export interface SandboxExchange {
  readonly method: string;
  /** With the query, as on the request line, or with the one that came in the body of a tunnelled request. */
  readonly path: string;
  /** As on the request line, of a tunnelled request alone: limits on lengths are for that. */
  readonly linePath?: string;
  /** In the order sent; names in any case, a name may occur twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: AsyncIterable<Uint8Array>;
  /** Scheme, host and port the client reached the sandbox by; upload addresses are built on it. */
  readonly origin: string;
}

export interface SandboxReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function bodyOf(exchange: SandboxExchange): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of exchange.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Answers every exchange; rejects only when the request's own body breaks off. */
export type SandboxHandle = (exchange: SandboxExchange) => Promise<SandboxReply>;

/** The value of a header, or undefined. One that was sent twice is joined, and so matches no exact rule. */
export function headerOf(exchange: SandboxExchange, name: string): string | undefined {
  const values = exchange.headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** The path without its query: queries of upload addresses are credentials and stay out of logs. */
export function pathOnly(exchange: SandboxExchange): string {
  const [path = ''] = exchange.path.split('?', 1);
  return path;
}

export function queryOf(exchange: SandboxExchange): URLSearchParams {
  return new URLSearchParams(exchange.path.slice(pathOnly(exchange).length));
}

export function jsonReply(status: number, value: unknown): SandboxReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

export function emptyReply(status: number, headers: Record<string, string> = {}): SandboxReply {
  return { status, headers, body: '' };
}

export function pageReply(status: number, reason: string): SandboxReply {
  const body = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status}</h1><p>${reason}</p></body></html>`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
