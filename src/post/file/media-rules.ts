// Which media fit together in one post, once it is known what each file is. Pure.

import { formatNumber } from '../../format.ts';
import { ALT_TEXT_MAX, altTextFileOf } from '../../media/alt-text.ts';
import { MAX_IMAGES } from './front-matter.ts';
import type { Post, PostMediaFile } from './post.ts';
import type { KeyPath, PostIssue, PostNote } from './post-issue.ts';
import { describeMalformedField, findMalformedFields } from './text-rules.ts';

/** The input `alt-text`: what a picture without alternative text means. */
export type AltTextRule = 'error' | 'warn' | 'off';

export interface MediaCheck {
  /** POST_MEDIA. */
  readonly issues: readonly PostIssue[];
  readonly warnings: readonly PostNote[];
}

/** `found` is in display order. */
export function checkMedia(post: Post, found: readonly PostMediaFile[], altText: AltTextRule): MediaCheck {
  const missingAlt = altText === 'off' ? [] : found.flatMap((one) => missingAltText(one, found, post));
  const issues = [
    ...checkCount(found),
    ...found.flatMap((one) => checkAlt(one, post)),
    ...checkTitle(post, found),
    ...(altText === 'error' ? missingAlt : []),
  ];
  const malformed = found.flatMap((one) => malformedFields(one, post));
  return { issues, warnings: [...malformed, ...(altText === 'warn' ? missingAlt : [])] };
}

/** Checks the text files: the key `alt` is checked with the other keys. */
function malformedFields({ file, entry, alt }: PostMediaFile, { media }: Post): MediaCheck['warnings'] {
  if (alt === null || media[entry]?.alt != null) return [];
  return findMalformedFields(alt).map((field) => ({
    path: ['media', entry],
    problem: `in ${altTextFileOf(file)}, ${describeMalformedField(field)}`,
    isSentence: true,
  }));
}

const ARTICLE_AND_KIND = { image: 'an image', video: 'a video', document: 'a document' } as const;

function issue(path: KeyPath, problem: string): PostIssue {
  return { code: 'POST_MEDIA', path, problem, isSentence: true };
}

function checkCount(found: readonly PostMediaFile[]): PostIssue[] {
  const single = found.find(({ kind }) => kind !== 'image');
  if (single !== undefined && found.length > 1) {
    const { file, kind, entry } = single;
    const rule = `a post with ${ARTICLE_AND_KIND[kind]} has no other media`;
    return [issue(['media', entry], `${file} is ${ARTICLE_AND_KIND[kind]}, and ${rule}`)];
  }
  if (found.length <= MAX_IMAGES) return [];
  return [
    issue(
      ['media'],
      `the post has ${formatNumber(found.length)} images, but LinkedIn takes at most ${MAX_IMAGES}`,
    ),
  ];
}

function checkAlt({ file, kind, entry, alt }: PostMediaFile, { media }: Post): PostIssue[] {
  const hasKey = media[entry]?.alt != null;
  const path = hasKey ? ['media', entry, 'alt'] : ['media', entry];
  if (hasKey && kind !== 'image')
    return [issue(path, `\`alt\` is for images, but ${file} is ${ARTICLE_AND_KIND[kind]}`)];
  if ((alt?.length ?? 0) <= ALT_TEXT_MAX) return [];
  return [
    issue(path, `the alternative text of ${file} is longer than ${formatNumber(ALT_TEXT_MAX)} characters`),
  ];
}

function checkTitle({ title }: Post, [first]: readonly PostMediaFile[]): PostIssue[] {
  if (first?.kind === 'document' && title === null)
    return [issue(['media', first.entry], `${first.file} is a document, so the post needs a \`title\``)];
  if (first?.kind === 'image' && title !== null)
    return [
      {
        code: 'POST_MEDIA',
        path: ['title'],
        problem: `is for a video or document, but ${first.file} is an image`,
      },
    ];
  return [];
}

function missingAltText(
  { file, kind, entry, alt }: PostMediaFile,
  found: readonly PostMediaFile[],
  { media }: Post,
): PostIssue[] {
  if (kind !== 'image' || alt !== null) return [];
  const missing = issue(
    ['media', entry],
    `${file} has no alternative text: add a text file ${altTextFileOf(file)}`,
  );
  // Several assets of one pattern would have the same text.
  if (found.some((other) => other.entry === entry && other.file !== file)) return [missing];
  const written = media[entry]?.file ?? file;
  return [{ ...missing, picture: { lead: ', or write its entry as ', file: written, alt: null } }];
}
