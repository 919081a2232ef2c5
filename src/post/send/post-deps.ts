// The dependencies of sending posts.

import type { PostClient } from '../../linkedin/post-client.ts';
import type { PostMemory } from '../memory/post-memory.ts';
import type { PostLedger } from '../post-ledger.ts';
import type { SendDeps } from './send-once.ts';

/** The permissions of the token. Null if unknown. */
export type Scopes = readonly string[] | null;

export interface PostDeps extends SendDeps {
  readonly ledger: PostLedger;
  readonly memory: PostMemory;
  readonly linkedin: Pick<PostClient, 'create' | 'find' | 'comment'>;
  /** The result of `apiBaseOf`. */
  readonly apiUrl: string;
  /** The page of the run on GitHub; empty outside GitHub. */
  readonly runUrl: string;
  readonly scopes: Scopes;
  /** LinkedIn's clock, in epoch milliseconds. */
  readonly serverNow: () => number;
  /** The clock that all runs share, in epoch milliseconds: the ages of claims are measured with it. */
  readonly sharedNow: () => number;
  /** Returns a new nonce for each claim: `randomUUID`. */
  readonly makeNonce: () => string;
  /** Makes the next run upload these media again. */
  readonly forgetMedia: (urns: ReadonlySet<string>) => void;
  readonly logger: { readonly info: (text: string) => void };
}
