// What all requests to the repository share: its path in GitHub's API, and the check of a response.

import { GitHubError } from '../../errors.ts';
import type * as z from '../../schema.ts';
import type { GitHubAccess } from './github-client.ts';

export function repositoryPath({ owner, repo }: GitHubAccess['repository']): string {
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`;
}

/** `about`: which response it is, such as `to GET /commits`. @throws GitHubError GITHUB_FAILED */
export function parseResponse<T>(schema: z.ZodType<T>, json: unknown, about?: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') || 'its JSON';
  const what = about === undefined ? '' : ` ${about}`;
  const text = `the response of GitHub${what} has an unknown form (${field})`;
  throw new GitHubError('GITHUB_FAILED', text, { status: 200, retryAfterMs: null });
}
