// Reads a GitHub release: its assets, and the fields that posts may use. Downloads assets to the disk, and verifies their bytes
// against GitHub's list. Only this module follows redirects: once, over https, and without the token.

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  ActionError,
  FileError,
  fileErrorIn,
  InputError,
  statusOf,
  toActionError,
} from '../errors/action-error.ts';
import { formatBytes, formatNumber, pluralize, quoted } from '../format.ts';
import { isLoopback } from '../http/allowed-hosts.ts';
import { mapConcurrent } from '../limiter.ts';
import type { NamePattern } from '../media/find/assets.ts';
import type { FoundFile } from '../media/find/workspace.ts';
import type { ReleaseFields } from '../post/file/text-rules.ts';
import type { Logger } from '../run.ts';
import * as z from '../schema.ts';
import {
  CALL_LIMIT_MS,
  type GitHubApi,
  type GitHubCall,
  type GitHubClient,
} from './github-client.ts';

export interface ReleaseSettings {
  readonly patterns: readonly NamePattern[];
  readonly tag: string;
}

/** The release of the posts, before GitHub is asked about it. */
export interface ReleaseRequest {
  readonly tag: string;
  /** GitHub's description of the release, if it triggered this run; without validation. */
  readonly event: Readonly<Record<string, unknown>> | null;
}

export interface ReleaseAsset {
  /** The path that users see: `release:TAG/NAME`. */
  readonly path: string;
  /** The name that the uploader chose. Not trusted: it never becomes a path on the disk. */
  readonly name: string;
  readonly id: number;
  readonly sizeBytes: number;
  /** Lower-case hex; null if GitHub has none, as for assets from before June 2025. */
  readonly sha256: string | null;
  /** False during the upload to GitHub. Stays false if that upload was interrupted. */
  readonly isUploaded: boolean;
}

/** All assets, in GitHub's order. @throws InputError RELEASE_NOT_FOUND on `release-tag`; any error of `github` */
export async function listAssets(tag: string, github: GitHubClient): Promise<ReleaseAsset[]> {
  const { id: release_id } = await fetchRelease(tag, github);
  const listed = await github.retry(({ paginate, rest }, target) =>
    paginate(rest.repos.listReleaseAssets, { ...target, release_id, per_page: 100 }),
  );
  return listed.map(({ id, name, size, state, digest }) => ({
    path: `release:${tag}/${name}`,
    name,
    id,
    sizeBytes: size,
    sha256: /^sha256:([0-9a-f]{64})$/i.exec(digest ?? '')?.[1]?.toLowerCase() ?? null,
    isUploaded: state === 'uploaded',
  }));
}

const DESCRIPTION = z.object({
  tag_name: z.string().min(1),
  name: z.string().nullish(),
  html_url: z.url({ protocol: /^https?$/ }),
  body: z.string().nullish(),
});

export interface ReleaseDetails extends ReleaseFields {
  /** The notes in Markdown. */
  readonly notes: string;
}

/** The fields from the event that started the run. Null if the event does not describe the release. */
export function detailsOfEvent({ event }: ReleaseRequest): ReleaseDetails | null {
  const { data } = DESCRIPTION.safeParse(event);
  return data === undefined ? null : toDetails(data);
}

/** The fields from GitHub's API. @throws as `listAssets` */
export async function fetchDetails(
  { tag }: ReleaseRequest,
  github: GitHubClient,
): Promise<ReleaseDetails> {
  return toDetails(await fetchRelease(tag, github));
}

function toDetails({
  tag_name: tag,
  name,
  html_url: url,
  body,
}: z.infer<typeof DESCRIPTION>): ReleaseDetails {
  return { tag, name: name?.trim() || tag, url, notes: body ?? '' };
}

async function fetchRelease(tag: string, github: GitHubClient) {
  const { repository } = github;
  try {
    return await github.retry(
      async ({ rest }, target) => (await rest.repos.getReleaseByTag({ ...target, tag })).data,
    );
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    const text = `is ${quoted(tag)}, but ${repository.owner}/${repository.repo} has no published release with this tag, or the token may not read it`;
    throw new InputError('RELEASE_NOT_FOUND', 'release-tag', text);
  }
}

const DOWNLOAD_CONCURRENCY = 4;
/** 100 kB/s. A slower download takes too long. */
const MIN_BYTES_PER_MS = 100;
const GONE =
  'The asset was deleted or replaced after GitHub listed it. Run the job again when the release is complete: it reads the list again.';

/**
 * One file for each asset, in order, in the folder of the client, named by its index. A failed download sets its `error`.
 * @throws RunError when the run is cancelled
 */
