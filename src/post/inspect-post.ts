// Looks at the media of one post: what each file is, its alternative text, and whether they fit together.

import { FileError, fileErrorIn } from '../errors/action-error.ts';
import { formatFirst, formatList, formatNumber, pluralize } from '../format.ts';
import { readTextFile } from '../media/bytes.ts';
import type { FoundFile } from '../media/find/workspace.ts';
import { altTextFileOf, inspectMedia } from '../media/inspect-media.ts';
import { ALT_TEXT_MAX } from '../media/limits.ts';
import type { MediaFile } from '../media/media-file.ts';
import type { Runtime } from '../runtime.ts';
import { checkFile, type PlanSettings, WITH_ARTICLE } from '../upload/plan.ts';
import { MAX_IMAGES } from './file/front-matter.ts';
import { UNREADABLE_ALT } from './file/parse-post.ts';
import type { PostMediaFile, WrittenPost } from './file/post.ts';
import {
  byLine,
  type KeyPath,
  type PostIssue,
  type PostNote,
  toIssue,
  toMediaIssue,
} from './file/post-issue.ts';
import {
  describeMalformedField,
  describeMissingRelease,
  fillFields,
  findFields,
  findMalformedFields,
  type ReleaseFields,
} from './file/text-rules.ts';
import type { FoundRefs, NamedFiles } from './find-media.ts';

/** The input `alt-text`: what a picture without alternative text means. */
export type AltTextRule = 'error' | 'warn' | 'off';

export interface InspectContext extends PlanSettings {
  readonly altText: AltTextRule;
  /** The lines of the input `alt`, one for each file of the post; empty without it. */
  readonly altTexts: readonly string[];
  readonly workspace: string;
  readonly named: NamedFiles;
  /** Files of the release, by their path. */
  readonly released: ReadonlyMap<string, FoundFile>;
  /** Null without a release. */
  readonly fields: ReleaseFields | null;
  readonly runtime: Pick<Runtime, 'open' | 'signal'>;
}

/** Returns the post with its media, and with the errors that they have. @throws the reason of the signal when the run is aborted */
export async function inspectPost(
  written: WrittenPost,
  { refs, issues: missing, warnings: searchWarnings }: FoundRefs,
  context: InspectContext,
): Promise<WrittenPost> {
  const found = refs.map(({ source }) => context.released.get(source.path) ?? source);
  const inspected = await inspectFound(
    found.filter((one) => 'absolutePath' in one),
    context,
  );
  context.runtime.signal.throwIfAborted();
  const findings: Findings = { post: written, issues: [...missing], context };
  const entries = new Map(refs.map(({ source, entry }) => [source.path, entry]));
  const media: PostMediaFile[] = [];
  const fileWarnings: PostNote[] = [];
  const altTexts = altTextsFor(inspected, findings);
  for (const [index, file] of inspected.entries()) {
    const { path, warnings } = file;
    const entry = entries.get(path) ?? 0;
    const given = altTexts[index] ?? written.entries[entry]?.alt ?? null;
    media.push(...(await readMedia(file, { entry, given }, findings)));
    for (const text of warnings)
      fileWarnings.push({ path: ['media', entry], problem: `${path} ${text}`, isSentence: true });
  }
  const image = written.link?.image ?? null;
  const linkImage = image === null ? null : await inspectLinkImage(image, findings);
  const checked = checkMedia(written, media, context.altText);
  const issues = [...findings.issues, ...checked.issues];
  return {
    ...written,
    errors: [...written.errors, ...issues.map(written.errorAt)].sort(byLine),
    warnings: [
      ...written.warnings,
      ...[...searchWarnings, ...checked.warnings, ...fileWarnings].map(written.warningAt),
    ],
    media: media.map((one) => (one.alt === UNREADABLE_ALT ? { ...one, alt: null } : one)),
    linkImage,
  };
}

