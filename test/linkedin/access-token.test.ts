import { describe, expect, it } from 'vitest';
import { ActionError, RunError } from '../../src/errors/action-error.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { ensureToken } from '../../src/linkedin/access-token.ts';
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

describe('check of a given token', () => {
  it('an active token is used as it is', async () => {
    const { token, isFresh } = await ensure([introspected()]);
    expect([token.reveal(), isFresh]).toEqual([TOKEN, false]);
  });

  it('an active token gives the number of whole days left and no warning', async () => {
    expect((await ensure([introspected()])).info).toEqual({
      daysLeft: 40,
      expiresAtMs: (NOW_S + 40 * DAY_S + 100) * 1000,
      scopes: ['r_basicprofile', 'w_organization_social'],
      lines: ['the access token is valid for 40 days'],
      refreshDaysLeft: null,
      renewal: null,
      checkError: null,
      warnings: [],
      notices: [],
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
      if (warns) expect(info.warnings[0]).toMatch(/linkedin\.com\/developers\/tools\/oauth\/token-generator/);
    },
  );

  it.each([
    ['expired', { active: false, status: 'expired' }, /access token is expired/],
    ['revoked', { active: false, status: 'revoked' }, /access token is revoked/],
    ['past its end', { expires_at: NOW_S }, /access token is expired/],
    ['of another app', { active: false, status: undefined }, /does not belong to the app of `client-id`/],
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
    expect(info.notices).toEqual([expect.stringMatching(/^the access token could not be checked: /)]);
    expect(info.checkError).toBeInstanceOf(ActionError);
  });

  it('a run that is cancelled during the check throws the reason', async () => {
    const cancelled = new RunError('RUN_CANCELLED', 'cancelled');
    await expect(ensure([cancelled])).rejects.toBe(cancelled);
  });

  it('without an owner, no scope is missing', async () => {
    const { info } = await ensure([introspected({ scope: 'openid' })], { ownerKind: null });
    expect(info).toMatchObject({ scopes: ['openid'], warnings: [], renewal: null });
  });
});

describe('token scopes', () => {
  it.each([
    ['person', 'w_member_social'],
    ['organization', 'w_organization_social'],
    ['sponsoredAccount', 'rw_ads'],
  ] as const)('an owner of the kind %s needs the scope %s', async (ownerKind, scope) => {
    expect((await ensure([introspected({ scope: `openid,${scope}` })], { ownerKind })).info.warnings).toEqual(
      [],
    );
    const { info } = await ensure([introspected({ scope: `x${scope}` })], { ownerKind });
    expect(info.warnings).toEqual([
      expect.stringMatching(
        new RegExp(`lacks the scope ${scope}, .* its scopes: x${scope}. The run goes on`),
      ),
    ]);
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
      renewal: null,
      checkError: null,
      warnings: [],
      notices: [],
    });
  });

  it('a refresh warns once when the refresh token expires soon or its expiry is unknown', async () => {
    const soon = { expires_in: 5 * DAY_S, refresh_token_expires_in: 5 * DAY_S };
    const { info } = await ensure([refreshed(soon)], { refresh: true });
    expect(info.warnings).toEqual([
      expect.stringMatching(/refresh token expires in 5 days.*authorize the app again/),
    ]);
    const withoutExpiry = { expires_in: 5 * DAY_S, refresh_token_expires_in: undefined };
    expect((await ensure([refreshed(withoutExpiry)], { refresh: true })).info.warnings).toHaveLength(1);
    const far = { expires_in: 5 * DAY_S };
    expect((await ensure([refreshed(far)], { refresh: true })).info.warnings).toEqual([]);
  });

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
    const { token } = await ensure([refreshed({ scope: undefined }), reply(200, { active: false })], {
      refresh: true,
    });
    expect(token.reveal()).toBe(FRESH);
  });
});
