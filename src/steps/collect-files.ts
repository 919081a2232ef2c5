// Collects the files of this job from the workspace and a release. Applies `max-files` and the shard to both together, before it
// downloads.

import { InputError } from '../errors/action-error.ts';
import { pluralize } from '../format.ts';
import type { GitHubClient } from '../github/github-client.ts';
import {
  downloadAssets,
  listAssets,
  type ReleaseAsset,
  type ReleaseSettings,
} from '../github/release.ts';
import type { Inputs } from '../inputs/read-inputs.ts';
import { matchNames } from '../media/find/assets.ts';
import { findFiles } from '../media/find/find-files.ts';
import { selectShard } from '../media/find/shards.ts';
import { byPath, type FoundFile, openWorkspace } from '../media/find/workspace.ts';
import { altTextFileOf, filesWithRows, inspectMedia } from '../media/inspect-media.ts';
import type { MediaFile } from '../media/media-file.ts';
import { sidecarPathsOf } from '../media/sidecars.ts';
import { reportSearch, SEARCHED_INPUTS, type SearchResult } from '../report/log/search-report.ts';
import type { Warning } from '../report/summary.ts';
import type { Logger, Run } from '../run.ts';
import type { ProgramRun } from './run-program.ts';

export interface CollectedFiles {
  /** This job's shard, in the natural order of the paths. */
  readonly files: readonly FoundFile[];
  /** The files of the shard that come from the release, with their sidecars and alternative texts there. */
  readonly released: readonly FoundFile[];
  readonly searchWarnings: readonly Warning[];
}

/**
 * @throws InputError for `files`, `max-files`, `release-assets` or `release-tag`; CallError when the release cannot be read; the
 * reason of the signal when the run is aborted
 */
export async function collectFiles(inputs: Inputs, run: ProgramRun): Promise<CollectedFiles> {
  const { maxFiles, shard, sidecars, release } = inputs;
  const { github, logger } = run;
  const found = await findFiles({ ...inputs, patterns: inputs.files, input: 'files' }, run);
  const inWorkspace: SearchResult = {
    input: 'files',
    ...found,
    files: filesWithRows(found.files, inputs),
  };
  const assets = release && (await findAssets(release, inputs, github));
  const results = [
    ...(inputs.files === '' ? [] : [inWorkspace]),
    ...(assets === null ? [] : [assets.result]),
  ];
  const searchWarnings = reportSearch(results, inputs.ifNoFilesFound, logger);
  if (results.reduce((sum, { files }) => sum + files.length, 0) > maxFiles) {
    const counts = results.map(({ input, files }) =>
      pluralize(files.length, SEARCHED_INPUTS[input].noun),
    );
    const text = `is ${maxFiles}, but the patterns match ${counts.join(' and ')}`;
    throw new InputError('FILES_TOO_MANY', 'max-files', text);
  }
  const all = [...found.files, ...(assets?.matched ?? [])].sort(byPath);
  const own = shard === null ? all : selectShard(all, shard);
  if (shard !== null) {
    const rows = filesWithRows(own, inputs).length;
    logger.info(
      `shard ${shard.index}/${shard.count}: ${rows === 0 ? 'no files' : pluralize(rows, 'file')}`,
    );
  }
  const paths = own.filter(isReleaseAsset).map((asset) => asset.path);
  const released =
    assets === null ? [] : await downloadMedia(paths, { ...assets, sidecars, logger });
  const downloaded = new Map(released.map((file) => [file.path, file]));
  const files = own.flatMap((one) =>
    isReleaseAsset(one) ? (downloaded.get(one.path) ?? []) : one,
  );
  return { files, released, searchWarnings };
}

interface FoundAssets {
  readonly github: GitHubClient;
  /** All assets of the release. */
  readonly listed: readonly ReleaseAsset[];
  readonly matched: readonly ReleaseAsset[];
  readonly result: SearchResult;
}

/** The most asset names in one message. */
const MAX_NAMES = 10;

async function findAssets(
  release: ReleaseSettings,
  search: Pick<Inputs, 'sidecars'>,
  github: GitHubClient | null,
): Promise<FoundAssets> {
  if (github === null) throw new RangeError('a release needs access to GitHub');
  const listed = await listAssets(release.tag, github);
  const { matched, unmatched, idle } = matchNames(release.patterns, listed);
  const names = listed.slice(0, MAX_NAMES).map(({ name }) => name);
  if (listed.length > names.length) names.push('…');
  const assetList = names.length > 0 ? `: ${names.join(', ')}` : '';
  const result: SearchResult = {
    input: 'release-assets',
    files: filesWithRows(matched, search),
    skipped: [],
    unmatched,
    idle,
    description: `release ${release.tag} (${pluralize(listed.length, 'asset')}${assetList})`,
  };
  return { github, listed, matched, result };
}

interface DownloadOptions {
  readonly github: GitHubClient;
  /** All assets of the release. */
  readonly listed: readonly ReleaseAsset[];
  /** Whether captions and thumbnails belong to a video. */
  readonly sidecars: boolean;
  readonly logger: Logger;
}

/** Downloads the assets of these paths, and those that belong to them. */
export async function downloadMedia(
  paths: readonly string[],
  { github, listed, sidecars, logger }: DownloadOptions,
): Promise<FoundFile[]> {
  const wanted = new Set(
    paths.flatMap((one) => [one, altTextFileOf(one), ...(sidecars ? sidecarPathsOf(one) : [])]),
  );
  const assets = listed.filter((asset) => wanted.has(asset.path));
  return await downloadAssets(assets, github, logger);
}

function isReleaseAsset(one: FoundFile | ReleaseAsset): one is ReleaseAsset {
  return 'id' in one;
}

/** Resolves with one MediaFile for each file except sidecars and alternative texts, in the given order. */
export async function inspectCollected(
  { files, released }: CollectedFiles,
  options: Inputs & { readonly digests: boolean },
  run: Run,
): Promise<readonly MediaFile[]> {
  const workspace = await openWorkspace({ ...options, released });
  return await inspectMedia(files, { ...options, workspace, altTexts: true }, run);
}
