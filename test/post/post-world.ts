// Runs of the post action in one world: they share a LinkedIn and a GitHub, in virtual time. LinkedIn notes what the memory held
// when a post or a comment arrived.

import { join } from 'node:path';
import { type PostEntry, postEntrySchema } from '../../src/post/memory/post-entry.ts';
import type { PostRow } from '../../src/report/posts/post-row.ts';
import { pathOnly, readBody } from '../../src/sandbox/messages.ts';
import { canary } from '../leaks/canaries.ts';
import { writeFiles } from '../support/folders.ts';
import { parseManifest } from '../support/manifest.ts';
import { type Answer, bodyOf, type Handler } from '../support/sandbox-dispatcher.ts';
import type { CallName, Fault, FaultKind } from '../world/faults.ts';
import type { LinkedInOptions } from '../world/linkedin-faults.ts';
import type { Fate, Machine } from '../world/machine.ts';
import type { StepResult } from '../world/runner.ts';
import { Runs } from '../world/runs.ts';
import type { Call } from '../world/world.ts';
import { makePost, NOW_MS, PAGE, postFile } from './posts.ts';

const BRANCH = 'linkedin-media';

/** A fault of the next call of a kind. A number is a status. */
export type Planned = FaultKind | number | Partial<Fault> | null;

export interface PostWorldOptions {
  readonly seed?: number;
  readonly linkedin?: LinkedInOptions;
  readonly latencyMs?: number;
  /** Whether the token may read posts; true by default. */
  readonly mayRead?: boolean;
  /** How old the state is that GitHub's next read shows. */
  readonly lagMs?: number | ((world: PostWorld) => number);
  /** In the order of the calls of a kind, of all runs. */
  readonly faults?: Partial<Record<CallName, readonly Planned[]>>;
  /** Called before a post or comment is handled. */
  readonly onArrival?: (world: PostWorld) => void;
  /** Changes the answer to a post or comment. */
  readonly onAnswer?: (answer: Answer, kind: 'post' | 'comment') => Answer;
}

/** A row of the results with null for what is absent. */
export type Row = Pick<PostRow, 'id' | 'state'> &
  Record<'urn' | 'urnSource' | 'commentUrn', string | null> & {
    readonly error: {
      readonly code: string;
      readonly message: string;
      readonly hint: string;
    } | null;
  };

export interface Report extends StepResult {
  readonly rows: readonly Row[];
  readonly endMs: number;
}

export class PostWorld extends Runs {
  /** The posts and comments that arrived at LinkedIn, with what the memory held then. */
  readonly arrivals: {
    kind: 'post' | 'comment';
    atMs: number;
    body: string;
    stored: PostEntry[];
  }[] = [];
  /** Whether the token may read posts. */
  mayRead: boolean;
  #outageUntilMs = 0;
  readonly #options: PostWorldOptions;

