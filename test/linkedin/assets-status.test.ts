// Status reads of an asset: the meaning of each status, and the media artifacts.

import { describe, expect, it } from 'vitest';
import {
  interpretAsset,
  readArtifactsOfAsset,
  readAssetStatuses,
} from '../../src/linkedin/assets.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { Artifact, StatusQuery, WithReadSlot } from '../../src/linkedin/session.ts';
import mediaArtifacts from '../replies/media-artifacts.json' with { type: 'json' };
import statusSample from '../replies/status.json' with { type: 'json' };
import { reply, ScriptedClient, straight } from './scripted-client.ts';

const RECIPE = 'urn:li:digitalmediaRecipe:feedshare-video';
const OTHER = 'urn:li:digitalmediaRecipe:ads-video_v2';

const query: StatusQuery = {
  api: 'assets',
  urn: 'urn:li:digitalmediaAsset:C5400AQHpR1ANqMWqNA',
  kind: 'video',
  recipe: RECIPE,
};
const GET = { method: 'GET', phase: 'status', idempotency: 'idempotent', bearer: true } as const;

const SERVED = ['ALLOWED', undefined, 'SOMETHING_NEW'];
const WITHDRAWN = ['BLOCKED', 'ABANDONED', 'DELETED', 'SCHEDULED_DELETION'];

it.each<[status: string, state: string, code?: string]>([
  ['NEW', 'waiting'],
  ['PROCESSING', 'waiting'],
  ['WAITING_UPLOAD', 'waiting'],
  ['AVAILABLE', 'available'],
  ['MUTATING', 'available'],
  ['INCOMPLETE', 'failed', 'PROCESSING_FAILED'],
  ['CLIENT_ERROR', 'failed', 'MEDIA_REJECTED'],
  ['SERVER_ERROR', 'failed', 'PROCESSING_FAILED'],
  // An undocumented status means waiting, and is never looked up on a prototype.
  ['REHEARSING', 'waiting'],
  ['available', 'waiting'],
  ['', 'waiting'],
  ['constructor', 'waiting'],
])('the recipe status %s means %s (%s), unless the asset is withdrawn', (status, state, code) => {
  const recipes = [{ recipe: RECIPE, status }];
  for (const served of SERVED) {
    const reading = interpretAsset({ recipes, ...(served && { status: served }) }, query);
    expect(reading).toMatchObject({ state, status });
    if (code === undefined) expect(reading).not.toHaveProperty('error');
    else {
      expect(reading).toMatchObject({ error: { code, urn: query.urn } });
      expect(reading).toHaveProperty('error.message', expect.stringContaining(status));
    }
  }
  for (const withdrawn of WITHDRAWN)
    expect(interpretAsset({ recipes, status: withdrawn }, query)).toMatchObject({
      ...{ state: 'failed', status: withdrawn },
      error: { code: 'ASSET_WITHDRAWN', urn: query.urn },
    });
});

const recipe = (of: string, status: string) => ({ recipe: of, status });
it.each([
  [
    'another one is available',
    [recipe(OTHER, 'AVAILABLE'), recipe(RECIPE, 'PROCESSING')],
    'waiting',
  ],
  ['another one failed', [recipe(OTHER, 'CLIENT_ERROR'), recipe(RECIPE, 'AVAILABLE')], 'available'],
  ['it is missing', [recipe(OTHER, 'AVAILABLE')], 'waiting'],
  ['there is none', [], 'waiting'],
])('only the status of our own recipe counts when %s', (_name, recipes, state) => {
  expect(interpretAsset({ recipes, status: 'ALLOWED' }, query).state).toBe(state);
});

describe('asset status reads', () => {
  const read = (client: ScriptedClient, queries = [query], version = '202609') =>
    Promise.all(readAssetStatuses(new RestClient(client, version), queries, straight));

  it.each([
    ['202609', 'https://api.linkedin.com/rest'],
    ['v2', 'https://api.linkedin.com/v2'],
  ])('the documented sample is read by the ID of the asset (version %s)', async (version, root) => {
    const client = new ScriptedClient([reply(200, statusSample.reply)]);
    expect(await read(client, [query], version)).toEqual([
      { state: 'waiting', status: 'PROCESSING' },
    ]);
    expect(client.last).toMatchObject({ ...GET, url: new URL(root + statusSample.path) });
    expect(client.last.body).toBeUndefined();
  });

  it('the documented sample with artifacts and without an asset status is available', async () => {
    const client = new ScriptedClient([reply(200, mediaArtifacts.reply)]);
    expect(await read(client)).toEqual([{ state: 'available', status: 'AVAILABLE' }]);
  });

  it('each file takes its own read slot', async () => {
    const client = new ScriptedClient([reply(200, statusSample.reply)]);
    let entered = 0;
    const withReadSlot: WithReadSlot = (call) => {
      entered += 1;
      return call();
    };
    const queries = [query, query, query];
    await Promise.all(readAssetStatuses(new RestClient(client, '202609'), queries, withReadSlot));
    expect([entered, client.requests.length]).toEqual([3, 3]);
  });
});

