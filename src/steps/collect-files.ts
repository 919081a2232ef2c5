// Collects this job's shard of files from the workspace and a release. It checks names and sizes of both together
// before it downloads an asset.

import { InputError } from '../errors.ts';
import { formatBytes, pluralize } from '../format.ts';
import type { GitHubClient } from '../github/github-client.ts';
import { downloadAssets } from '../github/release/download.ts';
import { listAssets, type ReleaseAsset, type ReleaseSettings } from '../github/release/release.ts';
import type { Inputs, SearchInputs } from '../inputs/read-inputs.ts';
import { altTextFileOf } from '../media/alt-text.ts';
import { openWithRetry } from '../media/bytes.ts';
import { type FoundFiles, findFiles } from '../media/find/find-files.ts';
import { matchNames } from '../media/find/name-patterns.ts';
import { selectShard } from '../media/find/shards.ts';
import type { FoundFile } from '../media/find/workspace.ts';
import { byPath } from '../media/find/workspace.ts';
import { inspectMedia } from '../media/inspect-media.ts';
import { type MediaFile, uninspectedFile } from '../media/media-file.ts';
import { sidecarPathsOf, withoutSidecars } from '../media/sidecars.ts';
import type { Logger } from '../report/log/logger.ts';
import { reportSearch, type SearchResult } from '../report/log/search-report.ts';
import type { Warning } from '../report/summary.ts';
import type { Runtime } from '../runtime.ts';
import { withGracePeriod } from '../time-limits.ts';

export interface CollectedFiles {
  /** This job's shard, in the natural order of the paths. */
  readonly files: readonly FoundFile[];
  /** The files of the shard that come from the release, with their sidecars and alternative texts there. */
  readonly released: readonly FoundFile[];
  /** The warnings of the search. */
  readonly searchWarnings: readonly Warning[];
}

interface CollectRuntime extends Runtime {
  /** Null without access to GitHub. */
  readonly github: GitHubClient | null;
}

/**
 * @throws InputError, AggregateInputError for `files`, `max-files`, `release-assets` or `release-tag`; GitHubError,
 * NetworkError when the release cannot be read; the reason of the signal when the run is aborted
 */
export async function collectFiles(inputs: Inputs, runtime: CollectRuntime): Promise<CollectedFiles> {
  const { release } = inputs;
  const { github } = runtime;
  if (release === null) {
    const { found, searchWarnings } = await searchWorkspace(inputs, runtime);
    return { files: ownShard(found.files, inputs, runtime.logger), released: [], searchWarnings };
  }
  if (github === null) throw new RangeError('a release needs access to GitHub');
  const found = await findFiles(inputs.find, runtime);
  return await collectWithRelease(found, inputs, { ...runtime, release, github });
}

/** @throws InputError, AggregateInputError for `files`, `max-files` */
export async function searchWorkspace(
  search: SearchInputs,
  runtime: Runtime,
): Promise<{ readonly found: FoundFiles; readonly searchWarnings: readonly Warning[] }> {
  const found = await findFiles(search.find, runtime);
  const result: SearchResult = { input: 'files', ...found, files: rowsOf(found.files, search) };
  return { found, searchWarnings: reportSearch([result], search.ifNoFilesFound, runtime.logger) };
}

interface ReleaseRuntime extends CollectRuntime {
  readonly github: GitHubClient;
  readonly release: ReleaseSettings;
}

/** The most asset names in one message. */
const MAX_NAMES = 10;

