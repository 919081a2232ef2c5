// From the inputs to this job's share of files on the disk: those of the workspace, and those of a release, which are
// judged together by their names and sizes before the first byte of an asset is fetched.

import { InputError } from '../errors.ts';
import { formatBytes, pluralize } from '../format.ts';
import { type Found, findFiles } from '../media/files.ts';
import { matchNames } from '../media/names.ts';
import { byPathBytes } from '../media/path-order.ts';
import { takeShard } from '../media/shards.ts';
import { sidecarPathsOf, withoutSidecars } from '../media/sidecar-names.ts';
import type { FoundFile } from '../media/workspace.ts';
import { announceFound, announceShare, type Missed, type Source } from './found.ts';
import type { InputName } from './input-table.ts';
import type { Inputs } from './inputs.ts';
import type { ReleaseAsset, ReleaseSettings } from './release/assets.ts';
import { type Release, withRelease } from './release/release.ts';
import type { Say } from './say.ts';
import type { Scratch } from './scratch.ts';
import type { World } from './world.ts';

export interface Gathered {
  /** This job's share, sorted by the bytes of `path`. */
  readonly files: readonly FoundFile[];
  /** Those of them that come from the release, and what lies beside them there. */
  readonly released: readonly FoundFile[];
  /** What was warned of in the search. */
  readonly missed: readonly Missed[];
}

type GatherWorld = World & { readonly scratch: Scratch };

/** Inputs without which no search says anything of the others. */
export const NEEDED_TO_GATHER = [
  'files',
  'release-assets',
  'if-no-files-found',
  'follow-symlinks',
  'include-hidden-files',
  'sidecars',
] as const satisfies readonly InputName[];

/**
 * @throws InputError, InputFaults under `files`, `max-files`, `release-assets` or `release-tag`; GitHubError,
 * NetworkError when the release cannot be read; the reason of the signal when the run is to end
 */
export async function gather(inputs: Inputs, world: GatherWorld): Promise<Gathered> {
  const found = await findFiles({ ...inputs.find, signal: world.signal });
  if (inputs.release !== null) {
    return withRelease(inputs.release, world, (release) => gatherBoth(found, inputs, { release, world }));
  }
  const missed = announceFound([ofFiles(found, inputs)], inputs.ifNoFilesFound, world.say);
  return { files: ownShare(found.files, inputs, world.say), released: [], missed };
}

interface FromRelease {
  readonly release: Release;
  readonly world: GatherWorld;
}

async function gatherBoth(found: Found, inputs: Inputs, from: FromRelease): Promise<Gathered> {
  const { release, world } = from;
  const listed = await release.list();
  const { matched, unmatched } = matchNames(release.settings.patterns, listed);
  const ofRelease: Source = {
    input: 'release-assets',
    files: matched,
    along: alongOf(matched, inputs),
    leftOut: [],
    unmatched,
    within: nameSome(release.settings, listed),
  };
  const sources = inputs.find.patterns === '' ? [] : [ofFiles(found, inputs)];
  const missed = announceFound([...sources, ofRelease], inputs.ifNoFilesFound, world.say);
  refuseTooMany(rowsOf(found.files, inputs), rowsOf(matched, inputs), inputs.find.maxFiles);
  const share = ownShare([...found.files, ...matched].sort(byPathBytes), inputs, world.say);
  return { ...(await bringShare(share, inputs.sidecars ? listed : [], from)), missed };
}

/** `share` with its assets on the disk, and what of `others` lies beside them. */
async function bringShare(
  share: readonly (FoundFile | ReleaseAsset)[],
  others: readonly ReleaseAsset[],
  { release, world }: FromRelease,
): Promise<Omit<Gathered, 'missed'>> {
  const own = share.filter(isAsset);
  const released = await release.bring([...own, ...sidecarsOf(own, others)], {
    folder: await world.scratch.folder(),
    onBrought: ({ path, sizeBytes }) => world.say.info(`${path}: downloaded, ${formatBytes(sizeBytes)}`),
  });
  const files = new Map(released.map((file) => [file.path, file]));
  return { files: share.flatMap((one) => (isAsset(one) ? (files.get(one.path) ?? []) : one)), released };
}

function isAsset(one: FoundFile | ReleaseAsset): one is ReleaseAsset {
  return 'id' in one;
}

/** What lies beside a share's own assets in the release, matched or not, and is not in the share by itself. */
function sidecarsOf(own: readonly ReleaseAsset[], listed: readonly ReleaseAsset[]): ReleaseAsset[] {
  const beside = new Set(own.flatMap(({ path }) => sidecarPathsOf(path)));
  for (const { path } of own) beside.delete(path);
  return listed.filter(({ path }) => beside.has(path));
}

function ofFiles(found: Found, inputs: Inputs): Source {
  return { input: 'files', ...found, along: alongOf(found.files, inputs) };
}

function ownShare<T extends FoundFile | ReleaseAsset>(
  files: readonly T[],
  inputs: Inputs,
  say: Say,
): readonly T[] {
  const share = takeShard(files, inputs);
  announceShare(inputs.shard, { files: share, along: alongOf(share, inputs) }, say);
  return share;
}

function alongOf(files: readonly (FoundFile | ReleaseAsset)[], inputs: Inputs): number {
  return files.length - rowsOf(files, inputs);
}

/** How many rows these files make: with `sidecars`, what goes along with a video has none. */
function rowsOf(files: readonly (FoundFile | ReleaseAsset)[], { sidecars }: Inputs): number {
  return (sidecars ? withoutSidecars(files) : files).length;
}

/** Before anything is fetched. Too many files of the workspace were refused before GitHub was asked. */
function refuseTooMany(files: number, assets: number, maxFiles: number): void {
  if (files + assets <= maxFiles) return;
  const text = `is ${maxFiles}, but the patterns match ${pluralize(files, 'file')} and ${pluralize(assets, 'release asset')}`;
  throw new InputError('FILES_TOO_MANY', 'max-files', text);
}

/** How many names of a release one message tells. */
const NAMES_TOLD = 10;

/** `release v1.0 (3 assets: a.mp4, b.png, notes.txt)` */
function nameSome({ tag }: ReleaseSettings, listed: readonly ReleaseAsset[]): string {
  const names = listed.slice(0, NAMES_TOLD).map(({ name }) => name);
  if (listed.length > names.length) names.push('…');
  return `release ${tag} (${pluralize(listed.length, 'asset')}${names.length > 0 ? `: ${names.join(', ')}` : ''})`;
}
