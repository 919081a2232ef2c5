// Which reviews of a pull request stand: the latest opinion of each reviewer. Pure.

/** A deleted account has no user. */
export interface Reviewer {
  readonly id: number;
  readonly login: string;
  /** `User`, `Bot`, … */
  readonly type: string;
}

export interface Review {
  readonly user: Reviewer | null;
  readonly state: string;
  /** The head of the pull request that was reviewed; null if git no longer has it. */
  readonly commit: string | null;
  readonly submittedMs: number;
}

/** A comment is no opinion: it changes neither an approval nor a request for changes. */
export const OPINIONS: readonly string[] = ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'];

/**
 * The latest opinion of each reviewer, newest first. A later one replaces the earlier ones, also if it was dismissed since.
 * Deleted accounts cannot be told apart, so none of their reviews replaces another.
 */
export function latestOpinions(reviews: readonly Review[]): Review[] {
  const opinions = reviews.filter(({ state }) => OPINIONS.includes(state));
  // The sort is stable: of two reviews in one second, the one that GitHub lists later is newer.
  const newestFirst = opinions.toSorted((a, b) => a.submittedMs - b.submittedMs).reverse();
  const seen = new Set<number>();
  return newestFirst.filter(({ user }) => {
    if (user === null) return true;
    const isFirst = !seen.has(user.id);
    seen.add(user.id);
    return isFirst;
  });
}
