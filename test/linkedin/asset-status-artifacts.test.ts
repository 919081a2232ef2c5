// Parsing of media artifacts: the documented sample, their data and URLs, and unexpected data.

import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import { readArtifactsOfAsset } from '../../src/linkedin/asset-status.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { Artifact, StatusQuery } from '../../src/linkedin/session.ts';
import sample from '../replies/media-artifacts.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { reply, ScriptedClient } from './scripted-client.ts';

const query: StatusQuery = {
  api: 'assets',
  urn: 'urn:li:digitalmediaAsset:C5400AQHpR1ANqMWqNA',
  kind: 'video',
  recipe: 'urn:li:digitalmediaRecipe:feedshare-video',
};

function read(body: unknown, status = 200): Promise<readonly Artifact[]> {
  return readArtifactsOfAsset(new RestClient(new ScriptedClient([reply(status, body)]), '202609'), query);
}

/** An answer with one artifact. */
const one = (artifact: unknown) => ({ mediaArtifacts: [artifact] });

const URL_OF_SAMPLE = sample.reply.mediaArtifacts[0]?.identifiers[0]?.identifier;
const PLAYLIST = 'adaptiveStreamVideoWithAudioMasterPlaylist';

describe('documented sample of artifacts', () => {
  it('the request for artifacts is an idempotent GET of the documented path with the bearer token', async () => {
    const client = new ScriptedClient([reply(200, sample.reply)]);
    await readArtifactsOfAsset(new RestClient(client, '202609'), query);
    expect(client.last.url.href).toBe(`https://api.linkedin.com/rest${sample.path}`);
    expect(client.last).toMatchObject({
      method: 'GET',
      phase: 'status',
      idempotency: 'idempotent',
      bearer: true,
    });
  });

  it('the documented sample is parsed as a playlist with its data and a URL that expires', async () => {
    expect(await read(sample.reply)).toEqual([
      {
        kind: PLAYLIST,
        data: sample.reply.mediaArtifacts[0]?.data[PLAYLIST],
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

  it.each([
    ['<html>', 'a JSON object'],
    [{ mediaArtifacts: {} }, 'mediaArtifacts'],
  ])('an answer of %j throws CallError', async (body, field) => {
    const error = await caught(() => read(body), CallError);
    expect(error).toMatchObject({ code: 'REPLY_SHAPE', message: expect.stringContaining(`lacks ${field}`) });
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

  it.each([null, 7, 'x'])('%j in place of an artifact is left out', async (artifact) => {
    const artifacts = await read({ mediaArtifacts: [artifact, ...sample.reply.mediaArtifacts] });
    expect(artifacts.map(({ kind }) => kind)).toEqual([PLAYLIST]);
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
