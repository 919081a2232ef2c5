// The estimate of how long the access token lasts, in the memory on a branch, from the day on which a run first used it.

import { expect, it } from 'vitest';
import { dayOf } from '../../src/format.ts';
import { InMemory, Memory } from '../../src/memory/memory.ts';
import { estimateToken, tokenKey } from '../../src/memory/tokens.ts';
import { Secret } from '../../src/secret.ts';
import { rememberToken } from '../../src/steps/run-program.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { testRun } from '../support/run.ts';
import { BRANCH, BranchFixture } from './branch-fixture.ts';

const TOKEN = new Secret('AQX-token_9f');
const OWN_TOKEN = { token: TOKEN, tokenOptions: null, tokenWarnDays: 10 };
const DAY_MS = 86_400_000;

async function setUp(jobs = BranchFixture.holding([0])) {
  const { memory, upload } = await jobs.openJob();
  const logger = recordingLogger();
  const { signal } = new AbortController();
  const openDispatcher = () => expect.fail('a token needs no connection');
  const runtime = { env: {}, logger, clock: jobs.clock, signal, openDispatcher };
  const end = () => jobs.finish(rememberToken(memory, runtime));
  return { jobs, memory, upload, logger, end, today: dayOf(jobs.clock.epochMs()) };
}

/** A memory in which a run saw the token `days` ago. */
async function setUpSeen(days: number) {
  const made = await setUp();
  const { jobs, memory } = made;
  const seen = { [tokenKey(TOKEN)]: dayOf(jobs.clock.epochMs() - days * DAY_MS) };
  await jobs.finish(
    memory.update((draft) => {
      draft.tokens = seen;
      return true;
    }),
  );
  return { ...made, seen };
}

it('a token that no run has seen has at most 60 days, and is remembered at the end of the run', async () => {
  const { jobs, memory, end, today } = await setUp();
  const { lines } = memory.tokens.estimate(OWN_TOKEN) ?? expect.fail('no estimate');
  expect([memory.tokens.daysLeft, lines]).toEqual([
    60,
    ['the access token expires in at most 60 days'],
  ]);
  await jobs.finish(memory.close());
  expect(jobs.content.tokens).toEqual({});
  await end();
  expect(jobs.content.tokens).toEqual({ [tokenKey(TOKEN)]: today });
});

it.each([
  [17, 43],
  [60, 0],
  [200, 0],
])(
  'a token that a run saw %i days ago has at most %i days, and nothing is written',
  async (age, days) => {
    const { jobs, memory, end, seen } = await setUpSeen(age);
    const writes = jobs.fake.count('write contents');
    expect(memory.tokens.estimate(OWN_TOKEN)?.daysLeft).toBe(days);
    expect(memory.tokens.daysLeft).toBe(days);
    await end();
    expect([jobs.content.tokens, jobs.fake.count('write contents')]).toEqual([seen, writes]);
  },
);

it('a new token has 60 days beside the old one', async () => {
  const { jobs, memory, end, seen, today } = await setUpSeen(59);
  const token = new Secret('AQX-another-token');
  expect(memory.tokens.estimate({ ...OWN_TOKEN, token })?.daysLeft).toBe(60);
  await end();
  expect(jobs.content.tokens).toEqual({ ...seen, [tokenKey(token)]: today });
});

it('a memory is not created for the token alone', async () => {
  const { jobs, memory, upload, end } = await setUp(new BranchFixture());
  memory.tokens.estimate(OWN_TOKEN);
  await end();
  expect(jobs.fake.file(BRANCH)).toBeNull();
  upload(1);
  await jobs.finish(memory.close());
  await end();
  expect(Object.keys(jobs.content.tokens)).toEqual([tokenKey(TOKEN)]);
});

it('a run that may not write the memory goes on, and says so', async () => {
  const { jobs, memory, logger, end } = await setUp();
  memory.tokens.estimate(OWN_TOKEN);
  jobs.fake.permissions = { contents: 'read' };
  await end();
  expect(logger.texts('info').at(-1)).toMatch(
    /^the age of the access token is not remembered: .*may not use/,
  );
});

it('nothing is estimated if LinkedIn is asked, and without a branch', async () => {
  const { jobs, memory, end } = await setUp();
  expect(memory.tokens.estimate({ ...OWN_TOKEN, tokenOptions: {} })).toBeNull();
  const { clock } = jobs;
  const local = new Memory(new InMemory(), testRun({ clock }), new URL('https://api.linkedin.com'));
  expect(local.tokens.estimate(OWN_TOKEN)).toBeNull();
  expect([memory.tokens.daysLeft, local.tokens.daysLeft]).toEqual([null, null]);
  await end();
  expect(jobs.content.tokens).toEqual({});
});

it('tokens are forgotten after 90 days, when a new one is added', async () => {
  const { jobs, memory, end, today } = await setUp();
  const [old, other] = ['0123456789abcdef', 'fedcba9876543210'] as const;
  const dayBefore = (days: number) => dayOf(jobs.clock.epochMs() - days * DAY_MS);
  const kept = { [other]: dayBefore(90) };
  await jobs.finish(
    memory.update((draft) => {
      draft.tokens = { ...kept, [old]: dayBefore(91) };
      return true;
    }),
  );
  memory.tokens.estimate(OWN_TOKEN);
  await end();
  expect(jobs.content.tokens).toEqual({ ...kept, [tokenKey(TOKEN)]: today });
});

it('the key is the start of the SHA-256 of the token, which the manifest does not contain', () => {
  // printf %s canary | sha256sum
  expect(tokenKey(new Secret('canary'))).toBe('e100fbce008c04ec');
});

const estimate = (now: string, warnDays = 10) =>
  estimateToken('2026-10-01', { epochMs: Date.parse(now), warnDays });

it.each([
  ['2026-10-01T00:00:00Z', 60],
  ['2026-10-01T23:59:59Z', 60],
  ['2026-10-02T00:00:00Z', 59],
  ['2026-11-29T12:00:00Z', 1],
  ['2026-11-30T00:00:00Z', 0],
  ['2027-10-01T00:00:00Z', 0],
  ['2026-09-30T12:00:00Z', 60],
])(
  'a token that was first used on 1 October has at most this many days left on %s: %i',
  (now, days) => {
    expect(estimate(now)).toMatchObject({
      daysLeft: days,
      expiresAtMs: Date.parse('2026-11-30T00:00:00Z'),
    });
  },
);

const ENDED =
  "the access token may have expired: a run first used it on 2026-10-01, and LinkedIn's tokens last 60 days";
it.each<[day: string, warnDays: number, warning: string | null]>([
  ['2026-10-18', 10, null],
  ['2026-11-20', 10, null],
  ['2026-11-21', 10, 'the access token expires in at most 9 days: '],
  ['2026-11-29', 10, 'the access token expires in at most 1 day: '],
  ['2026-11-29', 1, null],
  ['2026-11-30', 1, `${ENDED}; `],
  ['2026-11-30', 0, null],
])(
  'on %s with token-warn-days: %i, the warning is %j and says how to renew',
  (day, warnDays, text) => {
    const renewal =
      'create a new one at https://www.linkedin.com/developers/tools/oauth/token-generator and replace the stored one';
    const { warnings, renewal: advice, lines } = estimate(`${day}T00:00:00Z`, warnDays);
    expect(warnings).toEqual(text === null ? [] : [text + renewal]);
    expect(advice).toBe(text === null ? null : renewal);
    // Many days are a line of the log, and no warning.
    expect(lines).toHaveLength(text === null ? 1 : 0);
  },
);
