// Pull requests, their reviews, and approvals of environments, beside everything else of GitHub's.

import type { Answer } from '../../support/sandbox-dispatcher.ts';
import { json, page, type RouteCall, refusal } from './answers.ts';
import type { GitHubOptions } from './api.ts';
import type { FileContent } from './git-repository.ts';
import { GitHub } from './github.ts';

type Access = 'admin' | 'write' | 'read' | 'none';
type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';

export interface Account {
  readonly type: 'User' | 'Bot';
  /** As the API reports it: `maintain` is `write`, and `triage` is `read`. */
  access: Access;
  readonly role?: string;
}

interface StoredReview {
  readonly id: number;
  readonly login: string | null;
  state: ReviewState;
  commit: string | null;
  readonly submittedAt: string;
}

interface Pull {
  readonly number: number;
  readonly author: string;
  readonly head: string;
  readonly base: string;
  readonly reviews: StoredReview[];
  /** Another repository of the network, whose pull request contains a commit of ours. */
  readonly repository: string;
  readonly isFromFork: boolean;
  state: 'open' | 'closed';
  mergedAt: string | null;
  /** The commits by which it came into its base. */
  introduced: readonly string[];
}

interface EnvironmentEntry {
  readonly state: 'approved' | 'rejected' | 'pending';
  readonly environments: readonly string[];
  readonly login: string;
}

const REPOSITORY = 'octocat/media';
const SHA = /^[0-9a-f]{40}$/;

export class GitHubReviews extends GitHub {
  readonly accounts = new Map<string, Account>();
  readonly approvals: EnvironmentEntry[] = [];
  readonly runId = '4711';
  /** GitHub may list fewer reviews on a page than were asked for. */
  reviewsPerPage = 100;
  readonly #pulls: Pull[] = [];
  #events = 0;

  constructor(options: GitHubOptions = {}) {
    super(options);
    this.addRoute('GET /commits/:sha/pulls', 'pullRequests', (call) => this.#pullsOf(call));
    this.addRoute('GET /pulls/:number/reviews', 'pullRequests', (call) => this.#reviews(call));
    // Each token of a job may read the metadata.
    this.addRoute('GET /collaborators/:login/permission', null, ({ groups: [login = ''] }) =>
      this.#permission(login),
    );
    this.addRoute('GET /actions/runs/:id/approvals', 'actions', ({ groups: [id] }) =>
      id === this.runId ? this.#runApprovals() : refusal(404, 'Not Found'),
    );
  }

  open(
    head: string,
    author: string,
    options: Partial<Pick<Pull, 'base' | 'repository' | 'isFromFork'>> = {},
  ): number {
    const number = this.#pulls.length + 1;
    this.#pulls.push({
      ...{
        number,
        author,
        head,
        base: 'main',
        reviews: [],
        repository: REPOSITORY,
        isFromFork: false,
      },
      ...{ state: 'open', mergedAt: null, introduced: [] },
      ...options,
    });
    return number;
  }

