// The member and the pages of a token, from recorded and damaged responses: requests, results, and what is left out.

import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { OwnerClient, postsOfRole } from '../../src/linkedin/owners.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import replies from '../replies/owners.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { reply, ScriptedClient } from './scripted-client.ts';

function script(...answers: (HttpResponse | Error)[]) {
  const client = new ScriptedClient(answers);
  const paths = () => client.requests.map(({ url }) => url.pathname + url.search);
  return { client, paths, owners: new OwnerClient(new RestClient(client, '202609')) };
}

const acl = (organization: string, role: string) => ({ organization, role, state: 'APPROVED' });
const aclsOf = (...elements: unknown[]) => reply(200, { elements });
const pageOf = (number: number) => `urn:li:organization:${number}`;
const denied = (body: unknown) => reply(403, body);

describe('the member of a token', () => {
  it('OpenID gives the URN and the name, by a read without a version', async () => {
    const { owners, client, paths } = script(reply(200, replies.userinfo));
    expect(await owners.readMember()).toEqual({ urn: 'urn:li:person:782bbtaQ', name: 'John Doe' });
    expect(paths()).toEqual(['/v2/userinfo']);
    expect(client.last).toMatchObject({ method: 'GET', phase: 'member', bearer: true });
    expect(client.last.headers).not.toHaveProperty('linkedin-version');
  });

  it('a token without OpenID is asked for its profile', async () => {
    const { owners, paths } = script(denied(replies.denied.userinfo), reply(200, replies.me));
    expect(await owners.readMember()).toEqual({
      urn: 'urn:li:person:yrZCpj2Z12',
      name: 'John Doe',
    });
    expect(paths()).toEqual(['/v2/userinfo', '/v2/me']);
  });

  it('a token that may read neither throws ACCESS_DENIED with the words of LinkedIn', async () => {
    const { owners } = script(denied(replies.denied.userinfo), denied(replies.denied.me));
    const error = await caught(() => owners.readMember(), CallError);
    expect(error.code).toBe('ACCESS_DENIED');
    expect(error.message).toBe(
      'LinkedIn rejected the request for the member (403, ACCESS_DENIED, 100): "Not enough permissions to access: me.GET.NO_VERSION"',
    );
  });

  it.each([
    ['revoked', 401, { serviceErrorCode: 65601, code: 'REVOKED_ACCESS_TOKEN' }, 'TOKEN_REFUSED'],
    [
      'restricted',
      401,
      { serviceErrorCode: 65608, code: 'RESTRICTED_MEMBER' },
      'MEMBER_RESTRICTED',
    ],
    [
      'limited',
      429,
      { code: 'TOO_MANY_REQUESTS', message: 'throttle MEMBER DAY limit' },
      'DAILY_LIMIT',
    ],
  ])('a token that is %s is not asked again', async (_, status, body, code) => {
    const { owners, paths } = script(reply(status, body));
    expect((await caught(() => owners.readMember(), CallError)).code).toBe(code);
    expect(paths()).toEqual(['/v2/userinfo']);
  });

  it('a name is optional, and an id must be one', async () => {
    expect(await script(reply(200, { sub: 'a-B_1', name: ' ' })).owners.readMember()).toEqual({
      urn: 'urn:li:person:a-B_1',
      name: null,
    });
    for (const sub of ['', 'a b', 'x\nowner: y', '`id`', 'ü', 7, null])
      await caught(() => script(reply(200, { sub })).owners.readMember(), CallError);
  });
});

