// Reads the ids of posts and comments from LinkedIn's responses, whichever field they are in, and the post that a refused
// duplicate repeats. A damaged response must not lose an id.

import { ActionError, LinkedInError } from '../errors.ts';
import type { HttpResponse } from '../http/messages.ts';
import * as z from '../schema.ts';
import { lenient, list, parseJson } from './replies.ts';

type Headers = HttpResponse['headers'];

const ID_HEADERS = ['x-restli-id', 'location'];
const POST_ID = /^(?:urn:li:(?:share|ugcPost|activity):)?[1-9]\d{0,24}$/;

/** The URN of the created post, or only its number; null if no header names it. LinkedIn's response has no body. */
export function findPostId(headers: Headers): string | null {
  return idsIn(headers, undefined).find((id) => POST_ID.test(id)) ?? null;
}

/** Values that may be ids: of a path, its last segment. */
function idsIn(headers: Headers, inBody: string | undefined): string[] {
  const given = ID_HEADERS.flatMap((name) => headers[name] ?? []);
  return [...given, ...(inBody === undefined ? [] : [inBody])].map((value) => {
    const path = value.trim().replace(/[?#].*$/, '');
    return decode(path.slice(path.lastIndexOf('/') + 1));
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether LinkedIn refused a post because it does not have its picture or video. */
export function isMediaLost(error: ActionError | null): boolean {
  if (error instanceof LinkedInError) return MEDIA_LOST.has(error.serviceCode ?? '');
  return error?.cause instanceof ActionError && isMediaLost(error.cause);
}

const MEDIA_LOST: ReadonlySet<string> = new Set(['INVALID_IMAGE_ID', 'INVALID_VIDEO_ID']);

const COMMENT_URN = /^urn:li:comment:\(urn:li:\w+:[\w-]+,[\w-]+\)$/;
const COMMENT_ID = /^[1-9]\d{0,24}$/;

// Older responses have the second name. A numeric `id` is ignored: JSON.parse may have rounded it.
const comment = z.looseObject({
  commentUrn: lenient(z.string()),
  $URN: lenient(z.string()),
  id: lenient(z.string()),
});

/**
 * The URN of the created comment; null if neither headers nor body name it. If LinkedIn names only its number, the URN
 * contains `postUrn`, where LinkedIn's own contains the activity of the post.
 */
export function findCommentUrn({ headers, text }: HttpResponse, postUrn: string): string | null {
  const { commentUrn = '', $URN = '', id } = comment.safeParse(parseJson(text)).data ?? {};
  const ids = idsIn(headers, id);
  const urn = [commentUrn, $URN, ...ids].find((one) => COMMENT_URN.test(one));
  if (urn !== undefined) return urn;
  const number = ids.find((one) => COMMENT_ID.test(one));
  return number === undefined ? null : `urn:li:comment:(${postUrn},${number})`;
}

export function isCommentAnswered(headers: Headers): boolean {
  return idsIn(headers, undefined).some((one) => COMMENT_URN.test(one) || COMMENT_ID.test(one));
}

const code = lenient(z.string());
const inputError = lenient(z.looseObject({ code, description: lenient(z.string()) }));
const duplicateBody = z.looseObject({
  message: lenient(z.string()),
  code,
  errorDetails: lenient(z.looseObject({ inputErrors: lenient(list(inputError, { most: 100 })) })),
});

const DUPLICATE_CODE = 'DUPLICATE_POST';
// Matches only at the start, because a message may quote the post.
const DUPLICATE_TEXT = /^(?:[\w.$]+: )?(?:Content is a duplicate of |Duplicate post is detected)/i;
const NAMED = /duplicate of (urn:li:[A-Za-z]+:[\w-]+)(?![\w-])/i;
// In a damaged body a URN may be cut off, so it must have an end.
const NAMED_IN_DAMAGED = /duplicate of (urn:li:[A-Za-z]+:[\w-]+)(?=[^\w-])/i;

/** The post that LinkedIn already has, as far as it names one. Null if the post was refused for another reason. */
export function findDuplicate({ status, text }: HttpResponse): { readonly urn: string | null } | null {
  if (status < 400 || status >= 500 || status === 401 || status === 429) return null;
  const json = parseJson(text);
  if (json === null)
    return text.includes(DUPLICATE_CODE) ? { urn: NAMED_IN_DAMAGED.exec(text)?.[1] ?? null } : null;
  const { message = '', code, errorDetails } = duplicateBody.safeParse(json).data ?? {};
  const inputErrors = (errorDetails?.inputErrors ?? []).filter((one) => one !== undefined);
  const texts = [message, ...inputErrors.map(({ description = '' }) => description)];
  const isDuplicate =
    [code, ...inputErrors.map((one) => one.code)].includes(DUPLICATE_CODE) ||
    texts.some((one) => DUPLICATE_TEXT.test(one));
  if (!isDuplicate) return null;
  return { urn: texts.map((one) => NAMED.exec(one)?.[1]).find((urn) => urn !== undefined) ?? null };
}
