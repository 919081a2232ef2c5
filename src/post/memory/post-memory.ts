// The posts in a memory that several runs share. Every change is a compare-and-swap: a claim is stored only if the decision
// to send still holds for what is stored then.

import { ActionError, toActionError } from '../../errors/action-error.ts';
import { type Change, invalidManifest, type PostTable } from '../../memory/content.ts';
import type { Memory } from '../../memory/memory.ts';
import * as z from '../../schema.ts';
import type { PlannedPost } from '../plan.ts';
import { claimNotWithdrawnError } from '../post-failures.ts';
import {
  type Claim,
  type ClaimOutcome,
  type CommentState,
  hasDroppedComment,
  isClaimed,
  type PostChange,
  type PostEntry,
  type PostedEntry,
  type Posts,
  postEntrySchema,
  postKeyText,
  rememberChange,
  STORE_LIMIT_MS,
  settleChange,
  settleCommentChange,
  storedPostSchema,
  withdrawChange,
} from './post-entry.ts';

export class PostMemory {
  readonly #memory: Memory;
  readonly #signal: AbortSignal;
  /** The posts whose first comment an older version left to a later run. It is forgotten with the next write. */
  readonly droppedComments: readonly PostedEntry[];

  /** `memory` is open. `signal` aborts when the run is cancelled. @throws InputError MANIFEST_INVALID */
  constructor(memory: Memory, { signal }: { readonly signal: AbortSignal }) {
    this.#memory = memory;
    this.#signal = signal;
    const posts = this.#parse(memory);
    this.droppedComments = [...posts].flatMap(([key, post]) =>
      post.state === 'posted' && hasDroppedComment(memory.posts[key]) ? [post] : [],
    );
    if (this.droppedComments.length > 0)
      memory.stage(
        this,
        this.#toChange(() => true),
      );
  }

  entries(): PostEntry[] {
    return [...this.#parse(this.#memory).values()];
  }

  /** Reads again. @throws as `claim` */
  async refresh(): Promise<PostEntry[]> {
    await this.#memory.refresh();
    return this.entries();
  }

  /**
   * Stores the claim that `decide` makes of the entries that are stored then. Null: `decide` returned null, because
   * another run was first.
   * @throws InputError MANIFEST_INVALID; ActionError MANIFEST_WRITE, BRANCH_PROTECTED. The claim may be stored although
   * its response was lost, so the next write withdraws it.
   */
  async claim(decide: (entries: readonly PostEntry[]) => Claim | null): Promise<Claim | null> {
    let claim: Claim | null = null;
    let tried: Claim | null = null;
    const change = this.#toChange((posts) => {
      if (tried !== null && isClaimed(posts, tried.entry)) {
        claim = tried;
        return false;
      }
      claim = this.#signal.aborted ? null : decide([...posts.values()]);
      if (claim === null) return false;
      tried = claim;
      posts.set(postKeyText(claim.entry), claim.entry);
      return true;
    });
    try {
      await this.#memory.update(change);
    } catch (thrown) {
      if (tried === null) throw thrown;
      this.#stage(withdrawChange(tried));
      if (!this.#memory.isUnconfirmed) throw thrown;
      throw claimNotWithdrawnError(toActionError(thrown), 'GitHub did not respond to its write');
    }
    return claim;
  }

  /** Restores what the claim replaced. @throws as `claim`; the next write repeats it */
  async withdraw(claim: Claim): Promise<void> {
    await this.#store(withdrawChange(claim));
  }

