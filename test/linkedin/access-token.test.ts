// The access token: LinkedIn's two token calls, the check of a given token, and its refresh.

import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ActionError, CallError } from '../../src/errors/action-error.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import {
  ensureToken,
  introspectToken,
  refreshAccessToken,
} from '../../src/linkedin/access-token.ts';
import type { TokenOptions } from '../../src/linkedin/session.ts';
import { Secret } from '../../src/secret.ts';
import { broken } from '../errors/failures.ts';
import { caught } from '../support/caught.ts';
import { reply, ScriptedClient } from './scripted-client.ts';

const DAY_S = 86_400;
const NOW_S = 1_700_000_000;
const SECRET = 'WPL_AP1.s3cret-of-the-app==';
const REFRESH = 'AQW-refresh_canary-9f';
const TOKEN = 'AQX-token_canary-5d';
const FRESH = 'AQX-fresh_canary-77';

interface Setting extends Partial<Omit<TokenOptions, 'mask' | 'refreshToken'>> {
  readonly refresh?: boolean;
}

async function ensure(
  answers: readonly (HttpResponse | Error)[],
  { refresh = false, ...more }: Setting = {},
) {
  const client = new ScriptedClient(answers);
  const masked: string[] = [];
  const done = await ensureToken(
    client,
    {
      clientId: '86abcdefgh1234',
      clientSecret: new Secret(SECRET),
      refreshToken: refresh ? new Secret(REFRESH) : null,
      ownerKind: 'organization',
      warnDays: 10,
      mask: (secret) => void masked.push(secret),
      ...more,
    },
    new Secret(refresh ? '' : TOKEN),
  );
  return { ...done, client, masked };
}

const introspected = (more: Record<string, unknown> = {}) =>
  reply(200, {
    active: true,
    status: 'active',
    expires_at: NOW_S + 40 * DAY_S + 100,
    scope: 'r_basicprofile,w_organization_social',
    ...more,
  });

const refreshed = (more: Record<string, unknown> = {}) =>
  reply(200, {
    access_token: FRESH,
    expires_in: 60 * DAY_S - 1,
    refresh_token: REFRESH,
    refresh_token_expires_in: 300 * DAY_S,
    scope: 'w_organization_social',
    ...more,
  });

const QUIET = { renewal: null, checkError: null, warnings: [], notices: [] };

describe('check of a given token', () => {
  it('an active token is used as it is, with the number of whole days left and no warning', async () => {
    const { token, isFresh, info } = await ensure([introspected()]);
    expect([token.reveal(), isFresh]).toEqual([TOKEN, false]);
    expect(info).toEqual({
      ...QUIET,
      daysLeft: 40,
      expiresAtMs: (NOW_S + 40 * DAY_S + 100) * 1000,
      scopes: ['r_basicprofile', 'w_organization_social'],
      lines: ['the access token is valid for 40 days'],
      refreshDaysLeft: null,
    });
  });

  it.each<[left: number, warnDays: number, warns: boolean]>([
    [10 * DAY_S, 10, false],
    [10 * DAY_S - 1, 10, true],
    [1, 1, true],
    [1, 0, false],
  ])(
    'a token with %i seconds left and a threshold of %i days gives a warning: %j',
    async (left, warnDays, warns) => {
      const { info } = await ensure([introspected({ expires_at: NOW_S + left })], { warnDays });
      expect(info.warnings).toHaveLength(warns ? 1 : 0);
      expect(info.renewal).toEqual(warns ? expect.stringMatching(/^create a new one/) : null);
      expect(info.daysLeft).toBe(Math.floor(left / DAY_S));
      if (warns)
        expect(info.warnings[0]).toMatch(
          /linkedin\.com\/developers\/tools\/oauth\/token-generator/,
        );
    },
  );

  it.each([
    ['expired', { active: false, status: 'expired' }, /access token is expired/],
    ['revoked', { active: false, status: 'revoked' }, /access token is revoked/],
    ['past its end', { expires_at: NOW_S }, /access token is expired/],
    [
      'of another app',
      { active: false, status: undefined },
      /does not belong to the app of `client-id`/,
    ],
  ])('a token that is %s throws TOKEN_REFUSED', async (_, more, message) => {
    const error = await caught(() => ensure([introspected(more)]), ActionError);
    expect(error.code).toBe('TOKEN_REFUSED');
    expect(error.message).toMatch(message);
  });

  it.each<[string, HttpResponse | Error]>([
    ['a rejected client', reply(401, { error: 'invalid_client' })],
    ['an outage', reply(503, '')],
    ['a network error', broken('token', 'all')],
  ])('a token that cannot be checked because of %s is used with a notice', async (_, answer) => {
    const { token, info } = await ensure([answer]);
    expect(token.reveal()).toBe(TOKEN);
    expect(info).toMatchObject({ daysLeft: null, lines: [], warnings: [] });
    expect(info.notices).toEqual([
      expect.stringMatching(/^the access token could not be checked: /),
    ]);
    expect(info.checkError).toBeInstanceOf(ActionError);
  });

  it.each([
    ['person', 'w_member_social'],
    ['organization', 'w_organization_social'],
    ['sponsoredAccount', 'rw_ads'],
    [null, null],
  ] as const)('an owner of the kind %s needs the scope %s', async (ownerKind, scope) => {
    const warningsWith = async (given: string) =>
      (await ensure([introspected({ scope: given })], { ownerKind })).info.warnings;
    expect(await warningsWith(`openid,${scope}`)).toEqual([]);
    const text = new RegExp(`lacks the scope ${scope}, .* its scopes: x${scope}. The run goes on`);
    expect(await warningsWith(`x${scope}`)).toEqual(
      scope === null ? [] : [expect.stringMatching(text)],
    );
  });
});

