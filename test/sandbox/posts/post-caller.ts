// The calls of the Posts API, valid by default, over the same bare requests as the media calls.

import { type Answer, type Caller, IMAGE_HEADERS, VIDEO_HEADERS } from '../caller.ts';

export const PAGE = 'urn:li:organization:24141830';
export const MEMBER = 'urn:li:person:-f_Ut43FoQ';
export const POSTS = '/rest/posts';

/** A valid body with text only; `fields` override, and undefined removes a field. */
export function postBody(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    author: PAGE,
    commentary: 'Our launch',
    visibility: 'PUBLIC',
    distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
    lifecycleState: 'PUBLISHED',
    isReshareDisabledByAuthor: false,
    ...fields,
  };
}

/** Creates a post and returns its URN. */
export async function makePost(caller: Caller, fields: Record<string, unknown> = {}): Promise<string> {
  const answer = await caller.post(POSTS, postBody(fields));
  if (answer.status !== 201) throw new Error(`the post was rejected: ${answer.text}`);
  return String(answer.headers['x-restli-id']);
}

/** Registers media of the page and sends its bytes; an image unless `fields` has recipes. Returns the bare id. */
export async function uploadMedia(caller: Caller, fields: Record<string, unknown> = {}): Promise<string> {
  const { id, addresses } = await caller.register(fields);
  const headers = 'recipes' in fields ? VIDEO_HEADERS : IMAGE_HEADERS;
  await caller.put(addresses[0]?.path ?? '', headers, 'bytes');
  return id;
}

/** The posts of an author; `query` follows and starts with `&`. */
export function findPosts(caller: Caller, author = PAGE, query = ''): Promise<Answer> {
  return caller.get(`${POSTS}?q=author&author=${encodeURIComponent(author)}${query}`);
}

/** A post of the page, as the finder shows it. */
export async function readPost(caller: Caller, urn: string): Promise<unknown> {
  const { elements } = (await findPosts(caller)).json as { elements: { id: string }[] };
  return elements.find(({ id }) => id === urn);
}

/** The error code of an answer of the Posts API. */
export function codeOf({ json }: Answer): string | undefined {
  const { code, errorDetails } = json as {
    code?: string;
    errorDetails?: { inputErrors: { code: string }[] };
  };
  return errorDetails?.inputErrors[0]?.code ?? code;
}
