// One GitHub on loopback made of several stand-ins: the branch of the memory, the history and reviews of the repository, and
// releases.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GitHubReviews } from '../world/github/reviews.ts';
import type { GitHubContents } from './github-contents.ts';

export interface GitHubParts {
  readonly github: GitHubContents;
  readonly reviews: GitHubReviews;
  /** The base URL of the stand-in for releases. */
  releasesUrl?: string | null;
}

const OF_REVIEWS = /^\/repos\/octocat\/media\/(?:commits|pulls|collaborators|actions|git\/trees\/)/;
const OF_RELEASES = /^\/repos\/octocat\/media\/releases\//;

export async function listenTogether(
  parts: GitHubParts,
): Promise<{ apiUrl: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    const { github, reviews, releasesUrl = null } = parts;
    if (OF_RELEASES.test(url) && releasesUrl !== null) return void forward(request, response, releasesUrl);
    if (method !== 'GET' || !OF_REVIEWS.test(url)) return github.listener(request, response);
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
    const reply = await reviews.handle({ method, path: url, headers, body: request, origin: '' });
    response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
    response.end(reply.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { apiUrl: `http://127.0.0.1:${port}`, close };
}

async function forward(request: IncomingMessage, response: ServerResponse, to: string): Promise<void> {
  const { authorization = '', accept = '', 'user-agent': agent = '' } = request.headers;
  const headers = { authorization, accept, 'user-agent': agent };
  const reply = await fetch(`${to}${request.url}`, { headers, redirect: 'manual' });
  const location = reply.headers.get('location');
  const type = reply.headers.get('content-type');
  response.writeHead(reply.status, {
    ...(location !== null && { location }),
    ...(type !== null && { 'content-type': type }),
  });
  response.end(Buffer.from(await reply.arrayBuffer()));
}