  /** Reviews the head of the pull request. A login of null is a deleted account. */
  review(
    number: number,
    login: string | null,
    state: ReviewState,
    submittedAt = this.#now(),
  ): void {
    const pull = this.#pull(number);
    const commit = this.git.head(pull.head);
    pull.reviews.push({ id: 80 + this.#events, login, state, commit, submittedAt });
  }

  /** Dismisses the latest approval or request for changes of this account. GitHub dismisses no comments. */
  dismiss(number: number, login: string): void {
    const review = this.#pull(number).reviews.findLast(
      (one) => one.login === login && !['COMMENTED', 'PENDING'].includes(one.state),
    );
    if (review === undefined) throw new Error(`${login} has not reviewed #${number}`);
    review.state = 'DISMISSED';
  }

  /** GitHub reports null for a commit that was removed. */
  loseReviewedCommits(number: number): void {
    for (const review of this.#pull(number).reviews) review.commit = null;
  }

  merge(number: number, how: 'merge' | 'squash' | 'rebase' = 'merge'): void {
    const pull = this.#pull(number);
    const { head, base } = pull;
    const own = this.git.commitsOf(this.git.head(head), this.git.head(base));
    const made =
      how === 'rebase'
        ? this.git.rebase(base, head)
        : [how === 'squash' ? this.git.squash(base, head) : this.git.merge(base, head)];
    pull.introduced = how === 'merge' ? [...own, ...made] : made;
    this.#settle(pull);
  }

  /** Merges a pull request of alice with these files, which bob has approved. */
  mergeApproved(files: Readonly<Record<string, FileContent | null>>): void {
    for (const login of ['alice', 'bob'])
      this.accounts.set(login, { type: 'User', access: 'write' });
    const branch = `pull-${this.#pulls.length + 1}`;
    this.git.commit(branch, files, 'Change a post');
    const number = this.open(branch, 'alice');
    this.review(number, 'bob', 'APPROVED');
    this.merge(number);
  }

  close(number: number): void {
    this.#pull(number).state = 'closed';
  }

  /** Pushes to main without a pull request. One whose head is then in main counts as merged. */
  push(changes: Readonly<Record<string, FileContent | null>>): string {
    return this.git.commit('main', changes, 'Push');
  }

  pushBranch(branch: string): void {
    this.git.merge('main', branch);
    for (const pull of this.#pulls) {
      const head = this.git.head(pull.head);
      if (pull.state !== 'open' || !this.git.ancestors(this.git.head('main')).has(head)) continue;
      pull.introduced = [head];
      this.#settle(pull);
    }
  }

  /** The merged pull request that brought a commit of main, or all pull requests that contain a commit of another branch. */
  #pullsOf(call: RouteCall): Answer {
    const [sha = ''] = call.groups;
    if (!SHA.test(sha) || this.git.commitAt(sha) === undefined)
      return refusal(422, `No commit found for SHA: ${sha}`);
    const isInMain = this.git.ancestors(this.git.head('main')).has(sha);
    const found = this.#pulls.filter((pull) => {
      if (pull.repository !== REPOSITORY || isInMain) return pull.introduced.includes(sha);
      return this.git.ancestors(this.git.head(pull.head)).has(sha);
    });
    return page(
      found.map((pull) => this.#pullJson(pull)),
      call,
    );
  }

  #pullJson(pull: Pull): object {
    const { number, state, author, mergedAt, base, head, repository, isFromFork } = pull;
    return {
      number,
      state,
      user: this.#user(author),
      merged_at: mergedAt,
      // A deleted fork has no repository.
      head: {
        ref: head,
        sha: this.git.head(head),
        repo: isFromFork ? null : { full_name: REPOSITORY },
      },
      base: { ref: base, repo: { full_name: repository, default_branch: this.defaultBranch } },
    };
  }

  #reviews(call: RouteCall): Answer {
    const number = Number(call.groups[0]);
    const pull = this.#pulls.find((one) => one.number === number && one.repository === REPOSITORY);
    if (pull === undefined) return refusal(404, 'Not Found');
    const reviews = pull.reviews.map(({ id, login, state, commit, submittedAt }) => ({
      id,
      user: login === null ? null : this.#user(login),
      state,
      commit_id: commit,
      ...(state === 'PENDING' ? {} : { submitted_at: submittedAt }),
    }));
    return page(reviews, call, this.reviewsPerPage);
  }

  #permission(login: string): Answer {
    const account = this.accounts.get(login);
    if (account?.type !== 'User') return refusal(404, `${login} is not a user`);
    const { access, role = access } = account;
    return json(200, { permission: access, role_name: role, user: this.#user(login) });
  }

  #runApprovals(): Answer {
    const entries = this.approvals.map(({ state, environments, login }, index) => ({
      state,
      comment: 'Ship it!',
      environments: environments.map((name) => ({
        id: index,
        name,
        created_at: '2026-01-01T00:00:00Z',
      })),
      user: this.#user(login),
    }));
    return json(200, entries);
  }

  #user(login: string): object {
    const index = [...this.accounts.keys()].indexOf(login);
    const account = this.accounts.get(login);
    if (account === undefined) throw new Error(`no account ${login}`);
    return { login, id: 1000 + index, type: account.type, site_admin: false };
  }

  #settle(pull: Pull): void {
    pull.state = 'closed';
    pull.mergedAt = this.#now();
  }

  #pull(number: number): Pull {
    const pull = this.#pulls[number - 1];
    if (pull === undefined) throw new Error(`no pull request #${number}`);
    return pull;
  }

  /** Each event is a minute after the one before. */
  #now(): string {
    this.#events += 1;
    return new Date(Date.UTC(2026, 10, 25, 12, this.#events)).toISOString().replace('.000', '');
  }
}
