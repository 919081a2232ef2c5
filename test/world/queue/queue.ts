// The campaign of the queue: posts with dates and drafts, of two authors, come in over days; LinkedIn refuses some; runs send a few
// of them each. Plays a random queue in virtual time, and checks that nothing is passed over without a word.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readBody } from '../../../src/sandbox/messages.ts';
import { SandboxModel } from '../../../src/sandbox/model.ts';
import { createRoutes } from '../../../src/sandbox/routes.ts';
import { canary } from '../../leaks/canaries.ts';
import { signed } from '../../leaks/signed-linkedin.ts';
import { writeFiles } from '../../support/folders.ts';
import { bodyOf, type Handler } from '../../support/sandbox-dispatcher.ts';
import type { Row, Violation } from '../campaign/reading.ts';
import { DAY_MS } from '../campaign/schedule.ts';
import { GitHub } from '../github/github.ts';
import { QUIET_FATE } from '../machine.ts';
import { postIn, rejection } from '../refusals.ts';
import { runStep, type StepResult, withoutDebugLines } from '../runner.ts';
import { World } from '../world.ts';

const HOUR_MS = 3_600_000;
const OWNERS = ['urn:li:organization:1', 'urn:li:organization:2'] as const;
/** Of a definite refusal of one post. */
const REFUSALS = [400, 404, 413, 422, 451];
/** After the runs of the queue, so many more follow at most, until nothing waits. */
const MOST_LAST_RUNS = 60;
const LAST_EVERY_HOURS = 11;

export interface QueuedPost {
  readonly owner: 0 | 1;
  /** The files of the runs from this one on have it. */
  readonly fromRun: number;
  /** From the start of the queue; null: without `at`. */
  readonly atHours: number | null;
  /** It is a draft in the runs before this one. */
  readonly draftUntilRun: number;
  /** With which status LinkedIn refuses it; null: it takes it. */
  readonly refusal: number | null;
  /** LinkedIn refuses it in the runs before this one; null: in all. */
  readonly refusedUntilRun: number | null;
}

export interface Queue {
  readonly posts: readonly QueuedPost[];
  /** How long after the run before each run starts. */
  readonly runsAfterHours: readonly number[];
  readonly maxPosts: number;
  readonly maxAgeHours: number;
  /** Whether each author has published a post before. */
  readonly hasEarlierPosts: boolean;
  /** Before this run somebody deletes the branch; null: nobody does. */
  readonly lostBeforeRun: number | null;
}

interface QueuedFile {
  readonly path: string;
  readonly text: string;
  readonly owner: string;
  readonly atMs: number | null;
  readonly isDraft: boolean;
}

/** One run for one author. */
interface QueueRun {
  readonly name: string;
  readonly owner: string;
  readonly startMs: number;
  readonly files: readonly QueuedFile[];
  readonly rows: readonly Row[];
  readonly result: StepResult;
}

interface PlayedQueue {
  readonly queue: Queue;
  readonly world: World;
  readonly runs: readonly QueueRun[];
}

function sometimes<T>(percent: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof(
    { weight: 100 - percent, arbitrary: fc.constant(null) },
    { weight: percent, arbitrary },
  );
}

const queuedPosts: fc.Arbitrary<QueuedPost> = fc.record({
  owner: fc.constantFrom(0, 0, 0, 1),
  fromRun: fc.nat(3),
  atHours: sometimes(70, fc.integer({ min: -20, max: 40 })),
  draftUntilRun: fc.constantFrom(0, 0, 0, 0, 0, 2, 1000),
  refusal: sometimes(30, fc.constantFrom(...REFUSALS)),
  refusedUntilRun: fc.constantFrom(2, 4, null),
});

const queues: fc.Arbitrary<Queue> = fc.record({
  posts: fc.array(queuedPosts, { minLength: 1, maxLength: 8 }),
  runsAfterHours: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
  maxPosts: fc.constantFrom(1, 1, 2, 3),
  maxAgeHours: fc.constantFrom(0, 12, 24, 48),
  hasEarlierPosts: fc.constantFrom(true, true, true, false),
  lostBeforeRun: sometimes(10, fc.nat(4)),
});

