// Looks at the media of one post: what each file is, its alternative text, and whether they fit together.

import { FileError } from '../errors/action-error.ts';
import { formatFirst, formatList, formatNumber, pluralize } from '../format.ts';
import { readTextFile } from '../media/bytes.ts';
import type { FoundFile } from '../media/find/workspace.ts';
import { altTextFileOf, inspectMedia } from '../media/inspect-media.ts';
import { ALT_TEXT_MAX } from '../media/limits.ts';
import type { MediaFile } from '../media/media-file.ts';
import type { Run } from '../run.ts';
import { checkFile, type PlanSettings, WITH_ARTICLE } from '../upload/plan.ts';
import { addFindings, type Finding, type KeyPath } from './file/finding.ts';
import { MAX_IMAGES } from './file/front-matter.ts';
import type { PostMediaFile, WrittenPost } from './file/post.ts';
import { fillFields, type ReleaseFields } from './file/text-rules.ts';
import { type FoundRefs, type NamedFiles, toFinding } from './find-media.ts';

/** The input `alt-text`: what a picture without alternative text means. */
export type AltTextRule = 'error' | 'warn' | 'off';

export interface InspectContext extends PlanSettings {
  readonly altText: AltTextRule;
  readonly workspace: string;
  readonly named: NamedFiles;
  /** Files of the release, by their path. */
  readonly released: ReadonlyMap<string, FoundFile>;
  /** Null without a release. */
  readonly fields: ReleaseFields | null;
  readonly run: Pick<Run, 'open' | 'signal'>;
}

/** Returns the post with its media, and with the errors that they have. @throws the reason of the signal when the run is aborted */
export async function inspectPost(
  written: WrittenPost,
  found: FoundRefs,
  context: InspectContext,
): Promise<WrittenPost> {
  const sources = found.refs.map(({ source }) => context.released.get(source.path) ?? source);
  const files = await inspectFound(
    sources.filter((one) => 'absolutePath' in one),
    context,
  );
  context.run.signal.throwIfAborted();
  const findings = [...found.findings];
  const media: PostMediaFile[] = [];
  for (const [index, source] of files.entries()) {
    const entry = found.refs.find((ref) => ref.source.path === source.path)?.entry ?? 0;
    const alt = written.altTexts[index] ?? written.entries[entry]?.alt ?? null;
    const own = await inspectFile({ source, entry, alt }, context);
    findings.push(...own.findings);
    if (own.file !== null) media.push(own.file);
  }
  // Another error says why a file is missing.
  if (!findings.some(({ code }) => code !== null)) findings.push(...checkAltTexts(written, files));
  const image = await findLinkImage(written, context);
  findings.push(...image.findings, ...checkMedia({ ...written, media }, context.altText));
  return { ...addFindings(written, findings), media, linkImage: image.file };
}

/** The captions and thumbnails of videos belong to their video. Without `sidecars`, a picture may have the name of a thumbnail. */
function inspectFound(
  found: readonly FoundFile[],
  { workspace, released, run }: InspectContext,
  sidecars = true,
): Promise<MediaFile[]> {
  if (found.length === 0) return Promise.resolve([]);
  const places = { workspace, followSymlinks: false, includeHiddenFiles: true, isPost: true };
  return inspectMedia(found, {
    sidecars: sidecars ? places : null,
    altTexts: false,
    released: [...released.values()],
    digests: true,
    open: run.open,
    signal: run.signal,
  });
}

interface Inspected<T> {
  /** Null if it cannot be uploaded. */
  readonly file: T | null;
  readonly findings: readonly Finding[];
}

/** One file with its alternative text, which is read from a file beside it unless the post has one. */
async function inspectFile(
  { source, entry, alt }: Pick<PostMediaFile, 'source' | 'entry' | 'alt'>,
  context: InspectContext,
): Promise<Inspected<PostMediaFile>> {
  const path = ['media', entry];
  const { path: file, media } = source;
  const rejection = checkFile(context, source);
  if (rejection !== null || media === null) {
    const error = rejection ?? new FileError('POST_MEDIA', file, 'cannot be used');
    return { file: null, findings: [toFinding(error, path)] };
  }
  const { kind } = media;
  const findings: Finding[] = source.warnings.map((text) => ({
    code: null,
    path,
    isSentence: true,
    problem: `${file} ${text}`,
  }));
  const altFile = kind === 'image' && alt === null ? altTextFileOf(file) : null;
  const own = { file, kind, entry, alt, source, altFile };
  if (altFile === null) return { file: own, findings };
  try {
    const text = await readAltText(altFile, context);
    const filled = fillFields(text.trim(), context.fields, { path });
    const named = filled.findings.map((one) => ({
      ...one,
      isSentence: true,
      problem: `${altFile} ${one.problem}`,
    }));
    return { file: { ...own, alt: filled.value || null }, findings: [...findings, ...named] };
  } catch (error) {
    return { file: own, findings: [...findings, toFinding(error, path)] };
  }
}

