// The sandbox's answers about the member and the pages of a token, and its refusals.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SandboxOptions, SCOPES, type Scope } from '../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { type Answer, Caller, REGISTER, registration } from './caller.ts';
import { INIT_IMAGE, initialization } from './media-caller.ts';
import { POSTS, postBody } from './posts/post-caller.ts';

let sandbox: Sandbox;
let caller: Caller;

async function start(options: SandboxOptions = {}): Promise<void> {
  await sandbox?.close();
  sandbox = await startSandbox(options);
  caller = new Caller(sandbox.url);
}

const without = (...lost: Scope[]) => ({ scopes: SCOPES.filter((scope) => !lost.includes(scope)) });
const BEARER = { authorization: 'Bearer test-token' };
const userinfo = (headers: Record<string, string> = BEARER) =>
  caller.send({ method: 'GET', path: '/v2/userinfo', headers });
const me = () => caller.get('/v2/me');
const roles = (query = '') => caller.get(`/rest/organizationAcls?q=roleAssignee${query}`);
const organizations = (query: string) => caller.get(`/rest/organizations${query}`);

function expectDenied(answer: Answer, call: string): void {
  const message = `Not enough permissions to access: ${call}`;
  expect(answer).toMatchObject({
    status: 403,
    json: { status: 403, serviceErrorCode: 100, code: 'ACCESS_DENIED', message },
  });
}

beforeEach(() => start());
afterEach(() => sandbox.close());

describe('the member of a token', () => {
  it('OpenID gives the id and the name, without the headers of the API', async () => {
    expect(await userinfo()).toMatchObject({
      status: 200,
      json: { sub: 'SIMULATED-member', name: 'Sam Sandbox' },
    });
    expect(sandbox.model.otherCalls()).toMatchObject({ userinfo: 1, me: 0 });
  });

  it('OpenID gives no name without the scope profile, and nothing without the scope openid', async () => {
    await start(without('profile'));
    expect((await userinfo()).json).toEqual({ sub: 'SIMULATED-member' });
    await start(without('openid'));
    expectDenied(await userinfo(), 'userinfo.GET.NO_VERSION');
  });

  it('the profile of the member needs the scope r_basicprofile', async () => {
    const names = { localizedFirstName: 'Sam', localizedLastName: 'Sandbox' };
    expect(await me()).toMatchObject({ status: 200, json: { id: 'SIMULATED-member', ...names } });
    await start(without('r_basicprofile'));
    expectDenied(await me(), 'me.GET.NO_VERSION');
  });

  it.each([
    ['revoked', 65601, 'REVOKED_ACCESS_TOKEN', 'has been revoked by the user'],
    ['expired', 65602, 'EXPIRED_ACCESS_TOKEN', 'has expired'],
  ] as const)(
    'a token that is %s is refused everywhere',
    async (tokenStatus, serviceErrorCode, code, what) => {
      await start({ tokenStatus });
      const json = { status: 401, serviceErrorCode, code, message: `The token used in the request ${what}` };
      for (const answer of [await userinfo(), await me(), await roles(), await organizations('/24141830')])
        expect(answer).toMatchObject({ status: 401, json });
    },
  );

  it('a call without a token is refused, and so is another method', async () => {
    expect(await userinfo({})).toMatchObject({ status: 401, json: { code: 'EMPTY_ACCESS_TOKEN' } });
    expect(await caller.post('/v2/userinfo', {})).toMatchObject({ status: 400 });
  });
});

describe('the pages of a token', () => {
  it('the roles of the member name each page, its role and its state, page by page', async () => {
    const first = await roles('&count=3');
    expect(first.json).toMatchObject({
      paging: { start: 0, count: 3, total: 4 },
      elements: [
        { organization: 'urn:li:organization:24141830', role: 'ADMINISTRATOR', state: 'APPROVED' },
        { organization: 'urn:li:organization:24141831', role: 'CONTENT_ADMINISTRATOR' },
        { organization: 'urn:li:organization:24141832', role: 'ANALYST' },
      ],
    });
    expect((await roles('&count=3&start=3')).json).toMatchObject({ elements: [{ state: 'REVOKED' }] });
  });

  it('the list can be narrowed by role and state', async () => {
    const count = async (query: string) =>
      ((await roles(query)).json as { elements: unknown[] }).elements.length;
    expect([await count('&state=APPROVED'), await count('&state=APPROVED&role=ADMINISTRATOR')]).toEqual([
      3, 1,
    ]);
    expect(await roles('&count=101')).toMatchObject({ status: 400 });
    expect(await caller.get('/rest/organizationAcls?q=organization')).toMatchObject({ status: 400 });
  });

  it('only pages that the member administers can be read', async () => {
    expect((await organizations('/24141830')).json).toMatchObject({ localizedName: 'Sandbox Company' });
    expectDenied(await organizations('/24141831'), 'partnerApiOrganizations.GET.20260901');
    expect((await organizations('?ids=List(24141830,24141832)')).json).toMatchObject({
      results: { 24141830: { localizedName: 'Sandbox Company' } },
      errors: { 24141832: { status: 403 } },
    });
  });

  it('a token without a scope for pages may not read them', async () => {
    await start(without('r_organization_admin'));
    expect(await roles()).toMatchObject({ status: 200 });
    await start(without('r_organization_admin', 'rw_organization_admin'));
    expectDenied(await roles(), 'partnerApiOrganizationAcls.FINDER-roleAssignee.20260901');
    expectDenied(await organizations('?ids=List(1)'), 'partnerApiOrganizations.BATCH_GET.20260901');
  });

  it.each([
    ['that the member lost', 'urn:li:organization:24141833'],
    ['that may only read', 'urn:li:organization:24141832'],
  ])('with a role %s, neither media nor posts are accepted for the page', async (_, page) => {
    const initialized = await caller.post(INIT_IMAGE, initialization({ owner: page }));
    expect(initialized).toMatchObject({
      status: 403,
      json: { message: expect.stringContaining('forbidden') },
    });
    expect(await caller.post(REGISTER, registration({ owner: page }))).toMatchObject({ status: 403 });
    const posted = await caller.post(POSTS, postBody({ author: page }));
    expect(posted).toMatchObject({ status: 403, json: { message: expect.stringContaining('[/author]') } });
  });
});