/** Plays a queue in this process, in virtual time. */
async function playQueue(queue: Queue): Promise<PlayedQueue> {
  const folder = mkdtempSync(join(tmpdir(), 'queue-'));
  try {
    return await withoutDebugLines(() => new Player(queue, folder).play());
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

class Player {
  readonly #queue: Queue;
  readonly #folder: string;
  readonly #world = new World({ seed: 1, latencyMs: 0, faults: [], outages: [], expiresMs: null });
  readonly #github: GitHub;
  readonly #runs: QueueRun[] = [];
  /** The authors of the posts. */
  readonly #owners: readonly string[];
  readonly #startMs: number;
  #index = 0;

  constructor(queue: Queue, folder: string) {
    this.#queue = queue;
    this.#folder = folder;
    this.#owners = OWNERS.filter((_, index) => queue.posts.some(({ owner }) => owner === index));
    const { time } = this.#world;
    this.#startMs = time.epochMs() + DAY_MS;
    this.#github = new GitHub({ now: () => time.now() });
    const model = new SandboxModel({
      token: canary('token'),
      clock: { now: () => time.epochMs() },
      scopes: ['w_organization_social'],
      duplicateWindowMs: 10 * 60_000,
    });
    this.#world.connect('linkedin', this.#refusing(signed(createRoutes(model))));
    this.#world.connect('github', this.#github.handle);
  }

  async play(): Promise<PlayedQueue> {
    await this.#world.time.run(this.#playAll(), 100 * DAY_MS);
    return { queue: this.#queue, world: this.#world, runs: this.#runs };
  }

  async #playAll(): Promise<void> {
    const { hasEarlierPosts, runsAfterHours, lostBeforeRun } = this.#queue;
    const { time } = this.#world;
    if (hasEarlierPosts)
      for (const owner of this.#owners)
        await this.#run(owner, [fileOf(`posts/first-of-${owner.at(-1)}.md`, owner)]);
    await time.pass(DAY_MS);
    for (const [index, hours] of runsAfterHours.entries()) {
      await time.pass(hours * HOUR_MS);
      if (lostBeforeRun === index) this.#github.deleteBranch('linkedin-media');
      await this.#runAll(index);
    }
    for (let last = 0; last < MOST_LAST_RUNS; last += 1) {
      await time.pass(LAST_EVERY_HOURS * HOUR_MS);
      await this.#runAll(runsAfterHours.length + last);
      const latest = this.#runs.slice(-this.#owners.length);
      if (!latest.some(({ rows }) => rows.some(({ state }) => state === 'scheduled'))) return;
    }
  }

  async #runAll(index: number): Promise<void> {
    this.#index = index;
    for (const owner of this.#owners) await this.#run(owner, this.#filesIn(index));
  }

  #filesIn(run: number): QueuedFile[] {
    return this.#queue.posts.flatMap(({ owner, fromRun, atHours, draftUntilRun }, number) => {
      if (fromRun > run) return [];
      const atMs = atHours === null ? null : this.#startMs + atHours * HOUR_MS;
      const file = fileOf(`posts/${number}.md`, OWNERS[owner]);
      return [{ ...file, atMs, isDraft: run < draftUntilRun }];
    });
  }

  async #run(owner: string, files: readonly QueuedFile[]): Promise<void> {
    const { maxPosts, maxAgeHours } = this.#queue;
    const { time } = this.#world;
    const name = `run-${this.#runs.length + 1}`;
    const folder = join(this.#folder, name);
    const workspace = join(folder, 'workspace');
    writeFiles(workspace, new Map(files.map((file) => [file.path, textOf(file)])));
    const startMs = time.epochMs();
    const inputs = {
      owner,
      'access-token': canary('token'),
      posts: 'posts/*.md',
      'max-posts': String(maxPosts),
      'max-age-hours': String(maxAgeHours),
    };
    const machine = this.#world.start(name, QUIET_FATE);
    const place = {
      program: 'post',
      folder,
      workspace,
      inputs,
      machine,
      world: this.#world,
    } as const;
    const result = await runStep(place);
    if (result === null) throw new Error('the machine was lost');
    const rows: Row[] = JSON.parse(result.outputs.results || '[]');
    this.#runs.push({ name, owner, startMs, files, rows, result });
  }

  /** LinkedIn, which refuses some posts. */
  #refusing(handle: Handler): Handler {
    return async (request) => {
      const body = await readBody(request);
      const text = body.toString();
      const number = /Post (\d+) of the queue/.exec(text)?.[1];
      const post = number === undefined ? undefined : this.#queue.posts[Number(number)];
      const isPost = request.method === 'POST' && request.path.startsWith('/rest/posts');
      const until = post?.refusedUntilRun ?? Number.POSITIVE_INFINITY;
      if (isPost && post !== undefined && post.refusal !== null && this.#index < until)
        return rejection({ status: post.refusal });
      return await handle({ ...request, body: bodyOf(body) });
    };
  }
}

