// GitHub as the actions meet it: one repository with its git objects, branches, pull requests, reviews, approvals of runs and
// releases, answered at the level of HTTP. It checks tokens, permissions and rules, and reads may be older than the last write.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { headerOf, pathOnly, queryOf, readBody, type SandboxRequest } from '../../../src/sandbox/messages.ts';
import { FAKE_GITHUB_TOKEN } from '../../support/action-file.ts';
import { pageOf } from '../../support/github-pages.ts';
import type { Answer } from '../../support/sandbox-dispatcher.ts';
import { GitRepository, type TreeEntry } from './git-repository.ts';

export type Scope = 'contents' | 'pullRequests' | 'actions';
export type Access = 'write' | 'read' | 'none';

export interface GitHubOptions {
  /** What `permissions:` of the job grants; `write` by default. */
  readonly permissions?: Partial<Record<Scope, Access>>;
  /** What a ruleset forbids. */
  readonly forbids?: readonly ('creation' | 'update')[];
  /** How old the state is that the next read of a branch shows. */
  readonly lagMs?: () => number;
  readonly now?: () => number;
  /** The base path of a GitHub Enterprise Server. */
  readonly basePath?: string;
}

/** An answer in place of the right one, for the next call whose path matches. */
export interface PlannedAnswer {
  readonly on: RegExp;
  readonly status: number;
  readonly body?: unknown;
}

interface Route {
  readonly pattern: RegExp;
  readonly needs: Scope | null;
  readonly answer: (call: RouteCall) => Answer;
}

export interface RouteCall {
  readonly request: SandboxRequest;
  /** Below the repository. */
  readonly path: string;
  /** The groups of the pattern, decoded. */
  readonly groups: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly apiUrl: string;
}

/** A branch as it was from a moment on; null: it did not exist. */
interface Move {
  readonly atMs: number;
  readonly sha: string | null;
}

/** GitHub's own links name the repository by its number. */
const ROOT = /^\/(?:repos\/octocat\/media|repositories\/1296269)(?=\/|$)/;
const SHA = /^[0-9a-f]{40}$/;
const MIB = 1024 * 1024;

export class GitHub {
  readonly git = new GitRepository();
  permissions: Partial<Record<Scope, Access>>;
  /** Such as `GET /commits`, in order, without queries. */
  readonly requests: string[] = [];
  /** Requests that a client must not make. */
  readonly breaches: string[] = [];
  readonly faults: PlannedAnswer[] = [];
  defaultBranch = 'main';
  /** GitHub cuts large trees off. */
  isTruncating = false;
  readonly #options: GitHubOptions;
  readonly #moves = new Map<string, Move[]>();
  readonly #routes: Route[] = [];

  constructor(options: GitHubOptions = {}) {
    this.#options = options;
    this.permissions = { ...options.permissions };
    this.commit('main', { 'README.md': '# Media\n' });
    this.addRoute('GET ', 'contents', () =>
      json(200, { full_name: 'octocat/media', default_branch: this.defaultBranch }),
    );
    this.#addContents();
    this.#addGit();
  }

  /** Adds calls, such as those of pull requests. */
  addRoute(line: string, needs: Scope | null, answer: Route['answer']): void {
    const [method, path = ''] = line.split(' ');
    const pattern = path.replaceAll(/:\w+/g, '([^/]+)').replaceAll('*', '(.+)');
    this.#routes.push({ pattern: new RegExp(`^${method} ${pattern}$`), needs, answer });
  }

  /** Commits as somebody else. */
  commit(branch: string, files: Parameters<GitRepository['commit']>[1]): void {
    this.git.commit(branch, files);
    this.noteBranch(branch);
  }

  /** A branch without history. */
  start(branch: string, files: Readonly<Record<string, string>>): void {
    const entries = Object.entries(files).map(
      ([path, text]): TreeEntry => ({
        ...{ path, mode: '100644', type: 'blob' },
        sha: this.git.storeBlob(Buffer.from(text)),
      }),
    );
    const tree = this.git.storeTree(entries);
    const stored = this.git.filesIn(tree) ?? new Map();
    this.git.branches.set(branch, this.git.storeCommit({ message: 'Start', parents: [], files: stored }));
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

  readonly handle = async (request: SandboxRequest): Promise<Answer> => {
    const { basePath = '' } = this.#options;
    const text = (await readBody(request)).toString();
    const below = pathOnly(request).slice(basePath.length);
    const path = below.replace(ROOT, '');
    const line = `${request.method} ${path}`;
    this.requests.push(line);
    const route = ROOT.test(below) ? this.#routes.find(({ pattern }) => pattern.test(line)) : undefined;
    if (route === undefined) this.breaches.push(`${request.method} ${request.path} is no call of GitHub's`);
    if (!headerOf(request, 'user-agent')) this.breaches.push(`${line} has no user agent`);
    const index = this.faults.findIndex(({ on }) => on.test(path));
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault !== undefined) return json(fault.status, fault.body ?? { message: 'planned' });
    if (headerOf(request, 'authorization')?.replace(/^(Bearer|token) /, '') !== FAKE_GITHUB_TOKEN)
      return refusal(401, 'Bad credentials');
    if (route === undefined) return refusal(404, 'Not Found');
    const access = route.needs === null ? 'write' : (this.permissions[route.needs] ?? 'write');
    if (access === 'none' || (access === 'read' && request.method !== 'GET'))
      return refusal(403, 'Resource not accessible by integration');
    const body = parseJson(text);
    if (body === null) return refusal(400, 'Problems parsing JSON');
    const groups = (route.pattern.exec(line) ?? []).slice(1).map(decodeURIComponent);
    const apiUrl = (request.origin || `http://${headerOf(request, 'host')}`) + basePath;
    return route.answer({ request, path, groups, query: queryOf(request), body, apiUrl });
  };