describe('token refresh', () => {
  it('a refresh returns the new token, masks it, and needs no second call', async () => {
    const { client, token, isFresh, masked, info } = await ensure([refreshed()], { refresh: true });
    expect(client.requests).toHaveLength(1);
    expect([token.reveal(), isFresh, masked]).toEqual([FRESH, true, [FRESH]]);
    expect(info).toEqual({
      daysLeft: 59,
      expiresAtMs: (NOW_S + 60 * DAY_S - 1) * 1000,
      scopes: ['w_organization_social'],
      lines: ['the access token was refreshed and is valid for 59 days'],
      refreshDaysLeft: 300,
      ...QUIET,
    });
  });

  it.each<[string, more: object, RegExp | null]>([
    [
      'that expires soon',
      { refresh_token_expires_in: 5 * DAY_S },
      /expires in 5 days.*authorize the app again/,
    ],
    ['whose expiry is unknown', { refresh_token_expires_in: undefined }, /authorize the app again/],
    ['that lasts long', {}, null],
  ])(
    'a refresh token %s gives at most one warning, however short the access token lasts',
    async (_, more, text) => {
      const { info } = await ensure([refreshed({ expires_in: 5 * DAY_S, ...more })], {
        refresh: true,
      });
      expect(info.warnings).toEqual(text === null ? [] : [expect.stringMatching(text)]);
    },
  );

  it.each([{ scope: undefined }, { expires_in: undefined }])(
    'a refresh without scope or expiry in its answer introspects the new token: %o',
    async (more) => {
      const { client, info } = await ensure([refreshed(more), introspected()], { refresh: true });
      expect(client.requests.map(({ url }) => url.pathname)).toEqual([
        '/oauth/v2/accessToken',
        '/oauth/v2/introspectToken',
      ]);
      expect(new URLSearchParams(String(client.last.body)).get('token')).toBe(FRESH);
      expect(info.daysLeft).toBe('scope' in more ? 59 : 40);
    },
  );

  it('a refreshed token that LinkedIn reports as inactive is used', async () => {
    const { token } = await ensure(
      [refreshed({ scope: undefined }), reply(200, { active: false })],
      {
        refresh: true,
      },
    );
    expect(token.reveal()).toBe(FRESH);
  });
});

const APP: TokenOptions = {
  clientId: '86abcdefgh1234',
  clientSecret: new Secret(SECRET),
  refreshToken: null,
  ownerKind: null,
  warnDays: 10,
  mask: () => {},
};
const FORM = { client_id: '86abcdefgh1234', client_secret: SECRET };

