// The posts in a manifest that several runs share. Every change is a compare-and-swap: a claim is stored only if the
// decision to send still holds for what is stored then.

import { ActionError } from '../../errors.ts';
import { invalid, type Manifest } from '../../memory/manifest.ts';
import type { SharedStore } from '../../memory/store.ts';
import type { PlannedPost } from '../plan.ts';
import {
  type CommentState,
  type PostEntry,
  type PostedEntry,
  postEntrySchema,
  postKeyText,
} from './memory.ts';
import {
  type Claim,
  type ClaimOutcome,
  type CommentClaim,
  claimCommentChange,
  isClaimed,
  isCommentClaimed,
  type PostChange,
  type Posts,
  rememberChange,
  settleChange,
  settleCommentChange,
  withdrawChange,
} from './post-changes.ts';

export class PostMemoryStore {
  readonly #store: SharedStore;
  readonly #signal: AbortSignal;
  /** Changes that could not be stored yet. They go along with the next write. */
  readonly #unstored = new Set<PostChange>();
  #isFlushing = false;

  /** `store` has been read. `signal` aborts when the run is cancelled. @throws InputError MANIFEST_INVALID */
  constructor(store: SharedStore, { signal }: { readonly signal: AbortSignal }) {
    this.#store = store;
    this.#signal = signal;
    this.#parse(store.current);
  }

  /** As read last. */
  entries(): PostEntry[] {
    return [...this.#parse(this.#store.current).values()];
  }

  /** Epoch milliseconds by the clock that all runs share: the ages of claims are measured with it. */
  epochMs(): number {
    return this.#store.epochMs();
  }

  /** Reads again. @throws as `claim` */
  async refresh(): Promise<PostEntry[]> {
    await this.#swap(() => false);
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
    try {
      await this.#swap((posts) => {
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
    } catch (error) {
      claim = null;
      throw error;
    } finally {
      // A write whose response was lost may have its effect later.
      if (claim === null && tried !== null) this.#unstored.add(withdrawChange(tried));
    }
    return claim;
  }

  /** Restores what the claim replaced. @throws as `claim`; the next write retries it */
  async withdraw(claim: Claim): Promise<void> {
    await this.#storeOrKeep(withdrawChange(claim));
  }

  /**
   * Stores the outcome of a claimed post, and returns what is stored under its key then: another run may have taken
   * it over. After a cancellation the outputs are written first, and `flush` stores it; null then.
   * @throws as `claim`; the next write retries it, without a claim of the comment
   */
  async settle(claim: Claim, outcome: ClaimOutcome): Promise<PostEntry | null> {
    try {
      const isStored = await this.#storeOrDefer(settleChange(claim, outcome, this.#now()));
      return isStored ? (this.#parse(this.#store.current).get(postKeyText(claim.entry)) ?? null) : null;
    } catch (error) {
      const comment = outcome.state === 'posted' ? outcome.comment : undefined;
      if (comment?.state === 'sending') this.#releaseComment(comment);
      throw error;
    }
  }

  /** Claims the comment of a post that is on LinkedIn. False: another run has it. @throws as `claim` */
  async claimComment(post: PostedEntry, claim: CommentClaim): Promise<boolean> {
    const change = claimCommentChange(post, claim, this.#now());
    let isOurs = false;
    try {
      await this.#swap((posts) => {
        const isChanged = !this.#signal.aborted && change(posts);
        isOurs = [...posts.values()].some((one) => isCommentClaimed(one, claim.nonce));
        return isChanged;
      });
    } catch (error) {
      this.#releaseComment(claim);
      throw error;
    }
    return isOurs;
  }

  /** Stores the outcome of a claimed comment; after a cancellation as `settle` does. @throws as `settle` */
  async settleComment(nonce: string, comment: CommentState): Promise<void> {
    await this.#storeOrDefer(settleCommentChange({ nonce, comment, updatedAt: this.#now() }));
  }

  /** Stores posts that were renamed or published by hand. @throws as `settle` */
  async remember(posts: readonly Pick<PlannedPost, 'toRemember' | 'entry'>[]): Promise<void> {
    const changes = posts.filter(({ toRemember }) => toRemember !== undefined).map(rememberChange);
    if (changes.length > 0)
      await this.#storeOrKeep((stored) => changes.map((change) => change(stored)).includes(true));
  }

  /** Stores what is not stored yet, after the outputs are written. @throws as `claim` */
  async flush(): Promise<void> {
    this.#isFlushing = true;
    if (this.#unstored.size > 0) await this.#swap(() => false);
  }

  #now(): string {
    return new Date(this.#store.epochMs()).toISOString();
  }

  /** The claim may be stored, and the comment is not sent. */
  #releaseComment({ nonce }: CommentClaim): void {
    this.#unstored.add(settleCommentChange({ nonce, comment: { state: 'due' }, updatedAt: this.#now() }));
  }

  /** False: `flush` stores it. */
  async #storeOrDefer(change: PostChange): Promise<boolean> {
    if (this.#signal.aborted && !this.#isFlushing) {
      this.#unstored.add(change);
      return false;
    }
    await this.#storeOrKeep(change);
    return true;
  }

  async #storeOrKeep(change: PostChange): Promise<void> {
    this.#unstored.add(change);
    await this.#swap(() => false);
  }

  async #swap(change: PostChange): Promise<void> {
    const unstored = [...this.#unstored];
    await this.#store.swap((stored) => {
      const posts = this.#parse(stored);
      const isChanged = [...unstored, change].map((one) => one(posts)).includes(true);
      return isChanged ? { ...stored, posts: toJson(posts) } : null;
    });
    for (const one of unstored) this.#unstored.delete(one);
  }

  #parse({ posts = {} }: Manifest): Posts {
    const parsed = Object.entries(posts).map(([key, post], index): [string, PostEntry] => {
      const { data, error } = postEntrySchema.safeParse(post);
      if (data !== undefined && postKeyText(data) === key) return [key, data];
      const field = error?.issues[0]?.path[0];
      const what = field === undefined ? 'is not valid' : `is not valid (\`${String(field)}\`)`;
      throw invalid(this.#store.name, `entry ${index + 1} of \`posts\` ${what}`);
    });
    return new Map(parsed);
  }
}

/** @throws ActionError MANIFEST_WRITE for an entry that no later run could read, before anything is stored */
function toJson(posts: Posts): Record<string, unknown> {
  for (const post of posts.values()) {
    const { error } = postEntrySchema.safeParse(post);
    if (error === undefined) continue;
    const field = String(error.issues[0]?.path[0]);
    throw new ActionError('MANIFEST_WRITE', `the memory cannot store ${post.id}: \`${field}\` is not valid`);
  }
  return Object.fromEntries(posts);
}
