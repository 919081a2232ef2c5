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
  const names = { localizedFirstName: 'Sam', localizedLastName: 'Sandbox', vanityName: 'sam-sandbox' };
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
  expect((await findRoles('&count=3&start=3')).json).toMatchObject({ elements: [{ state: 'REVOKED' }] });
});
