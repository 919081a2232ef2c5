// Faults and forms of LinkedIn's answers: which calls a rule affects, and what it does to them.

import { describe, expect, it } from 'vitest';
import { SandboxModel } from '../../src/sandbox/model.ts';
import {
  Caller,
  FILE,
  FINALIZE,
  finalization,
  initialize,
  initializeVideo,
  inOne,
  makePost,
  ORIGIN,
  PART_HEADERS,
  POSTS,
  postBody,
  putParts,
  REGISTER,
  readOne,
  readSeveral,
  register,
  registration,
} from '../sandbox/caller.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import { type FaultRule, type LinkedInOptions, linkedInRoutes } from './linkedin-faults.ts';

const BUSY = { status: 429, headers: { 'Retry-After': '2' }, body: { status: 429, message: 'x' } };

function setUp(options: LinkedInOptions) {
  const model = new SandboxModel({ processingMs: 0, ...options });
  return { model, caller: new Caller(ORIGIN, new SandboxDispatcher(linkedInRoutes(model, options))) };
}

const withFaults = (...faults: FaultRule[]) => setUp({ faults });

async function inTurn(times: number, call: () => Promise<{ status: number }>): Promise<number[]> {
  const statuses = [];
  for (let turn = 0; turn < times; turn += 1) statuses.push((await call()).status);
  return statuses;
}

describe('which calls a rule affects', () => {
  it.each<[string, Partial<FaultRule>, number[]]>([
    ['the first one by default', {}, [429, 200, 200]],
    ['the nth one', { nth: 2 }, [200, 429, 200]],
    ['every one', { every: true }, [429, 429, 429]],
    ['every one from the nth', { every: true, nth: 2 }, [200, 429, 429]],
    ['those of one API', { every: true, api: 'images' }, [200, 200, 200]],
  ])('a rule affects %s', async (_, rule, statuses) => {
    const { caller } = withFaults({ on: 'register', reply: BUSY, ...rule });
    expect(await inTurn(3, () => caller.post(REGISTER, registration()))).toEqual(statuses);
  });

  it('a rule for one asset affects its reads, alone and in a batch', async () => {
    const { caller } = withFaults({
      on: 'status',
      every: true,
      asset: 'SIMULATED-C4E10AQ000002',
      reply: BUSY,
    });
    const urns = [(await initialize(caller, 'image')).urn, (await initialize(caller, 'image')).urn];
    expect(await readOne(caller, 'images', urns[0] ?? '')).toMatchObject({ status: 200 });
    expect(await readOne(caller, 'images', urns[1] ?? '')).toMatchObject({ status: 429 });
    expect(await readSeveral(caller, 'images', urns)).toMatchObject({ status: 429 });
  });
});

describe('what a rule does', () => {
  it('an error has the status, headers and body of the rule, and the call has no effect but is counted', async () => {
    const { caller, model } = withFaults({ on: 'register', reply: BUSY });
    const answer = await caller.post(REGISTER, registration());
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '2' }, json: BUSY.body });
    expect(model.assets()).toEqual([]);
    expect(model.calls()).toMatchObject({ register: 1 });
    expect(model.log).toMatchObject([{ kind: 'register', status: 429, reason: 'Injected error' }]);
  });

  it('mutate adds, changes and removes fields of one answer, also in lists; omitEtag removes an ETag', async () => {
    const { caller } = withFaults(
      { on: 'status', mutate: { region: 'eu', created: null, recipes: { 0: { status: 'MUTATING' } } } },
      { on: 'upload', omitEtag: true },
    );
    const { id, path } = await register(caller, inOne);
    expect((await caller.put(path, PART_HEADERS, 'x')).headers).not.toHaveProperty('etag');
    const { json } = await caller.get(`/rest/assets/${id}`);
    expect(json).toMatchObject({ id, region: 'eu', recipes: [{ status: 'MUTATING' }] });
    expect(json).not.toHaveProperty('created');
    expect((await caller.get(`/rest/assets/${id}`)).json).toMatchObject({
      recipes: [{ status: 'AVAILABLE' }],
    });
  });
});

describe('forms of answers', () => {
  it.each([
    ['path', /^\/ambry-video\/signedId\/SIMULATED_[0-9a-f]{32}\.bin$/],
    ['quoted-path', /^"\/ambry-video\/signedId\/SIMULATED_[0-9a-f]{32}\.bin"$/],
    ['quoted-hex', /^"[0-9a-f]{32}"$/],
  ] as const)('ETags have the form %s, and finalize takes them without quotes', async (videoEtags, form) => {
    const { caller } = setUp({ videoEtags });
    const video = await initializeVideo(caller);
    const [part] = video.parts;
    const answer = await caller.put(part?.path ?? '', PART_HEADERS, FILE.subarray(0, 4));
    expect(answer.headers.etag).toMatch(form);
    const ids = await putParts(caller, video, FILE);
    expect(await caller.post(FINALIZE, finalization(video, ids))).toMatchObject({ status: 200 });
  });

  it.each([
    ['status', { statusReads: 'forbidden' }, [403, 403]],
    ['batch reads with 403', { batchReads: 'forbidden-403' }, [200, 403]],
    ['batch reads with 400', { batchReads: 'forbidden-400' }, [200, 400]],
  ] as const)('a token may not read %s, and the call counts', async (_, forms, statuses) => {
    const { caller, model } = setUp(forms);
    const { urn } = await initialize(caller, 'image');
    const reads = [await readOne(caller, 'images', urn), await readSeveral(caller, 'images', [urn])];
    expect(reads.map(({ status }) => status)).toEqual(statuses);
    expect(model.calls()).toMatchObject({ status: 2 });
    const denied = reads.filter(({ status }) => status === 403).map(({ json }) => json.message);
    for (const message of denied)
      expect(message).toMatch(/^Not enough permissions to access: partnerApiImages\.(BATCH_)?GET\.20260901$/);
  });

  it('the rejection of a duplicate can name another post or none, and a new post only its number', async () => {
    const names: (string | null)[] = ['urn:li:share:7', null];
    const { caller } = setUp({ duplicateUrnInResponse: () => names.shift() ?? null, bareIds: true });
    expect(await makePost(caller)).toMatch(/^\d+$/);
    const message = async () => (await caller.post(POSTS, postBody())).json.message.split(': ')[1];
    expect([await message(), await message()]).toEqual([
      ...['Content is a duplicate of urn:li:share:7', 'Duplicate post is detected'],
    ]);
  });
});
