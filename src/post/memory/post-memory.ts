// The posts in a memory that several runs share. Every change is a compare-and-swap: a claim is stored only if the decision
// to send still holds for what is stored then.

import { type ActionError, toActionError } from '../../errors/action-error.ts';
import { type Change, describeInvalid, invalidManifest } from '../../memory/content.ts';
import type { Memory } from '../../memory/memory.ts';
import * as z from '../../schema.ts';
import {
  type Claim,
  type EditClaim,
  isClaimed,
  type PostChange,
  type Posts,
  postEntrySchema,
  STORE_LIMIT_MS,
  withdrawChange,
} from './post-entry.ts';

export class PostMemory {
  readonly #memory: Memory;
  readonly #signal: AbortSignal;

  /** `memory` is open. `signal` aborts when the run is cancelled. @throws InputError MANIFEST_INVALID */
  constructor(memory: Memory, { signal }: { readonly signal: AbortSignal }) {
    this.#memory = memory;
    this.#signal = signal;
    this.entries();
  }

  entries(): Posts {
    return parsePosts(this.#memory);
  }

  /** The clock that all runs share, in epoch milliseconds: the ages of claims are measured with it. */
  nowMs(): number {
    return this.#memory.epochMs();
  }

  /** Now, as entries store it. */
  now(): string {
    return new Date(this.nowMs()).toISOString();
  }

  /** Reads again. @throws as `claim` */
  async refresh(): Promise<Posts> {
    await this.#memory.refresh();
    return this.entries();
  }

  /**
   * Stores the claim that `decide` makes of the entries that are stored then. Null: `decide` returned null, because
   * another run was first.
   * @throws InputError MANIFEST_INVALID; ActionError MANIFEST_WRITE, BRANCH_PROTECTED. The claim may be stored although
   * its response was lost, so the next write withdraws it.
   */
  async claim<T extends Claim | EditClaim>(decide: (posts: Posts) => T | null): Promise<T | null> {
    let claim: T | null = null;
    let tried: T | null = null;
    const change = this.#toChange((posts) => {
      if (tried !== null && isClaimed(posts.get(tried.key), tried)) {
        claim = tried;
        return false;
      }
      claim = this.#signal.aborted ? null : decide(posts);
      if (claim === null) return false;
      tried = claim;
      posts.set(claim.key, claim.entry);
      return true;
    });
    try {
      await this.#memory.update(change);
    } catch (thrown) {
      if (tried === null) throw thrown;
      this.stage(withdrawChange(tried));
      if (!this.#memory.isUnconfirmed) throw thrown;
      const why = 'GitHub did not respond to its write';
      throw claimLeftError(toActionError(thrown), { why, isEdit: 'editing' in tried });
    }
    return claim;
  }

  /**
   * Stores what is, or may be, on LinkedIn, for which it tries longer than for any other change; in a cancelled run with its last
   * write, because the outputs do not wait. Returns why it could not be stored, or null: the next write repeats it. Never throws.
   */
  async store(change: PostChange): Promise<ActionError | null> {
    this.stage(change);
    return this.#signal.aborted ? null : await this.#write(STORE_LIMIT_MS);
  }

  /** Restores what the claim replaced, also in a cancelled run. Returns as `store`. */
  async withdraw(claim: Claim | EditClaim): Promise<ActionError | null> {
    this.stage(withdrawChange(claim));
    return await this.#write();
  }

  #write(limitMs?: number): Promise<ActionError | null> {
    return this.#memory.update(() => false, limitMs).then(() => null, toActionError);
  }

  /** Stores `change` with the next write. Never throws. */
  stage(change: PostChange): void {
    this.#memory.stage(change, this.#toChange(change));
  }

  #toChange(change: PostChange): Change {
    return (draft) => {
      const posts = parsePosts({ content: draft, name: this.#memory.name });
      if (!change(posts)) return false;
      draft.posts = Object.fromEntries(posts);
      return true;
    };
  }
}

/** What a claim that is not settled means for later runs. `error`: why the post or its edit ends. */
export function claimLeftError(
  error: ActionError,
  { why, isEdit }: { readonly why: string; readonly isEdit: boolean },
): ActionError {
  const later = isEdit
    ? 'runs of the next 20 minutes report POST_CLAIMED then'
    : 'later runs report POST_UNKNOWN then';
  return error.reword(`${error.message}; its claim may still be stored (${why}); ${later}`);
}

const postTable = z.object({ posts: z.record(z.string(), postEntrySchema) });

/** @throws InputError MANIFEST_INVALID */
export function parsePosts({ content, name }: Pick<Memory, 'content' | 'name'>): Posts {
  const { data, error } = postTable.safeParse({ posts: content.posts });
  if (data === undefined) throw invalidManifest(name, describeInvalid(error));
  return new Map(Object.entries(data.posts));
}
