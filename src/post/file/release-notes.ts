// Takes the text of a post from the notes of a release: the part between two comments, without its Markdown. Pure.

import { decodeHTMLStrict } from 'entities/decode';
import { Marked, type Token, type Tokens } from 'marked';
import { InputError } from '../../errors/action-error.ts';
import { formatNumber, pluralize } from '../../format.ts';
import type { ReleaseFields } from './text-rules.ts';

export interface ReleaseDetails extends ReleaseFields {
  /** The notes in Markdown. */
  readonly notes: string;
}

const START = /<!--\s*linkedin\s*-->/i;
const END = /<!--\s*\/linkedin\s*-->/i;
/** Bounds the time of the lexer. A post has at most 3,000 characters. */
const MAX_CHARS = 20_000;

/** GitHub gives a run the notes as they were when the release started it, even if `release-tag` names its tag. */
export function releaseNotesHint(tag: string): string {
  return `Edit the notes of the release ${tag} on GitHub. A run that the release started keeps the old notes, also when you run it again: start the workflow by hand (\`workflow_dispatch\`) with \`release-tag: ${tag}\`, or publish a new release.`;
}

/** The part for LinkedIn, as plain text. @throws InputError on `text` when the part is missing, empty or too long */
export function textOfReleaseNotes(notes: string, tag: string): string {
  const invalid = (reason: string) =>
    new InputError('POST_TEXT', 'text', `is release-notes, but the notes of ${tag} have ${reason}`, {
      hint: releaseNotesHint(tag),
    });
  const between = 'between `<!-- linkedin -->` and `<!-- /linkedin -->`';
  const part = findPart(notes.replaceAll('\r\n', '\n'));
  if (part === null)
    throw invalid(
      START.test(notes) ? `no \`<!-- /linkedin -->\` after \`<!-- linkedin -->\`` : `no part ${between}`,
    );
  if (part.length > MAX_CHARS) {
    throw invalid(
      `${pluralize(part.length, 'character')} ${between}: at most ${formatNumber(MAX_CHARS)} are allowed`,
    );
  }
  try {
    const text = withoutMarkdown(part);
    if (text !== '') return text;
  } catch (error) {
    // Thousands of nested quotes or lists exhaust the stack of the lexer.
    if (!(error instanceof RangeError)) throw error;
    throw invalid(`quotes or lists ${between} that are nested too deeply`);
  }
  throw invalid(`an empty part ${between}`);
}

function findPart(notes: string): string | null {
  const [, ...rest] = splitOnce(notes, START);
  const [part, ...after] = splitOnce(rest.join(''), END);
  return part === undefined || after.length === 0 ? null : part;
}

/** The texts before and after the first match, or only the text without one. */
function splitOnce(text: string, pattern: RegExp): string[] {
  const match = pattern.exec(text);
  return match === null ? [text] : [text.slice(0, match.index), text.slice(match.index + match[0].length)];
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

function inlineText(tokens: readonly Token[]): string {
  let text = '';
  let link = { url: '', start: 0 };
  const lists: HtmlList[] = [];
  for (const token of tokens) {
    const tag = token.type === 'html' ? TAG.exec(token.raw)?.[1]?.toLowerCase() : undefined;
    const url = tag === 'a' ? HREF.exec(token.raw)?.slice(1).find(Boolean) : undefined;
    if (url !== undefined) link = { url, start: text.length };
    else if (tag === '/a') {
      text = text.slice(0, link.start) + withAddress(text.slice(link.start), link.url);
      link = { url: '', start: text.length };
    } else if (tag !== undefined && BLOCKS.has(tag.replace('/', ''))) {
      text += (text === '' || text.endsWith('\n') ? '' : '\n') + startOfBlock(tag, lists);
    } else {
      const inline = textOfInline(token);
      if (token.type !== 'text') text += inline;
      else if (text.endsWith('\n')) text += inline.trimStart();
      // A picture or a comment leaves a blank before and after it, or before the end of its line.
      else text += /[ \t]$/.test(text) ? inline.replace(/^[ \t]+/, '') : inline;
    }
  }
  return text;
}

/** The name of an HTML element, after a slash at its end. */
const TAG = /^<(\/?[a-z][a-z\d]*)(?![\w:-])/i;

const HREF = /^<a\s(?:[^<>]*?\s)?href\s*=\s*(?:"([^"<>\s]+)"|'([^'<>\s]+)'|([^"'<>\s]+))/i;

/** The elements of HTML that have lines of their own. */
const BLOCKS: ReadonlySet<string> = new Set(
  'address article aside blockquote center dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table td th tr ul'.split(
    ' ',
  ),
);

/** The number of its last item; null without numbers. */
type HtmlList = { number: number | null };

/** Marks an item as that of a list in Markdown. */
function startOfBlock(tag: string, lists: HtmlList[]): string {
  if (tag === 'ol' || tag === 'ul') lists.push({ number: tag === 'ol' ? 0 : null });
  if (tag === '/ol' || tag === '/ul') lists.pop();
  if (tag !== 'li') return '';
  const list = lists.at(-1) ?? { number: null };
  if (list.number !== null) list.number += 1;
  const mark = list.number === null ? '•' : `${list.number}.`;
  return `${'  '.repeat(Math.max(0, lists.length - 1))}${mark} `;
}

const NO_BREAK_SPACE = '\u00a0';

function textOfInline(token: Tokens.Generic): string {
  switch (token.type) {
    case 'image':
      return '';
    case 'br':
      return '\n';
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw) ? '\n' : '';
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
  return raw.startsWith('[') ? withAddress(inlineText(tokens), href) : decodeHTMLStrict(text);
}

/** A link that shows only a picture has no text. */
function withAddress(text: string, href: string): string {
  const url = decodeHTMLStrict(href);
  return text === url || url === '' || text.trim() === '' ? text : `${text.trimEnd()} (${url})`;
}
