// Takes the text of a post from the notes of a release: the part between two comments, without its Markdown. Pure.

const PART = /<!--\s*linkedin\s*-->(.*?)<!--\s*\/linkedin\s*-->/is;

/** The part for LinkedIn, as plain text. Null when the notes have no such part. */
export function textOfReleaseNotes(notes: string): string | null {
  const [, part] = PART.exec(notes.replaceAll('\r\n', '\n')) ?? [];
  return part === undefined ? null : withoutMarkdown(part);
}

const FENCE = /^ {0,3}(```|~~~)/;

function withoutMarkdown(markdown: string): string {
  let isCode = false;
  const lines = markdown.replace(/<!--.*?-->/gs, '').split('\n');
  const kept = lines.flatMap((line) => {
    const isFence = FENCE.test(line);
    if (isFence) isCode = !isCode;
    if (isFence || RULE.test(line)) return [];
    return [isCode ? withoutTags(line) : inlineText(blockText(line)).trimEnd()];
  });
  return kept
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** A line that divides, or underlines a heading. */
const RULE = /^ {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|=+)$/;

/** Without the marks of headings and quotes. Bullets stay bullets. */
function blockText(line: string): string {
  return line
    .replace(/^ {0,3}(?:>\s?)+/, '')
    .replace(/^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$/, '$1')
    .replace(/^(\s*)[-*+]\s+(?:\[[ xX]\]\s+)?/, '$1• ');
}

const CODE = /(`+)(.+?)\1/g;
const PLACEHOLDER = /\uE000(\d+)\uE000/g;

/** In a post, a backslash makes # and @ literal. */
function withoutTags(text: string): string {
  return text.replace(/[#@]/g, String.raw`\$&`);
}

/** Text in backticks, escaped characters and mentions of LinkedIn are not Markdown. */
function inlineText(line: string): string {
  const literals: string[] = [];
  const keep = (text: string) => `\uE000${literals.push(text) - 1}\uE000`;
  const marked = line
    .replaceAll('\uE000', '')
    .replace(CODE, (_, _ticks, code: string) => keep(withoutTags(code.trim())))
    .replace(/@\[[^\]\n]+\]\(urn:li:[^()\s]+\)/g, keep)
    .replace(/\\([!-/:-@[-`{-~])/g, (_, character: string) => keep(withoutTags(character)))
    // A line break.
    .replace(/\\$/, '')
    .replace(/<(https?:\/\/[^>\s]+|[^<>\s@]+@[^<>\s@]+)>/g, (_, address: string) => keep(address))
    .replace(/<a\s[^<>]*?href=["']([^"'<>\s]+)["'][^<>]*>([^<>]+)<\/a>/gi, '[$2]($1)')
    // Also of a link whose text is only a picture.
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[ *\]\([^()]*\)/g, '')
    .replace(/\[([^\]]+)\]\(\s*<?([^)\s>]+)>?(?:\s+["'][^)]*)?\)/g, (_, text: string, url: string) =>
      text.trim() === url ? keep(url) : `${text} (${keep(url)})`,
    )
    .replace(/(?<![ \t])[ \t]*<br\s*\/?>[ \t]*/gi, '\n')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    // Without the marks after it, which end the emphasis around it.
    .replace(/(?:https?:\/\/|www\.)\S*[^\s*_~?!.,:;]/g, keep);
  return withoutEmphasis(marked)
    .replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(PLACEHOLDER, (_, index: string) => literals[Number(index)] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
};

function withoutEmphasis(text: string): string {
  return text
    .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .replace(/~~(?=\S)(.+?)(?<=\S)~~/g, '$1')
    .replace(/\*(?=\S)([^*]+?)(?<=\S)\*/g, '$1')
    .replace(/(?<![\p{L}\p{N}_])_(?=\S)([^_]+?)(?<=\S)_(?![\p{L}\p{N}_])/gu, '$1');
}
