// Looks at the media of one post: what each file is, its alternative text, and whether they fit together.

import { FileError } from '../errors.ts';
import { altTextFileOf } from '../media/alt-text.ts';
import { openWithRetry, readTextFile } from '../media/bytes.ts';
import type { FoundFile } from '../media/find/workspace.ts';
import { inspectMedia } from '../media/inspect-media.ts';
import type { MediaFile } from '../media/media-file.ts';
import type { Runtime } from '../runtime.ts';
import { type PlannedFile, type PlanSettings, planUploads } from '../upload/plan.ts';
import { type AltTextRule, checkMedia } from './file/media-rules.ts';
import { UNREADABLE_ALT } from './file/parse-post.ts';
import type { Post, PostMediaFile, WrittenPost } from './file/post.ts';
import { byLine, type PostIssue, type PostNote, toIssue, toMediaIssue } from './file/post-issue.ts';
import { fillFields, findFields, type ReleaseFields } from './file/text-rules.ts';
import type { FoundRefs, NamedFiles } from './find-media.ts';

export interface InspectContext {
  readonly planSettings: PlanSettings;
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
  written: WrittenPost,
  { refs, issues: missing }: FoundRefs,
  context: InspectContext,
): Promise<WrittenPost> {
  const { readable: post } = written;
  if (post === null) return written;
  const found = refs.map(({ source }) => context.released.get(source.path) ?? source);
  const inspected = await inspectFound(
    found.filter((one) => 'absolutePath' in one),
    context,
  );
  context.runtime.signal.throwIfAborted();
  const findings: Findings = { post, issues: [...missing], context };
  const entries = new Map(refs.map(({ source, entry }) => [source.path, entry]));
  const entryOf = (one: MediaFile) => entries.get(one.path) ?? 0;
  const media: PostMediaFile[] = [];
  for (const planned of planUploads(context.planSettings, inspected).files)
    media.push(...(await readMedia(planned, entryOf(planned.file), findings)));
  const image = post.link?.image ?? null;
  const linkImage = image === null ? null : await inspectLinkImage(image, findings);
  const checked = checkMedia(post, media, context.altText);
  const issues = [...findings.issues, ...checked.issues];
  const fileWarnings: readonly PostNote[] = inspected.flatMap((one) =>
    one.warnings.map((text) => ({
      path: ['media', entryOf(one)],
      problem: `${one.path} ${text}`,
      isSentence: true,
    })),
  );
  return {
    ...written,
    errors: [...written.errors, ...issues.map(written.errorAt)].sort(byLine),
    warnings: [...written.warnings, ...[...checked.warnings, ...fileWarnings].map(written.warningAt)],
    media: media.map((one) => (one.alt === UNREADABLE_ALT ? { ...one, alt: null } : one)),
    linkImage,
  };
}

/**
 * The captions and thumbnails of videos belong to their video. Without `sidecars`, a picture may have the name of a
 * thumbnail.
 */
function inspectFound(
  found: readonly FoundFile[],
  { workspace, released, runtime }: InspectContext,
  sidecars = true,
): Promise<MediaFile[]> {
  if (found.length === 0) return Promise.resolve([]);
  const places = { workspace, followSymlinks: false, includeHiddenFiles: true };
  return inspectMedia(found, {
    sidecars: sidecars ? places : null,
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

/** A file with its alternative text. Adds an issue and returns nothing if it cannot be uploaded. */
async function readMedia(
  { file, rejection }: PlannedFile,
  entry: number,
  { post, issues, context }: Findings,
): Promise<PostMediaFile[]> {
  const path = ['media', entry];
  if (rejection !== null || file.media === null) {
    const error = rejection ?? new FileError('POST_MEDIA', file.path, 'cannot be used');
    issues.push(toIssue(error, path));
    return [];
  }
  const { kind } = file.media;
  const given = post.media[entry]?.alt ?? null;
  let alt = given;
  try {
    if (kind === 'image') alt ??= await readAltText(file.path, context);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    issues.push(toIssue(error, path));
  }
  const altFile = given === null && alt !== null ? altTextFileOf(file.path) : null;
  return [{ file: file.path, kind, entry, alt, source: file, altFile }];
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

async function inspectLinkImage(name: string, { issues, context }: Findings): Promise<MediaFile | null> {
  const path = ['link', 'image'];
  try {
    const inspected = await inspectFound([await context.named.find(name)], context, false);
    const [planned] = planUploads(context.planSettings, inspected).files;
    if (planned === undefined) return null;
    const { file, rejection } = planned;
    if (rejection === null && file.media?.kind === 'image') return file;
    const problem = `is a ${file.media?.kind}, but a link card shows an image`;
    issues.push(toIssue(rejection ?? new FileError('POST_MEDIA', name, problem), path));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    issues.push(toMediaIssue(error, path));
  }
  return null;
}
