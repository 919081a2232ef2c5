// Collects the posts of a run with their media: searches, parses, downloads from the release, inspects. Sends nothing.

import type { GitHubClient } from '../github/github-client.ts';
import {
  detailsOfEvent,
  fetchDetails,
  listAssets,
  type ReleaseAsset,
  type ReleaseRequest,
} from '../github/release/release.ts';
import type { PostInputs } from '../inputs/read-post-inputs.ts';
import type { FoundFile } from '../media/find/workspace.ts';
import { altTextFileOf } from '../media/inspect-media.ts';
import { sidecarPathsOf } from '../media/sidecars.ts';
import type { WrittenPost } from '../post/file/post.ts';
import type { ReleaseDetails } from '../post/file/release-notes.ts';
import {
  type FoundRefs,
  findEntries,
  findLines,
  type MediaPlaces,
  type MediaRef,
  NamedFiles,
  RELEASE_LINE,
} from '../post/find-media.ts';
import { findPostFiles, logPostFiles, readGivenText, readInlinePost, readPosts } from '../post/find-posts.ts';
import { inspectPost } from '../post/inspect-post.ts';
import type { Logger } from '../run.ts';
import { type CollectRun, downloadToTemp } from './collect-files.ts';

interface CollectedPosts {
  readonly posts: readonly WrittenPost[];
  /** Sentences for the summary about patterns that matched nothing. */
  readonly remarks: readonly string[];
}

/** @throws InputError; CallError when the release cannot be read; the signal's reason when the run is aborted */
export async function collectPosts(inputs: PostInputs, run: CollectRun): Promise<CollectedPosts> {
  const { workspace } = inputs;
  const found = inputs.posts === '' ? null : await findPostFiles(inputs, run);
  const remarks = found === null ? [] : logPostFiles(found, run);
  if (found?.files.length === 0) return { posts: [], remarks };
  const named = new NamedFiles(workspace);
  // Reads the text before any call to GitHub, because a file that cannot be read is an error of the inputs.
  const text = found === null ? await readGivenText(inputs, { workspace, named, run }) : null;
  const release = inputs.release === null ? null : await readRelease(inputs.release, inputs, run);
  const toRead = { ...inputs, release, run };
  const posts =
    found === null ? [readInlinePost(inputs, text, toRead)] : await readPosts(found.files, toRead);
  const entries = posts.flatMap((post) => post.entries);
  const needsAssets = release !== null && entries.some(({ file }) => RELEASE_LINE.test(file));
  const assets = needsAssets ? await readAssets(inputs, run) : null;
  const places: MediaPlaces = { named, workspace, assets: assets?.listed ?? null, run };
  const find = found === null ? findLines : findEntries;
  const media = new Map<WrittenPost, FoundRefs>();
  for (const post of posts) media.set(post, await find(post.entries, { ...places, post: post.file }));
  const refs = [...media.values()].flatMap((one) => one.refs);
  const released = assets === null ? NONE : await downloadMedia(refs, { ...run, ...assets });
  const context = { ...inputs, named, released, fields: release, run };
  const inspected: WrittenPost[] = [];
  for (const [post, own] of media) inspected.push(await inspectPost(post, own, context));
  return { posts: inspected, remarks };
}

const NONE: ReadonlyMap<string, FoundFile> = new Map();

async function readRelease(
  request: ReleaseRequest,
  { githubError }: PostInputs,
  { github }: CollectRun,
): Promise<ReleaseDetails> {
  const known = detailsOfEvent(request);
  if (known !== null) return known;
  if (github === null) throw githubError;
  return await fetchDetails(request, github);
}

async function readAssets(
  { release, githubError }: PostInputs,
  { github }: CollectRun,
): Promise<ReleaseDownload> {
  if (github === null) throw githubError;
  return { github, listed: await listAssets(release?.tag ?? '', github) };
}

interface ReleaseDownload {
  readonly github: GitHubClient;
  /** All assets of the release. */
  readonly listed: readonly ReleaseAsset[];
}

/** Downloads the assets of `refs`, and their captions, thumbnails and alternative texts. Returns the files by path. */
async function downloadMedia(
  refs: readonly MediaRef[],
  { github, listed, logger }: ReleaseDownload & { readonly logger: Logger },
): Promise<ReadonlyMap<string, FoundFile>> {
  const own = refs.flatMap(({ source }) => ('absolutePath' in source ? [] : [source.path]));
  const wanted = new Set(own.flatMap((path) => [path, ...sidecarPathsOf(path), altTextFileOf(path)]));
  const files = await downloadToTemp(
    listed.filter(({ path }) => wanted.has(path)),
    { github, logger },
  );
  return new Map(files.map((file) => [file.path, file]));
}
