// A strict GitHub for one repository: blobs, trees, commits, refs and contents with compare-and-swap, permissions, rules,
// rate limits and planned faults. In the process (`handle`) for virtual time, or on loopback (`listen`).

import { createHash } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  headerOf,
  jsonResponse,
  pathOnly,
  queryOf,
  readBody,
  type SandboxRequest,
  type SandboxResponse,
} from '../../src/sandbox/messages.ts';
import { FAKE_GITHUB_TOKEN } from './action-file.ts';

export type RequestKind =
  | 'list refs'
  | 'list commits'
  | 'read contents'
  | 'read blob'
  | 'create blob'
  | 'create tree'
  | 'create commit'
  | 'create ref'
  | 'write contents'
  | 'other';

/** What goes wrong with one request of this kind. */
export interface GitHubFault {
  readonly on: RequestKind;
  /** The response in place of the right one. Nothing is changed. */
  readonly response?: {
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  };
  /** The connection breaks before the request is handled, or after that and before its response. */
  readonly breaks?: 'before' | 'after';
  /** Runs before the request is handled, such as a write of another job. */
  readonly meanwhile?: () => void;
  /** The request waits for it, and is handled then. */
  readonly until?: Promise<void>;
  /** No response comes, although the request is handled. */
  readonly isSilent?: boolean;
  /** The response ends in the middle of its body, although the request is handled. */
  readonly isCut?: boolean;
}

/** The `contents` permission of a token. With `none` a private repository looks missing. */
export type Permission = 'write' | 'read' | 'none';

interface GitHubOptions {
  /** At the start. */
  readonly permission?: Permission;
  /** How a write is refused: GITHUB_TOKEN and Apps get a 403, personal access tokens a 404. */
  readonly denial?: 403 | 404;
  readonly basePath?: string;
  /** What a ruleset forbids. */
  readonly forbids?: readonly ('creation' | 'update')[];
  /** A ruleset that forbids a creation may be reported without its name, and branch protection names what it requires. */
  readonly isTerse?: boolean;
  /** Enforces GitHub's rate limits by this clock. */
  readonly clock?: { epochMs(): number };
  /** Reads show a branch as it was so long ago. */
  readonly lag?: {
    readonly clock: { now(): number };
    readonly ms: number;
    /** Whether the next read does; each one by default. */
    readonly isOld?: () => boolean;
  };
  /** The way of each request, and of its response. */
  readonly latency?: () => Promise<void>;
  readonly faults?: readonly GitHubFault[];
  /** Chooses a fault for a request that `faults` has none for. */
  readonly faultFor?: (kind: RequestKind) => Omit<GitHubFault, 'on'> | undefined;
  /** Texts that must never reach GitHub. */
  readonly foreignSecrets?: readonly string[];
}

interface Commit {
  readonly sha: string;
  readonly message: string;
  readonly parents: readonly string[];
  /** Path → blob. */
  readonly files: ReadonlyMap<string, string>;
}

const MIB = 1024 * 1024;
const SHA = /^[0-9a-f]{40}$/;

export class GitHubContents {
  /** Such as `PUT /contents/linkedin.json`, in order. */
  readonly requests: string[] = [];
  readonly counts = new Map<RequestKind, number>();
  /** Requests that a client of GitHub must not make. */
  readonly breaches: string[] = [];
  /** How many requests met a rate limit. */
  limited = 0;
  readonly faults: GitHubFault[];
  permission: Permission;
  readonly #options: GitHubOptions;
  readonly #blobs = new Map<string, Buffer>();
  readonly #trees = new Map<string, ReadonlyMap<string, string>>();
  readonly #commits = new Map<string, Commit>();
  readonly #refs = new Map<string, string>();
  /** The commits that branches had, null for none, in order. */
  readonly #past: { readonly branch: string; readonly sha: string | null; readonly untilMs: number }[] = [];
  readonly #tags = new Map<string, string>();
  readonly #requestTimes: number[] = [];
  readonly #writeTimes: number[] = [];

  constructor(options: GitHubOptions = {}) {
    this.#options = options;
    this.permission = options.permission ?? 'write';
    this.faults = [...(options.faults ?? [])];
    this.commit('main', { 'README.md': '# Media' }, 'Start');
  }

