// A strict GitHub for pull requests, their reviews, and approvals of environments, on loopback: permissions of the token,
// pages, and the JSON of GitHub's REST API. Requests that a client must not make are recorded in `breaches`.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  headerOf,
  jsonResponse,
  pathOnly,
  queryOf,
  type SandboxRequest,
  type SandboxResponse,
} from '../../src/sandbox/messages.ts';
import { GitRepository } from '../world/github/git-repository.ts';
import { FAKE_GITHUB_TOKEN } from './action-file.ts';
import { type PageRequest, pageOf, REPOSITORY_BY_ID } from './github-pages.ts';

type Access = 'admin' | 'write' | 'read' | 'none';
type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';

export interface Account {
  readonly type: 'User' | 'Bot';
  /** As the API reports it: `maintain` is `write`, and `triage` is `read`. */
  access: Access;
  readonly role?: string;
}

export interface ReviewsOptions {
  /** What `permissions:` of the job grants. */
  readonly permissions?: GitHubReviews['permissions'];
  /** The base path of a GitHub Enterprise Server. */
  readonly basePath?: string;
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
  mergeCommit: string | null;
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

export class GitHubReviews {
  readonly git = new GitRepository();
  readonly accounts = new Map<string, Account>();
  readonly approvals: EnvironmentEntry[] = [];
  readonly runId = '4711';
  defaultBranch = 'main';
  /** Such as `GET /commits`, in order, without queries. */
  readonly requests: string[] = [];
  readonly breaches: string[] = [];
  /** Responses in place of the right ones, by the end of the path. Each is used once. */
  readonly faults: { readonly on: RegExp; readonly status: number; readonly body?: unknown }[] = [];
  /** GitHub may list fewer reviews on a page than were asked for. */
  reviewsPerPage = 100;
  /** Trees that GitHub cuts off. */
  isTruncating = false;
  readonly #pulls: Pull[] = [];
  /** What `permissions:` of the job grants. */
  permissions: Readonly<Partial<Record<'contents' | 'pullRequests' | 'actions', 'none'>>>;
  readonly #options: ReviewsOptions;
  #events = 0;

  constructor(options: ReviewsOptions = {}) {
    this.#options = options;
    this.permissions = options.permissions ?? {};
    this.git.commit('main', { 'README.md': '# Media\n' }, 'Start');
  }

