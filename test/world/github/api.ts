// One repository on GitHub, at the level of HTTP: it checks tokens, permissions and rates, reads of a branch may be older than
// the last write, and calls meet faults. Others add what is answered.

import {
  headerOf,
  pathOnly,
  queryOf,
  readBody,
  type SandboxRequest,
} from '../../../src/sandbox/messages.ts';
import { FAKE_GITHUB_TOKEN } from '../../support/action-file.ts';
import type { Answer } from '../../support/sandbox-dispatcher.ts';
import type { FaultKind } from '../faults.ts';
import { serveHandler } from '../serve.ts';
import { json, type RouteCall, refusal } from './answers.ts';
import { type Commit, GitRepository } from './git-repository.ts';

/** The calls of the memory on a branch. */
const CALLS = {
  'list refs': /^GET \/git\/matching-refs\//,
  'list commits': /^GET \/commits$/,
  'read contents': /^GET \/contents\//,
  'create blob': /^POST \/git\/blobs$/,
  'create tree': /^POST \/git\/trees$/,
  'create commit': /^POST \/git\/commits$/,
  'create ref': /^POST \/git\/refs$/,
  'write contents': /^PUT \/contents\//,
} as const;

export type CallKind = keyof typeof CALLS;
export type Scope = 'contents' | 'pullRequests' | 'actions';
export type Access = 'write' | 'read' | 'none';

export interface GitHubOptions {
  /** What `permissions:` of the job grants; `write` by default. */
  readonly permissions?: Partial<Record<Scope, Access>>;
  /** How a write is refused: GITHUB_TOKEN and Apps get a 403, personal access tokens a 404. */
  readonly denial?: 403 | 404;
  /** What a ruleset forbids. */
  readonly forbids?: readonly ('creation' | 'update')[];
  /** A ruleset that forbids a creation may be reported without its name, and branch protection names what it requires. */
  readonly isTerse?: boolean;
  /** How old the state is that the next read of a branch shows. */
  readonly lagMs?: () => number;
  readonly now?: () => number;
  /** The way of each request, and of its answer. */
  readonly latency?: () => Promise<void>;
  /** The base path of a GitHub Enterprise Server. */
  readonly basePath?: string;
  readonly faults?: readonly GitHubFault[];
  /** Texts that must never reach GitHub. */
  readonly foreignSecrets?: readonly string[];
}

/** What goes wrong with the next call of this kind, or whose path matches. */
export interface GitHubFault {
  readonly on: CallKind | RegExp;
  /** The answer in place of the right one. Nothing is changed. */
  readonly response?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly kind?: Extract<
    FaultKind,
    'lost request' | 'lost response' | 'silent' | 'truncated answer'
  >;
  /** Happens before the call is handled, such as a write of another job. The call waits for a promise. */
  readonly meanwhile?: () => unknown;
}

interface Route {
  readonly pattern: RegExp;
  readonly needs: Scope | null;
  readonly answer: (call: RouteCall) => Answer;
}

/** A branch as it was from a moment on; null: it did not exist. */
interface Move {
  readonly atMs: number;
  readonly sha: string | null;
}

/** GitHub's own links name the repository by its number. */
const ROOT = /^\/(?:repos\/octocat\/media|repositories\/1296269)(?=\/|$)/;
const SHA = /^[0-9a-f]{40}$/;

export class GitHubApi {
  readonly git = new GitRepository();
  permissions: Partial<Record<Scope, Access>>;
  /** Such as `GET /commits`, in order, without queries. */
  readonly requests: string[] = [];
  /** Requests that a client must not make. */
  readonly breaches: string[] = [];
  readonly faults: GitHubFault[];
  defaultBranch = 'main';
  readonly options: GitHubOptions;
  readonly #moves = new Map<string, Move[]>();
  readonly #routes: Route[] = [];

  constructor(options: GitHubOptions = {}) {
    this.options = options;
    this.permissions = { ...options.permissions };
    this.faults = [...(options.faults ?? [])];
    this.commit('main', { 'README.md': '# Media\n' });
  }

  /** How many calls of a kind arrived. */
  count(kind: CallKind): number {
    return this.requests.filter((line) => CALLS[kind].test(line)).length;
  }

  /** Adds calls, such as those of pull requests. */
  addRoute(line: string, needs: Scope | null, answer: Route['answer']): void {
    const [method, path = ''] = line.split(' ');
    const pattern = path.replaceAll(/:\w+/g, '([^/]+)').replaceAll('*', '(.+)');
    this.#routes.push({ pattern: new RegExp(`^${method} ${pattern}$`), needs, answer });
  }

  /** Commits as somebody else. A new branch has no history. */
  commit(
    branch: string,
    files: Readonly<Record<string, string>>,
    message = 'Change by others',
  ): void {
    const head = this.git.branches.get(branch);
    if (head === undefined) this.git.start(branch, files, message);
    else this.git.commit(branch, files, message);
    this.noteBranch(branch);
  }

  deleteBranch(branch: string): void {
    this.git.branches.delete(branch);
    this.noteBranch(branch);
  }

  /** The text of a file; null if there is none. */
  file(branch: string, path = 'linkedin.json'): string | null {
    const head = this.git.commitAt(this.git.branches.get(branch) ?? '');
    return this.git.blob(head?.files.get(path)?.sha ?? '')?.toString() ?? null;
  }

  /** Every version of a file, oldest first. */
  versions(branch: string, path = 'linkedin.json'): string[] {
    const shas = (this.#moves.get(branch) ?? []).map(
      ({ sha }) => this.git.commitAt(sha ?? '')?.files.get(path)?.sha,
    );
    const distinct = shas.filter((sha, index) => sha !== undefined && sha !== shas[index - 1]);
    return distinct.map((sha) => String(this.git.blob(sha ?? '')));
  }