  /**
   * Stores the outcome of a claimed post, for which it tries longer than for any other change, and returns what is stored under its key then: another run may have taken it
   * over. Null after a cancellation: the outputs do not wait for it.
   * @throws as `claim`; the next write repeats it, without a claim of the comment
   */
  async settle(claim: Claim, outcome: ClaimOutcome): Promise<PostEntry | null> {
    const change = settleChange(claim, outcome, this.#now());
    if (this.#signal.aborted) {
      this.#stage(change);
      return null;
    }
    try {
      await this.#store(change, STORE_LIMIT_MS);
    } catch (error) {
      const comment = outcome.state === 'posted' ? outcome.comment : undefined;
      // Without its URN in the memory, the comment is not sent.
      if (comment?.state === 'sending')
        this.#stage(settleCommentChange({ nonce: comment.nonce, comment: null, updatedAt: this.#now() }));
      throw error;
    }
    return this.#parse(this.#memory).get(postKeyText(claim.entry)) ?? null;
  }

  /** Stores the outcome of a claimed comment; null if none was made. @throws as `withdraw` */
  async settleComment(nonce: string, comment: CommentState | null): Promise<void> {
    const change = settleCommentChange({ nonce, comment, updatedAt: this.#now() });
    if (this.#signal.aborted) this.#stage(change);
    else await this.#store(change);
  }

  /** Stores posts that were renamed, published by hand, or have lost their comment. @throws as `withdraw` */
  async remember(posts: readonly Pick<PlannedPost, 'toRemember' | 'entry'>[]): Promise<void> {
    const changes = posts.flatMap(({ toRemember, entry }) =>
      toRemember === null ? [] : [rememberChange(toRemember, entry)],
    );
    if (changes.length > 0)
      await this.#store((stored) => changes.map((change) => change(stored)).includes(true));
  }

  #now(): string {
    return new Date(this.#memory.epochMs()).toISOString();
  }

  #stage(change: PostChange): void {
    this.#memory.stage(change, this.#toChange(change));
  }

  async #store(change: PostChange, limitMs?: number): Promise<void> {
    this.#stage(change);
    await this.#memory.flush(limitMs);
  }

  /** The change throws MANIFEST_WRITE for an entry that no later run could read, before anything is stored. */
  #toChange(change: PostChange): Change {
    return (draft) => {
      const posts = this.#parse(draft);
      if (!change(posts)) return false;
      for (const post of posts.values()) {
        const what = describeInvalidKey(postEntrySchema.safeParse(post).error);
        if (what === null) continue;
        throw new ActionError('MANIFEST_WRITE', `the memory cannot store ${post.id}: ${what}`);
      }
      draft.posts = Object.fromEntries(posts);
      return true;
    };
  }

  #parse(content: { readonly posts: PostTable }): Posts {
    return parsePosts(content, this.#memory.name);
  }
}

/** `name`: the manifest, for users. @throws InputError MANIFEST_INVALID */
export function parsePosts({ posts }: { readonly posts: PostTable }, name: string): Posts {
  const parsed = Object.entries(posts).map(([key, post], index): [string, PostEntry] => {
    const { data, error } = storedPostSchema.safeParse(post);
    if (data !== undefined && postKeyText(data) === key) return [key, data];
    const what = describeInvalidKey(error) ?? 'its author, `apiUrl` and `id` are not those of its key';
    throw invalidManifest(name, `${nameEntry(post, index)}: ${what}`);
  });
  return new Map(parsed);
}

const MAX_NAME_CHARS = 200;

/** Names an entry by its id, which a person finds in the file. */
function nameEntry(post: unknown, index: number): string {
  const { data } = z.looseObject({ id: z.string().min(1) }).safeParse(post);
  const name = data === undefined ? `${index + 1}` : `"${data.id.slice(0, MAX_NAME_CHARS)}"`;
  return `entry ${name} of \`posts\``;
}

function describeInvalidKey(error: z.ZodError | undefined): string | null {
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return null;
  const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  const key = [...issue.path, ...(unknown === undefined ? [] : [unknown])].join('.').slice(0, MAX_NAME_CHARS);
  if (key === '') return 'it is not a post';
  return unknown === undefined ? `\`${key}\` is not valid` : `its key \`${key}\` is not known`;
}
