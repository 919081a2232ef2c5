// Looks at the media of one post: what each file is, its alternative text, and whether they fit together.

import { posix } from 'node:path';
import { FileError } from '../errors/action-error.ts';
import { formatFirst, formatList, formatNumber, pluralize } from '../format.ts';
import { findNamed } from '../media/find/find-files.ts';
import type { Workspace } from '../media/find/workspace.ts';
import { altTextFileOf, inspectMedia, readAltText } from '../media/inspect-media.ts';
import { ALT_TEXT_MAX } from '../media/limits.ts';
import type { MediaFile } from '../media/media-file.ts';
import type { Run } from '../run.ts';
import { WITH_ARTICLE } from '../upload/plan.ts';
import { addFindings, type Finding, type KeyPath } from './file/finding.ts';
import { MAX_IMAGES } from './file/front-matter.ts';
import type { PostMediaFile, WrittenPost } from './file/post.ts';
import { fillFields, type ReleaseFields } from './file/text-rules.ts';
import { type FoundMedia, toFinding } from './find-media.ts';

/** The input `alt-text`: what a picture without alternative text means. */
export type AltTextRule = 'error' | 'warn' | 'off';

export interface InspectContext {
  readonly altText: AltTextRule;
  /** With the downloaded files of the release. */
  readonly workspace: Workspace;
  /** Null without a release. */
  readonly release: ReleaseFields | null;
  readonly run: Run;
}

/** Returns the post with its media, and with the errors that they have. @throws the reason of the signal when the run is aborted */
export async function inspectPost(
  written: WrittenPost,
  { refs, findings: found }: FoundMedia,
  context: InspectContext,
): Promise<WrittenPost> {
  const { workspace, run } = context;
  const findings = [...found];
  const inspection = { ...context, findings };
  const sources = refs.map(({ source }) => workspace.released.get(source.path) ?? source);
  const own = sources.filter((one) => 'absolutePath' in one);
  // The captions and thumbnails of videos belong to their video.
  const files = await inspectMedia(own, { ...OPTIONS, workspace, sidecars: true }, run);
  run.signal.throwIfAborted();
  const media: PostMediaFile[] = [];
  for (const [index, source] of files.entries()) {
    const entry = refs.find((ref) => ref.source.path === source.path)?.entry ?? 0;
    const alt = written.altTexts[index] ?? written.entries[entry]?.alt ?? null;
    const file = await inspectFile({ source, entry, alt }, inspection);
    if (file !== null) media.push(file);
  }
  // Another error says why a file is missing.
  if (!findings.some(({ code }) => code !== null)) findings.push(...checkAltTexts(written, files));
  const linkImage = await findLinkImage(written, inspection);
  findings.push(...checkMedia({ ...written, media }, context.altText));
  return { ...addFindings(written, findings), media, linkImage };
}

const OPTIONS = { altTexts: false, digests: true } as const;

interface Inspection extends InspectContext {
  /** Those of the post until now. */
  readonly findings: Finding[];
}

/** One file with its alternative text, which is read from a file beside it unless the post has one. Null if it cannot be uploaded. */
async function inspectFile(
  { source, entry, alt }: Pick<PostMediaFile, 'source' | 'entry' | 'alt'>,
  inspection: Inspection,
): Promise<PostMediaFile | null> {
  const { findings } = inspection;
  const path = ['media', entry];
  const { path: file, media, error, warnings } = source;
  if (error !== null || media === null) {
    findings.push(toFinding(error, path));
    return null;
  }
  for (const text of warnings)
    findings.push({ code: null, path, isSentence: true, problem: `${file} ${text}` });
  const { kind } = media;
  const altFile = kind === 'image' && alt === null ? altTextFileOf(file) : null;
  const text = altFile === null ? alt : await readAltFile(source, path, inspection);
  return { file, kind, entry, alt: text, altFile, source };
}

async function readAltFile(
  picture: MediaFile,
  path: KeyPath,
  { workspace, release, run, findings }: Inspection,
): Promise<string | null> {
  try {
    const text = (await readAltText(picture.path, workspace, run)) ?? '';
    const report = ({ problem, ...one }: Finding) =>
      findings.push({ ...one, isSentence: true, problem: `${altTextFileOf(picture.path)} ${problem}` });
    return fillFields(text, { path }, { release, report }) || null;
  } catch (error) {
    findings.push(toFinding(error, path));
    return null;
  }
}

