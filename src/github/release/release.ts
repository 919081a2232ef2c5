// Reads a GitHub release: its assets, and the fields that posts may use. Downloads nothing.

import { InputError, statusOf } from '../../errors/action-error.ts';
import type { NamePattern } from '../../media/find/name-patterns.ts';
import type { ReleaseDetails } from '../../post/file/release-notes.ts';
import * as z from '../../schema.ts';
import type { GitHubClient } from '../github-client.ts';

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

const DESCRIPTION = z.object({
  tag_name: z.string().min(1),
  name: z.string().nullish(),
  html_url: z.url({ protocol: /^https?$/ }),
  body: z.string().nullish(),
});

/** The fields from the event that started the run. Null if the event does not describe the release. */
export function detailsOfEvent({ event }: ReleaseRequest): ReleaseDetails | null {
  const { data } = DESCRIPTION.safeParse(event);
  return data === undefined ? null : toDetails(data);
}

/** The fields from GitHub's API. @throws as `listAssets` */
export async function fetchDetails({ tag }: ReleaseRequest, github: GitHubClient): Promise<ReleaseDetails> {
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
      async ({ rest }, request) => (await rest.repos.getReleaseByTag({ ...repository, tag, request })).data,
    );
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    const text = `is ${tag}, but ${repository.owner}/${repository.repo} has no published release with this tag, or the token may not read it`;
    throw new InputError('RELEASE_NOT_FOUND', 'release-tag', text);
  }
}
