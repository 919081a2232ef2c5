// The media of one post: which files its entries stand for, what each file is, its alternative text, and whether they fit together.

import { posix } from 'node:path';
import { FileError, fileErrorIn, inputErrorsIn } from '../errors/action-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import {
  formatFirst,
  formatList,
  formatNumber,
  pluralize,
  quoted,
  visibleForm,
} from '../format.ts';
import { type AssetRef, findLine, type LinePlaces, RELEASE_LINE } from '../media/find/assets.ts';
import { findNamed } from '../media/find/find-files.ts';
import { describeIdle } from '../media/find/patterns.ts';
import type { FoundFile, Workspace } from '../media/find/workspace.ts';
import { altTextFileOf, filesWithRows, inspectMedia, readAltText } from '../media/inspect-media.ts';
import { ALT_TEXT_MAX } from '../media/limits.ts';
import type { MediaFile } from '../media/media-file.ts';
import type { Run } from '../run.ts';
import { WITH_ARTICLE } from '../upload/plan.ts';
import { addFindings, type Finding, type KeyPath, nameOf } from './file/finding.ts';
import { MAX_IMAGES } from './file/front-matter.ts';
import type { PostMediaFile, WrittenPost } from './file/post.ts';
import { fillFields, type ReleaseFields } from './file/text-rules.ts';

/** One file of a post. */
interface MediaRef {
  /** The key `alt`. */
  readonly alt: string | null;
  /** The keys down to the value that stands for it. */
  readonly place: KeyPath;
  readonly source: FoundFile | AssetRef;
}

export interface FoundMedia {
  /** In display order. */
  readonly refs: readonly MediaRef[];
  readonly findings: readonly Finding[];
}

interface MediaPlaces extends LinePlaces {
  readonly workspace: Workspace;
}

/**
 * Finds the files of `media`, and the picture of a link card. The entries of a post file are paths, or `release:` with one pattern. Those
 * of the input `media` are patterns, and `!` lines, which exclude from all others. A file that two entries match takes its place from the
 * first.
 */
export async function findMedia(
  { file: post, entries, link }: WrittenPost,
  places: MediaPlaces,
): Promise<FoundMedia> {
  const refs = new Map<string, MediaRef>();
  const findings: Finding[] = [];
  const lines = [
    ...entries.map(({ file, alt, index }, position) => ({
      place: ['media', index ?? position],
      line: file,
      alt,
    })),
    ...(link?.image === undefined
      ? []
      : [{ place: ['link', 'image'], line: link.image, alt: null }]),
  ];
  const excludes =
    post === null ? lines.map(({ line }) => line).filter((line) => line.startsWith('!')) : [];
  let idle: readonly string[] = excludes;
  for (const { place, line, alt } of lines) {
    if (excludes.includes(line)) continue;
    try {
      const isNamed = post !== null && !RELEASE_LINE.test(line);
      const found = isNamed
        ? { matched: [await findNamed(line, places.workspace, posix.dirname(post))], idle }
        : await findLine(line, excludes, places);
      idle = idle.filter((one) => found.idle.includes(one));
      if (post !== null) checkIsNew(line, found.matched, refs);
      for (const source of found.matched)
        if (!refs.has(source.path)) refs.set(source.path, { place, source, alt });
    } catch (error) {
      findings.push(toFinding(error, place));
    }
  }
  const count = filesWithRows(
    [...refs.values()].map(({ source }) => source),
    { sidecars: true },
  ).length;
  if (count > MAX_IMAGES) {
    const problem = `the post has ${pluralize(count, 'file')}, but LinkedIn takes at most ${MAX_IMAGES} images`;
    return { refs: [], findings: [...findings, issue(['media'], problem)] };
  }
  // A line without matches may have been excluded as a whole.
  if (findings.length === 0)
    findings.push(...idle.map((line) => issue(['media'], describeIdle(line), null)));
  return { refs: [...refs.values()], findings };
}

/** `code`: null for a warning. */
function issue(path: KeyPath, problem: string, code: ErrorCode | null = 'POST_MEDIA'): Finding {
  return { code, path, problem, isSentence: true };
}

/** The finding about a file of a post, or about a pattern. @throws `thrown` if it is another error */
function toFinding(thrown: unknown, path: KeyPath): Finding {
  const [ofInput] = inputErrorsIn(thrown) ?? [];
  if (ofInput !== undefined) return { code: 'POST_MEDIA', path, problem: ofInput.problem };
  const { code, message, hint } = fileErrorIn(thrown);
  return { code, path, problem: message, isSentence: true, hint };
}

/** A line that was copied, and not changed, would show the same picture twice. @throws FileError */
function checkIsNew(
  line: string,
  sources: readonly MediaRef['source'][],
  refs: ReadonlyMap<string, MediaRef>,
): void {
  const known = sources.map(({ path }) => refs.get(path));
  const [first] = known;
  if (first === undefined || known.includes(undefined)) return;
  const problem = `adds nothing: ${first.source.path} is already in ${nameOf(first.place)}`;
  throw new FileError('POST_MEDIA', quoted(line), problem);
}

/** The input `alt-text`: what a picture without alternative text means. */
export type AltTextRule = 'error' | 'warn' | 'off';

