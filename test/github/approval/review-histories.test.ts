// `approval: review` after random histories of a pull request and of main, compared with a model that only counts versions.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fuzzed } from '../../support/fuzz.ts';
import { ApprovalFixture } from './approval-fixture.ts';

const POST = 'posts/a.md';
const PUBLISHED = [POST, 'media/a.png', 'media/a.alt.txt'];
const OTHER = 'README.md';

// Most events are those of persons who may approve.
const login = fc.constantFrom('bob', 'bob', 'carol', 'carol', 'alice', 'mallory', 'renovate[bot]');
const path = fc.constantFrom(...PUBLISHED, OTHER);
const STATES = [
  'APPROVED',
  'APPROVED',
  'APPROVED',
  'APPROVED',
  'CHANGES_REQUESTED',
  'COMMENTED',
] as const;
const event = fc.oneof(
  fc.record({ kind: fc.constant('change' as const), path }),
  fc.record({ kind: fc.constant('dismiss' as const), login }),
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('review' as const),
      login,
      state: fc.constantFrom(...STATES),
    }),
  },
);
const history = fc.record({
  events: fc.array(event, { maxLength: 8 }),
  how: fc.constantFrom('merge' as const, 'squash' as const, 'rebase' as const),
  /** Reviews and dismissals after the merge. */
  late: fc.array(event, { maxLength: 2 }),
  /** Pushed to main after the merge, without a pull request. */
  pushed: fc.option(path, { freq: 3 }),
});

type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

const WRITERS = ['alice', 'bob', 'carol'];

/** Knows no commits, only how often each published file was changed. */
class Model {
  /** The files as they are proposed, then as they are on main. */
  #versions = '0,0,0';
  #isPostPushed = false;
  readonly #opinions = new Map<string, { state: string; readonly versions: string }>();

  take(one: Event): void {
    if (one.kind === 'change') this.change(one.path);
    else if (one.kind === 'dismiss') this.#dismiss(one.login);
    else if (one.state !== 'COMMENTED')
      this.#opinions.set(one.login, { state: one.state, versions: this.#versions });
  }

  change(changed: string): void {
    const versions = this.#versions.split(',').map(Number);
    this.#versions = versions
      .map((n, index) => (PUBLISHED[index] === changed ? n + 1 : n))
      .join(',');
  }

  push(changed: string): void {
    this.change(changed);
    this.#isPostPushed ||= changed === POST;
  }

  get isApproved(): boolean {
    const objections = [...this.#opinions].filter(([, { state }]) => state === 'CHANGES_REQUESTED');
    if (this.#isPostPushed || objections.some(([name]) => WRITERS.includes(name))) return false;
    return ['bob', 'carol'].some((name) => {
      const opinion = this.#opinions.get(name);
      return opinion?.state === 'APPROVED' && opinion.versions === this.#versions;
    });
  }

  #dismiss(name: string): void {
    const opinion = this.#opinions.get(name);
    if (opinion !== undefined) opinion.state = 'DISMISSED';
  }
}

/** Both sides of the comparison take the same events. */
class History {
  readonly fixture = new ApprovalFixture();
  readonly hub = this.fixture.hub;
  readonly model = new Model();
  readonly #files: Record<string, string> = Object.fromEntries(
    [...PUBLISHED, OTHER].map((one) => [one, '0']),
  );
  readonly #hasOpinion = new Set<string>();

  constructor() {
    this.hub.git.commit('launch', this.#files);
    this.hub.open('launch', 'alice');
  }

  take(one: Event): void {
    if (one.kind === 'change') this.hub.git.commit('launch', this.#change(one.path));
    if (one.kind === 'review') {
      this.hub.review(1, one.login, one.state);
      if (one.state !== 'COMMENTED') this.#hasOpinion.add(one.login);
    }
    if (one.kind === 'dismiss') {
      if (!this.#hasOpinion.has(one.login)) return;
      this.hub.dismiss(1, one.login);
    }
    this.model.take(one);
  }

  push(changed: string): void {
    this.hub.push(this.#change(changed));
    this.model.push(changed);
  }

  async check(): Promise<boolean> {
    await this.fixture.write(this.#files);
    const error = await this.fixture.checkReview({ file: POST, paths: PUBLISHED.slice(1) });
    expect(error?.message ?? '').not.toContain('cannot be determined');
    return error === null;
  }

  #change(changed: string): Record<string, string> {
    this.#files[changed] = `${Number(this.#files[changed]) + 1}`;
    return { [changed]: this.#files[changed] ?? '' };
  }
}

it('a post is approved after a history exactly if the model says so', async () => {
  const seen = { approved: 0, unapproved: 0 };
  await fc.assert(
    fc.asyncProperty(history, async ({ events, how, late, pushed }) => {
      const both = new History();
      for (const one of events) both.take(one);
      both.hub.merge(1, how);
      for (const one of late) if (one.kind !== 'change') both.take(one);
      if (pushed !== null) both.push(pushed);
      const isApproved = await both.check();
      seen[isApproved ? 'approved' : 'unapproved'] += 1;
      expect(isApproved).toBe(both.model.isApproved);
    }),
    fuzzed(400),
  );
  // Neither answer is rare.
  expect(Math.min(seen.approved, seen.unapproved)).toBeGreaterThan(fuzzed(400).numRuns / 20);
});
