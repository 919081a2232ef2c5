// Status reads of an asset: the meaning of each status, errors that affect only their own file, and the media artifacts.

import { describe, expect, it } from 'vitest';
import { ActionError } from '../../src/errors/action-error.ts';
import { interpretAsset, readArtifactsOfAsset, readAssetStatuses } from '../../src/linkedin/asset-status.ts';
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

const PROCESSING = [
  ['NEW', 'waiting', null],
  ['PROCESSING', 'waiting', null],
  ['WAITING_UPLOAD', 'waiting', null],
  ['AVAILABLE', 'available', null],
  ['MUTATING', 'available', null],
  ['INCOMPLETE', 'failed', 'PROCESSING_FAILED'],
  ['CLIENT_ERROR', 'failed', 'MEDIA_REJECTED'],
  ['SERVER_ERROR', 'failed', 'PROCESSING_FAILED'],
  // An undocumented status means waiting, and is never looked up on a prototype.
  ['REHEARSING', 'waiting', null],
  ['available', 'waiting', null],
  ['', 'waiting', null],
  ['constructor', 'waiting', null],
] as const;

const SERVED = ['ALLOWED', undefined, 'SOMETHING_NEW'];
const WITHDRAWN = ['BLOCKED', 'ABANDONED', 'DELETED', 'SCHEDULED_DELETION'];

describe('recipe statuses', () => {
  const cases = PROCESSING.flatMap((row) => SERVED.map((serving) => [...row, serving] as const));
  it.each(cases)(
    'the recipe status %s means %s (%s) while the asset status is %s',
    (status, state, code, serving) => {
      const recipes = [{ recipe: RECIPE, status }];
      const reading = interpretAsset(
        serving === undefined ? { recipes } : { recipes, status: serving },
        query,
      );
      expect(reading).toMatchObject({ state, status });
      if (reading.state !== 'failed') expect(code).toBeNull();
      else {
        expect(reading.error).toBeInstanceOf(ActionError);
        expect(reading.error).toMatchObject({ code, urn: query.urn });
        expect(reading.error.message).toContain(status);
      }
    },
  );
});

describe('withdrawn assets', () => {
  const cases = WITHDRAWN.flatMap((serving) => PROCESSING.map(([status]) => [serving, status] as const));
  it.each(cases)('the asset status %s means failed although the recipe status is %j', (serving, status) => {
    const reading = interpretAsset({ recipes: [{ recipe: RECIPE, status }], status: serving }, query);
    expect(reading).toMatchObject({
      state: 'failed',
      status: serving,
      error: { code: 'ASSET_WITHDRAWN', urn: query.urn },
    });
  });
});

describe('several recipes', () => {
  it.each([
    [
      'another recipe is available',
      [
        { recipe: OTHER, status: 'AVAILABLE' },
        { recipe: RECIPE, status: 'PROCESSING' },
      ],
      'waiting',
    ],
    [
      'another recipe failed',
      [
        { recipe: OTHER, status: 'CLIENT_ERROR' },
        { recipe: RECIPE, status: 'AVAILABLE' },
      ],
      'available',
    ],
    ['ours is missing', [{ recipe: OTHER, status: 'AVAILABLE' }], 'waiting'],
    ['there is no recipe', [], 'waiting'],
  ])('only the status of our own recipe counts when %s', (_name, recipes, state) => {
    expect(interpretAsset({ recipes, status: 'ALLOWED' }, query).state).toBe(state);
  });
});

describe('asset status reads', () => {
  const read = (client: ScriptedClient, queries = [query], version = '202609') =>
    Promise.all(readAssetStatuses(new RestClient(client, version), queries, straight));

  it.each([
    ['202609', 'https://api.linkedin.com/rest'],
    ['v2', 'https://api.linkedin.com/v2'],
  ])('the documented sample is read by the ID of the asset (version %s)', async (version, root) => {
    const client = new ScriptedClient([reply(200, statusSample.reply)]);
    expect(await read(client, [query], version)).toEqual([{ state: 'waiting', status: 'PROCESSING' }]);
    expect(client.last.url.href).toBe(root + statusSample.path);
    expect(client.last).toMatchObject({
      method: 'GET',
      phase: 'status',
      idempotency: 'idempotent',
      bearer: true,
    });
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
    await Promise.all(
      readAssetStatuses(new RestClient(client, '202609'), [query, query, query], withReadSlot),
    );
    expect(entered).toBe(3);
    expect(client.requests).toHaveLength(3);
  });
});

function read(body: unknown, status = 200): Promise<readonly Artifact[]> {
  return readArtifactsOfAsset(new RestClient(new ScriptedClient([reply(status, body)]), '202609'), query);
}

