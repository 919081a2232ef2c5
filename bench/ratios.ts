// Computes and formats medians and ratios. Pure.

/** One round: both sides send the same bytes, one right after the other. Milliseconds. */
export interface Round {
  readonly oursMs: number;
  readonly theirsMs: number;
}

/** The median of the rounds, and their range. */
export interface Figure {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The result of a row of the table. */
export interface Result {
  readonly id: string;
  readonly what: string;
  readonly figure: Figure;
  readonly unit: string;
  /** The bound for the median. */
  readonly aim?: { readonly least: number } | { readonly most: number };
}

/** @throws RangeError without a value */
export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)];
  const [left, right] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined || left === undefined || right === undefined)
    throw new RangeError('A figure needs at least one value');
  return { median: (left + right) / 2, low, high };
}

/** How many times as fast as the other side. Ratios are computed per round, so that load on both sides cancels out. */
export function speedups(rounds: readonly Round[]): Figure {
  return figureOf(rounds.map(({ oursMs, theirsMs }) => theirsMs / oursMs));
}

/** Whether our side goes first in round `index`. The sides alternate, so that neither always starts on a warm machine. */
export function goesFirst(index: number): boolean {
  return index % 2 === 0;
}

/** Rounds with a larger ratio of slowest to fastest say more about the machine than about the program. */
const NOISY = 1.5;

export function showFigure({ median, low, high }: Figure, unit: string): string {
  const spread =
    low === high ? '' : ` (${show(low)}–${show(high)}${high > low * NOISY ? ', noisy' : ''})`;
  return `${show(median)}${unit}${spread}`;
}

function show(value: number): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toFixed(digits);
}

/** Formats rows as a Markdown table. The first row is the head. */
export function showTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
