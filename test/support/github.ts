// A fake GitHub for releases on two loopback ports: the API, which needs the token, and the storage it redirects
// downloads to, which must never see the token. It rejects invalid requests, and records them in `breaches`.

import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FAKE_GITHUB_TOKEN } from './action-file.ts';
import { pageOf, REPOSITORY_BY_ID } from './github-pages.ts';

/** An answer in place of the right one; with `breakAfter` the connection ends after that many bytes of the body. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly breakAfter?: number;
}

export interface Asset {
  readonly name: string;
  /** The bytes, or the file that holds them. */
  readonly content: Uint8Array | { readonly path: string };
  /** The listed values; correct by default. */
  readonly size?: number;
  readonly digest?: string | null;
  readonly state?: string;
  /** The answers of the API and of the storage to the first downloads. */
  readonly api?: readonly Answer[];
  readonly storage?: readonly Answer[];
}

interface GitHubOptions {
  readonly assets: readonly Asset[];
  readonly tag?: string;
  readonly name?: string;
  /** The notes of the release. */
  readonly body?: string;
  readonly isDraft?: boolean;
  /** The base path of a GitHub Enterprise Server. */
  readonly basePath?: string;
  /** The answers of the API to its first requests of any kind. */
  readonly answers?: readonly Answer[];
}

export interface FakeGitHub {
  readonly apiUrl: string;
  readonly storageUrl: string;
  /** `api GET /path` and `storage GET /path`, in order. */
  readonly requests: readonly string[];
  /** Requests that a client of GitHub must not make. */
  readonly breaches: readonly string[];
  close(): Promise<void>;
}

const REPOSITORY = '/repos/octocat/media/releases';
/** The signature that makes a storage address a credential. */
export const DOWNLOAD_SIGNATURE = 'canary-signature-of-a-download';
const SIGNATURE = `sig=${DOWNLOAD_SIGNATURE}`;
const RELEASE_ID = 4711;

export async function startGitHub(options: GitHubOptions): Promise<FakeGitHub> {
  const { basePath = '', tag = 'v1.0' } = options;
  const assets = options.assets.map((asset, index) => ({ ...asset, id: 100 + index, left: leftOf(asset) }));
  const answers = [...(options.answers ?? [])];
  const requests: string[] = [];
  const breaches: string[] = [];

  const storage = await listen((request, response) => {
    requests.push(`storage ${request.method} ${pathOf(request)}`);
    const asset = assets.find(({ id }) => pathOf(request) === `/${id}`);
    if (JSON.stringify(request.headers).includes(FAKE_GITHUB_TOKEN))
      breaches.push('the storage saw the token');
    if (request.headers.authorization !== undefined) breaches.push('the storage was sent an authorization');
    if (asset === undefined || !request.url?.endsWith(`?${SIGNATURE}`))
      return answer(response, { status: 403 });
    const prepared = asset.left.storage.shift();
    if (prepared !== undefined) return answer(response, prepared);
    sendContent(response, asset);
  });

  const api = await listen((request, response) => {
    const path = pathOf(request);
    requests.push(`api ${request.method} ${path}`);
    const prepared = answers.shift();
    if (prepared !== undefined) return answer(response, prepared);
    if (request.method !== 'GET') breaches.push(`${request.method} was asked`);
    if (request.headers.authorization?.replace(/^(Bearer|token) /, '') !== FAKE_GITHUB_TOKEN) {
      breaches.push(`${path} was asked without the token`);
      return reject(response, 401, 'Bad credentials');
    }
    if (!request.headers['user-agent']) return reject(response, 403, 'Administrative rules: no user agent');
    const roots = [`${basePath}${REPOSITORY}`, `${basePath}${REPOSITORY_BY_ID}/releases`];
    const root = roots.find((one) => path.startsWith(`${one}/`));
    const below = root === undefined ? '' : path.slice(root.length);
    if (below === `/tags/${encodeURIComponent(tag)}` && options.isDraft !== true) {
      const { name = null, body = null } = options;
      const html_url = `https://github.com/octocat/media/releases/tag/${tag}`;
      return json(response, { id: RELEASE_ID, tag_name: tag, name, html_url, body, draft: false });
    }
    if (below === `/${RELEASE_ID}/assets`) {
      const apiUrl = `http://${request.headers.host}${basePath}`;
      const query = new URL(request.url ?? '', apiUrl).searchParams;
      const { entries, headers } = pageOf(assets.map(listed), { apiUrl, path: `/releases${below}`, query });
      return json(response, entries, headers);
    }
    const asset = assets.find(({ id }) => below === `/assets/${id}`);
    if (asset === undefined) return reject(response, 404, 'Not Found');
    if (request.headers.accept !== 'application/octet-stream') return json(response, listed(asset));
    const location = `${storage.url}/${asset.id}?${SIGNATURE}`;
    answer(response, asset.left.api.shift() ?? { status: 302, headers: { location } });
  });

  return {
    apiUrl: `${api.url}${basePath}`,
    storageUrl: storage.url,
    requests,
    breaches,
    close: async () => void (await Promise.all([api.close(), storage.close()])),
  };
}

type Kept = Asset & { readonly id: number };

function leftOf({ api = [], storage = [] }: Asset) {
  return { api: [...api], storage: [...storage] };
}

function listed(asset: Kept) {
  const { id, name, content, state = 'uploaded' } = asset;
  const size = content instanceof Uint8Array ? content.length : statSync(content.path).size;
  const digest = asset.digest === undefined ? digestOf(asset) : asset.digest;
  // The listed address must not be used: a client has to build the API's own.
  const url = `https://evil.example/${id}`;
  return { id, name, size: asset.size ?? size, state, digest, url, browser_download_url: url };
}

function digestOf({ content }: Asset): string {
  const bytes = content instanceof Uint8Array ? content : readFileSync(content.path);
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function sendContent(response: ServerResponse, { content }: Asset): void {
  if (content instanceof Uint8Array) {
    answer(response, { status: 200, body: content });
    return;
  }
  response.writeHead(200, { 'content-length': statSync(content.path).size });
  createReadStream(content.path).pipe(response);
}

function answer(response: ServerResponse, { status, headers = {}, body = '', breakAfter }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-length': bytes.length, ...headers });
  if (breakAfter === undefined) response.end(bytes);
  else response.write(bytes.subarray(0, breakAfter), () => response.destroy());
}

function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  answer(response, {
    status: 200,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
}

function reject(response: ServerResponse, status: number, message: string): void {
  const headers = { 'content-type': 'application/json' };
  answer(response, { status, headers, body: JSON.stringify({ message, status: String(status) }) });
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

async function listen(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close };
}
