// Finds the known key that is most like an unknown one, for the message about a typo. Pure.

/** At most this many edits count as a typo. Larger distances are only the nearest of unlike keys. */
const TYPO_EDITS = 2;

/** Completes the sentence "`titel` is not a key of a post; …". `known` is not empty. */
export function suggestKey(unknown: string, known: readonly string[]): string {
  const distances = known.map((key) => ({ key, edits: editDistance(unknown.toLowerCase(), key) }));
  const nearest = distances.reduce((best, one) => (one.edits < best.edits ? one : best));
  if (nearest.edits <= TYPO_EDITS) return `did you mean \`${nearest.key}\`?`;
  const keys = known.map((key) => `\`${key}\``).join(', ');
  return `the nearest key is \`${nearest.key}\`, and all keys are ${keys}`;
}

/** A longer name is not a typo of any key. It is cut to bound the time. */
const MAX_CHARS = 40;

/** The number of characters to insert, remove, replace or swap with the next one. */
function editDistance(from: string, to: string): number {
  const a = from.slice(0, MAX_CHARS);
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  const cell = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = a[row - 1] === to[column - 1];
      const isSwapped = a[row - 1] === to[column - 2] && a[row - 2] === to[column - 1];
      current.push(
        Math.min(
          cell(row - 1, column) + 1,
          cell(row, column - 1) + 1,
          cell(row - 1, column - 1) + (isSame ? 0 : 1),
          isSwapped ? cell(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return cell(a.length, to.length);
}
