// Shows how an alternative text is written in a post file: its authors often try other ways first. Pure.

import { hasPictureName } from '../../media/media-file.ts';
import type { PostIssue } from './post-issue.ts';

/** The lines as they should stand in the front matter `yaml`, or what stands in the place of the path in a list in brackets. */
export function altLines(file: string, yaml: string): string {
  // YAML takes other characters for marks of its own, in some places.
  const written = /^[\w./-]+$/.test(file) ? file : JSON.stringify(file);
  if (/^media:[ \t]*\[/m.test(yaml))
    return `\`{ file: ${written}, alt: "What it shows" }\` in the place of ${file}`;
  const [, indent = '  '] = FIRST_ENTRY.exec(yaml) ?? [];
  const lines = `\`${indent}- file: ${written}\` and, in the next line, \`${indent}  alt: "What it shows"\``;
  const hasEntry = yaml.split('\n').some((line) => /^[ \t]*-[ \t]/.test(line) && line.includes(file));
  return hasEntry ? `${lines}, in the place of ${file}` : lines;
}

/** With the indentation of the list, which all entries share. */
const FIRST_ENTRY = /^media:[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*([ \t]*)-[ \t]/m;

/** Whether `alt` stands below a path. Another way to write this is an error of YAML. */
export function findAltBelowPath(yaml: string): { readonly file: string; readonly index: number } | null {
  const match = /^[ \t]*-[ \t]+(?!(?:file|alt):)(["']?)([^\n"']+)\1[ \t]*\n(?=[ \t]*alt:)/m.exec(yaml);
  return match === null ? null : { file: (match[2] ?? '').trim(), index: match.index + match[0].length };
}

/** The issues of a front matter. Those about files and their texts show the lines as they should stand. */
export function withMediaAdvice(issues: readonly PostIssue[], value: unknown): readonly PostIssue[] {
  const { media } = Object(value) as { readonly media?: unknown };
  const ofMedia = issues.find(({ path }) => path.join() === 'media');
  return issues.flatMap((issue) => {
    const key = issue.path.join();
    if (key === 'alt') return [misplacedAlt(media)];
    if (key !== 'media' || typeof media !== 'string') return [issue];
    // Zod also counts the characters of a path as entries.
    return issue === ofMedia ? [unlistedFile(media)] : [];
  });
}

function unlistedFile(file: string): PostIssue {
  const issue = { code: 'POST_MEDIA', path: ['media'] } as const;
  const [first = file] = file.split(/,\s*/, 1);
  return hasPictureName(first)
    ? {
        ...issue,
        problem: 'must be a list',
        altAdvice: { lead: ': write `media:` alone and, below it, ', file: first },
      }
    : { ...issue, problem: `must be a list: write \`media:\` alone and, below it, \`  - ${first}\`` };
}

function misplacedAlt(media: unknown): PostIssue {
  const entry: unknown = Array.isArray(media) ? media[0] : media;
  const file = typeof entry === 'object' ? (entry as { readonly file?: unknown } | null)?.file : entry;
  return {
    code: 'POST_KEY',
    path: ['alt'],
    problem: 'belongs to an entry of `media`',
    altAdvice: {
      lead: ': remove this line, and write ',
      file: typeof file === 'string' ? file : 'media/picture.png',
    },
  };
}