function fileOf(path: string, owner: string): QueuedFile {
  const number = /(\d+)\.md$/.exec(path)?.[1] ?? '';
  const text = path.includes('first')
    ? `The first post of ${owner.at(-1)}`
    : `Post ${number} of the queue`;
  return { path, text, owner, atMs: null, isDraft: false };
}

function textOf({ text, owner, atMs, isDraft }: QueuedFile): string {
  const lines = [`owner: ${owner}`];
  if (atMs !== null) lines.push(`at: ${new Date(atMs).toISOString()}`);
  if (isDraft) lines.push('draft: true');
  return ['---', ...lines, '---', text, ''].join('\n');
}

/** What must hold for every queue. */
function findQueueViolations(played: PlayedQueue): Violation[] {
  return [
    ...eachOutOrSaid(played),
    ...atMostTurns(played),
    ...noneEarly(played),
    ...turnsPassedOn(played),
    ...noneExpiresWaiting(played),
  ];
}

interface SentPost {
  readonly run: QueueRun;
  readonly text: string;
  readonly atMs: number;
}

/** What LinkedIn took, the oldest first. */
function sentPosts({ world, runs }: PlayedQueue): SentPost[] {
  return world.calls.flatMap(({ name, machine, body, handled, atMs }) => {
    const run = runs.find((one) => one.name === machine);
    if (name !== 'post' || postIn(handled) === null || run === undefined) return [];
    const startMs = run.startMs;
    return [{ run, text: String(JSON.parse(body).commentary), atMs: Math.max(startMs, atMs) }];
  });
}

/** In the end, each text is on LinkedIn once, or a warning or an error has said that it is not. */
function eachOutOrSaid(played: PlayedQueue): Violation[] {
  const sent = sentPosts(played);
  const { runs, queue } = played;
  return (runs.at(-1)?.files ?? []).flatMap((file) => {
    const own = sent.filter(({ text }) => text === file.text);
    // A lost branch makes posts new that went out before, with a warning.
    if (own.length > 1 && queue.lostBeforeRun === null)
      return [{ rule: 'ONCE', text: `"${file.text}" went out ${own.length} times` }];
    if (own.length > 0 || file.isDraft) return [];
    const last = runs.findLast((run) => run.owner === file.owner);
    if (last !== undefined && isSaid(last, file)) return [];
    return [
      {
        rule: 'OUT_OR_SAID',
        text: `"${file.text}" is not on LinkedIn, and the last run says nothing`,
      },
    ];
  });
}

/** Whether a warning or an error names the file. A run has few annotations, and its log has all warnings. */
function isSaid({ rows, result }: QueueRun, { path }: QueuedFile): boolean {
  const row = rows.find(({ file }) => file === path);
  if (row?.error !== undefined) return true;
  const annotated = result.annotations.filter(({ level }) => level !== 'notice');
  if (annotated.some(({ file, message }) => file === path || message.includes(path))) return true;
  const isCut = annotated.some(({ message }) => message.endsWith('the log lists all of them'));
  return isCut && result.texts.get('log')?.includes(`${path} is not posted`) === true;
}

function atMostTurns(played: PlayedQueue): Violation[] {
  const perRun = Map.groupBy(sentPosts(played), ({ run }) => run);
  return [...perRun].flatMap(([run, sent]) =>
    sent.length > played.queue.maxPosts
      ? [{ rule: 'MAX_POSTS', text: `${run.name} sent ${sent.length} posts` }]
      : [],
  );
}

