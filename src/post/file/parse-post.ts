// Checks the keys and the text of a post. The same rules hold for a post file and for the inputs. Pure.

import type { ErrorCode } from '../../errors/error-codes.ts';
import { normalizeOwner, ownerKind } from '../../linkedin/urn.ts';
import { addFindings, type Finding, type KeyPath, type WithFindings } from './finding.ts';
import { type FrontMatter, parseFrontMatter } from './front-matter.ts';
import { toPost, type WrittenPost } from './post.ts';
import { type FilledText, fillFields, type ReleaseFields, readText } from './text-rules.ts';

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
  /** The input `media`: patterns, which are checked when they are searched. Empty in a post file, which has the key. */
  readonly patterns: readonly string[];
  /** The input `alt`. */
  readonly altTexts: readonly string[];
  readonly findings: readonly Finding[];
  /** The hint of an error of the text. */
  readonly textHint?: string | undefined;
  /** The id of a post without the key `id`. */
  readonly defaultId: (author: string, text: string) => string;
}

/** Never throws. */
export function parsePost(source: UnparsedPost, { owner, release }: PostContext): WrittenPost {
  const { file, subjectOf, textHint: hint } = source;
  const findings = [...source.findings];
  const use = ({ value, findings: own }: FilledText) => {
    findings.push(...own);
    return value;
  };
  const fill = (text: string, path: KeyPath) => use(fillFields(text, release, { path }));
  const patterns = source.patterns.map((line) => fill(line, ['media']));
  const altTexts = source.altTexts.map((line) => fill(line, ['alt']));
  const { data, errors } = parseFrontMatter(mapTexts(source.keys, [], fill));
  const author = normalizeOwner(data.owner ?? owner);
  findings.push(...errors, ...conflictsIn(data, { patterns, author, isComplete: errors.length === 0 }));
  const read = readText(source.text, release, file === null ? 'in the input' : 'below the second `---`');
  const text = use({ ...read, findings: read.findings.map((one) => ({ ...one, hint })) });
  const post = toPost(data, { id: source.defaultId(author, text), text, owner });
  const entries = patterns.length > 0 ? patterns.map((line) => ({ file: line, alt: null })) : post.entries;
  return addFindings({ ...post, file, subjectOf, entries, altTexts }, findings);
}

function mapTexts(value: unknown, path: KeyPath, map: (text: string, path: KeyPath) => string): unknown {
  if (typeof value === 'string') return map(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, [...path, index], map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, mapTexts(item, [...path, key], map)]);
  return Object.fromEntries(entries);
}

interface ConflictContext {
  readonly patterns: readonly string[];
  readonly author: string;
  /** Whether all keys are valid. Otherwise an error says already which one is missing. */
  readonly isComplete: boolean;
}

/** Which keys are valid alone, but not together. What the media are is checked later. */
function conflictsIn(
  { media = [], title, link, poll, visibility, revision, urn }: FrontMatter,
  { patterns, author, isComplete }: ConflictContext,
): Finding[] {
  const hasMedia = media.length > 0 || patterns.length > 0;
  const conflicts: Finding[] = [];
  const add = (code: ErrorCode, key: string, problem: string) =>
    conflicts.push({ code, path: [key], problem });
  const attached = Object.entries({ media: hasMedia || undefined, link, poll });
  const [first = '', ...others] = attached.flatMap(([key, value]) => (value === undefined ? [] : key));
  for (const key of others) {
    const card = key === 'link' ? '; a link card has its picture in its key `image`' : '';
    add('POST_MEDIA', key, `cannot be combined with ${first}: remove \`${key}\` or \`${first}\`${card}`);
  }
  if (title !== undefined && !hasMedia && isComplete)
    add(
      'POST_MEDIA',
      'title',
      'is for a video or document, but the post has no media: remove `title`, or write `media`',
    );
  if (visibility === 'connections' && ownerKind(author) !== 'person')
    add(
      'POST_KEY',
      'visibility',
      'is `connections`, which is for persons only, but the author is a page: remove it, or write `logged-in`',
    );
  if (revision > 0 && urn?.startsWith('urn:li:activity:'))
    add(
      'POST_KEY',
      'revision',
      'asks for an edit, but LinkedIn edits only a post whose `urn` is urn:li:share:… or urn:li:ugcPost:…: write that `urn`, or remove `revision`',
    );
  return conflicts;
}
