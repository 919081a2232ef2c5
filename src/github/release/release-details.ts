// The fields of a GitHub release that posts may use: its tag, name, page and notes. From the event that started the run, or
// from GitHub's API.

import type { ReleaseRequest } from '../../inputs/github-access.ts';
import type { ReleaseDetails } from '../../post/file/release-notes.ts';
import * as z from '../../schema.ts';
import type { GitHubClient } from '../github-client.ts';
import { fetchRelease } from './fetch-release.ts';

const DESCRIPTION = z.object({
  tag_name: z.string().min(1),
  name: z.string().nullish(),
  html_url: z.url({ protocol: /^https?$/ }),
  body: z.string().nullish(),
});

/** Null if the event does not describe the release. */
export function detailsOfEvent({ event }: ReleaseRequest): ReleaseDetails | null {
  const { data } = DESCRIPTION.safeParse(event);
  return data === undefined ? null : toDetails(data);
}

/** @throws as `fetchRelease` */
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
