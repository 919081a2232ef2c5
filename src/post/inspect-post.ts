// Looks at the media of one post: what each file is, its alternative text, and whether they fit together.

import { FileError } from '../errors.ts';
import { altTextFileOf } from '../media/alt-text.ts';
import type { NamedFiles } from '../media/find/named-files.ts';
import type { FoundFile } from '../media/find/workspace.ts';
import { inspectMedia } from '../media/inspection.ts';
import type { MediaFile } from '../media/media-file.ts';
import { readTextFile } from '../media/read-text.ts';
import type { Runtime } from '../runtime.ts';
import { openWithRetry } from '../upload/file-body.ts';
import { type PlanSettings, planUploads } from '../upload/plan.ts';
import { fillFields, findFields, type ReleaseFields } from './file/fields.ts';
import { type AltTextRule, checkMedia } from './file/media-rules.ts';
import type { Post } from './file/post.ts';
import { byLine, type PostIssue, type PostNote } from './file/post-error.ts';
import { mediaFilesOf, type PostFile, type PostMediaFile } from './file/post-file.ts';
import { UNREADABLE_ALT } from './file/readable-keys.ts';
import type { FoundRefs, MediaRef } from './find-media.ts';

export interface InspectContext {
  readonly plan: PlanSettings;
  readonly altText: AltTextRule;
  readonly workspace: string;
  readonly named: NamedFiles;
  /** Files of the release, by their path. */
  readonly released: ReadonlyMap<string, FoundFile>;
  /** Null without a release. */
  readonly fields: ReleaseFields | null;
  readonly runtime: Pick<Runtime, 'clock' | 'signal'>;
}

/** Returns the post with its media, and with the errors that they have. @throws the reason of the signal when the run is aborted */
export async function inspectPost(
  written: PostFile,
  found: FoundRefs,
  context: InspectContext,
): Promise<PostFile> {
  const { file, readable } = written;
  if (readable === null) return written;
  const issues = [...found.issues];
  const files = await inspectRefs(found.refs, context);
  context.runtime.signal.throwIfAborted();
  const media = await readMedia(files, { post: readable, issues, context });
  const linkImage = await inspectLinkImage(readable, { issues, context });
  const checked = checkMedia(readable, media, context.altText);
  issues.push(...checked.issues);
  const fileWarnings: readonly PostNote[] = files.flatMap(({ file: { path, warnings }, entry }) =>
    warnings.map((one) => ({ path: ['media', entry], problem: `${path} ${one}`, isSentence: true })),
  );
  return {
    ...written,
    errors: [...written.errors, ...issues.map(written.errorAt)].sort(byLine),
    warnings: [...written.warnings, ...[...checked.warnings, ...fileWarnings].map(written.warningAt)],
    media: media.map((one) => (one.alt === UNREADABLE_ALT ? { ...one, alt: null } : one)),
    linkImage,
    ...partsOf(file, media, linkImage),
  };
}

interface InspectedRef {
  readonly file: MediaFile;
  readonly entry: number;
}

/** Without the captions and thumbnails of videos, which belong to their video. */
async function inspectRefs(refs: readonly MediaRef[], context: InspectContext): Promise<InspectedRef[]> {
  const found = refs.map(({ source, entry }) => ({
    source: context.released.get(source.path) ?? source,
    entry,
  }));
  const inspected = await inspectFound(
    found.flatMap(({ source }) => ('absolutePath' in source ? [source] : [])),
    context,
  );
  const entries = Map.groupBy(found, ({ source }) => source.path);
  return inspected.map((file) => ({ file, entry: entries.get(file.path)?.shift()?.entry ?? 0 }));
}

/** Without `sidecars`, a picture may have the name of a thumbnail. */
function inspectFound(
  found: readonly FoundFile[],
  { workspace, released, runtime }: InspectContext,
  sidecars = true,
): Promise<MediaFile[]> {
  if (found.length === 0) return Promise.resolve([]);
  const places = { workspace, followSymlinks: false, includeHiddenFiles: true };
  return inspectMedia(found, {
    find: { ...places, patterns: '', maxFiles: found.length, sidecars },
    sidecars,
    released: [...released.values()],
    digests: true,
    open: openWithRetry(runtime),
    signal: runtime.signal,
  });
}