/** The captions and thumbnails of videos belong to their video. Without `sidecars`, a picture may have the name of a thumbnail. */
function inspectFound(
  found: readonly FoundFile[],
  { workspace, released, runtime }: InspectContext,
  sidecars = true,
): Promise<MediaFile[]> {
  if (found.length === 0) return Promise.resolve([]);
  const places = { workspace, followSymlinks: false, includeHiddenFiles: true };
  return inspectMedia(found, {
    sidecars: sidecars ? places : null,
    altTexts: false,
    released: [...released.values()],
    digests: true,
    open: runtime.open,
    signal: runtime.signal,
  });
}

interface Findings {
  readonly post: WrittenPost;
  readonly issues: PostIssue[];
  readonly context: InspectContext;
}

/** The lines of the input `alt`, one for each file. A line too many or too few could describe another picture than its author meant. */
function altTextsFor(files: readonly MediaFile[], { issues, context }: Findings): readonly string[] {
  const { altTexts, fields } = context;
  if (altTexts.length === 0) return [];
  if (altTexts.length === files.length)
    return fields === null ? altTexts : altTexts.map((text) => fillFields(text, fields));
  const names = formatFirst(
    files.map(({ path }) => path),
    MAX_IMAGES,
  );
  // Another error says why a file is missing.
  if (issues.length === 0)
    issues.push({
      code: 'POST_MEDIA',
      path: ['alt'],
      problem: `has ${pluralize(altTexts.length, 'line')}, but the post has ${pluralize(files.length, 'file')}${names && ` (${names})`}: write one line for each, in this order`,
    });
  return files.map(() => UNREADABLE_ALT);
}

/** A file with its alternative text. Adds an issue and returns nothing if it cannot be uploaded. */
async function readMedia(
  file: MediaFile,
  { entry, given }: { readonly entry: number; readonly given: string | null },
  { issues, context }: Findings,
): Promise<PostMediaFile[]> {
  const path = ['media', entry];
  const rejection = checkFile(context, file);
  if (rejection !== null || file.media === null) {
    const error = rejection ?? new FileError('POST_MEDIA', file.path, 'cannot be used');
    issues.push(toIssue(error, path));
    return [];
  }
  const { kind } = file.media;
  const altFile = kind === 'image' && given === null ? altTextFileOf(file.path) : null;
  let alt = given;
  try {
    if (altFile !== null) alt = await readAltText(altFile, context);
  } catch (error) {
    issues.push(toIssue(fileErrorIn(error), path));
  }
  return [{ file: file.path, kind, entry, alt, source: file, altFile }];
}

/** Null when there is no such file, or it is blank. @throws FileError */
async function readAltText(
  file: string,
  { named, released, fields, runtime }: InspectContext,
): Promise<string | null> {
  const found = file.startsWith('release:') ? (released.get(file) ?? null) : await named.findText(file);
  if (found === null) return null;
  if (found.error !== undefined) throw found.error;
  const { text } = await readTextFile(found, runtime.open);
  const [field] = findFields(text);
  if (field !== undefined && fields === null)
    throw new FileError('POST_MEDIA', file, describeMissingRelease(field));
  return (fields === null ? text : fillFields(text, fields)).trim() || null;
}

async function inspectLinkImage(
  name: string,
  { post, issues, context }: Findings,
): Promise<MediaFile | null> {
  const path = ['link', 'image'];
  try {
    const [file] = await inspectFound([await context.named.find(name, post.file)], context, false);
    if (file === undefined) return null;
    const rejection = checkFile(context, file);
    if (rejection === null && file.media?.kind === 'image') return file;
    const problem = `is a ${file.media?.kind}, but a link card shows an image`;
    issues.push(toIssue(rejection ?? new FileError('POST_MEDIA', name, problem), path));
  } catch (error) {
    issues.push(toMediaIssue(fileErrorIn(error), path));
  }
  return null;
}

export interface MediaCheck {
  /** POST_MEDIA. */
  readonly issues: readonly PostIssue[];
  readonly warnings: readonly PostNote[];
}

