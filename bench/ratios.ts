// What is made of the times: medians, ratios of one round, and how they are written. Pure.

/** One round: both sides on the same bytes, one right after the other. Milliseconds. */
export interface Round {
  readonly oursMs: number;
  readonly theirsMs: number;
}

/** A figure and how far its rounds lie apart. */
export interface Figure {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A row of the table, measured. */
export interface Result {
  readonly id: string;
  readonly what: string;
  readonly figure: Figure;
  readonly unit: string;
  /** What the median should be. */
  readonly aim?: { readonly least: number } | { readonly most: number };
}

/** @throws RangeError when there is none */
export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)];
  const [left, right] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined || left === undefined || right === undefined)
    throw new RangeError('a figure needs a value at least');
  return { median: (left + right) / 2, low, high };
}

/** How many times as fast as the other side, of each round its own: what slows both of a round slows no ratio. */
export function speedups(rounds: readonly Round[]): Figure {
  return figureOf(rounds.map(({ oursMs, theirsMs }) => theirsMs / oursMs));
}

/** Whether ours goes first in round `index`: A B, B A, and so on, so that neither always finds the machine warm. */
export function goesFirst(index: number): boolean {
  return index % 2 === 0;
}

/** Rounds this far apart tell of the machine more than of the program. */
const NOISY = 1.5;

export function showFigure({ median, low, high }: Figure, unit: string): string {
  const spread = low === high ? '' : ` (${show(low)}–${show(high)}${high > low * NOISY ? ', noisy' : ''})`;
  return `${show(median)}${unit}${spread}`;
}

function show(value: number): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toFixed(digits);
}

/** Rows of a Markdown table, the first one its head. */
export function showTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
