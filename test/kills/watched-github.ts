// The GitHub of a round: a strict stand-in on loopback that serves all runs, with faults and the writes of another job.

import { setTimeout } from 'node:timers/promises';
import { type Echo, echoing } from '../faults/echo.ts';
import { gitHubKindOf } from '../faults/github-fault-kinds.ts';
import { RandomSource } from '../faults/random-source.ts';
import { canary } from '../leaks/canaries.ts';
import { GitHubContents, type RequestKind } from '../support/github-contents.ts';
import { OtherJob } from '../support/other-job.ts';
import { TOKEN } from '../support/publishing.ts';
import type { KillPlan } from './kill-plan.ts';

export const BRANCH = 'linkedin-media';

export class WatchedGitHub {
  readonly fake: GitHubContents;
  readonly other = new OtherJob(BRANCH, Date.now);
  /** The faults that struck, by name. */
  readonly fired: string[] = [];
  readonly #plan: KillPlan;
  readonly #random: RandomSource;
  readonly #echo: Echo;
  readonly #seen = new Map<RequestKind, number>();

  constructor(plan: KillPlan) {
    this.#plan = plan;
    this.#random = new RandomSource(plan.seed + 1);
    this.#echo = echoing([canary('github token')], this.#random);
    this.fake = new GitHubContents({
      latency: () => setTimeout(this.#random.between(0, plan.slowMs)),
      faultFor: (kind) => this.#faultFor(kind),
      foreignSecrets: [TOKEN],
    });
  }

  get text(): string | null {
    return this.fake.file(BRANCH);
  }

  #faultFor(kind: RequestKind) {
    const count = (this.#seen.get(kind) ?? 0) + 1;
    this.#seen.set(kind, count);
    const fault = this.#plan.gitHubFaults?.find(({ on, nth }) => on === kind && nth === count);
    if (fault === undefined) return undefined;
    this.fired.push(fault.kind);
    return gitHubKindOf(fault.kind).make({
      echo: this.#echo,
      writeAsAnotherJob: () => this.other.write(this.fake),
      deleteBranch: () => this.fake.deleteBranch(BRANCH),
    });
  }
}
