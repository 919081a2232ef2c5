// Lists the assets of a GitHub release. Downloads nothing.

import type { NamePattern } from '../../media/find/name-patterns.ts';
import type { GitHubClient } from '../github-client.ts';
import { fetchRelease } from './fetch-release.ts';

export interface ReleaseSettings {
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

/**
 * Returns all assets of the release, in GitHub's order.
 * @throws InputError RELEASE_NOT_FOUND on `release-tag`; any error of `github`
 */
export async function listAssets(tag: string, github: GitHubClient): Promise<ReleaseAsset[]> {
  const { id: release_id } = await fetchRelease(tag, github);
  const listed = await github.retry(({ paginate, rest }) =>
    paginate(rest.repos.listReleaseAssets, { ...github.repository, release_id, per_page: 100 }),
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