  constructor(options: PostWorldOptions = {}) {
    const { seed = 1, latencyMs = 200, faults = {}, linkedin = {}, lagMs = 0 } = options;
    const planned = Object.entries(faults).flatMap(([on, list]) =>
      list.flatMap((one, index) => toFault(on as CallName, index + 1, one)),
    );
    const github = { lagMs: () => (typeof lagMs === 'function' ? lagMs(this) : lagMs) };
    super({ seed, latencyMs, faults: planned, linkedin, github, epochMs: NOW_MS });
    this.#options = options;
    this.mayRead = options.mayRead ?? true;
    this.world.connect('linkedin', this.#linkedin(this.routes));
    this.world.connect('github', async (request) =>
      this.nowMs < this.#outageUntilMs
        ? { status: 503, headers: {}, body: '' }
        : await this.github.handle(request),
    );
  }

  get nowMs(): number {
    return this.world.time.now();
  }

  /** The posts that the branch holds. */
  get entries(): PostEntry[] {
    const text = this.github.file(BRANCH);
    const posts = text === null ? {} : (parseManifest(text).posts ?? {});
    return Object.values(posts).map((post) => postEntrySchema.parse(post));
  }

  get states(): string[] {
    return this.entries.map(({ state }) => state);
  }

  /** The URNs of the posts on LinkedIn. */
  get urns(): string[] {
    return this.model.storedPosts.map(({ urn }) => urn);
  }

  /** The requests for posts that left a run, whether or not they arrived. */
  get calls(): Call[] {
    return this.world.calls.filter(({ name }) => name === 'post');
  }

  /** The posts that arrived at LinkedIn. */
  get sent() {
    return this.arrivals.filter(({ kind }) => kind === 'post');
  }

  /** GitHub is down from now on. */
  startOutage(forMs: number): void {
    this.#outageUntilMs = this.nowMs + forMs;
  }

  async sleep(ms: number): Promise<void> {
    await this.finish(this.world.time.sleep(ms));
  }

  /** Starts a run of these posts on a machine of its own. */
  start(
    posts = [makePost()],
    fate: Partial<Fate> = {},
  ): { machine: Machine; report: Promise<Report> } {
    const machine = this.nextMachine(fate);
    const files = posts.map((post) => [post.file ?? 'post.md', postFile(post)] as const);
    return { machine, report: this.#run(machine, new Map(files)) };
  }

  /** One run, from its start to its end. */
  async publish(posts = [makePost()], fate: Partial<Fate> = {}): Promise<Report> {
    return await this.finish(this.start(posts, fate).report);
  }

  /** Rejects if the machine is lost. */
  async #run(machine: Machine, files: ReadonlyMap<string, string>): Promise<Report> {
    const workspace = join(this.folder, machine.name, 'workspace');
    writeFiles(workspace, files);
    const given = { owner: PAGE, 'access-token': canary('token'), posts: 'posts/*.md' };
    const inputs = { ...given, 'max-posts': '50', 'max-age-hours': '0' };
    const result = await this.runOn(machine, { program: 'post', workspace, inputs });
    const rows = JSON.parse(result.outputs.results ?? '[]') as PostRow[];
    return { ...result, rows: rows.map(toRow), endMs: this.nowMs };
  }

  #linkedin(routes: Handler): Handler {
    return async (request) => {
      const bytes = await readBody(request);
      const path = pathOnly(request);
      const isSent = request.method === 'POST' && /^\/rest\/(?:posts|socialActions)/.test(path);
      const kind = path.startsWith('/rest/posts') ? 'post' : 'comment';
      if (isSent) {
        this.arrivals.push({
          kind,
          atMs: this.nowMs,
          body: bytes.toString(),
          stored: this.entries,
        });
        this.#options.onArrival?.(this);
      }
      const isDenied = request.method === 'GET' && kind === 'post' && !this.mayRead;
      const answer = isDenied
        ? { status: 403, headers: {}, body: '{"message":"no scope","status":403}' }
        : ((await routes({ ...request, body: bodyOf(bytes) })) as Answer);
      return isSent ? (this.#options.onAnswer?.(answer, kind) ?? answer) : answer;
    };
  }
}

function toFault(on: CallName, nth: number, planned: Planned): Fault[] {
  if (planned === null) return [];
  if (typeof planned === 'number') return [{ on, nth, kind: 'status', status: planned }];
  return [
    { on, nth, kind: 'status', ...(typeof planned === 'string' ? { kind: planned } : planned) },
  ];
}

function toRow(row: PostRow): Row {
  return { urn: null, urnSource: null, commentUrn: null, error: null, ...row };
}

/** LinkedIn's answer does not name what it has created. */
export function withoutId(answer: Answer): Answer {
  const { 'x-restli-id': _, location: __, ...headers } = answer.headers;
  return answer.status === 201 ? { ...answer, headers, body: '' } : answer;
}

/** A post that a person makes. */
export function byHand(text: string) {
  const commentary = text.replace('#opensource', String.raw`{hashtag|\#|opensource}`);
  const sent = { author: PAGE, commentary: text };
  const fields = {
    ...sent,
    commentary,
    distribution: { feedDistribution: 'MAIN_FEED' },
    lifecycleState: 'PUBLISHED',
  };
  return { type: 'share' as const, author: PAGE, sent, fields };
}
