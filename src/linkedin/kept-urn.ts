// What LinkedIn gave is told, never dropped: an answer that is of no use otherwise may still hold a URN.

import { ActionError, ReplyShapeError, UploadError } from '../errors.ts';
import type { HttpResponse } from '../http/messages.ts';
import * as z from '../schema.ts';
import { parseJson } from './replies.ts';

const URN = /^urn:li:[A-Za-z]+:[A-Za-z0-9_-]+$/;

/** The field of an answer that holds its URN, and the same URN in an answer that is not valid JSON. */
const URN_IN_TEXT = {
  asset: /\burn:li:digitalmediaAsset:[\w-]+(?=[^\w-])/,
  image: /\burn:li:image:[\w-]+(?=[^\w-])/,
  video: /\burn:li:video:[\w-]+(?=[^\w-])/,
} as const;

type UrnField = keyof typeof URN_IN_TEXT;

/**
 * Runs `read` over the answer to a registration; an error of ours leaves with the URN in `value[field]`. Of an answer
 * that is not valid JSON, and so was damaged on its way, it also keeps the call: that is worth another try.
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