  /** Serves on loopback, until it is closed. */
  async listen(): Promise<{ readonly apiUrl: string; close(): Promise<void> }> {
    const server = createServer(async (request, response) => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
      const { method = '', url: path = '' } = request;
      const answer = await this.handle({ method, path, headers, body: request, origin: '' });
      response.writeHead(answer.status, {
        ...answer.headers,
        'content-length': Buffer.byteLength(answer.body),
      });
      response.end(answer.body);
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

  #now(): number {
    return this.#options.now?.() ?? 0;
  }

  /** The commit of a branch, as a read may see it. */
  #headOf(branch: string): string | null {
    const ageMs = this.#options.lagMs?.() ?? 0;
    if (ageMs === 0) return this.git.branches.get(branch) ?? null;
    const asOfMs = this.#now() - ageMs;
    const moves = this.#moves.get(branch) ?? [];
    return (moves.findLast(({ atMs }) => atMs <= asOfMs) ?? { sha: null }).sha;
  }

  /** The commit of a full name, or of a short one, where a tag hides a branch. */
  resolve(ref: string): string | null {
    if (SHA.test(ref)) return this.git.has(ref) ? ref : null;
    const [, kind, name = ref] = /^(?:refs\/)?(heads|tags)\/(.+)$/.exec(ref) ?? [];
    if (kind === 'heads') return this.#headOf(name);
    return this.git.tags.get(name) ?? (kind === 'tags' ? null : this.#headOf(name));
  }

  #addContents(): void {
    this.addRoute('GET /contents/*', 'contents', ({ request, groups: [path = ''], query }) => {
      const commit = this.git.commitAt(this.resolve(query.get('ref') ?? 'main') ?? '');
      if (commit === undefined) return refusal(404, `No commit found for the ref ${query.get('ref')}`);
      if ([...commit.files.keys()].some((file) => file.startsWith(`${path}/`)))
        return json(200, { type: 'dir', path, entries: [] });
      const sha = commit.files.get(path)?.sha ?? '';
      const bytes = this.git.blob(sha);
      if (bytes === undefined) return refusal(404, 'Not Found');
      const accept = headerOf(request, 'accept') ?? '';
      if (accept.includes('raw')) return raw(bytes);
      const isLarge = bytes.length > MIB;
      if (isLarge && !accept.includes('object'))
        return refusal(403, 'This API returns blobs up to 1 MB in size.');
      const content = isLarge
        ? { encoding: 'none', content: '' }
        : { encoding: 'base64', content: inLines(bytes.toString('base64')) };
      return json(200, {
        type: 'file',
        name: path.split('/').at(-1),
        path,
        sha,
        size: bytes.length,
        ...content,
      });
    });
    this.addRoute('PUT /contents/*', 'contents', ({ groups: [path = ''], body }) => this.#put(path, body));
    this.addRoute('GET /commits', 'contents', (call) => {
      const { query } = call;
      const head = this.resolve(query.get('sha') ?? 'main');
      if (head === null) return refusal(404, `No commit found for the ref ${query.get('sha')}`);
      const shas = this.git.historyOf(query.get('path') ?? '', head);
      return page(
        shas.map((sha) => ({ sha, commit: { message: this.git.commitAt(sha)?.message } })),
        call,
      );
    });
  }

  #put(path: string, { message, content, branch = 'main', sha }: Record<string, unknown>): Answer {
    if (typeof message !== 'string' || typeof content !== 'string' || typeof branch !== 'string')
      return refusal(422, 'Invalid request.');
    const head = this.git.branches.get(branch);
    const commit = this.git.commitAt(head ?? '');
    if (head === undefined || commit === undefined) return refusal(404, `Branch ${branch} not found`);
    if (this.#options.forbids?.includes('update'))
      return refusal(409, 'Repository rule violations found\n\nCannot update this protected ref.\n\n');
    const current = commit.files.get(path)?.sha;
    if (current !== undefined && sha === undefined)
      return refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
    if (current !== sha) return refusal(409, `${path} does not match ${sha}`);
    const blob = this.git.storeBlob(Buffer.from(content, 'base64'));
    const files = new Map(commit.files).set(path, { mode: '100644', type: 'blob', sha: blob });
    const next = this.git.storeCommit({ message, parents: [head], files });
    this.git.branches.set(branch, next);
    this.noteBranch(branch);
    return json(current === undefined ? 201 : 200, { content: { path, sha: blob }, commit: { sha: next } });
  }

  #addGit(): void {
    const { git } = this;
    this.addRoute('GET /git/matching-refs/*', 'contents', ({ groups: [prefix = ''] }) => {
      const names = [...this.#moves.keys()].filter((branch) => `heads/${branch}`.startsWith(prefix)).sort();
      const heads = names.map((branch) => [branch, this.#headOf(branch)] as const);
      return json(
        200,
        heads.flatMap(([branch, sha]) => (sha === null ? [] : [refJson(`refs/heads/${branch}`, sha)])),
      );
    });
    this.addRoute('GET /git/ref/*', 'contents', ({ groups: [name = ''] }) => {
      const sha = this.resolve(name);
      return sha === null ? refusal(404, 'Not Found') : json(200, refJson(`refs/${name}`, sha));
    });
    this.addRoute('GET /git/blobs/:sha', 'contents', ({ request, groups: [sha = ''] }) => {
      const bytes = git.blob(sha);
      if (bytes === undefined) return refusal(404, 'Not Found');
      if (headerOf(request, 'accept')?.includes('raw')) return raw(bytes);
      return json(200, {
        sha,
        size: bytes.length,
        encoding: 'base64',
        content: inLines(bytes.toString('base64')),
      });
    });
    this.addRoute('GET /git/trees/:sha', 'contents', ({ groups: [sha = ''] }) => {
      const tree = git.treeAt(sha);
      return tree === undefined
        ? refusal(404, 'Not Found')
        : json(200, { sha, tree, truncated: this.isTruncating });
    });
    this.addRoute('GET /git/commits/:sha', 'contents', ({ groups: [sha = ''] }) => {
      const commit = git.commitAt(sha);
      return commit === undefined ? refusal(404, 'Not Found') : json(200, { sha, message: commit.message });
    });
    this.addRoute('POST /git/blobs', 'contents', ({ body: { content, encoding = 'utf-8' } }) => {
      if (typeof content !== 'string') return refusal(422, 'Invalid request.');
      return json(201, {
        sha: git.storeBlob(Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8')),
      });
    });
    this.addRoute('POST /git/trees', 'contents', ({ body: { tree } }) => {
      const entries = (Array.isArray(tree) ? tree : []).map((entry) =>
        'content' in entry ? { ...entry, sha: git.storeBlob(Buffer.from(entry.content)) } : entry,
      );
      const isValid = entries.length > 0 && entries.every(({ sha }) => git.blob(sha) !== undefined);
      return isValid ? json(201, { sha: git.storeTree(entries) }) : refusal(422, 'Invalid tree info');
    });
    this.addRoute('POST /git/commits', 'contents', ({ body: { message, tree, parents = [] } }) => {
      const files = git.filesIn(String(tree));
      if (typeof message !== 'string' || files === undefined) return refusal(422, 'Invalid request.');
      return json(201, { sha: git.storeCommit({ message, parents: parents as string[], files }) });
    });
    this.addRoute('POST /git/refs', 'contents', ({ body: { ref, sha } }) =>
      this.#createRef(String(ref), String(sha)),
    );
  }

  #createRef(ref: string, sha: string): Answer {
    const [, branch] = /^refs\/heads\/(.+)$/.exec(ref) ?? [];
    if (branch === undefined || !this.git.has(sha)) return refusal(422, 'Object does not exist');
    if (this.git.branches.has(branch)) return refusal(422, 'Reference already exists');
    if (this.#options.forbids?.includes('creation'))
      return refusal(
        422,
        'Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n',
      );
    this.git.branches.set(branch, sha);
    this.noteBranch(branch);
    return json(201, refJson(ref, sha));
  }
}

function refJson(ref: string, sha: string): object {
  return { ref, object: { type: 'commit', sha } };
}

/** GitHub breaks base64 into lines. */
function inLines(base64: string): string {
  return base64.replaceAll(/.{60}/g, '$&\n');
}

function raw(bytes: Buffer): Answer {
  return { status: 200, headers: { 'content-type': 'application/vnd.github.raw+json' }, body: bytes };
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  const body = JSON.stringify(value);
  const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`;
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', etag, ...headers }, body };
}

/** One page of a list, with a link to the next. */
export function page(all: readonly object[], call: RouteCall, sizeLimit?: number): Answer {
  const { query } = call;
  const size = Number(query.get('per_page') ?? 30);
  if (!(size >= 1 && size <= 100)) return refusal(422, 'per_page is not between 1 and 100');
  const { entries, headers } = pageOf(all, call, sizeLimit);
  return json(200, entries, headers);
}

export function refusal(status: number, message: string): Answer {
  return json(status, { message, documentation_url: 'https://docs.github.com/rest', status: String(status) });
}

function parseJson(text: string): Record<string, unknown> | null {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return null;
  }
}
