// A release of GitHub's with its assets. GitHub redirects downloads to a storage, which must never see the token.

import { createHash } from 'node:crypto';
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
  readonly content: Uint8Array;
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
  readonly name?: string | null;
  /** The notes of the release. */
  readonly body?: string | null;
  readonly isDraft?: boolean;
}

/** GitHub with a release, on loopback. Its requests are `GET /path` of the API and `storage GET /path`, in order. */
export type ReleasingGitHub = Awaited<ReturnType<typeof startReleases>>;

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
}) {
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
  { tag = 'v1.0', name = null, body = null, isDraft, ...release }: Release,
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
    send(response, prepared ?? { status: 200, body: asset.content });
  });
  github.addRoute('GET /releases/tags/:tag', 'contents', ({ groups: [asked] }) => {
    if (asked !== tag || isDraft) return refusal(404, 'Not Found');
    const html_url = `https://github.com/octocat/media/releases/tag/${tag}`;
    return json(200, { id: RELEASE_ID, tag_name: tag, name, html_url, body, draft: false });
  });
  github.addRoute(`GET /releases/${RELEASE_ID}/assets`, 'contents', (call) =>
    page(assets.map(listed), call),
  );
  github.addRoute('GET /releases/assets/:id', 'contents', ({ request, groups: [id] }) => {
    const asset = assets.find((one) => String(one.id) === id);
    if (asset === undefined) return refusal(404, 'Not Found');
    if (headerOf(request, 'accept') !== 'application/octet-stream') return json(200, listed(asset));
    const location = `${storage.url}/${asset.id}?${SIGNATURE}`;
    const redirect: DownloadAnswer = { status: 302, headers: { location } };
    return { body: '', headers: {}, ...(asset.left.api.shift() ?? redirect) };
  });
  return storage;
}

function listed({
  id,
  name,
  content,
  state = 'uploaded',
  ...given
}: Asset & { readonly id: number }): object {
  const {
    size = content.length,
    digest = `sha256:${createHash('sha256').update(content).digest('hex')}`,
  } = given;
  // The listed address must not be used: a client has to build the API's own.
  const url = `https://evil.example/${id}`;
  return { id, name, size, state, digest, url, browser_download_url: url };
}

function send(response: ServerResponse, answer: DownloadAnswer): void {
  const { status, headers = {}, body = '', breakAfter } = answer;
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-length': bytes.length, ...headers });
  if (breakAfter === undefined) response.end(bytes);
  else response.write(bytes.subarray(0, breakAfter), () => response.destroy());
}
