// Reading an asset's status: which of LinkedIn's words mean what, and that one file's error stays its own.

import { describe, expect, it } from 'vitest';
import { LinkedInError, NetworkError, ReplyShapeError, UploadError } from '../../src/errors.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { interpretAsset, readAssetStatuses } from '../../src/linkedin/asset-status.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { StatusQuery, WithReadSlot } from '../../src/linkedin/session.ts';
import mediaArtifacts from '../replies/media-artifacts.json' with { type: 'json' };
import statusSample from '../replies/status.json' with { type: 'json' };
import { reply, ScriptedClient } from './scripted-client.ts';

const RECIPE = 'urn:li:digitalmediaRecipe:feedshare-video';
const OTHER = 'urn:li:digitalmediaRecipe:ads-video_v2';

const query: StatusQuery = {
  api: 'assets',
  urn: 'urn:li:digitalmediaAsset:C5400AQHpR1ANqMWqNA',
  kind: 'video',
  recipe: RECIPE,
};

const straight: WithReadSlot = (call) => call();

const PROCESSING = [
  ['NEW', 'waiting', null],
  ['PROCESSING', 'waiting', null],
  ['WAITING_UPLOAD', 'waiting', null],
  ['AVAILABLE', 'available', null],
  ['MUTATING', 'available', null],
  ['INCOMPLETE', 'failed', 'PROCESSING_FAILED'],
  ['CLIENT_ERROR', 'failed', 'MEDIA_REJECTED'],
  ['SERVER_ERROR', 'failed', 'PROCESSING_FAILED'],
  // Words that the page does not know: waited for, and never looked up on a prototype.
  ['REHEARSING', 'waiting', null],
  ['available', 'waiting', null],
  ['', 'waiting', null],
  ['constructor', 'waiting', null],
] as const;

const SERVED = ['ALLOWED', undefined, 'SOMETHING_NEW'];
const WITHDRAWN = ['BLOCKED', 'ABANDONED', 'DELETED', 'SCHEDULED_DELETION'];

describe('the status of the recipe decides while the asset may be served', () => {
  const cases = PROCESSING.flatMap((row) => SERVED.map((serving) => [...row, serving] as const));
  it.each(cases)('%s is %s (%s), the asset %s', (status, state, code, serving) => {
    const recipes = [{ recipe: RECIPE, status }];
    const reading = interpretAsset(serving === undefined ? { recipes } : { recipes, status: serving }, query);
    expect(reading).toMatchObject({ state, status });
    if (reading.state !== 'failed') expect(code).toBeNull();
    else {
      expect(reading.error).toBeInstanceOf(UploadError);
      expect(reading.error).toMatchObject({ code, urn: query.urn });
      expect(reading.error.message).toContain(status);
    }
  });
});

describe('an asset that is withdrawn has failed, whatever its recipe says', () => {
  const cases = WITHDRAWN.flatMap((serving) => PROCESSING.map(([status]) => [serving, status] as const));
  it.each(cases)('%s, the recipe %j', (serving, status) => {
    const reading = interpretAsset({ recipes: [{ recipe: RECIPE, status }], status: serving }, query);
    expect(reading).toMatchObject({
      state: 'failed',
      status: serving,
      error: { code: 'ASSET_WITHDRAWN', urn: query.urn },
    });
  });
});

describe('of several recipes, ours counts', () => {
  it.each([
    [
      'another is ready',
      [
        { recipe: OTHER, status: 'AVAILABLE' },
        { recipe: RECIPE, status: 'PROCESSING' },
      ],
      'waiting',
    ],
    [
      'another failed',
      [
        { recipe: OTHER, status: 'CLIENT_ERROR' },
        { recipe: RECIPE, status: 'AVAILABLE' },
      ],
      'available',
    ],
    ['ours is missing', [{ recipe: OTHER, status: 'AVAILABLE' }], 'waiting'],
    ['there is none', [], 'waiting'],
  ])('%s', (_name, recipes, state) => {
    expect(interpretAsset({ recipes, status: 'ALLOWED' }, query).state).toBe(state);
  });

  it('and without it LinkedIn has said nothing', () => {
    const recipes = [{ recipe: OTHER, status: 'AVAILABLE' }];
    expect(interpretAsset({ recipes }, query)).toEqual({ state: 'waiting', status: null });
  });
});

describe('reads', () => {
  const read = (client: ScriptedClient, queries = [query], version = '202609') =>
    Promise.all(readAssetStatuses(new RestClient(client, version), queries, straight));

  it.each([
    ['202609', 'https://api.linkedin.com/rest'],
    ['v2', 'https://api.linkedin.com/v2'],
  ])('the sample of the page, by the bare id (%s)', async (version, root) => {
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

  it('the sample with artifacts, which has no status of the asset', async () => {
    const client = new ScriptedClient([reply(200, mediaArtifacts.reply)]);
    expect(await read(client)).toEqual([{ state: 'available', status: 'AVAILABLE' }]);
  });

  it('a refusal to read as a status that this token may not see', async () => {
    const words = 'Not enough permissions to access: partnerApiAssets.GET.20260201';
    const client = new ScriptedClient([reply(403, { status: 403, code: 'ACCESS_DENIED', message: words })]);
    const [reading] = await read(client);
    expect(reading).toMatchObject({ state: 'unreadable', error: { code: 'ACCESS_DENIED', status: 403 } });
  });

  it.each<[name: string, answer: HttpResponse | Error, Kind: new (...args: never) => Error, code: string]>([
    ['no list of recipes', reply(200, { id: 'x', status: 'ALLOWED' }), ReplyShapeError, 'REPLY_SHAPE'],
    [
      'a recipe without a status',
      reply(200, { recipes: [{ recipe: RECIPE }] }),
      ReplyShapeError,
      'REPLY_SHAPE',
    ],
    ['a page', reply(200, '<html>'), ReplyShapeError, 'REPLY_SHAPE'],
    ['no such asset', reply(404, { status: 404 }), LinkedInError, 'REQUEST_REFUSED'],
    ['a dead token', reply(401, { status: 401 }), LinkedInError, 'TOKEN_REFUSED'],
    ['an outage', reply(503), LinkedInError, 'SERVER_FAILED'],
    ['a broken line', new NetworkError('NETWORK_FAILED', 'gone'), NetworkError, 'NETWORK_FAILED'],
  ])('%s as an error of the one file', async (_name, answer, Kind, code) => {
    const [error] = await read(new ScriptedClient([answer]));
    expect(error).toBeInstanceOf(Kind);
    expect(error).toMatchObject({ code });
  });

  it('each file in a lane of its own', async () => {
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

  it('each file as soon as its own call is answered', async () => {
    const client = new ScriptedClient([reply(200, statusSample.reply)]);
    const never = new Promise<never>(() => {});
    let calls = 0;
    const withReadSlot: WithReadSlot = (call) => {
      calls += 1;
      return calls === 1 ? never : call();
    };
    const [, second] = readAssetStatuses(new RestClient(client, '202609'), [query, query], withReadSlot);
    expect(await second).toEqual({ state: 'waiting', status: 'PROCESSING' });
  });

  it('a bug as what it is', async () => {
    await expect(read(new ScriptedClient([new TypeError('a bug')]))).rejects.toThrow(TypeError);
  });
});