interface InspectContext {
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
  const { workspace, run, altText } = context;
  const sources = refs.map(({ source }) => workspace.released.get(source.path) ?? source);
  const own = sources.filter((one) => 'absolutePath' in one);
  // Captions and thumbnails belong to their video. The picture of a link card may have the name of a thumbnail.
  const options = { workspace, sidecars: written.link === null, altTexts: false, digests: true };
  const files = await inspectMedia(own, options, run);
  run.signal.throwIfAborted();
  const findings = [...found];
  const media: PostMediaFile[] = [];
  let linkImage: MediaFile | null = null;
  for (const [index, file] of files.entries()) {
    const ref = refs.find(({ source }) => source.path === file.path);
    const path = ref?.place ?? [];
    const alt = written.altTexts[index] ?? ref?.alt ?? null;
    if (file.error !== null || file.media === null) {
      findings.push(toFinding(file.error, path));
      continue;
    }
    findings.push(...file.warnings.map((text) => issue(path, `${file.path} ${text}`, null)));
    const described = { ...file, media: file.media, place: path, alt, altFile: null };
    if (path[0] === 'link') linkImage = file;
    else media.push(await withAltText(described, context, findings));
  }
  // Another error says why a file is missing.
  if (!findings.some(({ code }) => code !== null)) findings.push(...checkAltTexts(written, files));
  const inspected = { ...written, media, linkImage };
  return addFindings(inspected, [...findings, ...checkMedia(inspected, altText)]);
}

/** A picture has the text of a file beside it, unless its post has one. */
async function withAltText(
  file: PostMediaFile,
  { workspace, release, run }: InspectContext,
  findings: Finding[],
): Promise<PostMediaFile> {
  const { path, place } = file;
  if (file.media.kind !== 'image' || file.alt !== null) return file;
  const altFile = altTextFileOf(path);
  try {
    const text = (await readAltText(path, workspace, run)) ?? '';
    const report = ({ problem, ...one }: Finding) =>
      findings.push({ ...one, isSentence: true, problem: `${altFile} ${problem}` });
    const alt = fillFields(text, { path: place }, { release, report }) || null;
    return { ...file, altFile, alt };
  } catch (error) {
    findings.push(toFinding(error, place));
    return { ...file, altFile };
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

/** Which media fit together, once it is known what each file is. */
export function* checkMedia(post: WrittenPost, altText: AltTextRule): Generator<Finding> {
  const { media, linkImage, title, errors } = post;
  if (linkImage !== null && linkImage.media?.kind !== 'image')
    yield issue(['link', 'image'], `${linkImage.path} is not an image, which a link card shows`);
  const single = media.find((one) => one.media.kind !== 'image');
  if (single !== undefined && media.length > 1) {
    const what = WITH_ARTICLE[single.media.kind];
    const rule = `a post with ${what} has no other media: remove it, or the others`;
    yield issue(single.place, `${single.path} is ${what}, and ${rule}`);
  }
  for (const {
    path,
    media: { kind },
    place,
    alt,
    altFile,
  } of media) {
    if (alt === null) continue;
    const where = altFile === null ? [...place, 'alt'] : place;
    if (kind !== 'image')
      yield issue(where, `\`alt\` is for images, but ${path} is ${WITH_ARTICLE[kind]}`);
    else if (alt.length > ALT_TEXT_MAX)
      yield issue(
        where,
        `the alternative text of ${path} is longer than ${formatNumber(ALT_TEXT_MAX)} characters`,
      );
    else if (altText !== 'off' && isNameOf(path, alt))
      yield issue(
        where,
        `the alternative text of ${path} is the name of the file, which tells nobody what the picture shows: write what a person would see`,
        null,
      );
  }
  const [first] = media;
  // A title that is misspelt has an error already.
  if (first?.media.kind === 'document' && title === null && errors.length === 0)
    yield issue(first.place, `${first.path} is a document, so the post needs a \`title\``);
  if (first?.media.kind === 'image' && title !== null)
    yield issue(
      ['title'],
      `\`title\` is for a video or document, but ${first.path} is an image: remove it`,
    );
  if (altText !== 'off') yield* findMissingAltTexts(post, altText);
}

/** Whether `text` is the path of the file, or its name with or without its ending. */
function isNameOf(path: string, text: string): boolean {
  const { base, name } = posix.parse(path);
  const written = visibleForm(text).toLowerCase();
  return [path, base, name].some((one) => visibleForm(one).toLowerCase() === written);
}

/** One finding for all pictures of the post, at the place of the first. The input `alt` has one line for each. */
function findMissingAltTexts(
  { media, file: post, altTexts }: WrittenPost,
  rule: AltTextRule,
): Finding[] {
  const pictures = media.filter((one) => one.media.kind === 'image' && one.alt === null);
  const [first, ...others] = pictures;
  if (first === undefined || altTexts.length > 0) return [];
  const { path, place } = first;
  const own = altTextFileOf(path);
  const who = formatList(pictures.map((one) => one.path));
  const what =
    others.length === 0 ? `add a text file ${own}` : `for each, add a text file such as ${own}`;
  const key = `write its entry as \`- file: ${path}\` and, in a line below, \`alt:\` with what the picture shows, in quotes`;
  const where = path.startsWith('release:')
    ? ' to the release'
    : `, or ${post === null ? 'set `alt`' : key}`;
  const problem = `${who} ${others.length === 0 ? 'has' : 'have'} no alternative text: ${what}${where}`;
  return [issue(place, problem, rule === 'warn' ? null : 'POST_MEDIA')];
}
