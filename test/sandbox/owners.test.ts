// The sandbox's answers about the member and the pages of a token, and its refusals.

import { expect, it } from 'vitest';
import { SCOPES, type Scope } from '../../src/sandbox/options.ts';
import samples from '../replies/owners.json' with { type: 'json' };
import { BEARER, setUp } from './caller.ts';

const without = (...lost: Scope[]) =>
  setUp({ scopes: SCOPES.filter((scope) => !lost.includes(scope)) }).caller;
const readUserinfo = (caller = setUp().caller, headers: Record<string, string> = BEARER) =>
  caller.send({ method: 'GET', path: '/v2/userinfo', headers });
const findRoles = (query = '', caller = setUp().caller) =>
  caller.get(`/rest/organizationAcls?q=roleAssignee${query}`);

it('OpenID gives the id and the name, without the headers of the API', async () => {
  const { json } = await readUserinfo();
  expect(json).toMatchObject({ sub: 'SIMULATED-member', name: 'Sam Sandbox' });
  expect(Object.keys(samples.userinfo)).toEqual(expect.arrayContaining(Object.keys(json)));
  expect(await readUserinfo(undefined, {})).toMatchObject({
    status: 401,
    json: { code: 'EMPTY_ACCESS_TOKEN' },
  });
});

it('OpenID gives no name without the scope profile, and nothing without the scope openid', async () => {
  expect((await readUserinfo(without('profile'))).json).toEqual({ sub: 'SIMULATED-member' });
  expect((await readUserinfo(without('openid'))).json).toEqual(samples.denied.userinfo);
});

it('the profile of the member needs the scope r_basicprofile', async () => {
  const { json } = await setUp().caller.get('/v2/me');
  const names = {
    localizedFirstName: 'Sam',
    localizedLastName: 'Sandbox',
    vanityName: 'sam-sandbox',
  };
  expect(json).toEqual({ id: 'SIMULATED-member', ...names });
  expect(Object.keys(samples.me)).toEqual(expect.arrayContaining(Object.keys(json)));
  const refused = await without('r_basicprofile').get('/v2/me');
  expect([refused.status, refused.json]).toEqual([403, samples.denied.me]);
});

it('the roles of the member name each page, its role and its state, page by page', async () => {
  const { json } = await findRoles('&count=3');
  expect(json).toMatchObject({
    paging: { start: 0, count: 3, total: 4 },
    elements: [
      { organization: 'urn:li:organization:24141830', role: 'ADMINISTRATOR', state: 'APPROVED' },
      { organization: 'urn:li:organization:24141831', role: 'CONTENT_ADMINISTRATOR' },
      { organization: 'urn:li:organization:24141832', role: 'ANALYST' },
    ],
  });
  expect(Object.keys(json.elements[0]).toSorted()).toEqual(
    Object.keys(samples.roles.elements[0] ?? {}).toSorted(),
  );
  expect((await findRoles('&count=3&start=3')).json).toMatchObject({
    elements: [{ state: 'REVOKED' }],
  });
});

const keyOf = (page: string, action = 'ORGANIC_SHARE_CREATE', person = 'SIMULATED-member') =>
  `(impersonator:urn%3Ali%3Aperson%3A${person},organization:urn%3Ali%3Aorganization%3A${page},action:(organizationContentAuthorizationAction:(actionType:${action})))`;
const readAuthorization = (key: string, caller = setUp().caller) =>
  caller.get(`/rest/organizationAuthorizations/${key}`);

it.each([
  ['an administrator', '24141830', 'Approved'],
  ['a content administrator', '24141831', 'Approved'],
  ['an analyst', '24141832', 'Denied'],
  ['a former administrator', '24141833', 'Denied'],
  ['the member in a page that the sandbox does not know', '5', 'Approved'],
])('the permission of %s to create and to edit posts is answered', async (_, page, status) => {
  for (const action of ['ORGANIC_SHARE_CREATE', 'ORGANIC_SHARE_EDIT']) {
    const { status: code, json } = await readAuthorization(keyOf(page, action));
    expect(code).toBe(200);
    expect(json).toEqual({
      impersonator: 'urn:li:person:SIMULATED-member',
      organization: `urn:li:organization:${page}`,
      action: { organizationContentAuthorizationAction: { actionType: action } },
      status: { [`com.linkedin.organization.${status}`]: expect.any(Object) },
    });
    const sample = samples.authorizations[status === 'Approved' ? 'approved' : 'denied'];
    expect(Object.keys(json)).toEqual(Object.keys(sample));
    expect(json.status).toEqual(sample.status);
  }
});

it('somebody who is not the member of the token has no permission', async () => {
  const { json } = await readAuthorization(keyOf('24141830', 'ORGANIC_SHARE_CREATE', 'another'));
  expect(json.status).toHaveProperty(['com.linkedin.organization.Denied']);
});

it('a permission needs the scope rw_organization_admin', async () => {
  const { status, json } = await readAuthorization(
    keyOf('24141830'),
    without('rw_organization_admin'),
  );
  expect([status, json]).toEqual([403, samples.denied.authorizations]);
});

it.each([
  ['whose URNs are not encoded', keyOf('24141830').replaceAll('%3A', ':')],
  ['for an action that LinkedIn does not have', keyOf('24141830', 'SHARE')],
  [
    'without an action',
    '(impersonator:urn%3Ali%3Aperson%3Ax,organization:urn%3Ali%3Aorganization%3A1)',
  ],
])('a permission %s is refused', async (_, key) => {
  expect(await readAuthorization(key)).toMatchObject({
    status: 400,
    json: { code: 'ILLEGAL_ARGUMENT' },
  });
});