async function collectWithRelease(
  found: FoundFiles,
  inputs: Inputs,
  runtime: ReleaseRuntime,
): Promise<CollectedFiles> {
  const { release, github, logger } = runtime;
  const { patterns, maxFiles } = inputs.find;
  const listed = await listAssets(release.tag, github);
  const { matched, unmatched } = matchNames(release.patterns, listed);
  const names = listed.slice(0, MAX_NAMES).map(({ name }) => name);
  if (listed.length > names.length) names.push('…');
  const assetList = names.length > 0 ? `: ${names.join(', ')}` : '';
  const files = rowsOf(found.files, inputs);
  const assets = rowsOf(matched, inputs);
  const releaseResult: SearchResult = {
    input: 'release-assets',
    files: assets,
    skipped: [],
    unmatched,
    description: `release ${release.tag} (${pluralize(listed.length, 'asset')}${assetList})`,
  };
  const results: SearchResult[] = patterns === '' ? [] : [{ input: 'files', ...found, files }];
  const searchWarnings = reportSearch([...results, releaseResult], inputs.ifNoFilesFound, logger);
  // `findFiles` has checked the workspace files alone. This checks the sum before any download.
  if (files.length + assets.length > maxFiles) {
    const text = `is ${maxFiles}, but the patterns match ${pluralize(files.length, 'file')} and ${pluralize(assets.length, 'release asset')}`;
    throw new InputError('FILES_TOO_MANY', 'max-files', text);
  }
  const shard = ownShard([...found.files, ...matched].sort(byPath), inputs, logger);
  const pathsBeside = (path: string) => [
    altTextFileOf(path),
    ...(inputs.sidecars ? sidecarPathsOf(path) : []),
  ];
  return { ...(await downloadShard(shard, { listed, pathsBeside }, runtime)), searchWarnings };
}

interface Listed {
  /** All assets of the release. */
  readonly listed: readonly ReleaseAsset[];
  /** The paths of what belongs to an asset. */
  readonly pathsBeside: (path: string) => readonly string[];
}

/** Downloads the assets of `shard`, and those in `listed` that belong to them, which a pattern may match or not. */
async function downloadShard(
  shard: readonly (FoundFile | ReleaseAsset)[],
  { listed, pathsBeside }: Listed,
  runtime: ReleaseRuntime,
): Promise<Omit<CollectedFiles, 'searchWarnings'>> {
  const own = shard.filter(isReleaseAsset);
  const beside = new Set(own.flatMap(({ path }) => pathsBeside(path)));
  for (const { path } of own) beside.delete(path);
  const others = listed.filter(({ path }) => beside.has(path));
  const released = await downloadToTemp([...own, ...others], runtime);
  const files = new Map(released.map((file) => [file.path, file]));
  return {
    files: shard.flatMap((one) => (isReleaseAsset(one) ? (files.get(one.path) ?? []) : one)),
    released,
  };
}

/** Downloads the assets to the folder of the client, and logs each. */
export async function downloadToTemp(
  assets: readonly ReleaseAsset[],
  { github, logger }: { readonly github: GitHubClient; readonly logger: Logger },
): Promise<FoundFile[]> {
  return await downloadAssets(assets, {
    github,
    folder: await github.tempDir.path(),
    onDownloaded: ({ path, sizeBytes }) => logger.info(`${path}: downloaded, ${formatBytes(sizeBytes)}`),
  });
}

function isReleaseAsset(one: FoundFile | ReleaseAsset): one is ReleaseAsset {
  return 'id' in one;
}

function ownShard<T extends FoundFile | ReleaseAsset>(
  files: readonly T[],
  inputs: Inputs,
  logger: Logger,
): readonly T[] {
  const { shard, sidecars } = inputs;
  if (shard === null) return files;
  const own = selectShard(files, { shard, sidecars });
  const rows = rowsOf(own, inputs).length;
  logger.info(`shard ${shard.index}/${shard.count}: ${rows === 0 ? 'no files' : pluralize(rows, 'file')}`);
  return own;
}

/** The files that have a row. With `sidecars`, captions and thumbnails of a video have none. */
function rowsOf<T extends FoundFile | ReleaseAsset>(
  files: readonly T[],
  { sidecars }: Pick<SearchInputs, 'sidecars'>,
): readonly T[] {
  return sidecars ? withoutSidecars(files) : files;
}

/**
 * Resolves with one MediaFile for each file except sidecars, in the given order. If the run is aborted while the disk
 * hangs, only the names are known, and each file without an error gets the abort reason as its error.
 */
export function inspectCollected(
  { files, released }: CollectedFiles,
  options: Pick<SearchInputs, 'find' | 'sidecars'> & { readonly digests: boolean },
  runtime: Runtime,
): Promise<readonly MediaFile[]> {
  const { signal } = runtime;
  const { find, digests } = options;
  const sidecars = options.sidecars ? find : null;
  const open = openWithRetry(runtime);
  const inspecting = inspectMedia(files, { sidecars, released, digests, open, signal });
  return withGracePeriod(inspecting, runtime, (end) =>
    rowsOf(files, options).map(({ path, error }) => uninspectedFile(path, error ?? end)),
  );
}
