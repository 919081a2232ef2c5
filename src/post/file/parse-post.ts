// Checks the keys and the text of a post. The same rules hold for a post file and for the inputs. Pure.

import { visibleForm } from '../../format.ts';
import { ownerKind } from '../../linkedin/urn.ts';
import { addFindings, type Finding, type KeyPath, type WithFindings } from './finding.ts';
import { parseFrontMatter } from './front-matter.ts';
import { toPost, type WrittenPost } from './post.ts';
import { checkText, fillFields, type ReleaseFields, TEXT } from './text-rules.ts';

export interface PostContext {
  /** The input `owner`: the author, unless the file names one. */
  readonly owner: string;
  /** Null without a release. */
  readonly release: ReleaseFields | null;
}

/** A post as its author wrote it, before its keys and its text are checked. */
export interface UnparsedPost extends Pick<WithFindings, 'subjectOf'> {
  readonly file: string | null;
  readonly keys: unknown;
  /** Has no blank lines around it. */
  readonly text: string;
  /** The input `media`: patterns, which are checked when they are searched. A post file has the key. */
  readonly patterns?: readonly string[];
  /** The input `alt`. */
  readonly altTexts?: readonly string[];
  /** The hint of an error of the text. */
  readonly textHint?: string | undefined;
}

/** Never throws. */
export function parsePost(source: UnparsedPost, { owner, release }: PostContext): WrittenPost {
  const { file, subjectOf, patterns = [], textHint: hint } = source;
  const findings: Finding[] = [];
  const report = (finding: Finding) => {
    findings.push(finding);
  };
  const fill = (text: string, path: KeyPath) => fillFields(text, { path }, { release, report });
  const media = patterns.map((line) => ({ file: fill(line, ['media']), alt: null }));
  const altTexts = (source.altTexts ?? []).map((line) => fill(line, ['alt']));
  const { data, errors } = parseFrontMatter(mapTexts(source.keys, [], fill));
  findings.push(...errors);
  const reportText = (finding: Finding) => report({ ...finding, hint });
  const text = fillFields(source.text, TEXT, { release, report: reportText });
  if (visibleForm(text) === '') {
    const where = file === null ? 'in the input' : 'below the second `---`';
    const problem = `the post has no text: write it ${where}`;
    reportText({ ...TEXT, code: 'POST_TEXT', problem, isSentence: true });
  } else checkText(source.text, text, reportText);
  const own = toPost(data, { file, text, subjectOf, owner });
  const post = { ...own, entries: [...own.entries, ...media], altTexts };
  return addFindings(post, [...findings, ...conflictsIn(post, errors.length === 0)]);
}

function mapTexts(value: unknown, path: KeyPath, map: (text: string, path: KeyPath) => string): unknown {
  if (typeof value === 'string') return map(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, [...path, index], map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, mapTexts(item, [...path, key], map)]);
  return Object.fromEntries(entries);
}

/**
 * Which keys are valid alone, but not together. What the media are is checked later. `isComplete`: whether all keys are valid. Otherwise an
 * error says already which one is missing.
 */
function* conflictsIn(post: WrittenPost, isComplete: boolean): Generator<Finding> {
  const { entries, title, link, poll, visibility, revision, urn, author } = post;
  const hasMedia = entries.length > 0;
  const attached = Object.entries({ media: hasMedia, link, poll });
  const [first, ...others] = attached.flatMap(([key, value]) => (value ? key : []));
  for (const key of others) {
    const card = key === 'link' ? '; a link card has its picture in its key `image`' : '';
    const problem = `cannot be combined with ${first}: remove \`${key}\` or \`${first}\`${card}`;
    yield { code: 'POST_MEDIA', path: [key], problem };
  }
  if (title !== null && !hasMedia && isComplete)
    yield {
      code: 'POST_MEDIA',
      path: ['title'],
      problem: 'is for a video or document, but the post has no media: remove `title`, or write `media`',
    };
  if (visibility === 'connections' && ownerKind(author) !== 'person')
    yield {
      code: 'POST_KEY',
      path: ['visibility'],
      problem:
        'is `connections`, which is for persons only, but the author is a page: remove it, or write `logged-in`',
    };
  if (revision > 0 && urn?.startsWith('urn:li:activity:'))
    yield {
      code: 'POST_KEY',
      path: ['revision'],
      problem:
        'asks for an edit, but LinkedIn edits only a post whose `urn` is urn:li:share:… or urn:li:ugcPost:…: write that `urn`, or remove `revision`',
    };
}
