// Selects the reviews of a pull request that count: the latest decisive one of each reviewer. Pure.

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

/** A comment decides nothing: it changes neither an approval nor a request for changes. */
const DECISIVE_STATES: readonly string[] = ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'];

/**
 * The latest decisive review of each reviewer, newest first. A later one replaces the earlier ones, also if it was dismissed since.
 * Deleted accounts cannot be told apart, so none of their reviews replaces another.
 */
export function latestReviews(reviews: readonly Review[]): Review[] {
  const decisive = reviews.filter(({ state }) => DECISIVE_STATES.includes(state));
  // The sort is stable: of two reviews in one second, the one that GitHub lists later is newer.
  const newestFirst = decisive.toSorted((a, b) => a.submittedMs - b.submittedMs).reverse();
  const seen = new Set<number>();
  return newestFirst.filter(({ user }) => {
    if (user === null) return true;
    const isFirst = !seen.has(user.id);
    seen.add(user.id);
    return isFirst;
  });
}

export function reviewerName({ user }: Pick<Review, 'user'>): string {
  return user?.login ?? 'a deleted account';
}
