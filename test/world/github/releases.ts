// A release of GitHub's with its assets. GitHub redirects downloads to a storage, which must never see the token.

import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { headerOf } from '../../../src/sandbox/messages.ts';
import { FAKE_GITHUB_TOKEN } from '../../support/action-file.ts';
import { serve } from '../serve.ts';
import { json, page, refusal } from './answers.ts';
import { GitHub } from './github.ts';

/** An answer in place of the right one; with `breakAfter` the connection ends after that many bytes of the body. */
export interface DownloadAnswer {
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
  readonly api?: readonly DownloadAnswer[];
  readonly storage?: readonly DownloadAnswer[];
}

export interface Release {
  readonly assets: readonly Asset[];
  readonly tag?: string;
  readonly name?: string;
  /** The notes of the release. */
  readonly body?: string;
  readonly isDraft?: boolean;
}

/** GitHub with a release, on loopback. */
export interface ReleasingGitHub {
  readonly apiUrl: string;
  readonly storageUrl: string;
  /** `GET /path` of the API and `storage GET /path`, in order. */
  readonly requests: readonly string[];
  readonly breaches: readonly string[];
  close(): Promise<void>;
}

/** The signature that makes the address of a download a credential. */
export const DOWNLOAD_SIGNATURE = 'canary-signature-of-a-download';
const SIGNATURE = `sig=${DOWNLOAD_SIGNATURE}`;
const RELEASE_ID = 4711;

/** `answers`: those of the API to its first calls of any kind. */
export async function startReleases({
  basePath = '',
  answers = [],
  ...release
}: Release & {
  readonly basePath?: string;
  readonly answers?: readonly DownloadAnswer[];
}): Promise<ReleasingGitHub> {
  const faults = answers.map((response) => ({ on: /^/, response: { body: '', ...response } }));
  const github = new GitHub({ basePath, faults });
  const storage = await publishRelease(github, release);
  const { apiUrl, close } = await github.listen();
  return {
    ...{ apiUrl, storageUrl: storage.url, requests: github.requests, breaches: github.breaches },
    close: async () => void (await Promise.all([close(), storage.close()])),
  };
}

/** Adds the release to GitHub, and starts its storage. */
export async function publishRelease(
  github: GitHub,
  { tag = 'v1.0', name, body, isDraft, ...release }: Release,
) {
  const assets = release.assets.map((asset, index) => ({
    ...{ ...asset, id: 100 + index },
    left: { api: [...(asset.api ?? [])], storage: [...(asset.storage ?? [])] },
  }));
  const storage = await serve((request, response) => {
    const path = request.url?.split('?', 1)[0];
    github.requests.push(`storage ${request.method} ${path}`);
    if (JSON.stringify(request.headers).includes(FAKE_GITHUB_TOKEN))
      github.breaches.push('the storage saw the token');
    if (request.headers.authorization !== undefined)
      github.breaches.push('the storage was sent an authorization');
    const asset = assets.find(({ id }) => path === `/${id}`);
    if (asset === undefined || !request.url?.endsWith(`?${SIGNATURE}`))
      return send(response, { status: 403 });
    const prepared = asset.left.storage.shift();
    if (prepared === undefined) sendContent(response, asset);
    else send(response, prepared);
  });
  github.addRoute('GET /releases/tags/:tag', 'contents', ({ groups: [asked] }) => {
    if (asked !== tag || isDraft) return refusal(404, 'Not Found');
    const html_url = `https://github.com/octocat/media/releases/tag/${tag}`;
    return json(200, {
      id: RELEASE_ID,
      tag_name: tag,
      name: name ?? null,
      html_url,
      body: body ?? null,
      draft: false,
    });
  });
  github.addRoute(`GET /releases/${RELEASE_ID}/assets`, 'contents', (call) => page(assets.map(listed), call));
  github.addRoute('GET /releases/assets/:id', 'contents', ({ request, groups: [id] }) => {
    const asset = assets.find((one) => String(one.id) === id);
    if (asset === undefined) return refusal(404, 'Not Found');
    if (headerOf(request, 'accept') !== 'application/octet-stream') return json(200, listed(asset));
    const location = `${storage.url}/${asset.id}?${SIGNATURE}`;
    const {
      status,
      headers,
      body: bytes = '',
    } = asset.left.api.shift() ?? { status: 302, headers: { location } };
    return { status, headers: { ...headers }, body: bytes };
  });
  return storage;
}

function listed(asset: Asset & { readonly id: number }): object {
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
    send(response, { status: 200, body: content });
    return;
  }
  response.writeHead(200, { 'content-length': statSync(content.path).size });
  createReadStream(content.path).pipe(response);
}

function send(response: ServerResponse, answer: DownloadAnswer): void {
  const { status, headers = {}, body = '', breakAfter } = answer;
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-length': bytes.length, ...headers });
  if (breakAfter === undefined) response.end(bytes);
  else response.write(bytes.subarray(0, breakAfter), () => response.destroy());
}
