// What LinkedIn gave is told, never dropped: an answer that is of no use otherwise may still hold a URN.

import { ActionError, ReplyShapeError, UploadError } from '../errors.ts';
import type { HttpReply } from '../http/messages.ts';
import * as z from '../schema.ts';
import { parseJson } from './replies.ts';

const URN = /^urn:li:[A-Za-z]+:[A-Za-z0-9_-]+$/;

/** Runs `read` over the answer to a registration; an error of ours leaves with the URN in `value[field]`. */
export function keepingUrn<T>(reply: HttpReply, field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const urn = urnIn(reply, field);
    if (!(error instanceof ActionError) || urn === undefined) throw error;
    const Kind = error instanceof UploadError ? UploadError : ReplyShapeError;
    throw new Kind(error.code, error.message, { cause: error, urn });
  }
}

function urnIn(reply: HttpReply, field: string): string | undefined {
  const shape = z.looseObject({ value: z.looseObject({ [field]: z.string().regex(URN) }) });
  const urn = shape.safeParse(parseJson(reply.text)).data?.value[field];
  return typeof urn === 'string' ? urn : undefined;
}
