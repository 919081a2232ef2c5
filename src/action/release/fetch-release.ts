// Fetches GitHub's description of the release with a tag.

import { GitHubError, InputError } from '../../errors.ts';
import type * as z from '../../schema.ts';
import type { GitHubAccess, GitHubClient } from '../github/github-client.ts';
import { parseResponse, repositoryPath } from '../github/repository.ts';

interface TaggedRelease extends Pick<GitHubAccess, 'repository'> {
  readonly tag: string;
}

/** @throws InputError RELEASE_NOT_FOUND on `release-tag`; any error of `github` */
export async function fetchRelease<T>(
  schema: z.ZodType<T>,
  { repository, tag }: TaggedRelease,
  github: GitHubClient,
): Promise<T> {
  const path = `${repositoryPath(repository)}/releases/tags/${encodeURIComponent(tag)}`;
  const json = await github.getJson(path).catch((error) => {
    if (!(error instanceof GitHubError && error.status === 404)) throw error;
    const text = `is ${tag}, but ${repository.owner}/${repository.repo} has no published release with this tag, or the token may not read it`;
    throw new InputError('RELEASE_NOT_FOUND', 'release-tag', text);
  });
  return parseResponse(schema, json, 'about the release');
}
