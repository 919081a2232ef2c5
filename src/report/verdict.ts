// What is said first: the verdict about a run with its counts, and the remarks about each file or post.

import { formatNumber } from '../format.ts';

export interface Verdict {
  /** One sentence. */
  readonly headline: string;
  /** How many files or posts ended in each state, the exceptions first. */
  readonly counts: readonly Count[];
  readonly failed: boolean;
  /** Whether something failed that does not fail the step. */
  readonly isPartial?: boolean;
}

/** Such as `1 failed`. */
export interface Count {
  readonly text: string;
  readonly isBad: boolean;
}

/** `texts`: the states in the order in which they are counted. */
export function countStates<S extends string>(
  states: readonly S[],
  texts: Readonly<Record<S, string>>,
  isBad: (state: S) => boolean,
): Count[] {
  const byState = Map.groupBy(states, (state) => state);
  const order = Object.keys(texts) as S[];
  return order.flatMap((state) => {
    const number = byState.get(state)?.length ?? 0;
    return number === 0 ? [] : [{ text: `${formatNumber(number)} ${texts[state]}`, isBad: isBad(state) }];
  });
}

/** The verdict with its counts, in one line. */
export function formatVerdict({ headline, counts }: Verdict): string {
  return [headline, counts.map(({ text }) => text).join(', ')].filter((part) => part !== '').join(': ');
}

/** What a reader must know about a file or post. */
export interface Remark {
  readonly level: 'error' | 'warning';
  /** A sentence without its full stop, with code in backticks. */
  readonly text: string;
  /** What to do; empty if the text says it. */
  readonly hint: string;
}