  open(
    head: string,
    author: string,
    options: Partial<Pick<Pull, 'base' | 'repository' | 'isFromFork'>> = {},
  ): number {
    const number = this.#pulls.length + 1;
    this.#pulls.push({
      ...{ number, author, head, base: 'main', reviews: [], repository: REPOSITORY, isFromFork: false },
      ...{ state: 'open', mergedAt: null, mergeCommit: null, introduced: [] },
      ...options,
    });
    return number;
  }

  /** Reviews the head of the pull request. A login of null is a deleted account. */
  review(number: number, login: string | null, state: ReviewState, submittedAt = this.#now()): void {
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

  close(number: number): void {
    this.#pull(number).state = 'closed';
  }

  /** Pushes to main without a pull request. One whose head is then in main counts as merged. */
  push(changes: Parameters<GitRepository['commit']>[1]): string {
    return this.git.commit('main', changes, 'Push');
  }

  pushBranch(branch: string): void {
    this.git.merge('main', branch);
    for (const pull of this.#pulls) {
      const head = this.git.head(pull.head);
      if (pull.state !== 'open' || !this.git.contains(this.git.head('main'), head)) continue;
      pull.introduced = [head];
      this.#settle(pull);
    }
  }

  readonly handle = (request: SandboxRequest): SandboxResponse => {
    const { basePath = '' } = this.#options;
    const roots = [`${basePath}/repos/${REPOSITORY}`, `${basePath}${REPOSITORY_BY_ID}`];
    const root = roots.find((one) => `${pathOnly(request)}/`.startsWith(`${one}/`)) ?? '';
    const path = pathOnly(request).slice(root.length);
    this.requests.push(`${request.method} ${path}`);
    this.#watch(request, root);
    const index = this.faults.findIndex(({ on }) => on.test(path));
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault !== undefined) return jsonResponse(fault.status, fault.body ?? { message: 'planned' });
    if (headerOf(request, 'authorization')?.replace(/^(Bearer|token) /, '') !== FAKE_GITHUB_TOKEN)
      return refusal(401, 'Bad credentials');
    const route = this.#routes.find(({ pattern }) => pattern.test(path));
    if (route === undefined) {
      this.breaches.push(`${path} is not part of the stand-in`);
      return refusal(404, 'Not Found');
    }
    const unknown = [...queryOf(request).keys()].filter((name) => !route.query.includes(name));
    if (unknown.length > 0) this.breaches.push(`${path} has the unknown parameters ${unknown.join(', ')}`);
    if (route.needs !== null && this.permissions[route.needs] === 'none')
      return refusal(403, 'Resource not accessible by integration');
    const [, name = ''] = route.pattern.exec(path) ?? [];
    const apiUrl = `http://${headerOf(request, 'host')}${basePath}`;
    return route.answer(decodeURIComponent(name), { apiUrl, path, query: queryOf(request) });
  };

  /** Serves on loopback, until it is closed. */
  async listen(): Promise<{ readonly apiUrl: string; close(): Promise<void> }> {
    const server = createServer((request, response) => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
      const { method = '', url = '' } = request;
      const reply = this.handle({ method, path: url, headers, body: request, origin: '' });
      response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
      response.end(reply.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as AddressInfo;
    const close = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    return { apiUrl: `http://127.0.0.1:${port}${this.#options.basePath ?? ''}`, close };
  }

  readonly #routes: readonly {
    readonly pattern: RegExp;
    readonly query: readonly string[];
    readonly needs: keyof GitHubReviews['permissions'] | null;
    readonly answer: (name: string, list: PageRequest) => SandboxResponse;
  }[] = [
    {
      pattern: /^$/,
      query: [],
      needs: 'contents',
      answer: () => jsonResponse(200, { full_name: REPOSITORY, default_branch: this.defaultBranch }),
    },
    {
      pattern: /^\/commits$/,
      query: ['path', 'sha', 'per_page', 'page'],
      needs: 'contents',
      answer: (_, list) => this.#commits(list),
    },
    {
      pattern: /^\/commits\/([^/]+)\/pulls$/,
      query: ['per_page', 'page'],
      needs: 'pullRequests',
      answer: (sha, list) => this.#pullsOf(sha, list),
    },
    {
      pattern: /^\/pulls\/(\d+)\/reviews$/,
      query: ['per_page', 'page'],
      needs: 'pullRequests',
      answer: (number, list) => this.#reviews(Number(number), list),
    },
    // Each token of a job may read the metadata.
    {
      pattern: /^\/collaborators\/([^/]+)\/permission$/,
      query: [],
      needs: null,
      answer: (login) => this.#permission(login),
    },
    {
      pattern: /^\/git\/trees\/([^/]+)$/,
      query: ['recursive'],
      needs: 'contents',
      answer: (sha) => this.#tree(sha),
    },
    {
      pattern: /^\/actions\/runs\/(\d+)\/approvals$/,
      query: [],
      needs: 'actions',
      answer: (id) => (id === this.runId ? this.#runApprovals() : refusal(404, 'Not Found')),
    },
  ];

  #watch(request: SandboxRequest, root: string): void {
    const line = `${request.method} ${request.path}`;
    if (request.method !== 'GET') this.breaches.push(`${line} is not a read`);
    if (root === '') this.breaches.push(`${line}: wrong path`);
    if (!headerOf(request, 'user-agent')) this.breaches.push(`${line} has no user agent`);
    if (!/^application\/vnd\.github(\.v3)?\+json$/.test(headerOf(request, 'accept') ?? ''))
      this.breaches.push(`${line} does not accept GitHub's JSON`);
  }

  #commits(list: PageRequest): SandboxResponse {
    const { query } = list;
    const sha = query.get('sha') ?? this.git.head('main');
    if (!SHA.test(sha) || !this.git.has(sha)) return refusal(404, 'No commit found for the ref');
    const path = query.get('path') ?? '';
    const history = this.git.historyOf(path, sha);
    return page(
      history.map((commit) => ({ sha: commit, commit: { message: 'Change' }, author: null })),
      list,
    );
  }

  /** The merged pull request that brought a commit of main, or all pull requests that contain a commit of another branch. */
  #pullsOf(sha: string, list: PageRequest): SandboxResponse {
    if (!SHA.test(sha) || !this.git.has(sha)) return refusal(422, `No commit found for SHA: ${sha}`);
    const isInMain = this.git.contains(this.git.head('main'), sha);
    const found = this.#pulls.filter((pull) => {
      if (pull.repository !== REPOSITORY || isInMain) return pull.introduced.includes(sha);
      return this.git.contains(this.git.head(pull.head), sha);
    });
    return page(
      found.map((pull) => this.#pullJson(pull)),
      list,
    );
  }

  #pullJson(pull: Pull): object {
    const { number, state, author, mergedAt, mergeCommit, base, head, repository, isFromFork } = pull;
    return {
      number,
      state,
      user: this.#user(author),
      merged_at: mergedAt,
      merge_commit_sha: mergeCommit,
      author_association: 'NONE',
      // A deleted fork has no repository.
      head: { ref: head, sha: this.git.head(head), repo: isFromFork ? null : { full_name: REPOSITORY } },
      base: { ref: base, repo: { full_name: repository } },
    };
  }

  #reviews(number: number, list: PageRequest): SandboxResponse {
    const pull = this.#pulls.find((one) => one.number === number && one.repository === REPOSITORY);
    if (pull === undefined) return refusal(404, 'Not Found');
    const reviews = pull.reviews.map(({ id, login, state, commit, submittedAt }) => ({
      id,
      user: login === null ? null : this.#user(login),
      state,
      commit_id: commit,
      author_association: 'MEMBER',
      body: 'Approved',
      ...(state === 'PENDING' ? {} : { submitted_at: submittedAt }),
    }));
    return page(reviews, list, this.reviewsPerPage);
  }

  #permission(login: string): SandboxResponse {
    const account = this.accounts.get(login);
    if (account?.type !== 'User') return refusal(404, `${login} is not a user`);
    const { access, role = access } = account;
    return jsonResponse(200, { permission: access, role_name: role, user: this.#user(login) });
  }

  #tree(sha: string): SandboxResponse {
    const tree = this.git.treeAt(sha);
    if (tree === undefined) return refusal(404, 'Not Found');
    return jsonResponse(200, { sha, tree, truncated: this.isTruncating });
  }

  #runApprovals(): SandboxResponse {
    const entries = this.approvals.map(({ state, environments, login }, index) => ({
      state,
      comment: 'Ship it!',
      environments: environments.map((name) => ({ id: index, name, created_at: '2026-01-01T00:00:00Z' })),
      user: this.#user(login),
    }));
    return jsonResponse(200, entries);
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
    pull.mergeCommit = this.git.head(pull.base);
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

function page(all: readonly object[], list: PageRequest, sizeLimit?: number): SandboxResponse {
  const size = Number(list.query.get('per_page') ?? 30);
  if (!(size >= 1 && size <= 100)) return refusal(422, 'per_page is not between 1 and 100');
  const { entries, headers } = pageOf(all, list, sizeLimit);
  const response = jsonResponse(200, entries);
  return { ...response, headers: { ...response.headers, ...headers } };
}

function refusal(status: number, message: string): SandboxResponse {
  return jsonResponse(status, {
    message,
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  });
}
