// `text: release-notes`: takes the text of a post from the notes of a release, the part between two comments, without its Markdown. Pure.

import { decodeHTMLStrict } from 'entities/decode';
import { Marked, type Token, type Tokens } from 'marked';
import { InputError } from '../errors/action-error.ts';
import { formatNumber, pluralize } from '../format.ts';
import type { ReleaseDetails } from '../github/release.ts';
import { releaseNotesHint } from '../post/file/text-rules.ts';

const START = /<!--\s*linkedin\s*-->/i;
const END = /<!--\s*\/linkedin\s*-->/i;
/** Bounds the time of the lexer. A post has at most 3,000 characters. */
const MAX_CHARS = 20_000;

/** The part for LinkedIn, as plain text. @throws InputError on `text` when the part is missing, empty or too long */
export function textOfReleaseNotes({ notes, tag }: Pick<ReleaseDetails, 'notes' | 'tag'>): string {
  const invalid = (reason: string) =>
    new InputError(
      'POST_TEXT',
      'text',
      `is release-notes, but the notes of ${tag} have ${reason}`,
      {
        hint: releaseNotesHint(tag),
      },
    );
  const between = 'between `<!-- linkedin -->` and `<!-- /linkedin -->`';
  const part = partOf(notes);
  if (part === undefined) throw invalid(`no part ${between}`);
  if (part.length > MAX_CHARS) {
    throw invalid(
      `${pluralize(part.length, 'character')} ${between}: at most ${formatNumber(MAX_CHARS)} are allowed`,
    );
  }
  try {
    const text = withoutMarkdown(part.replaceAll('\r\n', '\n'));
    if (text !== '') return text;
  } catch (error) {
    // Thousands of nested quotes or lists exhaust the stack of the lexer.
    if (!(error instanceof RangeError)) throw error;
    throw invalid(`quotes or lists ${between} that are nested too deeply`);
  }
  throw invalid(`an empty part ${between}`);
}

/** Without its end, no later start has one either: one search for each of the two is enough. */
function partOf(notes: string): string | undefined {
  const start = START.exec(notes);
  if (start === null) return undefined;
  const rest = notes.slice(start.index + start[0].length);
  const end = END.exec(rest);
  return end === null ? undefined : rest.slice(0, end.index);
}

// An own instance, because the settings of the default one are shared by all that import it.
const { Lexer, defaults } = new Marked({
  // Footnotes stay as written. As the address of a link, one could lose its text.
  tokenizer: { def: (source) => (/^ {0,3}\[\^/.test(source) ? undefined : false) },
});

function withoutMarkdown(markdown: string): string {
  return blockText(new Lexer(defaults).lex(markdown))
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Keeps the line ends of the source: a blank line stays a blank line. */
function blockText(tokens: readonly Token[]): string {
  return tokens.map((token) => textOfBlock(token).trimEnd() + lineEndsOf(token.raw)).join('');
}

function lineEndsOf(raw: string): string {
  return /\n*$/.exec(raw)?.[0] ?? '';
}

function textOfBlock(token: Tokens.Generic): string {
  switch (token.type) {
    case 'code':
      return withoutTags(token.text);
    case 'blockquote':
      return blockText(token.tokens ?? []).replace(ALERT, '');
    case 'list':
      return listText(token as Tokens.List);
    case 'table':
      return tableText(token as Tokens.Table);
    case 'html':
      return inlineText(new Lexer(defaults).inlineTokens(token.raw)).trim();
    default:
      return inlineText(token.tokens ?? []).trimStart();
  }
}

/** GitHub shows this first line of a quote as a symbol. */
const ALERT = /^\[!(?:note|tip|important|warning|caution)\][ \t]*(?:\n+|$)/i;

function listText({ items, ordered, start }: Tokens.List): string {
  const texts = items.map(({ tokens, raw, task, checked }, index) => {
    const number = ordered ? [`${Number(start) + index}.`] : [];
    const box = task ? [checked ? '☑' : '☐'] : [];
    const mark = [...number, ...box].join(' ') || '•';
    return `${mark} ${blockText(tokens).trim().replaceAll('\n', '\n  ')}${lineEndsOf(raw)}`;
  });
  return texts.join('');
}

function tableText({ header, rows }: Tokens.Table): string {
  const textOfRow = (cells: readonly Tokens.TableCell[]) =>
    cells.map(({ tokens }) => inlineText(tokens)).join(' | ');
  return [header, ...rows].map(textOfRow).join('\n');
}

/** In a post, a backslash makes # and @ literal. */
function withoutTags(text: string): string {
  return text.replace(/[#@]/g, String.raw`\$&`);
}

/** Blanks around a picture or a tag count once, as in HTML. */
function inlineText(tokens: readonly Token[]): string {
  const text = tokens.map(textOfInline).join('');
  return text.replace(/[ \t]{2,}/g, ' ').replace(/[ \t]*\n\s*/g, '\n');
}

/** HTML goes without its tags. Those of blocks end a line. */
const LINE_END =
  /^<\/?(?:article|aside|blockquote|br|center|dd|details|div|dl|dt|figcaption|figure|footer|h\d|header|hr|li|main|nav|ol|p|pre|section|summary|table|td|th|tr|ul)(?![\w-])/i;

const NO_BREAK_SPACE = '\u00a0';

function textOfInline(token: Tokens.Generic): string {
  switch (token.type) {
    case 'image':
      return '';
    case 'br':
      return '\n';
    case 'html':
      return LINE_END.test(token.raw) ? '\n' : '';
    case 'codespan':
    case 'escape':
      return withoutTags(token.text);
    case 'link':
      return linkText(token as Tokens.Link);
    default:
      return token.tokens === undefined
        ? decodeHTMLStrict(token.text ?? '').replaceAll(NO_BREAK_SPACE, ' ')
        : inlineText(token.tokens);
  }
}

function linkText({ raw, text, href, tokens }: Tokens.Link): string {
  // It is a mention, as LinkedIn takes it.
  if (href.startsWith('urn:li:')) return raw;
  if (!raw.startsWith('[')) return decodeHTMLStrict(text);
  const [shown, url] = [inlineText(tokens), decodeHTMLStrict(href)];
  // A link that shows only a picture has no text.
  return shown.trim() === '' || url === '' || shown === url ? shown : `${shown.trimEnd()} (${url})`;
}