/** A line of the input `alt` too many or too few could describe another picture than its author meant. */
function checkAltTexts({ altTexts }: WrittenPost, files: readonly MediaFile[]): Finding[] {
  if (altTexts.length === 0 || altTexts.length === files.length) return [];
  const paths = files.map(({ path }) => path);
  const names = formatFirst(paths, MAX_IMAGES);
  const problem = `has ${pluralize(altTexts.length, 'line')}, but the post has ${pluralize(files.length, 'file')}${names && ` (${names})`}: write one line for each, in this order`;
  return [{ code: 'POST_MEDIA', path: ['alt'], problem }];
}

async function findLinkImage(
  { link, file: post }: WrittenPost,
  inspection: Inspection,
): Promise<MediaFile | null> {
  const name = link?.image;
  if (name === undefined) return null;
  try {
    const { workspace, run } = inspection;
    const found = await findNamed(name, workspace, posix.dirname(post ?? ''));
    // A picture may have the name of a thumbnail.
    const [file] = await inspectMedia([found], { ...OPTIONS, workspace, sidecars: false }, run);
    if (file && file.error !== null) throw file.error;
    if (file?.media?.kind === 'image') return file;
    throw new FileError('POST_MEDIA', name, 'is not an image, which a link card shows');
  } catch (error) {
    inspection.findings.push(toFinding(error, ['link', 'image']));
    return null;
  }
}

/** Which media fit together, once it is known what each file is. */
export function* checkMedia(post: WrittenPost, altText: AltTextRule): Generator<Finding> {
  const { media, title, errors } = post;
  const single = media.find(({ kind }) => kind !== 'image');
  if (single !== undefined && media.length > 1) {
    const { file, kind, entry } = single;
    const rule = `a post with ${WITH_ARTICLE[kind]} has no other media: remove it, or the others`;
    yield issue(['media', entry], `${file} is ${WITH_ARTICLE[kind]}, and ${rule}`);
  }
  for (const { file, kind, entry, alt, altFile } of media) {
    if (alt === null) continue;
    const path = altFile === null ? ['media', entry, 'alt'] : ['media', entry];
    if (kind !== 'image') yield issue(path, `\`alt\` is for images, but ${file} is ${WITH_ARTICLE[kind]}`);
    else if (alt.length > ALT_TEXT_MAX)
      yield issue(
        path,
        `the alternative text of ${file} is longer than ${formatNumber(ALT_TEXT_MAX)} characters`,
      );
  }
  const [first] = media;
  // A title that is misspelt has an error already.
  if (first?.kind === 'document' && title === null && errors.length === 0)
    yield issue(['media', first.entry], `${first.file} is a document, so the post needs a \`title\``);
  if (first?.kind === 'image' && title !== null)
    yield issue(['title'], `\`title\` is for a video or document, but ${first.file} is an image: remove it`);
  if (altText !== 'off') yield* findMissingAltTexts(post, altText);
}

function issue(path: KeyPath, problem: string): Finding {
  return { code: 'POST_MEDIA', path, problem, isSentence: true };
}

/** One finding for all pictures of the post, at the place of the first. The input `alt` has one line for each. */
function findMissingAltTexts({ media, file: post, altTexts }: WrittenPost, rule: AltTextRule): Finding[] {
  const [first, ...others] = media.filter(({ kind, alt }) => kind === 'image' && alt === null);
  if (first === undefined || altTexts.length > 0) return [];
  const { file, entry } = first;
  const own = altTextFileOf(file);
  const who = formatList([file, ...others.map((one) => one.file)]);
  const what = others.length === 0 ? `add a text file ${own}` : `for each, add a text file such as ${own}`;
  const key = `write its entry as \`{ file: ${file}, alt: }\`, with what the picture shows after \`alt:\`, in quotes`;
  const where = file.startsWith('release:') ? ' to the release' : `, or ${post === null ? 'set `alt`' : key}`;
  const problem = `${who} ${others.length === 0 ? 'has' : 'have'} no alternative text: ${what}${where}`;
  return [{ ...issue(['media', entry], problem), ...(rule === 'warn' && { code: null }) }];
}