  /** Remembers where a branch is now, for reads that lag. */
  noteBranch(branch: string): void {
    const moves = this.#moves.get(branch) ?? [];
    moves.push({ atMs: this.#now(), sha: this.git.branches.get(branch) ?? null });
    this.#moves.set(branch, moves);
  }

  /** The commits of a branch, newest first. */
  history(branch: string): Commit[] {
    const shas = this.git.ancestors(this.git.branches.get(branch) ?? '');
    return [...shas].flatMap((sha) => this.git.commitAt(sha) ?? []);
  }

  /** The names of the branches that exist or have existed. */
  get branchNames(): string[] {
    return [...this.#moves.keys()].sort();
  }

  readonly handle = async (request: SandboxRequest): Promise<Answer> => {
    const { basePath = '', latency } = this.options;
    const text = (await readBody(request)).toString();
    const below = pathOnly(request).slice(basePath.length);
    const path = below.replace(ROOT, '');
    const line = `${request.method} ${path}`;
    this.requests.push(line);
    await latency?.();
    const route = ROOT.test(below)
      ? this.#routes.find(({ pattern }) => pattern.test(line))
      : undefined;
    if (route === undefined)
      this.breaches.push(`${request.method} ${request.path} is no call of GitHub's`);
    this.#watch(request, text);
    const fault = this.#faultFor(line, path);
    if (fault?.kind === 'lost request') throw new Error('socket hang up');
    await fault?.meanwhile?.();
    if (fault?.response !== undefined) return plannedAnswer(fault.response);
    const answer = this.#answer({ request, path, text }, route);
    await latency?.();
    if (fault?.kind === 'lost response') throw new Error('socket hang up');
    if (fault?.kind === 'silent') await new Promise(() => {});
    return fault?.kind === 'truncated answer'
      ? { ...answer, body: answer.body.slice(0, answer.body.length / 2) }
      : answer;
  };

  #faultFor(line: string, path: string): GitHubFault | undefined {
    const index = this.faults.findIndex(({ on }) =>
      typeof on === 'string' ? CALLS[on].test(line) : on.test(path),
    );
    return index < 0 ? undefined : this.faults.splice(index, 1)[0];
  }

  #watch(request: SandboxRequest, text: string): void {
    const { foreignSecrets = [] } = this.options;
    const line = `${request.method} ${request.path}`;
    if (!headerOf(request, 'user-agent')) this.breaches.push(`${line} has no user agent`);
    if (text !== '' && !headerOf(request, 'content-type')?.startsWith('application/json'))
      this.breaches.push(`${line} is not sent as JSON`);
    if (/"force"/.test(text)) this.breaches.push(`${line} is forced`);
    const whole = line + JSON.stringify(request.headers) + text;
    if (foreignSecrets.some((secret) => whole.includes(secret)))
      this.breaches.push(`${line} holds a secret`);
  }

  #answer(
    { request, path, text }: { request: SandboxRequest; path: string; text: string },
    route: Route | undefined,
  ): Answer {
    if (headerOf(request, 'authorization')?.replace(/^(Bearer|token) /, '') !== FAKE_GITHUB_TOKEN)
      return refusal(401, 'Bad credentials');
    if (route === undefined) return refusal(404, 'Not Found');
    const access = route.needs === null ? 'write' : (this.permissions[route.needs] ?? 'write');
    const isHidden = access !== 'write' && this.options.denial === 404;
    if (access === 'none' || (access === 'read' && request.method !== 'GET'))
      return isHidden
        ? refusal(404, 'Not Found')
        : refusal(403, 'Resource not accessible by integration');
    const body = text === '' ? {} : JSON.parse(text);
    const { basePath = '' } = this.options;
    const groups = (route.pattern.exec(`${request.method} ${path}`) ?? [])
      .slice(1)
      .map(decodeURIComponent);
    const apiUrl = request.origin + basePath;
    return route.answer({ request, path, groups, query: queryOf(request), body, apiUrl });
  }

  /** Serves on loopback, until it is closed. */
  async listen(): Promise<{ readonly apiUrl: string; close(): Promise<void> }> {
    const { url, close } = await serveHandler(this.handle);
    return { apiUrl: `${url}${this.options.basePath ?? ''}`, close };
  }

  #now(): number {
    return this.options.now?.() ?? 0;
  }

  /** The commit of a branch, as a read may see it. */
  headOf(branch: string): string | null {
    const ageMs = this.options.lagMs?.() ?? 0;
    if (ageMs === 0) return this.git.branches.get(branch) ?? null;
    const asOfMs = this.#now() - ageMs;
    const moves = this.#moves.get(branch) ?? [];
    return (moves.findLast(({ atMs }) => atMs <= asOfMs) ?? { sha: null }).sha;
  }

  /** The commit of a full name, or of a short one, where a tag hides a branch. */
  resolve(ref: string): string | null {
    if (SHA.test(ref)) return this.git.commitAt(ref) === undefined ? null : ref;
    const [, kind, name = ref] = /^(?:refs\/)?(heads|tags)\/(.+)$/.exec(ref) ?? [];
    if (kind === 'heads') return this.headOf(name);
    return this.git.tags.get(name) ?? (kind === 'tags' ? null : this.headOf(name));
  }
}

function plannedAnswer({
  status,
  headers,
  body = { message: 'planned' },
}: Required<GitHubFault>['response']): Answer {
  if (typeof body === 'string') return { status, headers: { ...headers }, body };
  return json(status, body, headers);
}
