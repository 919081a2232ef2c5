// The sandbox's Posts API: takes a body that keeps every rule, and refuses what LinkedIn would refuse, hide or cut.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { Caller, IMAGE_HEADERS, inOne, type Registered, VIDEO_HEADERS } from './caller.ts';

const OWNER = 'urn:li:organization:24141830';

let sandbox: Sandbox;
let caller: Caller;
beforeEach(async () => {
  sandbox = await startSandbox({ processingMs: 0 });
  caller = new Caller(sandbox.url);
});
afterEach(() => sandbox.close());

async function uploaded(fields: Record<string, unknown> = {}): Promise<string> {
  const registered: Registered = await caller.register(fields);
  const headers = 'recipes' in fields ? VIDEO_HEADERS : IMAGE_HEADERS;
  await caller.put(registered.addresses[0]?.path ?? '', headers, 'bytes');
  return registered.id;
}

const body = (content: unknown, more: Record<string, unknown> = {}) => ({
  author: OWNER,
  commentary: 'Our launch',
  visibility: 'PUBLIC',
  distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
  lifecycleState: 'PUBLISHED',
  isReshareDisabledByAuthor: false,
  content,
  ...more,
});

const post = (sent: unknown) => caller.post('/rest/posts', sent);

describe('a post', () => {
  it('of a picture, a video and several pictures is made', async () => {
    const [a, b] = [await uploaded(), await uploaded()];
    const video = await uploaded(inOne);
    const pictures = [{ id: `urn:li:image:${a}`, altText: 'One' }, { id: `urn:li:image:${b}` }];
    const bodies = [
      body({ media: pictures[0] }),
      body({ media: { id: `urn:li:video:${video}`, title: 'Launch' } }),
      body({ multiImage: { images: pictures } }),
    ];
    for (const [index, sent] of bodies.entries()) {
      const answer = await post(sent);
      expect(answer).toMatchObject({ status: 201, text: '' });
      expect(answer.headers['x-restli-id']).toBe(`urn:li:share:SIMULATED-00000${index + 1}`);
    }
    expect(sandbox.model.posts).toEqual(bodies);
    expect(sandbox.model.sideCalls().post).toBe(3);
  });

  it.each<[what: string, commentary: string]>([
    ['reserved characters behind backslashes', String.raw`50% of \(all\) \_users\_ \<3`],
    ['a hashtag', 'Out now #launch'],
    ['a mention', 'With @[LinkedIn](urn:li:organization:1337)'],
  ])('may have %s', async (_, commentary) => {
    const media = { id: `urn:li:image:${await uploaded()}` };
    expect(await post(body({ media }, { commentary }))).toMatchObject({ status: 201 });
  });

  it.each<[what: string, more: Record<string, unknown>, status: number]>([
    ['without text', { commentary: '' }, 403],
    ['with text that LinkedIn would cut', { commentary: 'Hello (world)' }, 400],
    ['with a hash that is none', { commentary: 'No # here' }, 400],
    ['with too much text', { commentary: 'x'.repeat(3001) }, 403],
    ['of an ad account', { author: 'urn:li:sponsoredAccount:1' }, 403],
    ['of somebody else', { author: 'urn:li:person:A1' }, 403],
    ['that is no more than private', { visibility: 'PRIVATE' }, 403],
    ['without distribution', { distribution: undefined }, 400],
    ['with an unknown field', { media: 'x' }, 422],
    ['without content', { content: undefined }, 400],
  ])('%s is refused', async (_, more, status) => {
    const media = { id: `urn:li:image:${await uploaded()}` };
    expect(await post(body({ media }, more))).toMatchObject({ status });
    expect(sandbox.model.posts).toEqual([]);
  });

  it('of media that is not there, of another kind, or not ready is refused', async () => {
    const image = await uploaded();
    const code = async (id: string) => (await post(body({ media: { id } }))).json as { code: string };
    expect(await code('urn:li:image:nowhere')).toMatchObject({ code: 'INVALID_IMAGE_ID' });
    expect(await code(`urn:li:video:${image}`)).toMatchObject({ code: 'INVALID_VIDEO_ID' });
    const { id } = await caller.register();
    expect(await code(`urn:li:image:${id}`)).toMatchObject({ code: 'MEDIA_ASSET_WAITING_UPLOAD' });
    expect((await post(body({ media: { id: `urn:li:digitalmediaAsset:${image}` } }))).status).toBe(403);
  });

  it('of several takes 2 to 20 pictures, no video, and nothing beside them', async () => {
    const image = { id: `urn:li:image:${await uploaded()}` };
    const video = { id: `urn:li:video:${await uploaded(inOne)}` };
    const gallery = (images: unknown[]) => post(body({ multiImage: { images } }));
    expect((await gallery([image])).status).toBe(403);
    expect((await gallery(Array.from({ length: 21 }, () => image))).status).toBe(403);
    expect((await gallery([image, video])).status).toBe(403);
    expect((await post(body({ media: image, multiImage: { images: [image, image] } }))).status).toBe(403);
  });

  it('needs what every call needs: a token and a version', async () => {
    const sent = { method: 'POST', path: '/rest/posts', body: '{}' };
    expect((await caller.send({ ...sent, headers: {} })).status).toBe(401);
    expect((await caller.get('/rest/posts')).status).toBe(400);
  });
});