/** An answer with one artifact. */
const one = (artifact: unknown) => ({ mediaArtifacts: [artifact] });

const URL_OF_SAMPLE = mediaArtifacts.reply.mediaArtifacts[0]?.identifiers[0]?.identifier;
const PLAYLIST = 'adaptiveStreamVideoWithAudioMasterPlaylist';

describe('documented sample of artifacts', () => {
  it('the request for artifacts is an idempotent GET of the documented path with the bearer token', async () => {
    const client = new ScriptedClient([reply(200, mediaArtifacts.reply)]);
    await readArtifactsOfAsset(new RestClient(client, '202609'), query);
    expect(client.last.url.href).toBe(`https://api.linkedin.com/rest${mediaArtifacts.path}`);
    expect(client.last).toMatchObject({
      method: 'GET',
      phase: 'status',
      idempotency: 'idempotent',
      bearer: true,
    });
  });

  it('the documented sample is parsed as a playlist with its data and a URL that expires', async () => {
    expect(await read(mediaArtifacts.reply)).toEqual([
      {
        kind: PLAYLIST,
        data: mediaArtifacts.reply.mediaArtifacts[0]?.data[PLAYLIST],
        addresses: [
          {
            url: URL_OF_SAMPLE,
            mediaType: 'application/vnd.apple.mpegURL',
            expiresAt: '2023-08-08T01:00:00.000Z',
          },
        ],
      },
    ]);
  });
});

describe('limits of artifact data', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const answer = (odd: string) => `{"mediaArtifacts":[{"data":{"odd":${odd}}}]}`;

  it.each([
    ['nested too deep', nested(100_000)],
    ['too large', JSON.stringify(Array.from({ length: 100_000 }, (_, value) => value))],
  ])('artifact data that is %s is left out', async (_name, odd) => {
    expect(await read(answer(odd))).toEqual([{ kind: 'odd', addresses: [] }]);
  });
});

describe('missing artifacts', () => {
  it.each([
    ['no field for artifacts', {}],
    ['null as artifacts', { mediaArtifacts: null }],
    ['an empty list of artifacts', { mediaArtifacts: [] }],
  ])('an answer with %s gives no artifacts', async (_name, body) => {
    expect(await read(body)).toEqual([]);
  });
});

describe('data of artifacts', () => {
  const identifiers = [{ identifier: 'https://media.licdn.com/x' }];
  const addresses = [{ url: 'https://media.licdn.com/x' }];
  const still = { storageSize: { width: 1280, height: 720 }, rotation: 0 };

  it.each<[name: string, data: unknown, expected: object]>([
    ['an object', { stillImage: still }, { kind: 'stillImage', data: still }],
    ['null', { audio: null }, { kind: 'audio', data: null }],
    ['a text', { audio: 'mp3' }, { kind: 'audio', data: 'mp3' }],
    ['no kind', {}, { kind: 'unknown', data: {} }],
    ['an unexpected form', 'x', { kind: 'unknown', data: {} }],
  ])('the data of an artifact are kept as LinkedIn sent them: %s', async (_name, data, expected) => {
    expect(await read(one({ data, identifiers }))).toEqual([{ ...expected, addresses }]);
  });
});

describe('artifact URLs', () => {
  const addressesOf = async (identifiers: unknown) =>
    (await read(one({ data: { a: {} }, identifiers })))[0]?.addresses;
  const identifier = 'https://media.licdn.com/x?e=1';

  it.each([
    [1_691_456_400, '2023-08-08T01:00:00.000Z'],
    [253_402_300_799, '9999-12-31T23:59:59.000Z'],
    // Not a valid number of seconds, or a date after the year 9999.
    [253_402_300_800, undefined],
    [1_691_456_400_000, undefined],
    [0, undefined],
    [undefined, undefined],
    ['1691456400', undefined],
  ])('an identifier that expires at %j seconds has the expiry %j', async (seconds, expiresAt) => {
    const given = [{ identifier, identifierExpiresInSeconds: seconds }];
    const expected = expiresAt === undefined ? { url: identifier } : { url: identifier, expiresAt };
    expect(await addressesOf(given)).toEqual([expected]);
  });

  it.each([[null], ['x'], [{}], [{ identifier: 7 }], [{ identifier: '' }], [{ mediaType: 'video/mp4' }]])(
    'an invalid identifier of %j is skipped, and the valid one is kept',
    async (odd) => {
      expect(await addressesOf([odd, { identifier, mediaType: null }])).toEqual([{ url: identifier }]);
    },
  );
});
