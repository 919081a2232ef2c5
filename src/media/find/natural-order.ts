// The order that people expect of numbered files: `2.png` before `10.png`. Pure.

/** A comparator for `sort`. Numbers count by their value, everything else by its UTF-16 units. */
export function inNaturalOrder(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(/(\d+)/)) as [string[], string[]];
  for (const [index, piece] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    // Every second piece is a number.
    const order = index % 2 === 1 ? compareNumbers(piece, other) : compareTexts(piece, other);
    if (order !== 0) return order;
  }
  return left.length - right.length || compareTexts(a, b);
}

/** Digits may be too many for a number. `01` and `1` are equal here. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a, b].map((digits) => digits.replace(/^0+/, '')) as [string, string];
  return left.length - right.length || compareTexts(left, right);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
