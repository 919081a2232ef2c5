// Brings assets of a GitHub release to the disk, byte for byte what GitHub lists. The one place of the action where a
// redirect is followed: once, over https, and without any token.

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ActionError, FileError, GitHubError } from '../../errors.ts';
import { formatNumber, pluralize } from '../../format.ts';
import { isLoopback } from '../../http/policy.ts';
import { mapConcurrent } from '../../media/map-concurrent.ts';
import type { FoundFile } from '../../media/workspace.ts';
import type { ReleaseAsset, ReleaseSettings } from './assets.ts';
import type { GitHub } from './github.ts';

export interface BringOptions {
  readonly settings: ReleaseSettings;
  readonly github: GitHub;
  /** Where the bytes go, each file under its place in the list. */
  readonly folder: string;
  readonly onBrought: (asset: ReleaseAsset) => void;
}

const DOWNLOADS_AT_ONCE = 4;

/**
 * One file for each asset, in order; one that could not be brought has its `fault`.
 * @throws RunError when the run is cancelled; NetworkError TLS_FAILED
 */
export function bringAssets(assets: readonly ReleaseAsset[], options: BringOptions): Promise<FoundFile[]> {
  const numbered = assets.map((asset, index) => ({ asset, target: path.join(options.folder, `${index}`) }));
  return mapConcurrent(numbered, DOWNLOADS_AT_ONCE, async ({ asset, target }) => {
    const file = { path: asset.path, absolutePath: target, sizeBytes: asset.sizeBytes };
    try {
      await bring(asset, target, options);
      return file;
    } catch (error) {
      return { ...file, fault: faultOf(asset, error) };
    }
  });
}

async function bring(asset: ReleaseAsset, target: string, options: BringOptions): Promise<void> {
  if (!asset.isUploaded) {
    throw new FileError('ASSET_UNFINISHED', `${asset.path} is not uploaded to the release as a whole yet`);
  }
  await options.github.repeat(() => download(asset, target, options));
  options.onBrought(asset);
}

/** What is no fault of the asset, but of the run, is thrown on. */
function faultOf({ path: file }: ReleaseAsset, error: unknown): FileError {
  if (error instanceof FileError) return error;
  if (error instanceof GitHubError && error.code === 'ASSET_DIFFERS')
    return new FileError(error.code, error.message, { cause: error });
  if (error instanceof GitHubError) {
    const code = error.code === 'GITHUB_DENIED' ? error.code : 'ASSET_UNREACHED';
    return new FileError(code, `${file} could not be downloaded: ${error.message}`, { cause: error });
  }
  if (error instanceof ActionError) throw error;
  const { code, message } = error as NodeJS.ErrnoException;
  const text = `${file} could not be stored (${code ?? message})`;
  return new FileError('ASSET_UNREACHED', text, { cause: error });
}

async function download(asset: ReleaseAsset, target: string, options: BringOptions): Promise<void> {
  const { github, settings } = options;
  const { owner, repo } = settings.repository;
  // By its number, on the API's own address: the addresses that an answer names are not asked.
  const url = github.urlOf(`/repos/${owner}/${repo}/releases/assets/${asset.id}`);
  const store = (chunks: AsyncIterable<Uint8Array>) =>
    writeFile(target, checked(asset, chunks), { mode: 0o600 });
  const question = { accept: 'application/octet-stream' };
  const storage = await github.get(
    { ...question, url, bearer: true },
    async ({ status, location, chunks }) => {
      if (status >= 300) return storageUrl(asset, location, url);
      await store(chunks);
      return null;
    },
  );
  if (storage === null) return;
  await github.get({ ...question, url: storage, bearer: false }, async ({ status, chunks }) => {
    if (status >= 300) throw refused(asset, `is redirected a second time, by ${storage.host}`);
    await store(chunks);
  });
}

/** Where GitHub keeps the bytes. Only a GitHub on this very machine may name an address without https, on it. */
function storageUrl(asset: ReleaseAsset, location: string | null, from: URL): URL {
  const url = location ? URL.parse(location, from.href) : null;
  if (url === null) throw refused(asset, 'is redirected to nowhere');
  const isPublic = url.protocol === 'https:' && url.port === '';
  const isLocal = /^https?:$/.test(url.protocol) && isLoopback(from.hostname) && isLoopback(url.hostname);
  if (url.username === '' && url.password === '' && (isPublic || isLocal || url.origin === from.origin))
    return url;
  throw refused(
    asset,
    `is redirected to ${url.protocol}//${url.host}, which is no https address that may be followed`,
  );
}

function refused({ path: file }: ReleaseAsset, text: string): FileError {
  return new FileError('ASSET_UNREACHED', `${file} ${text}; nothing of it was taken`);
}

/**
 * The chunks, as long as they are what GitHub lists.
 * @throws FileError ASSET_DIFFERS; GitHubError ASSET_DIFFERS where they end too early, which another try may mend
 */
async function* checked(asset: ReleaseAsset, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  const differs = (text: string) => new FileError('ASSET_DIFFERS', `${asset.path} ${text}`);
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
    const text = `${asset.path} ends after ${formatNumber(sizeBytes)} of the ${pluralize(asset.sizeBytes, 'byte')} that GitHub lists`;
    throw new GitHubError('ASSET_DIFFERS', text, { status: 200, retryAfterMs: 0 });
  }
  if (asset.sha256 !== null && hash.digest('hex') !== asset.sha256) {
    throw differs('has another SHA-256 than GitHub lists');
  }
}
