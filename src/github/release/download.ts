// Downloads assets of a GitHub release to the disk and verifies their bytes against GitHub's list. Only this module
// follows redirects: once, over https, and without the token.

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ActionError, FileError, fileErrorIn, statusOf, toActionError } from '../../errors/action-error.ts';
import { formatNumber, pluralize } from '../../format.ts';
import { isLoopback } from '../../http/allowed-hosts.ts';
import { mapConcurrent } from '../../limiter.ts';
import type { FoundFile } from '../../media/find/workspace.ts';
import type { GitHubApi, GitHubClient } from '../github-client.ts';
import type { ReleaseAsset } from './release.ts';

interface DownloadOptions {
  readonly github: GitHubClient;
  /** The target folder. Each file is named by its index in the list. */
  readonly folder: string;
  readonly onDownloaded: (asset: ReleaseAsset) => void;
}

const DOWNLOAD_CONCURRENCY = 4;
const GONE =
  'The asset was deleted or replaced after GitHub listed it. Run the job again when the release is complete: it reads the list again.';

/** One file for each asset, in order. A failed download sets the `error` of its file. @throws RunError when the run is cancelled */
export function downloadAssets(
  assets: readonly ReleaseAsset[],
  options: DownloadOptions,
): Promise<FoundFile[]> {
  const numbered = assets.map((asset, index) => ({ asset, target: path.join(options.folder, `${index}`) }));
  return mapConcurrent(numbered, DOWNLOAD_CONCURRENCY, async ({ asset, target }) => {
    const file = { path: asset.path, absolutePath: target, sizeBytes: asset.sizeBytes };
    try {
      if (!asset.isUploaded) {
        const text = 'is not completely uploaded to the release yet';
        throw new FileError('ASSET_UNFINISHED', asset.path, text);
      }
      // Retries the request together with its redirect, whose URL expires.
      await options.github.retry(({ rest }) => fetchAsset(asset, target, { github: options.github, rest }));
      options.onDownloaded(asset);
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
  return new FileError(code, file, `could not be downloaded: ${known.message}`, { cause: known, hint });
}

async function fetchAsset(
  asset: ReleaseAsset,
  target: string,
  { github, rest }: Pick<DownloadOptions, 'github'> & Pick<GitHubApi, 'rest'>,
): Promise<void> {
  const receive = (chunks: AsyncIterable<Uint8Array>) => store(asset, target, chunks);
  const download = { accept: 'application/octet-stream', receive };
  // Requests it by its id, on the URL of the API, because URLs in responses are not trusted.
  const { url } = rest.repos.getReleaseAsset.endpoint({ ...github.repository, asset_id: asset.id });
  const first = { ...download, url: new URL(url), bearer: true, acceptsRedirect: true };
  const { status, headers } = await github.download(first);
  if (status < 300) return;
  const storage = storageUrl(asset, headers.location, github.apiUrl);
  await github.download({ ...download, url: storage, bearer: false });
}

async function store(asset: ReleaseAsset, target: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
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
  const url = typeof location === 'string' && location !== '' ? URL.parse(location, from.href) : null;
  if (url === null) throw rejected(asset, 'is redirected without a valid URL');
  const isPublic = url.protocol === 'https:' && url.port === '';
  const isLocal = /^https?:$/.test(url.protocol) && isLoopback(from.hostname) && isLoopback(url.hostname);
  if (url.username === '' && url.password === '' && (isPublic || isLocal || url.origin === from.origin))
    return url;
  throw rejected(asset, `is redirected to ${url.protocol}//${url.host}, which is not an allowed https URL`);
}

function rejected({ path: file }: ReleaseAsset, text: string): FileError {
  return new FileError('ASSET_UNREACHED', file, `${text}; nothing was downloaded`);
}

/** Verifies size and SHA-256. @throws FileError ASSET_DIFFERS */
async function* verified(asset: ReleaseAsset, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
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
