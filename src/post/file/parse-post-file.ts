// Parses a post file: front matter between two lines `---`, and the text below it. Every error has its line. Pure.

import { posix } from 'node:path';
import { ActionError } from '../../errors/action-error.ts';
import { formatNote } from './front-matter.ts';
import {
  entryAdvice,
  filesIn,
  isAltKey,
  isMediaKey,
  linesOf,
  MEDIA_PROBLEM,
  mediaHint,
} from './media-lines.ts';
import { type PostContext, parsePost } from './parse-post.ts';
import { type PostPlaces, unreadablePost, type WrittenPost } from './post.ts';
import type { PostNote } from './post-issue.ts';
import { parseYamlMap } from './yaml-map.ts';

/** Never throws. `source` is the whole file. */
export function parsePostFile(source: string, file: string, context: PostContext): WrittenPost {
  const invalid = (line: number, problem: string, hint?: string) => {
    const place = { file, line };
    const error = new ActionError('POST_KEY', problem, { subject: place, hint });
    return unreadablePost(place, error, context.owner);
  };
  if (!hasFrontMatter(source)) {
    const above = ABOVE_FRONT_MATTER.find(([pattern]) => pattern.test(source))?.[1];
    if (above !== undefined)
      return invalid(1, `the front matter must begin in the first line of the file: ${above}`);
    const hint = `Start it with a line \`---\`, the keys (or nothing), and a line \`---\`, or exclude it with the line \`!${file}\` in the input \`posts\`.`;
    return invalid(1, 'the file has no front matter, so it is not a post', hint);
  }
  const lines = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
  if (end < 0) return invalid(1, 'the front matter has no end', 'Add a line `---` after the last key.');
  const frontMatter = lines.slice(1, end).join('\n');
  const yaml = parseYamlMap(frontMatter);
  const mediaLines = () => linesOf(isMediaKey, frontMatter);
  if ('message' in yaml) {
    const isOfMedia = [mediaLines(), linesOf(isAltKey, frontMatter)].some((own) => own[yaml.line - 1] !== '');
    const files = filesIn(mediaLines());
    if (!yaml.isUnclear || !isOfMedia || files.length === 0) return invalid(yaml.line + 1, yaml.message);
    return invalid(
      yaml.line + 1,
      `${MEDIA_PROBLEM}, in quotes if it has \`: \``,
      mediaHint(files, ['media', 'alt']),
    );
  }
  const below = lines.slice(end + 1).join('\n');
  const text = below.trim();
  // The error of a missing text is at the end of the front matter.
  const textLine = text === '' ? end + 1 : end + 2 + lineBreaksIn(below.slice(0, below.indexOf(text)));
  const written = {
    keys: yaml.value,
    text,
    patterns: [],
    altTexts: [],
    mediaFiles: () => filesIn(mediaLines()),
    commentValues: yaml.commentValues,
    issues: [],
    warnings: yaml.cutValues.map((path) => ({ path, problem: CUT_VALUE })),
    defaultId: () => file,
  };
  const lineOf: PostPlaces['lineOf'] = ({ path, offset }) =>
    offset === undefined ? yaml.lineOf(path) + 1 : textLine + lineBreaksIn(text.slice(0, offset));
  return parsePost({ ...written, ...placesIn(file, lineOf, mediaLines) }, context);
}

function placesIn(
  file: string,
  lineOf: PostPlaces['lineOf'],
  mediaLines: () => readonly string[],
): PostPlaces {
  const toLine = (note: PostNote) => lineOf(note) ?? 1;
  const format = (note: PostNote) => {
    const { picture } = note;
    if (picture === undefined) return formatNote(note);
    if (note.offset === undefined) {
      const lines = mediaLines().slice(toLine(note) - 2, toLine(note) - 1);
      return formatNote(note) + picture.lead + entryAdvice(picture, lines);
    }
    // A place in the text has no entry yet. In Markdown, a name without a folder is that of a file beside the post.
    const isName = !picture.file.includes('/');
    const path = isName ? posix.join(posix.dirname(file), picture.file) : picture.file;
    return formatNote(note) + picture.lead + entryAdvice({ ...picture, file: path }, mediaLines());
  };
  return {
    file,
    lineOf,
    errorAt: (issue) => {
      const subject = { file, line: toLine(issue) };
      return new ActionError(issue.code, format(issue), { subject, hint: issue.hint });
    },
    warningAt: (note) => ({ text: format(note), line: toLine(note) }),
  };
}

/** Whether the file is meant to be a post. */
export function hasFrontMatter(source: string): boolean {
  return /^\uFEFF?---\s*?(?:[\r\n]|$)/.test(source);
}

/** What stands above a line `---` at the start of a file. */
const ABOVE_FRONT_MATTER: readonly (readonly [start: RegExp, advice: string])[] = [
  [/^\uFEFF?\s*(?:```|~~~)[^\n]*\s*---\s/, 'remove the code fence around the post'],
  [/^\uFEFF?\s*<!--[\s\S]*?-->\s*---\s/, 'move the comment below it'],
  [/^\uFEFF?\s+---\s/, 'remove the blank lines above it'],
];

const CUT_VALUE = 'ends before ` #`, where YAML starts a comment; put the value in quotes to keep the rest';

function lineBreaksIn(text: string): number {
  return text.split('\n').length - 1;
}
