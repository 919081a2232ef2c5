// Finds Markdown in the text of a post. LinkedIn shows none: the marks go out as written. Pure.

export interface FoundMarkdown {
  readonly index: number;
  /** A sentence without its full stop. */
  readonly message: string;
}

const KINDS: readonly RegExp[] = [
  // Bold text.
  /(\*\*|__)(?=\S)[^\n]+?(?<=\S)\1/,
  // A link or a picture. With an @ before it, it is a mention.
  /(?<![@\\])!?\[[^[\]\n]+\]\((?!urn:)[^()\s]+\)/,
  // A heading.
  /^#{1,6}[ \t]+\S[^\n]*/m,
  // Code.
  /```|`[^`\n]+`/,
];
const SHOWN_CHARS = 40;

/** The first place of each kind, in the order of the text. */
export function findMarkdown(text: string): FoundMarkdown[] {
  const found = KINDS.flatMap((kind) => {
    const match = kind.exec(text);
    if (match === null) return [];
    const [mark] = match;
    const shown = mark.length > SHOWN_CHARS ? `${mark.slice(0, SHOWN_CHARS)}…` : mark;
    return [{ index: match.index, message: `LinkedIn shows no Markdown: ${shown} goes out as written` }];
  });
  return found.sort((a, b) => a.index - b.index);
}