describe('media artifacts', () => {
  async function read(body: unknown): Promise<readonly Artifact[]> {
    const client = new ScriptedClient([reply(200, body)]);
    const artifacts = await readArtifactsOfAsset(new RestClient(client, '202609'), query);
    const url = new URL(`https://api.linkedin.com/rest${mediaArtifacts.path}`);
    expect(client.last).toMatchObject({ ...GET, url });
    return artifacts;
  }

  const KIND = 'adaptiveStreamVideoWithAudioMasterPlaylist';
  const url = 'https://media.licdn.com/x?e=1';
  const still = { storageSize: { width: 1280, height: 720 }, rotation: 0 };

  it('the documented sample is parsed as a playlist with its data and a URL that expires', async () => {
    const [sample] = mediaArtifacts.reply.mediaArtifacts;
    const address = {
      url: sample?.identifiers[0]?.identifier,
      mediaType: 'application/vnd.apple.mpegURL',
      expiresAt: '2023-08-08T01:00:00.000Z',
    };
    expect(await read(mediaArtifacts.reply)).toEqual([
      { kind: KIND, data: sample?.data[KIND], addresses: [address] },
    ]);
  });

  it.each([{}, { mediaArtifacts: null }, { mediaArtifacts: [] }])(
    'the answer %j gives no artifacts',
    async (body) => {
      expect(await read(body)).toEqual([]);
    },
  );

  it.each<[data: unknown, expected: object]>([
    [{ stillImage: still }, { kind: 'stillImage', data: still }],
    [{ audio: null }, { kind: 'audio', data: null }],
    [{ audio: 'mp3' }, { kind: 'audio', data: 'mp3' }],
    [{}, { kind: 'unknown', data: {} }],
    ['x', { kind: 'unknown', data: {} }],
  ])('the data %j are kept as LinkedIn sent them', async (data, expected) => {
    const artifact = { data, identifiers: [{ identifier: url }] };
    expect(await read({ mediaArtifacts: [artifact] })).toEqual([
      { ...expected, addresses: [{ url }] },
    ]);
  });

  it.each([
    ['nested too deep', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['too large', JSON.stringify(Array.from({ length: 100_000 }, (_, value) => value))],
  ])('data that are %s are left out', async (_name, odd) => {
    expect(await read(`{"mediaArtifacts":[{"data":{"odd":${odd}}}]}`)).toEqual([
      { kind: 'odd', addresses: [] },
    ]);
  });

  it.each<[seconds: unknown, expiresAt: string | undefined]>([
    [1_691_456_400, '2023-08-08T01:00:00.000Z'],
    [253_402_300_799, '9999-12-31T23:59:59.000Z'],
    // Not a valid number of seconds, or a date after the year 9999.
    [253_402_300_800, undefined],
    [1_691_456_400_000, undefined],
    [0, undefined],
    [undefined, undefined],
    ['1691456400', undefined],
  ])('an identifier that expires at %j seconds has the expiry %j', async (seconds, expiresAt) => {
    const given = { identifier: url, identifierExpiresInSeconds: seconds };
    const [artifact] = await read({ mediaArtifacts: [{ data: { a: {} }, identifiers: [given] }] });
    expect(artifact?.addresses).toEqual([{ url, ...(expiresAt && { expiresAt }) }]);
  });

  it('invalid identifiers are skipped, and the valid one is kept', async () => {
    const odd = [null, 'x', {}, { identifier: 7 }, { identifier: '' }, { mediaType: 'video/mp4' }];
    const identifiers = [...odd, { identifier: url, mediaType: null }];
    const [artifact] = await read({ mediaArtifacts: [{ data: { a: {} }, identifiers }] });
    expect(artifact?.addresses).toEqual([{ url }]);
  });
});
