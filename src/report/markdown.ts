// GitHub's Markdown for the job summary and comments: no external text becomes markup, a link, or a mention.

// Letters, digits and a few safe characters stay. All others become entities, which Markdown and HTML do not parse.
const UNSAFE = /[^\p{L}\p{N} .,:;'"()/≥–…%×-]|:(?! )|(?<=www)\.|(?<=GH)-/giu;
// GitHub also looks for URLs, mentions, issues and emoji in the rendered text, where entities are decoded. An invisible
// break after these characters prevents that.
const BREAK_AFTER = new Set(['@', '#', ':', '.', '-']);

// What a reader cannot see, but what changes the text: controls, directional marks, zero-width spaces. The joiners and
// variation selectors of emoji and scripts stay.
const INVISIBLE =
  /[\p{Cc}\p{Cs}\u2028\u2029\ufff9-\ufffb]|(?!\u200c|\u200d|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/gu;

/** One line of external text as plain text. Invisible characters are named, such as `U+202E`. */
export function escapeMarkdown(text: string): string {
  let escaped = '';
  let end = 0;
  for (const { 0: found, index } of text.matchAll(INVISIBLE)) {
    escaped += escapeVisible(text.slice(end, index)) + nameOf(found);
    end = index + found.length;
  }
  return escaped + escapeVisible(text.slice(end));
}

function escapeVisible(text: string): string {
  return text.replace(UNSAFE, (mark) => `&#${mark.codePointAt(0)};${BREAK_AFTER.has(mark) ? '<wbr>' : ''}`);
}

function nameOf(character: string): string {
  const digits = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `<code>U&#43;${digits}</code>`;
}

/** Keeps line ends and blanks in a row. Has no blank line, which would end an HTML block around it. */
export function escapeLines(text: string): string {
  const lines = text.split('\n').map((line) => escapeMarkdown(line).replace(/ (?= )/g, '&nbsp;'));
  return lines.join('<br>\n');
}

/** Renders our own text, with code in backticks. */
export function renderHint(hint: string): string {
  const pieces = hint.split('`');
  return pieces.map((piece, index) => (index % 2 === 1 ? renderCode(piece) : escapeMarkdown(piece))).join('');
}

export function renderCode(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}

/** Prevents line breaks in a narrow column. */
export function noWrap(cell: string): string {
  return cell.replaceAll(' ', '&nbsp;');
}
