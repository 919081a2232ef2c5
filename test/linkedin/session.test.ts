// API_TRAITS against the behaviour of each API, and the URLs that a connection uses per API and media kind.

import { afterEach, describe, expect, it } from 'vitest';
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

describe('URLs per API', () => {
  it.each<[api: ApiName, kind: MediaKind, open: string, read: string, readArtifacts: string | null]>([
    [
      'assets',
      'image',
      'assets?action=registerUpload',
      'assets/C0',
      'assets/C0?fields=mediaArtifacts,recipes,id',
    ],
    [
      'assets',
      'video',
      'assets?action=registerUpload',
      'assets/C0',
      'assets/C0?fields=mediaArtifacts,recipes,id',
    ],
    ['media', 'image', 'images?action=initializeUpload', 'images?ids=List(urn%3Ali%3Aimage%3AC0)', null],
    ['media', 'video', 'videos?action=initializeUpload', 'videos?ids=List(urn%3Ali%3Avideo%3AC0)', null],
    [
      'media',
      'document',
      'documents?action=initializeUpload',
      'documents?ids=List(urn%3Ali%3Adocument%3AC0)',
      null,
    ],
  ])('API %s with the kind %s uses its own URLs', async (api, kind, open, read, readArtifacts) => {
    const { linkedin, requests } = await connect(api);
    const session = await linkedin.openSession(requestOf(api, kind));
    expect(session.query).toMatchObject({ api, kind, urn: session.identity.urn });
    const [query] = queriesOf(api, kind, 1);
    if (query === undefined) throw new RangeError('one file was asked for');
    expect(await Promise.all(linkedin.statuses.read([query]))).toMatchObject([{ state: 'available' }]);
    const paths = [`POST /rest/${open}`, `GET /rest/${read}`];
    if (readArtifacts !== null) {
      expect(await linkedin.readArtifacts(query)).toHaveLength(1);
      paths.push(`GET /rest/${readArtifacts}`);
    }
    expect(requests).toEqual(paths);
  });

  it.each(APIS)('API %s sends no batch read after a rejected one', async (api) => {
    let batches = 0;
    const apiUrl = await fixture.http((request, response) => {
      const isBatch = request.url?.includes('List(') ?? false;
      if (isBatch) batches += 1;
      response.writeHead(isBatch ? 403 : 200).end(JSON.stringify({ status: 'PROCESSING', recipes: [] }));
    });
    const linkedin = openLinkedIn({
      ...fixture.options(apiUrl),
      api,
      version: '202609',
      onSecret: () => {},
      withReadSlot: straight,
    });
    const [query] = queriesOf(api, 'image', 1);
    const readsTogether = () => query !== undefined && linkedin.statuses.readsTogether(query);
    expect(readsTogether()).toBe(API_TRAITS[api].statusBatch > 1);
    for (const _ of [1, 2, 3]) await Promise.all(linkedin.statuses.read(queriesOf(api, 'image', 2)));
    expect(batches).toBe(API_TRAITS[api].statusBatch > 1 ? 1 : 0);
    expect(readsTogether()).toBe(false);
  });
});

describe('API_TRAITS', () => {
  const cases = APIS.flatMap((api) => API_TRAITS[api].kinds.map((kind) => [api, kind] as const));

  it.each(cases)('hasRecipes matches whether a session has a recipe (%s %s)', async (api, kind) => {
    const { query } = await (await connect(api)).linkedin.openSession(requestOf(api, kind));
    expect(query.recipe !== null).toBe(API_TRAITS[api].hasRecipes);
  });

  it.each(APIS)('hasSynchronousUpload matches whether an image is processed on upload (%s)', async (api) => {
    const request: SessionRequest = { ...requestOf(api, 'image'), mechanism: 'synchronous' };
    const session = await (await connect(api)).linkedin.openSession(request);
    expect(session.processedOnUpload).toBe(API_TRAITS[api].hasSynchronousUpload);
  });

  it.each(APIS)('hasSinglePartVideos matches whether a video can be sent as one part (%s)', async (api) => {
    const request: SessionRequest = { ...requestOf(api, 'video'), mechanism: 'single' };
    const session = await (await connect(api)).linkedin.openSession(request);
    expect(session.parts.length === 1).toBe(API_TRAITS[api].hasSinglePartVideos);
  });

  it.each(APIS)('hasSidecars matches whether a video has sidecar uploads (%s)', async (api) => {
    const sidecars = { captions: { sizeBytes: 1 }, thumbnail: { sizeBytes: 1 } };
    const { sidecarUploads } = await (await connect(api)).linkedin.openSession({
      ...requestOf(api, 'video'),
      sidecars,
    });
    expect(sidecarUploads.map(({ kind }) => kind)).toEqual(
      API_TRAITS[api].hasSidecars ? ['captions', 'thumbnail'] : [],
    );
  });

  it.each(cases)('statusBatch is the number of files in one status read (%s %s)', async (api, kind) => {
    const { statusBatch } = API_TRAITS[api];
    for (const count of [1, 2, statusBatch, statusBatch + 1]) {
      const { linkedin, requests } = await connect(api);
      const readings = await Promise.all(linkedin.statuses.read(queriesOf(api, kind, count)));
      expect(readings).toHaveLength(count);
      expect(requests).toHaveLength(Math.ceil(count / statusBatch));
    }
  });

  it.each(cases)(
    'statusIncludesArtifacts matches whether a status result has artifacts (%s %s)',
    async (api, kind) => {
      const { linkedin } = await connect(api);
      const [reading] = await Promise.all(linkedin.statuses.read(queriesOf(api, kind, 1)));
      expect(reading != null && 'artifacts' in reading).toBe(API_TRAITS[api].statusIncludesArtifacts);
    },
  );
});