describe('the pages of a token', () => {
  it('each approved page has its role, and its name if the token may read it', async () => {
    const { owners, client, paths } = script(
      reply(200, replies.roles),
      reply(200, replies.organizations),
    );
    expect(await owners.readPages()).toEqual([
      { urn: pageOf(1000), role: 'ADMINISTRATOR', name: 'Acme' },
      { urn: pageOf(2000), role: 'ANALYST', name: null },
    ]);
    expect(paths()).toEqual([
      '/rest/organizationAcls?q=roleAssignee&state=APPROVED&start=0&count=100',
      '/rest/organizations?ids=List(1000,2000)',
    ]);
    expect(client.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('a list of several responses is read to its end', async () => {
    const full = Array.from({ length: 100 }, (_, n) => acl(pageOf(n + 1), 'ADMINISTRATOR'));
    const { owners, paths } = script(
      aclsOf(...full),
      aclsOf(acl(pageOf(101), 'ANALYST')),
      reply(503),
    );
    expect(await owners.readPages()).toHaveLength(101);
    expect(paths()[1]).toBe(
      '/rest/organizationAcls?q=roleAssignee&state=APPROVED&start=100&count=100',
    );
  });

  it.each([
    ['that repeats its roles is read until then', 1, 2],
    ['that never ends is read twenty times', 25, 20],
  ])('a list %s', async (_, different, lists) => {
    const paging = { links: [{ rel: 'next', href: '/x' }] };
    const list = (number: number) =>
      reply(200, { paging, elements: [acl(pageOf(number), 'ANALYST')] });
    const { owners, paths } = script(...Array.from({ length: different }, (_, n) => list(n + 1)));
    expect(await owners.readPages()).toHaveLength(Math.min(different, lists));
    expect(paths().filter((path) => path.includes('organizationAcls'))).toHaveLength(lists);
  });

  it('a page with several roles has the one that permits the most', async () => {
    const roles = [
      'ANALYST',
      'DIRECT_SPONSORED_CONTENT_POSTER',
      'CONTENT_ADMINISTRATOR',
      'CURATOR',
    ];
    const acls = roles.map((role, index) => acl(pageOf(1 + (index % 2)), role));
    const { owners } = script(aclsOf(...acls), reply(403));
    expect(await owners.readPages()).toMatchObject([
      { urn: pageOf(1), role: 'CONTENT_ADMINISTRATOR' },
      { urn: pageOf(2), role: 'DIRECT_SPONSORED_CONTENT_POSTER' },
    ]);
  });

  it('of two roles in a page, the one that may be able to post comes before one for sponsored content', async () => {
    const roles = ['DIRECT_SPONSORED_CONTENT_POSTER', 'RECRUITING_POSTER'];
    const { owners } = script(aclsOf(...roles.map((role) => acl(pageOf(1), role))), reply(403));
    expect(await owners.readPages()).toMatchObject([{ role: 'RECRUITING_POSTER' }]);
  });

  it('entries that are no page are left out', async () => {
    const { owners, paths } = script(
      aclsOf(
        acl('urn:li:organizationBrand:2', 'ADMINISTRATOR'),
        acl('urn:li:organization:3\nowner: x', 'ADMINISTRATOR'),
        acl(pageOf(4), '<b>ADMINISTRATOR</b>'),
        null,
        'x',
      ),
    );
    expect(await owners.readPages()).toEqual([]);
    expect(paths()).toHaveLength(1);
  });

  it.each([
    ['ADMINISTRATOR', 'all'],
    ['CONTENT_ADMINISTRATOR', 'all'],
    ['CONTENT_ADMIN', 'all'],
    ['DIRECT_SPONSORED_CONTENT_POSTER', 'sponsored'],
    ['RECRUITING_POSTER', 'doubtful'],
    ['ANALYST', 'none'],
    ['CURATOR', 'none'],
    ['A_NEW_ROLE', 'none'],
  ])('the role %s permits posts: %s', (role, posts) => {
    expect(postsOfRole(role)).toBe(posts);
  });
});

describe('the permissions of the member in a page', () => {
  const { approved, denied: refused } = replies.authorizations;
  const pathOf = (action: string) =>
    `/rest/organizationAuthorizations/(impersonator:urn%3Ali%3Aperson%3A782bbtaQ,organization:urn%3Ali%3Aorganization%3A1000,action:(organizationContentAuthorizationAction:(actionType:${action})))`;

  it.each([
    ['may create and edit posts', approved, approved, { create: true, edit: true }],
    ['may create posts only', approved, refused, { create: true, edit: false }],
    ['may do neither', refused, refused, { create: false, edit: false }],
  ])('LinkedIn says of a member that it %s', async (_, create, edit, expected) => {
    const { owners, client, paths } = script(
      reply(200, replies.userinfo),
      reply(200, create),
      reply(200, edit),
    );
    expect(await owners.readPermissions(pageOf(1000))).toEqual(expected);
    expect(paths()).toEqual([
      '/v2/userinfo',
      pathOf('ORGANIC_SHARE_CREATE'),
      pathOf('ORGANIC_SHARE_EDIT'),
    ]);
    expect(client.last).toMatchObject({ method: 'GET', phase: 'permission', bearer: true });
    expect(client.last.headers).toMatchObject({ 'linkedin-version': '202609' });
  });

  it('a token without the scope throws ACCESS_DENIED with the words of LinkedIn, after one request', async () => {
    const { owners, paths } = script(
      reply(200, replies.userinfo),
      denied(replies.denied.authorizations),
    );
    const error = await caught(() => owners.readPermissions(pageOf(1000)), CallError);
    expect(error.code).toBe('ACCESS_DENIED');
    expect(error.message).toBe(
      'LinkedIn rejected the request for the permission (403, ACCESS_DENIED, 100): "Not enough permissions to access: partnerApiOrganizationAuthorizations.GET.20260901"',
    );
    expect(paths()).toHaveLength(2);
  });

  it.each([
    [{}],
    [{ status: {} }],
    [{ status: { 'com.linkedin.organization.Pending': {} } }],
    [{ status: 'x' }],
  ])('an answer that neither approves nor denies is no permission: %j', async (body) => {
    const { owners } = script(reply(200, replies.userinfo), reply(200, body));
    expect((await caught(() => owners.readPermissions(pageOf(1000)), CallError)).code).toBe(
      'REPLY_SHAPE',
    );
  });
});