  /** Commits as somebody else, and creates the branch if it is missing. */
  commit(branch: string, files: Readonly<Record<string, string>>, message = 'Change by others'): void {
    const head = this.#refs.get(branch);
    const all = new Map(head === undefined ? [] : this.#commits.get(head)?.files);
    for (const [path, text] of Object.entries(files)) all.set(path, this.#storeBlob(Buffer.from(text)));
    this.#setRef(branch, this.#storeCommit(message, head === undefined ? [] : [head], all));
  }

  /** A tag of a commit that is on no branch. */
  tag(name: string, files: Readonly<Record<string, string>>): void {
    const all = new Map(
      Object.entries(files).map(([path, text]) => [path, this.#storeBlob(Buffer.from(text))]),
    );
    this.#tags.set(name, this.#storeCommit('Tag', [], all));
  }

  deleteBranch(branch: string): void {
    this.#setRef(branch, null);
  }

  /** The text of a file on a branch; null when there is none. */
  file(branch: string, path = 'linkedin.json'): string | null {
    return this.blob(this.#commits.get(this.#refs.get(branch) ?? '')?.files.get(path) ?? '');
  }

  /** The text of a blob; null when there is none. */
  blob(sha: string): string | null {
    return this.#blobs.get(sha)?.toString() ?? null;
  }

  /** The commits of a branch, newest first. */
  history(branch: string): Commit[] {
    return this.#historyOf(this.#refs.get(branch));
  }

  #historyOf(head: string | undefined): Commit[] {
    const commits: Commit[] = [];
    let sha = head;
    while (sha !== undefined) {
      const commit = this.#commits.get(sha);
      if (commit === undefined) break;
      commits.push(commit);
      sha = commit.parents[0];
    }
    return commits;
  }

  count(kind: RequestKind): number {
    return this.counts.get(kind) ?? 0;
  }

  readonly handle = async (request: SandboxRequest): Promise<SandboxResponse> => {
    const path = pathOnly(request).slice(`${this.#options.basePath ?? ''}/repos/octocat/media`.length);
    const kind = requestKind(request.method, path);
    this.requests.push(`${request.method} ${path}`);
    this.counts.set(kind, this.count(kind) + 1);
    const text = (await readBody(request)).toString();
    await this.#options.latency?.();
    this.#watch(request, kind, text);
    const fault = this.#faultFor(kind);
    if (fault?.breaks === 'before') throw new Error('socket hang up');
    await fault?.until;
    fault?.meanwhile?.();
    if (fault?.response !== undefined)
      return { headers: {}, body: '{"message":"planned"}', ...fault.response };
    const response =
      this.#limit(kind) ?? this.#authorize(request, kind) ?? this.#answer(request, kind, path, text);
    await this.#options.latency?.();
    if (fault?.breaks === 'after') throw new Error('socket hang up');
    if (fault?.isSilent) await new Promise(() => {});
    if (fault?.isCut) return { ...response, body: response.body.slice(0, response.body.length / 2) };
    return response;
  };

  #faultFor(kind: RequestKind): Omit<GitHubFault, 'on'> | undefined {
    const index = this.faults.findIndex(({ on }) => on === kind);
    return index < 0 ? this.#options.faultFor?.(kind) : this.faults.splice(index, 1)[0];
  }

  /** For a server on loopback. */
  readonly listener: RequestListener = async (request, response) => {
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
    const { method = '', url = '' } = request;
    try {
      const reply = await this.handle({ method, path: url, headers, body: request, origin: '' });
      response.writeHead(reply.status, {
        'content-length': Buffer.byteLength(reply.body),
        ...reply.headers,
      });
      response.end(reply.body);
    } catch {
      response.destroy();
    }
  };

  /** Serves on loopback, until it is closed. */
  async listen(): Promise<{ readonly apiUrl: string; close(): Promise<void> }> {
    const server = createServer(this.listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as AddressInfo;
    const close = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    return { apiUrl: `http://127.0.0.1:${port}${this.#options.basePath ?? ''}`, close };
  }

  #watch(request: SandboxRequest, kind: RequestKind, text: string): void {
    const { basePath = '', foreignSecrets = [] } = this.#options;
    const line = `${request.method} ${request.path}`;
    if (kind === 'other') this.breaches.push(`${line} is not part of the stand-in`);
    if (!request.path.startsWith(`${basePath}/repos/octocat/media/`))
      this.breaches.push(`${line}: wrong path`);
    if (!headerOf(request, 'user-agent')) this.breaches.push(`${line} has no user agent`);
    if (text !== '' && !headerOf(request, 'content-type')?.startsWith('application/json'))
      this.breaches.push(`${line} is not sent as JSON`);
    if (/"force"/.test(text)) this.breaches.push(`${line} is forced`);
    const whole = line + JSON.stringify(request.headers) + text;
    if (foreignSecrets.some((secret) => whole.includes(secret))) this.breaches.push(`${line} holds a secret`);
  }

  /** 1,000 requests an hour, and 80 a minute and 500 an hour that create content. */
  #limit(kind: RequestKind): SandboxResponse | null {
    const nowMs = this.#options.clock?.epochMs();
    if (nowMs === undefined) return null;
    const isWrite = WRITES.has(kind);
    this.#requestTimes.push(nowMs);
    if (isWrite) this.#writeTimes.push(nowMs);
    const within = (times: readonly number[], ms: number) => times.filter((time) => time > nowMs - ms).length;
    const isSpent = within(this.#requestTimes, HOUR_MS) > 1000;
    const isFast =
      isWrite && (within(this.#writeTimes, 60_000) > 80 || within(this.#writeTimes, HOUR_MS) > 500);
    if (!isSpent && !isFast) return null;
    this.limited += 1;
    const reset = String(Math.ceil((nowMs + HOUR_MS) / 1000));
    const headers = isSpent
      ? { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
      : { 'retry-after': '60' };
    return { ...refusal(403, `You have exceeded a ${isFast ? 'secondary ' : ''}rate limit.`), headers };
  }

  #authorize(request: SandboxRequest, kind: RequestKind): SandboxResponse | null {
    const { permission } = this;
    const { denial = 403 } = this.#options;
    if (headerOf(request, 'authorization')?.replace(/^(Bearer|token) /, '') !== FAKE_GITHUB_TOKEN) {
      this.breaches.push(`${request.method} ${request.path} is sent without the token`);
      return refusal(401, 'Bad credentials');
    }
    if (permission === 'none') return refusal(404, 'Not Found');
    if (permission === 'read' && WRITES.has(kind))
      return denial === 403
        ? refusal(403, 'Resource not accessible by integration')
        : refusal(404, 'Not Found');
    return null;
  }

  #answer(request: SandboxRequest, kind: RequestKind, path: string, text: string): SandboxResponse {
    const file = decodeURIComponent(path.slice('/contents/'.length));
    if (kind === 'list refs')
      return this.#listRefs(decodeURIComponent(path.slice('/git/matching-refs/'.length)));
    if (kind === 'list commits') return this.#listCommits(request);
    if (kind === 'read contents') return this.#readContents(request, file);
    if (kind === 'read blob') return this.#readBlob(request, path.slice('/git/blobs/'.length));
    const body = JSON.parse(text);
    if (kind === 'write contents') return this.#writeContents(file, body);
    if (kind === 'create blob') return this.#createBlob(body);
    if (kind === 'create tree') return this.#createTree(body);
    if (kind === 'create commit') return this.#createCommit(body);
    if (kind === 'create ref') return this.#createRef(body);
    return refusal(404, 'Not Found');
  }

  #listRefs(prefix: string): SandboxResponse {
    const refs = [...this.#readableRefs()].filter(([branch]) => `heads/${branch}`.startsWith(prefix)).sort();
    return jsonResponse(
      200,
      refs.map(([branch, sha]) => ({ ref: `refs/heads/${branch}`, object: { type: 'commit', sha } })),
    );
  }

  /** The commits that change a file, newest first. */
  #listCommits(request: SandboxRequest): SandboxResponse {
    const query = queryOf(request);
    const [ref, path] = [query.get('sha') ?? 'main', query.get('path') ?? ''];
    const commits = this.#historyOf(SHA.test(ref) ? ref : this.#resolve(ref));
    const changing = commits.filter(({ files }, index) => {
      return files.get(path) !== commits[index + 1]?.files.get(path);
    });
    const page = changing.slice(0, Number(query.get('per_page') ?? 30));
    return jsonResponse(
      200,
      page.map(({ sha, message }) => ({ sha, commit: { message } })),
    );
  }

  #readContents(request: SandboxRequest, path: string): SandboxResponse {
    const ref = queryOf(request).get('ref') ?? 'main';
    const commit = this.#commits.get(SHA.test(ref) ? ref : this.#resolve(ref));
    if (commit === undefined) return refusal(404, `No commit found for the ref ${ref}`);
    if ([...commit.files.keys()].some((file) => file.startsWith(`${path}/`)))
      return jsonResponse(200, { type: 'dir', path, entries: [] });
    const sha = commit.files.get(path);
    const bytes = this.#blobs.get(sha ?? '');
    if (sha === undefined || bytes === undefined) return refusal(404, 'Not Found');
    const isLarge = bytes.length > MIB;
    if (isLarge && !/\.object/.test(headerOf(request, 'accept') ?? ''))
      return refusal(403, 'This API returns blobs up to 1 MB in size.');
    const inlined = isLarge
      ? { encoding: 'none', content: '' }
      : { encoding: 'base64', content: bytes.toString('base64') };
    return jsonResponse(200, { type: 'file', path, sha, size: bytes.length, ...inlined });
  }

  /** The commit of a full name, or of a short one, where a tag hides a branch. */
  #resolve(ref: string): string {
    const [, kind, name = ''] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
    if (kind !== undefined) return (kind === 'heads' ? this.#readableRefs() : this.#tags).get(name) ?? '';
    return this.#tags.get(ref) ?? this.#readableRefs().get(ref) ?? '';
  }

  /** Null deletes it. */
  #setRef(branch: string, sha: string | null): void {
    const untilMs = this.#options.lag?.clock.now() ?? 0;
    this.#past.push({ branch, sha: this.#refs.get(branch) ?? null, untilMs });
    if (sha === null) this.#refs.delete(branch);
    else this.#refs.set(branch, sha);
  }

  /** The branches as a read shows them. */
  #readableRefs(): ReadonlyMap<string, string> {
    const { lag } = this.#options;
    if (lag === undefined || lag.isOld?.() === false) return this.#refs;
    const refs = new Map(this.#refs);
    for (const { branch, sha } of this.#past
      .filter(({ untilMs }) => untilMs > lag.clock.now() - lag.ms)
      .toReversed()) {
      if (sha === null) refs.delete(branch);
      else refs.set(branch, sha);
    }
    return refs;
  }

  #readBlob(request: SandboxRequest, sha: string): SandboxResponse {
    const bytes = this.#blobs.get(sha);
    if (bytes === undefined) return refusal(404, 'Not Found');
    const isRaw = /\.raw/.test(headerOf(request, 'accept') ?? '');
    if (isRaw) return { status: 200, headers: {}, body: bytes.toString() };
    return jsonResponse(200, { sha, encoding: 'base64', content: bytes.toString('base64') });
  }

