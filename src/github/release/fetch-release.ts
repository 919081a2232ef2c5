// Fetches GitHub's description of the release with a tag.

import { GitHubError, InputError } from '../../errors.ts';
import type { GitHubClient } from '../github-client.ts';

/** @throws InputError RELEASE_NOT_FOUND on `release-tag`; any error of `github` */
export async function fetchRelease(tag: string, github: GitHubClient) {
  const { repository } = github;
  try {
    return await github.retry(
      async ({ rest }, request) => (await rest.repos.getReleaseByTag({ ...repository, tag, request })).data,
    );
  } catch (error) {
    if (!(error instanceof GitHubError && error.status === 404)) throw error;
    const text = `is ${tag}, but ${repository.owner}/${repository.repo} has no published release with this tag, or the token may not read it`;
    throw new InputError('RELEASE_NOT_FOUND', 'release-tag', text);
  }
}
