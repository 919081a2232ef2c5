// Shows how files and their alternative texts are written in the front matter of a post: authors often try other ways
// first. Works on the text of the front matter, which may not be valid YAML. Pure.

import { formatList } from '../../format.ts';
import { withoutDotSegments } from '../../media/find/pattern-mistakes.ts';
import { hasPictureName } from '../../media/media-file.ts';
import { isMediaWord, MAX_IMAGES } from './front-matter.ts';
import type { PostNote, PostPicture } from './post-issue.ts';

/** The lines of the keys that are `wanted`. All others are empty, so that the lines keep their numbers. */
export function linesOf(wanted: (key: string) => boolean, frontMatter: string): string[] {
  let key = '';
  return frontMatter.split('\n').map((line) => {
    key = TOP_KEY.exec(line)?.[1] ?? key;
    return wanted(key) ? line : '';
  });
}

/** `media`, and the keys of blogs that authors use for it. */
export function isMediaKey(key: string): boolean {
  return /^media$/i.test(key) || isMediaWord(key);
}

/** Authors also write `alt-text`. */
export function isAltKey(key: string): boolean {
  return /^alt/i.test(key);
}

const TOP_KEY = /^["']?(\w[\w-]*)["']?[ \t]*:/;

/** The files that the lines name, without the text around them. */
export function filesIn(lines: readonly string[]): string[] {
  const text = lines.join('\n').replace(/(?:^|(?<=\s))#.*/gm, '');
  const inBrackets = /[[{]/.test(text);
  const files = text
    .replace(inBrackets ? ALT_IN_BRACKETS : ALT, '')
    // Braces in pairs are fields of the release.
    .split(/[,[\]\n]|(?<!\{)\{(?!\{)|(?<!\})\}(?!\})/)
    .flatMap((piece) => fileIn(piece.replace(/^(?:\w+[ \t]*:[ \t]+|[-\s"'])+/, '')) ?? []);
  return [...new Set(files)].slice(0, MAX_IMAGES);
}

// The bounds keep the time linear.
const ALT = /\balt[\w-]{0,9}["']?[ \t]*:(?:[ \t].*)?$/gim;
const ALT_IN_BRACKETS = /\balt[\w-]{0,9}["']?[ \t]*:[ \t]+(?:"[^"\n]*"|'[^'\n]*'|[^,}\]\n]*)/gi;

/** The name of a file at the start of `text`, as a path relative to the workspace; null without one, and for an address. */
export function fileIn(text: string): string | null {
  const [, file] = /^(.*?\.[a-z][a-z0-9]{1,3})(?=$|["'\s:,;|(])/i.exec(text) ?? [];
  if (file === undefined || file.includes('://')) return null;
  return file.startsWith('release:') ? file : withoutDotSegments(file);
}

/** An author may write the alternative text behind the path. */
export function pictureIn(line: string): Pick<PostNote, 'picture'> {
  const file = fileIn(line);
  if (file === null || file === line || !hasPictureName(file)) return {};
  return { picture: { lead: '; write its entry as ', file, alt: null } };
}

export const MEDIA_PROBLEM = '`media` must be a list, with each `alt` below its file';

/** The lines to write in place of those of `keys`, whatever they are. */
export function mediaHint(files: readonly string[], keys: readonly string[]): string {
  const some = files.length === 0 ? ['media/picture.png'] : files;
  const lines = some.flatMap((file) => entryLines({ file, alt: null }, '  '));
  const texts = some.some(hasPictureName) ? `, ${ALT_ADVICE}` : '';
  return `Replace ${inCode(keys)} with the lines ${inCode(['media:', ...lines])}${texts}.`;
}

/** How a picture is written in the list that `lines` are, or are from. */
export function entryAdvice(picture: PostPicture, lines: readonly string[]): string {
  const [indent] = lines.flatMap((line) => /^([ \t]*)-(?:[ \t]|$)/.exec(line)?.[1] ?? []);
  const isPath = lines.some((line) => /^media[ \t]*:[ \t]*[^[\s]/.test(line));
  const hasMedia = lines.some((line) => line.trim() !== '');
  const text = picture.alt === null && hasPictureName(picture.file) ? `, ${ALT_ADVICE}` : '';
  if (indent === undefined && !isPath && hasMedia)
    return `\`{ file: ${inYaml(picture.file)}, ${altOf(picture)} }\`${text}`;
  const entry = entryLines(picture, indent ?? '  ');
  return `the lines ${inCode(hasMedia ? entry : ['media:', ...entry])}${text}`;
}

const ALT_ADVICE = 'and write what the picture shows after `alt:`, in quotes';

function entryLines(picture: PostPicture, indent: string): string[] {
  const file = inYaml(picture.file);
  if (!hasPictureName(picture.file)) return [`${indent}- ${file}`];
  return [`${indent}- file: ${file}`, `${indent}  ${altOf(picture)}`];
}

/** Without a text, the key is an error until its author writes one: a sample would be published unnoticed. */
function altOf({ alt }: PostPicture): string {
  return alt === null ? 'alt:' : `alt: ${JSON.stringify(alt)}`;
}

/** YAML takes other characters for marks of its own, in some places. */
function inYaml(file: string): string {
  return /^[\w./-]+$/.test(file) ? file : JSON.stringify(file);
}

function inCode(lines: readonly string[]): string {
  return formatList(lines.map((line) => `\`${line}\``));
}