export async function downloadAssets(
  assets: readonly ReleaseAsset[],
  github: GitHubClient,
  logger: Logger,
): Promise<FoundFile[]> {
  const folder = await github.tempDir();
  const numbered = assets.map((asset, index) => ({ asset, target: path.join(folder, `${index}`) }));
  return await mapConcurrent(numbered, DOWNLOAD_CONCURRENCY, async ({ asset, target }) => {
    const file = { path: asset.path, absolutePath: target, sizeBytes: asset.sizeBytes };
    try {
      if (!asset.isUploaded) {
        const text = 'is not completely uploaded to the release yet';
        throw new FileError('ASSET_UNFINISHED', asset.path, text);
      }
      // Retries the request together with its redirect, whose URL expires.
      const limitMs = CALL_LIMIT_MS + asset.sizeBytes / MIN_BYTES_PER_MS;
      const fetch: GitHubCall<void> = ({ rest }, { request }) =>
        fetchAsset(asset, target, { github, rest, signal: request.signal });
      await github.retry(fetch, undefined, limitMs);
      logger.info(`${asset.path}: downloaded, ${formatBytes(asset.sizeBytes)}`);
      return file;
    } catch (error) {
      return { ...file, error: toFileError(asset, error) };
    }
  });
}

/** Rethrows errors that concern the whole run and not only this asset. */
function toFileError({ path: file }: ReleaseAsset, error: unknown): FileError {
  const known = toActionError(error);
  const status = statusOf(known);
  if (status === null) return fileErrorIn(known);
  const code = known.code === 'GITHUB_DENIED' ? known.code : 'ASSET_UNREACHED';
  // GitHub has listed the asset in this run, so the token may read it. Without a response, the advice is about the network.
  const hint = status === 404 ? GONE : status === 0 ? known.hint : undefined;
  return new FileError(code, file, `could not be downloaded: ${known.message}`, {
    cause: known,
    hint,
  });
}

interface DownloadClient extends Pick<GitHubApi, 'rest'> {
  readonly github: GitHubClient;
  readonly signal: AbortSignal;
}

async function fetchAsset(
  asset: ReleaseAsset,
  target: string,
  { github, rest, signal }: DownloadClient,
): Promise<void> {
  const receive = (chunks: AsyncIterable<Uint8Array>) => store(asset, target, chunks);
  const download = { headers: { accept: 'application/octet-stream' }, receive, signal };
  // Requests it by its id, on the URL of the API, because URLs in responses are not trusted.
  const { url } = rest.repos.getReleaseAsset.endpoint({ ...github.repository, asset_id: asset.id });
  const first = { ...download, url: new URL(url), bearer: true, acceptsRedirect: true };
  const { status, headers } = await github.download(first);
  if (status < 300) return;
  const storage = storageUrl(asset, headers.location, github.apiUrl);
  await github.download({ ...download, url: storage, bearer: false });
}

async function store(
  asset: ReleaseAsset,
  target: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    await writeFile(target, verified(asset, chunks), { mode: 0o600 });
  } catch (error) {
    if (error instanceof ActionError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const text = `could not be stored (${code ?? message})`;
    throw new FileError('ASSET_UNREACHED', asset.path, text, { cause: error });
  }
}

/** The URL where GitHub stores the bytes. Only a GitHub on loopback may redirect to http, also on loopback. */
function storageUrl(asset: ReleaseAsset, location: unknown, from: URL): URL {
  const url =
    typeof location === 'string' && location !== '' ? URL.parse(location, from.href) : null;
  if (url === null) throw rejected(asset, 'is redirected without a valid URL');
  const isPublic = url.protocol === 'https:' && url.port === '';
  const isLocal =
    /^https?:$/.test(url.protocol) && isLoopback(from.hostname) && isLoopback(url.hostname);
  if (
    url.username === '' &&
    url.password === '' &&
    (isPublic || isLocal || url.origin === from.origin)
  )
    return url;
  throw rejected(
    asset,
    `is redirected to ${url.protocol}//${url.host}, which is not an allowed https URL`,
  );
}

function rejected({ path: file }: ReleaseAsset, text: string): FileError {
  return new FileError('ASSET_UNREACHED', file, `${text}; nothing was downloaded`);
}

/** Verifies size and SHA-256. @throws FileError ASSET_DIFFERS */
async function* verified(
  asset: ReleaseAsset,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  const differs = (text: string) => new FileError('ASSET_DIFFERS', asset.path, text);
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > asset.sizeBytes) {
      throw differs(`is longer than the ${pluralize(asset.sizeBytes, 'byte')} that GitHub lists`);
    }
    hash.update(chunk);
    yield chunk;
  }
  if (sizeBytes < asset.sizeBytes) {
    throw differs(
      `ends after ${formatNumber(sizeBytes)} of the ${pluralize(asset.sizeBytes, 'byte')} that GitHub lists`,
    );
  }
  if (asset.sha256 !== null && hash.digest('hex') !== asset.sha256) {
    throw differs('does not have the SHA-256 that GitHub lists');
  }
}