async function refresh(answers: readonly HttpResponse[]) {
  const client = new ScriptedClient(answers);
  const masked: string[] = [];
  const mask = (secret: string) => void masked.push(secret);
  const refreshed = await refreshAccessToken(client, { ...APP, mask }, new Secret(REFRESH));
  return { client, masked, refreshed };
}

async function introspect(answer: HttpResponse) {
  const client = new ScriptedClient([answer]);
  return { client, described: await introspectToken(client, APP, new Secret(TOKEN)) };
}

it('a token is introspected with a form at www.linkedin.com, without a bearer token', async () => {
  const { client } = await introspect(reply(200, { active: true }));
  const { url, headers, body, secrets, ...rest } = client.last;
  expect(client.requests).toHaveLength(1);
  expect(url.href).toBe('https://www.linkedin.com/oauth/v2/introspectToken');
  expect(rest).toEqual({
    phase: 'token',
    idempotency: 'idempotent',
    method: 'POST',
    bearer: false,
  });
  expect(secrets?.map((secret) => secret.reveal())).toEqual([SECRET, TOKEN]);
  expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(Object.fromEntries(new URLSearchParams(String(body)))).toEqual({ token: TOKEN, ...FORM });
});

it.each(['w_a,w_b', 'w_a w_b', 'w_a%20w_b', 'w_a+w_b'])(
  'the scopes are read from %s',
  async (scope) => {
    const { described } = await introspect(reply(200, { active: true, scope }));
    expect(described.scopes).toEqual(['w_a', 'w_b']);
  },
);

it('a refresh sends a form, and masks the new token', async () => {
  const { client, masked, refreshed } = await refresh([
    reply(200, { access_token: FRESH, refresh_token: REFRESH }),
  ]);
  expect(client.last.url.href).toBe('https://www.linkedin.com/oauth/v2/accessToken');
  const form = { grant_type: 'refresh_token', refresh_token: REFRESH, ...FORM };
  expect(Object.fromEntries(new URLSearchParams(String(client.last.body)))).toEqual(form);
  expect([refreshed.token.reveal(), masked]).toEqual([FRESH, [FRESH]]);
});

const dead = 'The provided authorization grant or refresh token is invalid, expired or revoked';
const invalid = (text: string) => reply(400, { error: 'invalid_request', error_description: text });
it.each<[string, HttpResponse, ActionError['code']]>([
  ['with invalid_grant', reply(400, { error: 'invalid_grant' }), 'REFRESH_REFUSED'],
  ['with LinkedIn’s message about the grant', invalid(dead), 'REFRESH_REFUSED'],
  ['without a body', reply(400, ''), 'REFRESH_REFUSED'],
  ['because the app has no access', reply(403, { error: 'access_denied' }), 'REFRESH_REFUSED'],
  ['because of its client', reply(401, { error: 'invalid_client' }), 'CLIENT_REFUSED'],
  [
    'with a message about the client',
    invalid('The passed in client_id is invalid'),
    'CLIENT_REFUSED',
  ],
  [
    'by the gateway',
    reply(401, { message: 'No', serviceErrorCode: 1, status: 401 }),
    'CLIENT_REFUSED',
  ],
  ['by a web page', reply(403, '<html>'), 'HTTP_UNEXPECTED'],
])('a refresh that is rejected %s throws %s', async (_, answer, code) => {
  const error = await caught(() => refresh([answer]), CallError);
  expect(error).toMatchObject({ code, status: answer.status });
});

it.each([{}, ...['', 'two words', 'AQX-tok', 7].map((text) => ({ access_token: text }))])(
  'a refresh answer without a valid token throws REPLY_SHAPE: %o',
  async (answer) => {
    await expect(refresh([reply(200, answer)])).rejects.toMatchObject({ code: 'REPLY_SHAPE' });
  },
);

const echoes = [SECRET, REFRESH, encodeURIComponent(SECRET)];
it.each(echoes)('an error contains no secret when LinkedIn echoes %s', async (echo) => {
  const body = { error: 'invalid_grant', error_description: `no ${echo}` };
  const answer = reply(400, body, { 'x-li-uuid': echo });
  const error = await caught(() => refresh([answer]), CallError);
  expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toMatch(/s3cret|canary/);
  expect(error.message).toContain('no [redacted]');
});