/** Which media fit together, once it is known what each file is. `found` is in display order. */
export function checkMedia(
  post: WrittenPost,
  found: readonly PostMediaFile[],
  altText: AltTextRule,
): MediaCheck {
  const missingAlt = altText === 'off' ? [] : missingAltTexts(found, post);
  const issues = [
    ...checkCount(found),
    ...found.flatMap(checkAlt),
    ...checkTitle(post, found),
    ...(altText === 'error' ? missingAlt : []),
  ];
  const malformed = found.flatMap(({ file, entry, alt, altFile }) => {
    // A text that the post itself has is checked with its keys.
    const fields = alt === null || altFile === null ? [] : findMalformedFields(alt);
    return fields.map((field) => ({
      path: ['media', entry],
      problem: `in ${altTextFileOf(file)}, ${describeMalformedField(field)}`,
      isSentence: true,
    }));
  });
  return { issues, warnings: [...malformed, ...(altText === 'warn' ? missingAlt : [])] };
}

function issue(path: KeyPath, problem: string): PostIssue {
  return { code: 'POST_MEDIA', path, problem, isSentence: true };
}

function checkCount(found: readonly PostMediaFile[]): PostIssue[] {
  const single = found.find(({ kind }) => kind !== 'image');
  if (single !== undefined && found.length > 1) {
    const { file, kind, entry } = single;
    const rule = `a post with ${WITH_ARTICLE[kind]} has no other media: remove it, or the others`;
    return [issue(['media', entry], `${file} is ${WITH_ARTICLE[kind]}, and ${rule}`)];
  }
  if (found.length <= MAX_IMAGES) return [];
  const images = formatNumber(found.length);
  return [issue(['media'], `the post has ${images} images, but LinkedIn takes at most ${MAX_IMAGES}`)];
}

function checkAlt({ file, kind, entry, alt, altFile }: PostMediaFile): PostIssue[] {
  const isOwn = alt !== null && altFile === null;
  const path = isOwn ? ['media', entry, 'alt'] : ['media', entry];
  if (isOwn && kind !== 'image')
    return [issue(path, `\`alt\` is for images, but ${file} is ${WITH_ARTICLE[kind]}`)];
  if ((alt?.length ?? 0) <= ALT_TEXT_MAX) return [];
  const max = formatNumber(ALT_TEXT_MAX);
  return [issue(path, `the alternative text of ${file} is longer than ${max} characters`)];
}

function checkTitle({ title }: WrittenPost, [first]: readonly PostMediaFile[]): PostIssue[] {
  if (first?.kind === 'document' && title === null)
    return [issue(['media', first.entry], `${first.file} is a document, so the post needs a \`title\``)];
  if (first?.kind !== 'image' || title === null) return [];
  const problem = `is for a video or document, but ${first.file} is an image: remove it`;
  return [{ code: 'POST_MEDIA', path: ['title'], problem }];
}

/** One for all pictures of the post, at the place of the first. */
function missingAltTexts(found: readonly PostMediaFile[], { file: post, entries }: WrittenPost): PostIssue[] {
  const files = found.filter(({ kind, alt }) => kind === 'image' && alt === null);
  const [first] = files;
  if (first === undefined) return [];
  const { file, entry } = first;
  const own = altTextFileOf(file);
  const name = own.split('/').at(-1);
  const isAsset = file.startsWith('release:');
  const isOne = files.length === 1;
  const who = isOne ? `${file} has` : `${formatList(files.map((one) => one.file))} have`;
  const attached = isOne ? `attach ${name}` : `for each, attach a text file such as ${name}`;
  const added = isOne ? `add a text file ${own}` : `for each, add a text file such as ${own}`;
  const advice = isAsset ? `${attached} to the release` : added;
  const missing = issue(['media', entry], `${who} no alternative text: ${advice}`);
  if (post === null) return [{ ...missing, problem: `${missing.problem}, or set \`alt\`` }];
  // Several assets of one pattern would have the same text.
  if (found.some((other) => other.entry === entry && other.file !== file)) return [missing];
  const lead = isOne ? ', or write its entry as ' : ', or write each entry like ';
  return [{ ...missing, picture: { lead, file: entries[entry]?.file ?? file, alt: null } }];
}
