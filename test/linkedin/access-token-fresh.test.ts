// A token that was made by refresh, as the door to LinkedIn hands it on: a refusal of it may be too early a one, and is
// asked again by the clock. One that was only checked is as good as its word.

import { describe, expect, it } from 'vitest';
import { LinkedInError } from '../../src/errors.ts';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import {
  headerOf,
  jsonResponse,
  type SandboxRequest,
  type SandboxResponse,
} from '../../src/sandbox/messages.ts';
import { Secret } from '../../src/secret.ts';
import registerImage from '../replies/register-image.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import { image } from './asset-sessions.ts';

const [GIVEN, FRESH] = ['AQX-given-token-5d', 'AQX-fresh-token-77'];

/** LinkedIn, which refuses the first `refusals` registrations; `made` by refresh, or `checked`. */
async function prepared(kind: 'made' | 'checked', refusals: number) {
  const clock = new TestClock();
  const asked: [atMs: number, authorization: string | undefined][] = [];
  const answer = (request: SandboxRequest): SandboxResponse => {
    if (request.path === '/oauth/v2/accessToken') return jsonResponse(200, { access_token: FRESH });
    if (request.path === '/oauth/v2/introspectToken') return jsonResponse(200, { active: true });
    asked.push([clock.now(), headerOf(request, 'authorization')]);
    const refusal = { status: 401, code: 'REVOKED_ACCESS_TOKEN', message: 'The token has been revoked' };
    return asked.length > refusals ? jsonResponse(200, registerImage.reply) : jsonResponse(401, refusal);
  };
  const linkedin = openLinkedIn({
    apiUrl: new URL('https://api.linkedin.com'),
    version: '202609',
    token: new Secret(kind === 'made' ? '' : GIVEN),
    tokenOptions: {
      clientId: new Secret('86abcdefgh1234'),
      clientSecret: new Secret('WPL_AP1.s3cret-of-the-app=='),
      refreshToken: kind === 'made' ? new Secret('AQW-refresh-9f') : null,
      ownerKind: 'organization',
      warnDays: 10,
      mask: () => {},
    },
    dispatcher: new SandboxDispatcher(async (request) => answer(request)),
    clock,
    signal: new AbortController().signal,
    onRequest: () => {},
    onSecret: () => {},
  });
  await linkedin.prepare?.();
  /** Opens a session, however long that takes by the clock. */
  const open = async () => {
    let isOver = false;
    const opening = linkedin.openSession(image).finally(() => {
      isOver = true;
    });
    opening.catch(() => {});
    while (!isOver) await clock.advance(500);
    return opening;
  };
  return { clock, asked, open };
}

describe('a token that was just made', () => {
  it('and is refused is tried once more, five seconds later', async () => {
    const { asked, open } = await prepared('made', 1);
    expect((await open()).identity.urn).toBe(registerImage.reply.value.asset);
    const bearer = `Bearer ${FRESH}`;
    expect(asked).toEqual([
      [0, bearer],
      [5000, bearer],
    ]);
  });

  it('and is refused again is dead', async () => {
    const { asked, open } = await prepared('made', 2);
    expect(await caught(open, LinkedInError)).toHaveProperty('code', 'TOKEN_REFUSED');
    expect(asked).toHaveLength(2);
  });

  it('half a minute ago is young no more', async () => {
    const { asked, open, clock } = await prepared('made', 1);
    await clock.advance(30_000);
    expect(await caught(open, LinkedInError)).toHaveProperty('code', 'TOKEN_REFUSED');
    expect(asked).toHaveLength(1);
  });
});

it('a token that was given, and checked, is not tried again', async () => {
  const { asked, open } = await prepared('checked', 1);
  expect(await caught(open, LinkedInError)).toHaveProperty('code', 'TOKEN_REFUSED');
  expect(asked).toEqual([[0, `Bearer ${GIVEN}`]]);
});
