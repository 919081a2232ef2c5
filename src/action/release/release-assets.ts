// Lists the assets of a GitHub release and parses GitHub's JSON. Downloads nothing.

import type { NamePattern } from '../../media/find/name-patterns.ts';
import * as z from '../../schema.ts';
import type { GitHubAccess, GitHubClient } from '../github/github-client.ts';
import { parseResponse, repositoryPath } from '../github/repository.ts';
import { fetchRelease } from './fetch-release.ts';

export interface ReleaseSettings extends GitHubAccess {
  readonly patterns: readonly NamePattern[];
  readonly tag: string;
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

const RELEASE = z.object({ id: z.int().positive() });
const ASSETS = z.array(
  z.object({
    id: z.int().positive(),
    name: z.string().min(1),
    size: z.int().nonnegative(),
    state: z.string(),
    digest: z.string().nullish(),
  }),
);

const PAGE_SIZE = 100;
/**
 * A release has at most 1,000 assets:
 * https://docs.github.com/repositories/releasing-projects-on-github (read 2026-11-25)
 */
const MAX_PAGES = 10;

/**
 * Returns all assets of the release, in GitHub's order.
 * @throws InputError RELEASE_NOT_FOUND on `release-tag`; any error of `github`
 */
export async function listAssets(settings: ReleaseSettings, github: GitHubClient): Promise<ReleaseAsset[]> {
  const release = await fetchRelease(RELEASE, settings, github);
  const { repository, tag } = settings;
  const assets: ReleaseAsset[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const path = `${repositoryPath(repository)}/releases/${release.id}/assets?per_page=${PAGE_SIZE}&page=${page}`;
    const listed = parseResponse(ASSETS, await github.getJson(path), 'about the release');
    assets.push(...listed.map((asset) => readAsset(asset, tag)));
    if (listed.length < PAGE_SIZE) break;
  }
  return assets;
}

function readAsset({ id, name, size, state, digest }: z.infer<typeof ASSETS>[number], tag: string) {
  const [, sha256 = null] = /^sha256:([0-9a-f]{64})$/i.exec(digest ?? '') ?? [];
  return {
    path: `release:${tag}/${name}`,
    name,
    id,
    sizeBytes: size,
    sha256: sha256?.toLowerCase() ?? null,
    isUploaded: state === 'uploaded',
  };
}
