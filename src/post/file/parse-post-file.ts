// Parses a post file: front matter between two lines `---`, and the text below it. Every error has its line. Pure.

import { ActionError } from '../../errors/action-error.ts';
import { type PostContext, parsePost } from './parse-post.ts';
import { unreadablePost, type WrittenPost } from './post.ts';
import { parseYamlMap } from './yaml-map.ts';

/** Never throws. `source` is the whole file. */
export function parsePostFile(source: string, file: string, context: PostContext): WrittenPost {
  const invalid = (line: number, problem: string, hint?: string) => {
    const error = new ActionError('POST_KEY', problem, { subject: { file, line }, hint });
    return unreadablePost(file, context.owner, error);
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
  const yaml = parseYamlMap(lines.slice(1, end).join('\n'));
  if ('message' in yaml) return invalid(yaml.line + 1, yaml.message);
  const below = lines.slice(end + 1).join('\n');
  const text = below.trim();
  // The error of a missing text is at the end of the front matter.
  const textLine = text === '' ? end + 1 : end + 2 + lineBreaksIn(below.slice(0, below.indexOf(text)));
  return parsePost(
    {
      file,
      subjectOf: ({ path, offset }) => ({
        file,
        line: offset === undefined ? yaml.lineOf(path) + 1 : textLine + lineBreaksIn(text.slice(0, offset)),
      }),
      keys: yaml.value,
      text,
      patterns: [],
      altTexts: [],
      findings: yaml.cutValues.map((path) => ({ path, code: null, problem: CUT_VALUE })),
      defaultId: () => file,
    },
    context,
  );
}

/** Whether the file is meant to be a post. */
export function hasFrontMatter(source: string): boolean {
  return /^\uFEFF?---\s*?(?:[\r\n]|$)/.test(source);
}

/** What stands above a line `---` at the start of a file. */
const ABOVE_FRONT_MATTER: readonly (readonly [start: RegExp, advice: string])[] = [
  [/^\uFEFF?\s*(?:```|~~~)[^\n]*\s*---\s/, 'remove the code fence around the post'],
  [/^\uFEFF?\s*<!--[\s\S]*?-->\s*---\s/, 'move the comment below it'],
  [/^\uFEFF?[ \t]+---\s/, 'remove the spaces before `---`, and before the other lines'],
  [/^\uFEFF?\s+---\s/, 'remove the empty lines above it'],
];

const CUT_VALUE = 'ends before ` #`, where YAML starts a comment; put the value in quotes to keep the rest';

function lineBreaksIn(text: string): number {
  return text.split('\n').length - 1;
}
