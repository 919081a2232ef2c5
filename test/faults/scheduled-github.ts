// The GitHub of a schedule: the strict stand-in in virtual time, with the scheduled faults and the writes of other jobs.

import type { Dispatcher } from 'undici';
import {
  pathOnly,
  type SandboxHandler,
  type SandboxRequest,
  type SandboxResponse,
} from '../../src/sandbox/messages.ts';
import { CANARIES, canary } from '../leaks/canaries.ts';
import { GitHubContents, type RequestKind, requestKind } from '../support/github-contents.ts';
import { OtherJob } from '../support/other-job.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import { echoing } from './echo.ts';
import type { BranchFault, BranchSchedule } from './fault-schedule.ts';
import { type GitHubFaultKind, gitHubKindOf } from './github-fault-kinds.ts';
import { RandomSource } from './random-source.ts';
import type { SteppedClock } from './stepped-clock.ts';
import type { Trace } from './trace.ts';

export const BRANCH = 'linkedin-media';

interface GitHubScheduleOptions {
  readonly branch: BranchSchedule;
  readonly seed: number;
  readonly clock: SteppedClock;
  readonly trace: Trace;
}

/** A request to GitHub as it was dispatched, and how it ended. */
export interface GitHubExchange {
  readonly kind: RequestKind;
  readonly origin: string;
  readonly seq: number;
  readonly atMs: number;
  /** Null if no response came. */
  end: {
    readonly seq: number;
    readonly atMs: number;
    readonly status: number;
    readonly notBeforeMs: number | null;
  } | null;
}

export class ScheduledGitHub {
  readonly fake: GitHubContents;
  readonly dispatcher: Dispatcher;
  readonly exchanges: GitHubExchange[] = [];
  readonly fired: BranchFault[] = [];
  readonly other: OtherJob;
  /** Called for every event on the wire; a cancellation can happen there. */
  onStep: () => void = () => {};
  /** The number of requests and responses that are under way. */
  underWay = 0;
  readonly #options: GitHubScheduleOptions;
  readonly #random: RandomSource;
  readonly #seen: number[];

  constructor(options: GitHubScheduleOptions) {
    const { branch, clock } = options;
    this.#options = options;
    this.other = new OtherJob(BRANCH, () => clock.epochMs());
    this.#random = new RandomSource(options.seed + 3);
    this.#seen = branch.faults.map(() => 0);
    this.fake = new GitHubContents({
      clock,
      latency: () => this.#pass(),
      faultFor: (kind) => this.#strike(kind)?.make(this.#stage),
      foreignSecrets: CANARIES.filter(({ name }) => name !== 'github token').map(({ value }) => value),
    });
    this.dispatcher = new SandboxDispatcher(this.#handle);
  }

  /** The manifest on the branch; null without one. */
  get text(): string | null {
    return this.fake.file(BRANCH);
  }

  readonly #handle: SandboxHandler = async (request) => {
    const { clock, trace } = this.#options;
    const exchange: GitHubExchange = {
      kind: requestKind(request.method, pathOnly(request).replace('/repos/octocat/media', '')),
      origin: request.origin,
      seq: trace.next(),
      atMs: clock.now(),
      end: null,
    };
    this.exchanges.push(exchange);
    this.onStep();
    const response = await this.#respond(request);
    const notBeforeMs = this.#notBefore(response);
    exchange.end = { seq: trace.next(), atMs: clock.now(), status: response.status, notBeforeMs };
    trace.received.push(JSON.stringify(response.headers), response.body);
    this.onStep();
    return response;
  };

  async #respond(request: SandboxRequest): Promise<SandboxResponse> {
    try {
      return await this.fake.handle(request);
    } finally {
      this.#options.trace.next();
    }
  }

  #notBefore({ headers }: SandboxResponse): number | null {
    const seconds = headers['retry-after'];
    return seconds === undefined ? null : this.#options.clock.now() + Number(seconds) * 1000;
  }

  async #pass(): Promise<void> {
    const { branch, clock } = this.#options;
    if (branch.latencyMs === 0) return;
    this.underWay += 1;
    await clock.sleep(this.#random.between(1, branch.latencyMs));
    this.underWay -= 1;
  }

  /** The first fault that is due; the others count the request too. */
  #strike(kind: RequestKind): GitHubFaultKind | null {
    let due: BranchFault | null = null;
    for (const [index, fault] of this.#options.branch.faults.entries()) {
      if (fault.on !== kind) continue;
      const count = (this.#seen[index] ?? 0) + 1;
      this.#seen[index] = count;
      if (count >= fault.nth && count < fault.nth + fault.times) due ??= fault;
    }
    if (due === null) return null;
    this.fired.push(due);
    return gitHubKindOf(due.kind);
  }

  get #stage() {
    return {
      echo: echoing([canary('github token'), `Bearer ${canary('github token')}`], this.#random),
      writeAsAnotherJob: () => this.other.write(this.fake),
      deleteBranch: () => this.fake.deleteBranch(BRANCH),
    };
  }
}
