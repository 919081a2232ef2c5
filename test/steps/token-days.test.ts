// The estimate of how long the access token lasts, in the memory on a branch.

import { describe, expect, it } from 'vitest';
import { dayOf } from '../../src/format.ts';
import type { ConnectSettings } from '../../src/inputs/linkedin-access.ts';
import { draftOf, EMPTY_MANIFEST } from '../../src/memory/manifest.ts';
import { Memory } from '../../src/memory/memory.ts';
import { Secret } from '../../src/secret.ts';
import { InMemoryStore } from '../../src/steps/open-memory.ts';
import { addToken, estimateTokenDays, rememberToken, tokenKey } from '../../src/steps/token-days.ts';
import { BRANCH, BranchFixture } from '../github/branch/branch-fixture.ts';
import { recordingLogger } from '../support/recording-logger.ts';

const TOKEN = new Secret('AQX-token_9f');
const CONNECT: ConnectSettings = {
  apiUrl: new URL('https://api.linkedin.com'),
  version: '202609',
  proxy: 'direct',
  token: TOKEN,
  tokenOptions: null,
  warnDays: 10,
};
const DAY_MS = 86_400_000;

async function setUp(jobs = BranchFixture.holding([0])) {
  const { memory, cancel } = await jobs.openJob();
  const logger = recordingLogger();
  const estimate = (
    connect: Partial<ConnectSettings> = {},
    mode: 'publish' | 'plan' | 'simulate' = 'publish',
  ) => estimateTokenDays(memory, { mode, connect: { ...CONNECT, ...connect } }, { logger });
  const today = dayOf(jobs.clock.epochMs());
  const { signal } = new AbortController();
  const openDispatcher = () => expect.fail('a token needs no connection');
  const runtime = { env: {}, logger, clock: jobs.clock, signal, openDispatcher };
  return { jobs, memory, cancel, logger, runtime, estimate, today };
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

describe('estimateTokenDays', () => {
  it('a token that no run has seen has at most 60 days, and is remembered at the end of the run', async () => {
    const { jobs, memory, logger, estimate, today } = await setUp();
    const token = estimate() ?? expect.fail('no estimate');
    expect(token.daysLeft).toBe(60);
    expect(logger.texts('info')).toEqual(['the access token expires in at most 60 days']);
    await jobs.finish(memory.close());
    expect(jobs.content.tokens).toEqual({});
    await jobs.finish(token.store());
    expect(jobs.content.tokens).toEqual({ [tokenKey(TOKEN)]: today });
  });

  it.each([
    [17, 43, []],
    [51, 9, ['the access token expires in at most 9 days: create a new one at ']],
    [60, 0, ['the access token may have expired: a run first used it on ']],
    [200, 0, ['the access token may have expired: a run first used it on ']],
  ])(
    'a token that a run saw %i days ago has at most %i days, and nothing is written',
    async (age, days, warnings) => {
      const { jobs, logger, estimate, seen } = await setUpSeen(age);
      const writes = jobs.fake.count('write contents');
      const token = estimate() ?? expect.fail('no estimate');
      expect(token.daysLeft).toBe(days);
      expect(logger.texts('warning')).toEqual(warnings.map((text) => expect.stringContaining(text)));
      await jobs.finish(token.store());
      expect([jobs.content.tokens, jobs.fake.count('write contents')]).toEqual([seen, writes]);
    },
  );

  it('a new token has 60 days beside the old one, and goes along with a write of the run', async () => {
    const { jobs, memory, estimate, seen, today } = await setUpSeen(59);
    const secret = new Secret('AQX-another-token');
    const token = estimate({ token: secret }) ?? expect.fail('no estimate');
    expect(token.daysLeft).toBe(60);
    await jobs.finish(memory.update(({ calls }) => Boolean(calls.set('2026-11-25', { a: 1 }))));
    const writes = jobs.fake.count('write contents');
    await jobs.finish(token.store());
    expect(jobs.content.tokens).toEqual({ ...seen, [tokenKey(secret)]: today });
    expect(jobs.fake.count('write contents')).toBe(writes);
  });

  it('a memory is not created for the token alone', async () => {
    const { jobs, memory, estimate } = await setUp(new BranchFixture());
    const token = estimate() ?? expect.fail('no estimate');
    await jobs.finish(memory.close());
    await jobs.finish(token.store());
    expect(jobs.fake.file(BRANCH)).toBeNull();
    const other = await setUp(new BranchFixture());
    other.estimate();
    await other.jobs.finish(other.memory.prepareWrites());
    expect(Object.keys(other.jobs.content.tokens)).toEqual([tokenKey(TOKEN)]);
  });

  it('a run that may not write the memory goes on, and says so', async () => {
    const { jobs, estimate, logger, runtime } = await setUp();
    const token = estimate() ?? expect.fail('no estimate');
    jobs.fake.permissions = { contents: 'read' };
    await jobs.finish(rememberToken(token, runtime));
    expect(logger.texts('info').at(-1)).toMatch(
      /^the age of the access token is not remembered: .*the token may not write/,
    );
  });

  it('nothing is estimated if LinkedIn is asked, in other modes, and without a branch', async () => {
    const { jobs, memory, estimate } = await setUp();
    const app = {
      clientId: '86abcdefgh1234',
      clientSecret: TOKEN,
      refreshToken: null,
      warnDays: 10,
      mask: () => {},
    };
    expect(estimate({ tokenOptions: { ...app, ownerKind: 'person' } })).toBeNull();
    expect([estimate({}, 'plan'), estimate({}, 'simulate')]).toEqual([null, null]);
    const { clock } = jobs;
    const local = new Memory(new InMemoryStore(clock), {
      clock,
      signal: new AbortController().signal,
      isReadOnly: false,
    });
    const inputs = { mode: 'publish', connect: CONNECT } as const;
    expect(estimateTokenDays(local, inputs, { logger: recordingLogger() })).toBeNull();
    await jobs.finish(memory.close());
    expect(jobs.content.tokens).toEqual({});
  });
});

const NOW = Date.parse('2026-11-25T23:59:00Z');
const [OWN, OTHER, OLD] = ['own', 'other', 'old'].map((text) => tokenKey(new Secret(text))) as [
  string,
  string,
  string,
];

describe('addToken', () => {
  it('a token that no run has seen is added with the UTC day, and only once', () => {
    const draft = draftOf(EMPTY_MANIFEST);
    expect(addToken(draft, OWN, NOW)).toBe(true);
    expect(addToken(draft, OWN, NOW + 86_400_000)).toBe(false);
    expect(draft.tokens).toEqual({ [OWN]: '2026-11-25' });
    expect(EMPTY_MANIFEST.tokens).toEqual({});
  });

  it('other tokens are forgotten after 90 days, when a new one is added', () => {
    const draft = draftOf({ ...EMPTY_MANIFEST, tokens: { [OLD]: '2026-08-26', [OTHER]: '2026-08-27' } });
    addToken(draft, OWN, NOW);
    expect(draft.tokens).toEqual({ [OTHER]: '2026-08-27', [OWN]: '2026-11-25' });
  });
});

describe('tokenKey', () => {
  it('the key is the start of the SHA-256 of the token, which the manifest does not contain', () => {
    // printf %s canary | sha256sum
    expect(tokenKey(new Secret('canary'))).toBe('e100fbce008c04ec');
  });
});
