// The post of the inputs: it has the keys and the text of a post file, and its errors name the inputs. Pure.

import { addFindings, type Finding, type Place } from './finding.ts';
import { type PostContext, parsePost } from './parse-post.ts';
import type { WrittenPost } from './post.ts';
import { releaseNotesHint } from './release-notes.ts';
import type { ReleaseFields } from './text-rules.ts';

/** The inputs of a post as they are written, without blanks around them. Empty: not set. */
export interface InlineContent {
  /** The text, or `RELEASE_NOTES`. */
  readonly text: string;
  readonly textFile: string;
  readonly link: string;
  /** The title of the video or document, or with a link, of its card. */
  readonly title: string;
  readonly comment: string;
  readonly visibility: string;
  readonly id: string;
  readonly resend: number;
  /** Patterns of files and `release:PATTERN`, one for each line, with fields of the release. */
  readonly media: readonly string[];
  /** The alternative texts of the media, in display order, with fields of the release; empty without the input `alt`. */
  readonly alt: readonly string[];
}

/** The value of `text` that takes the text from the release. */
export const RELEASE_NOTES = 'release-notes';

/** `text`: that of the input, the file or the release notes. Never throws. */
export function parseInlinePost(
  content: InlineContent,
  { text, owner, release }: PostContext & { readonly text: string },
): WrittenPost {
  const isFromRelease = content.textFile === '' && content.text === RELEASE_NOTES && release !== null;
  const inputOf = ({ path, offset }: Place) => {
    if (offset !== undefined) return content.textFile === '' ? 'text' : 'text-file';
    return path.at(-1) === 'alt' ? 'alt' : (NAMES[path.join('.')] ?? String(path[0]));
  };
  const post = parsePost(
    {
      file: null,
      subjectOf: (place) => ({ input: inputOf(place) }),
      keys: toKeys(content),
      text: text.replace(LINE_END, '\n').trim(),
      patterns: content.media,
      altTexts: content.alt,
      textHint: isFromRelease ? releaseNotesHint(release.tag) : undefined,
    },
    { owner, release },
  );
  return release === null ? post : addFindings(post, findUnsafeFields(content.media, release));
}

/** The inputs whose names are not those of the keys. */
const NAMES: Readonly<Record<string, string>> = { 'link.url': 'link', 'link.title': 'title' };

/** The bodies that GitHub gives to workflows, and files of a checkout on Windows, have CR LF. */
const LINE_END = /\r\n?/g;

function toKeys({ link, title, comment, visibility, id, resend }: InlineContent): Record<string, unknown> {
  const card = withoutEmpty({ url: link, title });
  return withoutEmpty({
    ...(link === '' ? { title } : { link: card }),
    ...{ comment: comment.replace(LINE_END, '\n'), visibility, id, resend },
  });
}

function withoutEmpty(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

// With such a value, the pattern would match other files than its author expects.
const UNSAFE_IN_PATTERN = /[*?[\]\\\r\n]|^[!#~/]|(?:^|\/)\.{1,2}(?:\/|$)/;

function findUnsafeFields(media: readonly string[], release: ReleaseFields): Finding[] {
  const isUsed = (name: string) => media.some((line) => line.includes(`{{${name}}}`));
  return (['tag', 'name', 'url'] as const)
    .filter((name) => isUsed(name) && UNSAFE_IN_PATTERN.test(release[name]))
    .map((name) => ({
      code: 'POST_MEDIA',
      path: ['media'],
      problem: `has {{${name}}}, but ${JSON.stringify(release[name])} cannot be used in a pattern`,
    }));
}
