// What runs remember: the tables of uploads, posts and tokens, and the counts of API calls. Pure.

import { InputError } from '../errors/action-error.ts';
import type { UploadEntry } from './upload-entry.ts';

export interface Content {
  /** Raised by every write. 0: nothing is written yet. */
  readonly revision: number;
  /** By `uploadKeyText`. */
  readonly uploads: ReadonlyMap<string, UploadEntry>;
  /** By keys that only `post/` reads. */
  readonly posts: PostTable;
  /** The UTC day on which a run first saw an access token, by a part of the token's digest. */
  readonly tokens: Readonly<Record<string, string>>;
  /** API calls to LinkedIn by UTC day, such as `2026-11-25`, then by job. */
  readonly calls: Readonly<Record<string, CallsByJob>>;
}

/** Posts by their keys. Only `post/` knows the rules of their entries. */
export type PostTable = Readonly<Record<string, unknown>>;
/** Each job writes the number of its own calls, so that a repeated write counts nothing twice. */
export type CallsByJob = Readonly<Record<string, number>>;

/** A copy that a change may modify. */
export interface Draft extends Content {
  readonly uploads: Map<string, UploadEntry>;
  posts: PostTable;
  tokens: Content['tokens'];
  calls: Content['calls'];
}

/** Changes the draft, and recognizes its own result: it may be applied again to another version. False: nothing changed. */
export type Change = (draft: Draft) => boolean;

export const EMPTY: Content = { revision: 0, uploads: new Map(), posts: {}, tokens: {}, calls: {} };

export function draftOf(content: Content): Draft {
  return { ...content, uploads: new Map(content.uploads) };
}

/** What a table needs of the memory that it belongs to. */
export interface TableOwner {
  readonly content: Content;
  /** Identifies this process among the jobs that share a branch. Null if no other job writes at the same time. */
  readonly job: string | null;
  /** Epoch milliseconds by the clock that all jobs share. */
  epochMs(): number;
  /** Stores `change` with the next write, in place of an earlier change with the same key. Never throws. */
  stage(key: unknown, change: Change): void;
}

export function invalidManifest(place: string, what: string, hint?: string): InputError {
  return new InputError('MANIFEST_INVALID', 'manifest', `${place}: ${what}`, { hint });
}