interface Findings {
  readonly post: Post;
  readonly issues: PostIssue[];
  readonly context: InspectContext;
}

/** The files that can be uploaded, with their alternative texts. Adds an issue for each other one. */
async function readMedia(
  files: readonly InspectedRef[],
  { post, issues, context }: Findings,
): Promise<PostMediaFile[]> {
  const media: PostMediaFile[] = [];
  const plan = planUploads(
    context.plan,
    files.map(({ file }) => file),
  );
  for (const [index, { file, entry }] of files.entries()) {
    const rejection = plan.files[index]?.rejection ?? null;
    if (rejection !== null || file.media === null) {
      issues.push({
        code: rejection?.code ?? 'POST_MEDIA',
        path: ['media', entry],
        problem: rejection?.message ?? `${file.path} cannot be used`,
        isSentence: true,
        hint: rejection?.hint,
      });
      continue;
    }
    const { kind } = file.media;
    const given = post.media[entry]?.alt ?? null;
    let alt = given;
    if (kind === 'image' && given === null)
      alt = await readAltText(file.path, context).catch((error) => {
        if (!(error instanceof FileError)) throw error;
        const { code, message: problem, hint } = error;
        issues.push({ code, path: ['media', entry], problem, isSentence: true, hint });
        return null;
      });
    const altFile = given === null && alt !== null ? altTextFileOf(file.path) : null;
    media.push({ file: file.path, kind, entry, alt, source: file, altFile });
  }
  return media;
}

/** Null when there is no such file, or it is blank. @throws FileError */
async function readAltText(
  path: string,
  { named, released, fields, runtime }: InspectContext,
): Promise<string | null> {
  const altPath = altTextFileOf(path);
  const found = path.startsWith('release:')
    ? (released.get(altPath) ?? null)
    : await named.findIfThere(altPath);
  if (found === null) return null;
  if (found.error !== undefined) throw found.error;
  const text = await readTextFile(found, openWithRetry(runtime));
  const [field] = findFields(text);
  if (field !== undefined && fields === null)
    throw new FileError('POST_MEDIA', altPath, `has ${field.text}, but there is no release`);
  return (fields === null ? text : fillFields(text, fields)).trim() || null;
}

async function inspectLinkImage(
  { link }: Post,
  { issues, context }: Omit<Findings, 'post'>,
): Promise<MediaFile | null> {
  const path = link?.image ?? null;
  if (path === null) return null;
  const add = ({ code, message, hint }: Pick<PostIssue, 'code' | 'hint'> & { readonly message: string }) =>
    void issues.push({ code, path: ['link', 'image'], problem: message, isSentence: true, hint });
  try {
    const [file] = await inspectFound([await context.named.find(path)], context, false);
    if (file === undefined) return null;
    const rejection = planUploads(context.plan, [file]).files[0]?.rejection ?? null;
    if (rejection !== null) add(rejection);
    else if (file.media?.kind !== 'image')
      add({
        code: 'POST_MEDIA',
        message: `${path} is a ${file.media?.kind}, but a link card shows an image`,
      });
    else return file;
    return null;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    add({ code: 'POST_MEDIA', message: error.message });
    return null;
  }
}

/** What a review of the post covers. */
function partsOf(
  file: string | null,
  media: readonly PostMediaFile[],
  linkImage: MediaFile | null,
): Pick<PostFile, 'paths' | 'hasReleaseMedia'> {
  const files = mediaFilesOf({ media, linkImage });
  const sidecars = files.flatMap((one) => Object.values(one.sidecars ?? {}).map(({ path }) => path));
  const altFiles = media.flatMap(({ altFile }) => altFile ?? []);
  const all = [...files.map(({ path }) => path), ...altFiles, ...sidecars];
  const inWorkspace = all.filter((path) => !path.startsWith('release:'));
  return {
    paths: [...(file === null ? [] : [file]), ...inWorkspace],
    hasReleaseMedia: inWorkspace.length < all.length,
  };
}
