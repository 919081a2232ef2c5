// API_TRAITS against the behaviour of each API.

import { afterEach, expect, it } from 'vitest';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import {
  API_TRAITS,
  type ApiName,
  type LinkedIn,
  type SessionRequest,
  type StatusQuery,
} from '../../src/linkedin/session.ts';
import type { MediaKind } from '../../src/linkedin/urn.ts';
import { HttpFixture } from '../http/http-fixture.ts';
import mediaArtifacts from '../replies/media-artifacts.json' with { type: 'json' };
import registerImage from '../replies/register-image.json' with { type: 'json' };
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import registerVideo from '../replies/register-video.json' with { type: 'json' };
import * as assets from './asset-sessions.ts';
import * as media from './media-sessions.ts';
import { straight } from './scripted-client.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

const RECIPE = 'urn:li:digitalmediaRecipe:feedshare-video';
const APIS = Object.keys(API_TRAITS) as ApiName[];

interface Connection {
  readonly linkedin: LinkedIn;
  /** Method and path of each request. */
  readonly requests: string[];
}

/** A LinkedIn that gives the documented answers of all APIs. Its upload URLs point back to it. */
async function connect(api: ApiName): Promise<Connection> {
  const requests: string[] = [];
  const apiUrl = await fixture.http(async (request, response) => {
    const { method, url: path = '', headers } = request;
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
    requests.push(`${method} ${path}`);
    const text = JSON.stringify(answerTo(path, body));
    response.end(text.replaceAll('https://www.linkedin.com', `http://${headers.host}`));
  });
  return {
    requests,
    linkedin: openLinkedIn({
      ...fixture.options(apiUrl),
      api,
      version: '202609',
      onSecret: () => {},
      withReadSlot: straight,
    }),
  };
}

function answerTo(path: string, body: string): unknown {
  if (path.includes('images?action')) return media.imageAnswer;
  if (path.includes('documents?action')) return media.documentAnswer;
  if (path.includes('videos?action')) return media.sidecarsAnswer;
  if (path.includes('registerUpload')) return registrationFor(body);
  if (path.includes('assets/')) return mediaArtifacts.reply;
  const found = { status: 'AVAILABLE', downloadUrl: 'https://media.licdn.com/x' };
  const [, list = ''] = /List\((.*)\)/.exec(path) ?? [];
  return {
    ...found,
    results: Object.fromEntries(list.split(',').map((id) => [decodeURIComponent(id), found])),
  };
}

function registrationFor(body: string): unknown {
  if (body.includes('MULTIPART_UPLOAD')) return registerParts.reply;
  return body.includes('feedshare-video') ? registerVideo.reply : registerImage.reply;
}

function requestOf(api: ApiName, kind: MediaKind): SessionRequest {
  if (api === 'media')
    return { image: media.image, video: media.withSidecars, document: media.document }[kind];
  return kind === 'image' ? assets.image : assets.video;
}

function queriesOf(api: ApiName, kind: MediaKind, count: number): StatusQuery[] {
  const prefix = api === 'assets' ? 'urn:li:digitalmediaAsset' : `urn:li:${kind}`;
  const recipe = api === 'assets' ? RECIPE : null;
  return Array.from({ length: count }, (_, index) => ({ api, urn: `${prefix}:C${index}`, kind, recipe }));
}

it.each(APIS)('API_TRAITS says what the sessions and the status reads of %s are', async (api) => {
  const traits = API_TRAITS[api];
  const { linkedin, requests } = await connect(api);
  const open = (kind: MediaKind, fields: Partial<SessionRequest> = {}) =>
    linkedin.openSession({ ...requestOf(api, kind), ...fields });
  for (const kind of traits.kinds) {
    const { query } = await open(kind);
    expect(query).toMatchObject({ api, kind });
    expect(query.recipe !== null).toBe(traits.hasRecipes);
    for (const count of [1, traits.statusBatch, traits.statusBatch + 1]) {
      requests.length = 0;
      const readings = await Promise.all(linkedin.statuses.read(queriesOf(api, kind, count)));
      expect(requests).toHaveLength(Math.ceil(count / traits.statusBatch));
      for (const reading of readings) expect('artifacts' in reading).toBe(traits.statusIncludesArtifacts);
    }
  }
  const { processedOnUpload } = await open('image', { mechanism: 'synchronous' });
  expect(processedOnUpload).toBe(traits.hasSynchronousUpload);
  const { parts } = await open('video', { mechanism: 'single' });
  expect(parts.length === 1).toBe(traits.hasSinglePartVideos);
  const sidecars = { captions: { sizeBytes: 1 }, thumbnail: { sizeBytes: 1 } };
  const { sidecarUploads } = await open('video', { sidecars });
  expect(sidecarUploads.length > 0).toBe(traits.hasSidecars);
});