/** No draft goes out, and nothing before its `at`. */
function noneEarly(played: PlayedQueue): Violation[] {
  return sentPosts(played).flatMap(({ run, text, atMs }) => {
    const file = run.files.find((one) => one.text === text);
    const isEarly = file !== undefined && (file.isDraft || (file.atMs ?? 0) > atMs);
    return isEarly ? [{ rule: 'NOT_EARLY', text: `${run.name} sent "${text}" too early` }] : [];
  });
}

/** While a due post waits, the run has sent as many posts as it may. */
function turnsPassedOn(played: PlayedQueue): Violation[] {
  const sent = sentPosts(played);
  return played.runs.flatMap((run) => {
    const count = sent.filter((one) => one.run === run).length;
    const waiting = waitingIn(run);
    if (waiting.length === 0 || count === played.queue.maxPosts) return [];
    const names = waiting.map(({ path }) => path).join(', ');
    return [{ rule: 'TURN_USED', text: `${run.name} sent ${count} posts, and lets wait ${names}` }];
  });
}

/** The posts that are due, and wait for their turn. */
function waitingIn({ rows, files, startMs }: QueueRun): QueuedFile[] {
  return files.filter(({ path, atMs }) => {
    const isScheduled = rows.some(({ file, state }) => file === path && state === 'scheduled');
    return isScheduled && (atMs === null || atMs <= startMs);
  });
}

/** A post that a run let wait does not expire within `max-age-hours` of that run. */
function noneExpiresWaiting({ runs, queue }: PlayedQueue): Violation[] {
  if (queue.lostBeforeRun !== null) return [];
  return runs.flatMap((run) =>
    run.files.flatMap(({ path }) => {
      const isExpired = run.rows.some(({ file, state }) => file === path && state === 'expired');
      if (!isExpired) return [];
      const earlier = runs.findLast(
        (one) => one.owner === run.owner && one.startMs < run.startMs && waitsIn(one, path),
      );
      if (earlier === undefined || run.startMs - earlier.startMs > queue.maxAgeHours * HOUR_MS)
        return [];
      return [
        {
          rule: 'WAIT_KEPT',
          text: `${path} expired in ${run.name}, and waited in ${earlier.name}`,
        },
      ];
    }),
  );
}

function waitsIn(run: QueueRun, path: string): boolean {
  return waitingIn(run).some((file) => file.path === path);
}

export interface QueueCampaign {
  readonly seed: number;
  readonly count: number;
  readonly path?: string | undefined;
  /** Whether a failure is reduced to the smallest queue that fails. */
  readonly shrinks?: boolean;
  readonly onQueue?: (played: number) => void;
}

/** Plays many queues. `failure`: null if every one holds. */
export async function runQueues(campaign: QueueCampaign) {
  const { seed, count, path, shrinks = true, onQueue } = campaign;
  const met = new Map<string, number>();
  let played = 0;
  const property = fc.asyncProperty(queues, async (queue) => {
    const story = await playQueue(queue);
    played += 1;
    onQueue?.(played);
    const states = new Set(story.runs.flatMap(({ rows }) => rows.map(({ state }) => state)));
    for (const state of states) met.set(state, (met.get(state) ?? 0) + 1);
    const violations = findQueueViolations(story);
    if (violations.length > 0)
      throw new Error(violations.map(({ rule, text }) => `  ${rule}: ${text}`).join('\n'));
  });
  const parameters = {
    seed,
    numRuns: count,
    endOnFailure: !shrinks,
    ...(path === undefined ? {} : { path }),
  };
  const details = await fc.check(property, parameters);
  if (!details.failed) return { failure: null, played, met };
  const { counterexample, counterexamplePath, errorInstance } = details;
  const failure = [
    `seed ${seed}, path ${counterexamplePath} violates`,
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    `  replay: npm run soak -- --queue --runs 1 --seed ${seed} --path ${counterexamplePath}`,
    `  queue: ${JSON.stringify(counterexample?.[0])}`,
  ];
  return { failure: failure.join('\n'), played, met };
}
