// A 401 for a token that was just refreshed is repeated after a wait,
// because LinkedIn may not know the token yet. A 401 for a given token that was only checked is not repeated.

import { expect, it } from 'vitest';
import type { CallError } from '../../src/errors/action-error.ts';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import {
  headerOf,
  jsonResponse,
  type SandboxRequest,
  type SandboxResponse,
} from '../../src/sandbox/messages.ts';
import { Secret } from '../../src/secret.ts';
import { RunLimits } from '../../src/upload/run-limits.ts';
import registerImage from '../replies/register-image.json' with { type: 'json' };
import { TestClock } from '../support/clock.ts';
import { NO_LEDGER, testRun } from '../support/run.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import { image } from './asset-sessions.ts';
import { straight } from './scripted-client.ts';

const [GIVEN, FRESH] = ['AQX-given-token-5d', 'AQX-fresh-token-77'];

/** A LinkedIn that rejects the first `rejections` registrations. The token is `refreshed`, or given and `checked`. */
async function prepared(kind: 'refreshed' | 'checked', rejections: number) {
  const clock = new TestClock();
  const registrations: [atMs: number, authorization: string | undefined][] = [];
  const answer = (request: SandboxRequest): SandboxResponse => {
    if (request.path === '/oauth/v2/accessToken') return jsonResponse(200, { access_token: FRESH });
    if (request.path === '/oauth/v2/introspectToken') return jsonResponse(200, { active: true });
    registrations.push([clock.now(), headerOf(request, 'authorization')]);
    const rejection = {
      status: 401,
      code: 'REVOKED_ACCESS_TOKEN',
      message: 'The token has been revoked',
    };
    return registrations.length > rejections
      ? jsonResponse(200, registerImage.reply)
      : jsonResponse(401, rejection);
  };
  const linkedin = openLinkedIn({
    api: 'assets',
    apiUrl: new URL('https://api.linkedin.com'),
    version: '202609',
    token: new Secret(kind === 'refreshed' ? '' : GIVEN),
    tokenOptions: {
      clientId: '86abcdefgh1234',
      clientSecret: new Secret('WPL_AP1.s3cret-of-the-app=='),
      refreshToken: kind === 'refreshed' ? new Secret('AQW-refresh-9f') : null,
      ownerKind: 'organization',
      warnDays: 10,
      mask: () => {},
    },
    dispatcher: new SandboxDispatcher(async (request) => answer(request)),
    ...testRun({ clock }),
    onRequest: () => {},
    onSecret: () => {},
    withReadSlot: straight,
  });
  await linkedin.prepare?.();
  const limits = new RunLimits(testRun({ clock }), 1, NO_LEDGER);
  /** Opens a session, with repeats, and advances the clock until that has ended. */
  const open = async () => {
    let isOver = false;
    const options = { limiter: limits.calls, key: image, maxAttempts: 20 };
    const opening = limits
      .call(() => linkedin.openSession(image), options)
      .finally(() => {
        isOver = true;
      });
    opening.catch(() => {});
    while (!isOver) await clock.advance(500);
    return opening;
  };
  return { registrations, open };
}

it.each<['refreshed' | 'checked', rejections: number, end: string, registeredMs: number[]]>([
  ['refreshed', 2, registerImage.reply.value.asset, [0, 5000, 10_000]],
  ['refreshed', 99, 'TOKEN_REFUSED', [0, 5000, 10_000, 15_000, 20_000, 25_000, 30_000]],
  ['checked', 1, 'TOKEN_REFUSED', [0]],
])(
  'a rejected token that was %s is tried again every five seconds for half a minute, if it is new (%i)',
  async (kind, rejections, end, at) => {
    const { registrations, open } = await prepared(kind, rejections);
    const found = await open().then(
      ({ identity }) => identity.urn,
      (error: CallError) => error.code,
    );
    expect(found).toBe(end);
    const bearer = `Bearer ${kind === 'refreshed' ? FRESH : GIVEN}`;
    expect(registrations).toEqual(at.map((ms) => [ms, bearer]));
  },
);
