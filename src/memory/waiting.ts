// The table of posts that waited for their turn: when a run last let each one wait. From then its age counts, so that it does not
// expire while runs go on.

import { isDeepStrictEqual } from 'node:util';
import { DAY_MS } from '../format.ts';
import type { TableOwner, WaitingPost } from './content.ts';

/** An older one is forgotten: no run has let it wait for so long. */
const KEPT_DAYS = 30;

/** The contents of posts of one author. */
export interface Turns {
  readonly author: string;
  /** Of posts that wait for a later run. */
  readonly waiting: readonly string[];
  /** Of posts that are on LinkedIn. */
  readonly published: readonly string[];
}

export class WaitingTable {
  readonly #owner: TableOwner;
  readonly #apiUrl: string;

  /** `apiUrl`: the result of `apiBaseOf`. */
  constructor(owner: TableOwner, apiUrl: string) {
    this.#owner = owner;
    this.#apiUrl = apiUrl;
  }

  /** When a run last let the post wait, in epoch milliseconds; null if none did. */
  waitedMs(author: string, content: string): number | null {
    const entry = this.#owner.content.waiting.find(
      (post) => post.author === author && post.apiUrl === this.#apiUrl && post.content === content,
    );
    return entry === undefined ? null : Date.parse(entry.waitedAt);
  }

  /** Stores with the next write which posts this run lets wait. */
  record(turns: Turns): void {
    const owner = this.#owner;
    const nowMs = owner.epochMs();
    const update = (stored: readonly WaitingPost[]) => this.#update(stored, turns, nowMs);
    if (isDeepStrictEqual(update(owner.content.waiting), owner.content.waiting)) return;
    owner.stage(this, (draft) => {
      const waiting = update(draft.waiting);
      if (isDeepStrictEqual(waiting, draft.waiting)) return false;
      draft.waiting = waiting;
      return true;
    });
  }

  #update(stored: readonly WaitingPost[], turns: Turns, nowMs: number): WaitingPost[] {
    const { author } = turns;
    const apiUrl = this.#apiUrl;
    const isOwn = (post: WaitingPost) => post.author === author && post.apiUrl === apiUrl;
    const isReplaced = ({ content }: WaitingPost) =>
      turns.waiting.includes(content) || turns.published.includes(content);
    const kept = stored.filter(
      (post) =>
        nowMs - Date.parse(post.waitedAt) < KEPT_DAYS * DAY_MS &&
        !(isOwn(post) && isReplaced(post)),
    );
    const waitedAt = new Date(nowMs).toISOString();
    const added = turns.waiting.map((content) => ({ author, apiUrl, content, waitedAt }));
    return [...kept, ...added];
  }
}