/** Empty when there is no such file. @throws FileError */
async function readAltText(file: string, { named, released, run }: InspectContext): Promise<string> {
  const found = file.startsWith('release:') ? (released.get(file) ?? null) : await named.findText(file);
  if (found === null) return '';
  if (found.error !== undefined) throw found.error;
  return (await readTextFile(found, run.open)).text;
}

/** A line of the input `alt` too many or too few could describe another picture than its author meant. */
function checkAltTexts({ altTexts }: WrittenPost, files: readonly MediaFile[]): Finding[] {
  if (altTexts.length === 0 || altTexts.length === files.length) return [];
  const names = formatFirst(
    files.map(({ path }) => path),
    MAX_IMAGES,
  );
  const problem = `has ${pluralize(altTexts.length, 'line')}, but the post has ${pluralize(files.length, 'file')}${names && ` (${names})`}: write one line for each, in this order`;
  return [{ code: 'POST_MEDIA', path: ['alt'], problem }];
}

async function findLinkImage(
  { link, file: post }: WrittenPost,
  context: InspectContext,
): Promise<Inspected<MediaFile>> {
  const name = link?.image ?? null;
  if (name === null) return { file: null, findings: [] };
  const path = ['link', 'image'];
  try {
    const [file] = await inspectFound([await context.named.find(name, post)], context, false);
    const rejection = file === undefined ? null : checkFile(context, file);
    if (rejection === null && file?.media?.kind === 'image') return { file, findings: [] };
    throw rejection ?? new FileError('POST_MEDIA', name, 'is not an image, which a link card shows');
  } catch (error) {
    return { file: null, findings: [toFinding(error, path, 'POST_MEDIA')] };
  }
}

/** Which media fit together, once it is known what each file is. */
export function checkMedia(post: WrittenPost, altText: AltTextRule): Finding[] {
  const { media } = post;
  const missing = altText === 'off' ? null : missingAltTexts(post);
  return [
    ...checkCount(media),
    ...media.flatMap(checkAlt),
    ...checkTitle(post),
    ...(missing === null ? [] : [altText === 'warn' ? { ...missing, code: null } : missing]),
  ];
}

function issue(path: KeyPath, problem: string): Finding {
  return { code: 'POST_MEDIA', path, problem, isSentence: true };
}

function checkCount(media: readonly PostMediaFile[]): Finding[] {
  const single = media.find(({ kind }) => kind !== 'image');
  if (single !== undefined && media.length > 1) {
    const { file, kind, entry } = single;
    const rule = `a post with ${WITH_ARTICLE[kind]} has no other media: remove it, or the others`;
    return [issue(['media', entry], `${file} is ${WITH_ARTICLE[kind]}, and ${rule}`)];
  }
  if (media.length <= MAX_IMAGES) return [];
  const images = formatNumber(media.length);
  return [issue(['media'], `the post has ${images} images, but LinkedIn takes at most ${MAX_IMAGES}`)];
}

function checkAlt({ file, kind, entry, alt, altFile }: PostMediaFile): Finding[] {
  const path = ['media', entry, ...(alt !== null && altFile === null ? ['alt'] : [])];
  if (alt !== null && kind !== 'image')
    return [issue(path, `\`alt\` is for images, but ${file} is ${WITH_ARTICLE[kind]}`)];
  if ((alt?.length ?? 0) <= ALT_TEXT_MAX) return [];
  const max = formatNumber(ALT_TEXT_MAX);
  return [issue(path, `the alternative text of ${file} is longer than ${max} characters`)];
}

function checkTitle({ title, media: [first], errors }: WrittenPost): Finding[] {
  // A title that is misspelt has an error already.
  if (first?.kind === 'document' && title === null && errors.length === 0)
    return [issue(['media', first.entry], `${first.file} is a document, so the post needs a \`title\``)];
  if (first?.kind !== 'image' || title === null) return [];
  const problem = `is for a video or document, but ${first.file} is an image: remove it`;
  return [{ code: 'POST_MEDIA', path: ['title'], problem }];
}

/** One for all pictures of the post, at the place of the first. */
function missingAltTexts({ media, file: post, altTexts }: WrittenPost): Finding | null {
  const [first, ...others] = media.filter(({ kind, alt }) => kind === 'image' && alt === null);
  // The input `alt` has one line for each.
  if (first === undefined || altTexts.length > 0) return null;
  const { file, entry } = first;
  const own = altTextFileOf(file);
  const who = formatList([file, ...others.map((one) => one.file)]);
  const what = others.length === 0 ? `add a text file ${own}` : `for each, add a text file such as ${own}`;
  const key = `write its entry as \`{ file: ${file}, alt: }\`, with what the picture shows after \`alt:\`, in quotes`;
  const where = file.startsWith('release:') ? ' to the release' : `, or ${post === null ? 'set `alt`' : key}`;
  const problem = `${who} ${others.length === 0 ? 'has' : 'have'} no alternative text: ${what}${where}`;
  return issue(['media', entry], problem);
}
