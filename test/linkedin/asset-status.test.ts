// Status reads of an asset: the meaning of each status, and errors that affect only their own file.

import { describe, expect, it } from 'vitest';
import { ActionError, CallError } from '../../src/errors/action-error.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { interpretAsset, readAssetStatuses } from '../../src/linkedin/asset-status.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { StatusQuery, WithReadSlot } from '../../src/linkedin/session.ts';
import { broken } from '../errors/failures.ts';
import mediaArtifacts from '../replies/media-artifacts.json' with { type: 'json' };
import statusSample from '../replies/status.json' with { type: 'json' };
import { reply, ScriptedClient, withErrors } from './scripted-client.ts';

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

  it('a 403 means that the status is unreadable', async () => {
    const message = 'Not enough permissions to access: partnerApiAssets.GET.20260201';
    const client = new ScriptedClient([reply(403, { status: 403, code: 'ACCESS_DENIED', message })]);
    const [reading] = await read(client);
    expect(reading).toMatchObject({ state: 'unreadable', error: { code: 'ACCESS_DENIED', status: 403 } });
  });

  it.each<[name: string, answer: HttpResponse | Error, Kind: new (...args: never) => Error, code: string]>([
    ['a reply without recipes', reply(200, { id: 'x', status: 'ALLOWED' }), CallError, 'REPLY_SHAPE'],
    ['a recipe without a status', reply(200, { recipes: [{ recipe: RECIPE }] }), CallError, 'REPLY_SHAPE'],
    ['a missing asset', reply(404, { status: 404 }), CallError, 'REQUEST_REFUSED'],
    ['a network error', broken('status', 'all'), CallError, 'NETWORK_FAILED'],
  ])('%s is returned as the error of the file', async (_name, answer, Kind, code) => {
    const [error] = withErrors(await read(new ScriptedClient([answer])));
    expect(error).toBeInstanceOf(Kind);
    expect(error).toMatchObject({ code });
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
