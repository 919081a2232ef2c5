// Keeps the URN of an otherwise unusable response, so that the user can find the orphan.

import { ActionError, ReplyShapeError, UploadError } from '../errors.ts';
import type { HttpResponse } from '../http/messages.ts';
import * as z from '../schema.ts';
import { parseJson } from './replies.ts';

const URN = /^urn:li:[A-Za-z]+:[A-Za-z0-9_-]+$/;

/** The field of a response that contains its URN, and a pattern for that URN in a response that is not valid JSON. */
const URN_IN_TEXT = {
  asset: /\burn:li:digitalmediaAsset:[\w-]+(?=[^\w-])/,
  image: /\burn:li:image:[\w-]+(?=[^\w-])/,
  video: /\burn:li:video:[\w-]+(?=[^\w-])/,
} as const;

type UrnField = keyof typeof URN_IN_TEXT;

/**
 * Runs `read` on the response to a registration, and attaches the URN in `value[field]` to an ActionError. A response
 * that is not valid JSON was damaged in transit: its error also keeps the call, because a retry may succeed.
 */
export function attachUrn<T>(reply: HttpResponse, field: UrnField, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const isDamaged = parseJson(reply.text) === null;
    const urn = isDamaged ? URN_IN_TEXT[field].exec(reply.text)?.[0] : urnIn(reply, field);
    if (urn === undefined) throw error;
    const ErrorClass = error instanceof UploadError ? UploadError : ReplyShapeError;
    const call = isDamaged ? error.call : undefined;
    throw new ErrorClass(error.code, error.message, { cause: error, urn, call });
  }
}

function urnIn(reply: HttpResponse, field: UrnField): string | undefined {
  const shape = z.looseObject({ value: z.looseObject({ [field]: z.string().regex(URN) }) });
  const urn = shape.safeParse(parseJson(reply.text)).data?.value[field];
  return typeof urn === 'string' ? urn : undefined;
}
