// URNs of authors and of posts. Pure.

/** Ad accounts own media, but are not authors. */
export const AUTHOR = /^urn:li:(?:organization:\d+|person:[\w-]+)$/;

/** LinkedIn's response names a share or a ugcPost. Its pages show people the activity of a post. */
export const POST_URN = /^urn:li:(?:share|ugcPost|activity):\d+$/;

export function isPostUrn(text: string): boolean {
  return POST_URN.test(text);
}

/** The page of the post. Also right for the URN of an activity. */
export function postUrl(urn: string): string {
  return `https://www.linkedin.com/feed/update/${urn}/`;
}