  #writeContents(
    path: string,
    { message, content, branch, sha, ...rest }: Record<string, unknown>,
  ): SandboxResponse {
    if (typeof message !== 'string' || typeof content !== 'string' || typeof branch !== 'string')
      return this.#invalid('contents');
    if (Object.keys(rest).length > 0 || !isBase64(content)) return this.#invalid('contents');
    const head = this.#refs.get(branch);
    const commit = this.#commits.get(head ?? '');
    if (head === undefined || commit === undefined) return refusal(404, `Branch ${branch} not found`);
    const protection = 'Could not update file: Changes must be made through a pull request.';
    const rule = 'Repository rule violations found\n\nCannot update this protected ref.\n\n';
    if (this.#options.forbids?.includes('update'))
      return refusal(409, this.#options.isTerse ? protection : rule);
    const current = commit.files.get(path);
    if (current !== undefined && sha === undefined)
      return refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
    if (current !== undefined && sha !== current) return refusal(409, `${path} does not match ${sha}`);
    const blob = this.#storeBlob(Buffer.from(content, 'base64'));
    const next = this.#storeCommit(message, [head], new Map(commit.files).set(path, blob));
    this.#setRef(branch, next);
    return jsonResponse(current === undefined ? 201 : 200, {
      content: { path, sha: blob },
      commit: { sha: next },
    });
  }

  #createBlob({ content, encoding = 'utf-8', ...rest }: Record<string, unknown>): SandboxResponse {
    if (typeof content !== 'string' || (encoding !== 'utf-8' && encoding !== 'base64'))
      return this.#invalid('blob');
    if (Object.keys(rest).length > 0) return this.#invalid('blob');
    return jsonResponse(201, {
      sha: this.#storeBlob(Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8')),
    });
  }

  #createTree({ tree }: { readonly tree?: Record<string, string>[] }): SandboxResponse {
    if (!Array.isArray(tree)) return this.#invalid('tree');
    const files = new Map<string, string>();
    for (const { path = '', mode, type, sha = '' } of tree) {
      if (mode !== '100644' || type !== 'blob' || !this.#blobs.has(sha)) return this.#invalid('tree');
      files.set(path, sha);
    }
    const sha = hash('tree', JSON.stringify([...files]));
    this.#trees.set(sha, files);
    return jsonResponse(201, { sha });
  }

  #createCommit({ message, tree, parents = [] }: Record<string, unknown>): SandboxResponse {
    const files = this.#trees.get(String(tree));
    if (typeof message !== 'string' || files === undefined || !Array.isArray(parents))
      return this.#invalid('commit');
    return jsonResponse(201, { sha: this.#storeCommit(message, parents, files) });
  }

  #createRef({ ref, sha, ...rest }: Record<string, unknown>): SandboxResponse {
    const [, branch] = /^refs\/heads\/(.+)$/.exec(String(ref)) ?? [];
    if (branch === undefined || !this.#commits.has(String(sha)) || Object.keys(rest).length > 0)
      return this.#invalid('ref');
    if (this.#refs.has(branch)) return refusal(422, 'Reference already exists');
    const rule =
      'Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n';
    if (this.#options.forbids?.includes('creation'))
      return refusal(422, this.#options.isTerse ? 'Reference update failed' : rule);
    this.#setRef(branch, String(sha));
    return jsonResponse(201, { ref, object: { type: 'commit', sha } });
  }

  #invalid(what: string): SandboxResponse {
    this.breaches.push(`the ${what} is not valid`);
    return refusal(422, 'Invalid request.');
  }

  #storeBlob(bytes: Buffer): string {
    const sha = hash('blob', bytes);
    this.#blobs.set(sha, bytes);
    return sha;
  }

  #storeCommit(message: string, parents: readonly string[], files: ReadonlyMap<string, string>): string {
    const sha = hash('commit', JSON.stringify([message, parents, [...files], this.#commits.size]));
    this.#commits.set(sha, { sha, message, parents, files });
    return sha;
  }
}

const HOUR_MS = 3_600_000;

const WRITES: ReadonlySet<RequestKind> = new Set<RequestKind>([
  'create blob',
  'create tree',
  'create commit',
  'create ref',
  'write contents',
]);

const KINDS: readonly (readonly [RegExp, RequestKind])[] = [
  [/^GET \/git\/matching-refs\/heads(\/|%2F).+$/, 'list refs'],
  [/^GET \/commits$/, 'list commits'],
  [/^GET \/contents\/.+$/, 'read contents'],
  [/^GET \/git\/blobs\/[0-9a-f]{40}$/, 'read blob'],
  [/^POST \/git\/blobs$/, 'create blob'],
  [/^POST \/git\/trees$/, 'create tree'],
  [/^POST \/git\/commits$/, 'create commit'],
  [/^POST \/git\/refs$/, 'create ref'],
  [/^PUT \/contents\/.+$/, 'write contents'],
];

/** `path`: below that of the repository. */
function requestKind(method: string, path: string): RequestKind {
  return KINDS.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1] ?? 'other';
}

/** As git hashes an object. */
function hash(type: string, content: string | Buffer): string {
  const bytes = Buffer.from(content as string);
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
}

function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}

function refusal(status: number, message: string): SandboxResponse {
  return jsonResponse(status, {
    message,
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  });
}
