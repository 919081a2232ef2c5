// Posts from the connection to the sandbox and back, over sockets: what a lost response leaves behind, and how a repeated
// post shows it.

import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { DuplicatePostError, LinkedInError, NetworkError } from '../../src/errors.ts';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import type { FaultRule, SandboxOptions } from '../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { Secret } from '../../src/secret.ts';
import { MEMBER, PAGE, postBody } from '../sandbox/posts/post-caller.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Opened {
  readonly sandbox: Sandbox;
  readonly linkedin: ReturnType<typeof openLinkedIn>;
  readonly phases: string[];
  readonly log: string[];
}

async function open(options: SandboxOptions = {}): Promise<Opened> {
  const sandbox = await startSandbox({ processingMs: 0, ...options });
  const dispatcher = new Agent();
  closers.push(
    () => dispatcher.destroy(),
    () => sandbox.close(),
  );
  const phases: string[] = [];
  const log: string[] = [];
  const linkedin = openLinkedIn({
    api: 'media',
    ...{ apiUrl: new URL(sandbox.url), token: new Secret('a-token-of-the-test'), version: '202609' },
    ...{ dispatcher, clock: new TestClock(), signal: new AbortController().signal, onSecret: () => {} },
    onRequest: (phase) => phases.push(phase),
    onLogEntry: ({ method, url, response }) => log.push(`${method} ${url} ${response?.status ?? 'lost'}`),
  });
  return { sandbox, linkedin, phases, log };
}

const create = ({ linkedin }: Opened, fields: Record<string, unknown> = {}) =>
  linkedin.posts.create(JSON.stringify(postBody(fields)), { isVideo: false });
const faulty = (...faults: FaultRule[]) => open({ faults });

describe('posts in the sandbox', () => {
  it('a post is created, found and commented on, and each call is counted and logged', async () => {
    const opened = await open();
    const { linkedin, sandbox, phases, log } = opened;
    const { urn, urnSource } = await create(opened, { commentary: 'Out #now' });
    expect(urnSource).toBe('linkedin');
    const found = await linkedin.posts.find(PAGE, { count: 5 });
    expect(found).toEqual([
      { urn, commentary: String.raw`Out {hashtag|\#|now}`, createdAtMs: expect.any(Number) },
    ]);
    const body = { actor: PAGE, object: urn, message: { text: 'Docs: https://example.org/v2' } };
    const comment = await linkedin.posts.comment(String(urn), JSON.stringify(body), {});
    expect(sandbox.model.comments).toMatchObject([
      { urn: comment.urn, postUrn: urn, text: 'Docs: https://example.org/v2' },
    ]);
    expect(phases).toEqual(['post', 'find', 'comment']);
    const host = new URL(sandbox.url).host;
    expect(log).toEqual([
      `POST ${host}/rest/posts 201`,
      `GET ${host}/rest/posts 200`,
      `POST ${host}/rest/socialActions/${encodeURIComponent(String(urn))}/comments 201`,
    ]);
  });

  it('the number of a post begins with the time of its creation', async () => {
    const opened = await open();
    const beforeMs = Date.now();
    const { urn } = await create(opened);
    const timeMs = Number(BigInt(String(urn).replace(/\D/g, '')) >> 22n);
    expect(timeMs).toBeGreaterThanOrEqual(beforeMs);
    expect(timeMs).toBeLessThanOrEqual(Date.now());
  });

  it.each<[string, FaultRule]>([
    ['a lost response', { on: 'post', drop: 'response' }],
    ['a 500 after the post was created', { on: 'post', reply: { status: 500, isExecuted: true } }],
    ['a 409 after the post was created', { on: 'post', reply: { status: 409, isExecuted: true } }],
  ])('after %s, the repeated post is refused and names the first one', async (_, fault) => {
    const opened = await faulty(fault);
    await caught(() => create(opened), fault.drop === undefined ? LinkedInError : NetworkError);
    const error = await caught(() => create(opened), DuplicatePostError);
    const [stored] = opened.sandbox.model.storedPosts;
    expect(error.duplicateUrn).toBe(stored?.urn);
    expect(error.serverDateMs).toBeTypeOf('number');
    expect(opened.sandbox.model.posts).toHaveLength(1);
  });

  it.each<[string, FaultRule]>([
    ['a request that LinkedIn never handled', { on: 'post', drop: 'request' }],
    ['a 503 without effect', { on: 'post', reply: { status: 503 } }],
  ])('after %s, the repeated post is created', async (_, fault) => {
    const opened = await faulty(fault);
    const error = await caught(() => create(opened), fault.drop === undefined ? LinkedInError : NetworkError);
    expect(error.call).toMatchObject({ phase: 'post', sent: 'all' });
    expect((await create(opened)).urn).toBe(opened.sandbox.model.storedPosts[0]?.urn);
    expect(opened.sandbox.model.posts).toHaveLength(1);
  });

  it('a post that LinkedIn names by its number, in another header, or not at all, is created all the same', async () => {
    const omit = (...omitHeaders: string[]): FaultRule => ({ on: 'post', omitHeaders });
    const bare = await open({ bareIds: true });
    const created = await create(bare);
    expect(created).toEqual({ urn: bare.sandbox.model.storedPosts[0]?.urn, urnSource: 'derived' });
    const elsewhere = await faulty(omit('x-restli-id'));
    expect(await create(elsewhere)).toEqual({
      ...{ urn: elsewhere.sandbox.model.storedPosts[0]?.urn, urnSource: 'linkedin' },
    });
    const nameless = await faulty(omit('x-restli-id', 'location'));
    expect(await create(nameless)).toEqual({ urn: null, urnSource: 'linkedin' });
    expect(nameless.sandbox.model.posts).toHaveLength(1);
  });

  it('a token without the scope is ACCESS_DENIED to find posts, and COMMENT_FAILED to comment', async () => {
    const { linkedin } = await open({ scopes: ['w_member_social'] });
    const json = JSON.stringify(postBody({ author: MEMBER }));
    const { urn } = await linkedin.posts.create(json, { isVideo: false });
    const find = await caught(() => linkedin.posts.find(MEMBER, { count: 1 }), LinkedInError);
    expect(find).toMatchObject({ code: 'ACCESS_DENIED', status: 403 });
    const body = JSON.stringify({ actor: MEMBER, object: urn, message: { text: 'x' } });
    const comment = await caught(() => linkedin.posts.comment(String(urn), body, {}), LinkedInError);
    expect(comment).toMatchObject({ code: 'COMMENT_FAILED', status: 403 });
  });
});
