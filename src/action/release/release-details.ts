// What posts may say of a GitHub release: its tag, name, page and notes. From the event that started the run, or from
// GitHub's API.

import { GitHubError, InputError } from '../../errors.ts';
import type { ReleaseFields } from '../../post/file/fields.ts';
import * as z from '../../schema.ts';
import type { GitHubAccess, GitHubClient } from '../github/github-client.ts';
import type { ReleaseRequest } from '../inputs/release-inputs.ts';

export interface ReleaseDetails extends ReleaseFields {
  /** In Markdown. */
  readonly notes: string;
}

const DETAILS = z
  .object({
    tag_name: z.string().min(1),
    name: z.string().nullish(),
    html_url: z.url({ protocol: /^https?$/ }),
    body: z.string().nullish(),
  })
  .transform(({ tag_name: tag, name, html_url: url, body }): ReleaseDetails => {
    return { tag, name: name?.trim() || tag, url, notes: body ?? '' };
  });

/** Null if the event does not describe the release. */
export function detailsOfEvent({ event }: ReleaseRequest): ReleaseDetails | null {
  return DETAILS.safeParse(event).data ?? null;
}

/** @throws InputError RELEASE_NOT_FOUND on `release-tag`; any error of `github` */
export async function fetchDetails(
  { tag }: ReleaseRequest,
  { repository: { owner, repo } }: Pick<GitHubAccess, 'repository'>,
  github: GitHubClient,
): Promise<ReleaseDetails> {
  const repositoryPath = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`;
  const json = await github
    .getJson(`${repositoryPath}/releases/tags/${encodeURIComponent(tag)}`)
    .catch((error) => {
      if (!(error instanceof GitHubError && error.status === 404)) throw error;
      const text = `is ${tag}, but ${owner}/${repo} has no published release with this tag, or the token may not read it`;
      throw new InputError('RELEASE_NOT_FOUND', 'release-tag', text);
    });
  const { data, error } = DETAILS.safeParse(json);
  if (data !== undefined) return data;
  const field = error?.issues[0]?.path.join('.') || 'not the expected JSON';
  const text = `GitHub's response about the release is invalid (${field})`;
  throw new GitHubError('GITHUB_FAILED', text, { status: 200, retryAfterMs: null });
}
