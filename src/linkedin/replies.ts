// Parses LinkedIn's responses: JSON with a schema, and rejections field by field.

import { CallError, toActionError } from '../errors/action-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import { judgeRejection, NO_RETRY, PHASE_NAMES } from '../errors/retry-policy.ts';
import { formatDuration } from '../format.ts';
import {
  type HttpRequest,
  type HttpResponse,
  parseJson,
  retryAfterMs,
  untilMidnightMs,
} from '../http/messages.ts';
import * as z from '../schema.ts';
import { NEWEST_KNOWN_VERSION } from './apis.ts';
import type { MediaKind } from './urn.ts';

/**
 * Parses a JSON response with `schema`. Unknown fields pass; the error for a missing field names it.
 * @throws CallError REPLY_SHAPE
 */
export function parseReply<T>(response: HttpResponse, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(response.text));
  if (parsed.success) return parsed.data;
  throw missingFieldError(response, parsed.error.issues[0]?.path ?? []);
}

export function missingFieldError(response: HttpResponse, path: readonly PropertyKey[]): CallError {
  const { status, call } = response;
  const field = path.length === 0 ? 'a JSON object' : path.join('.');
  const text = `LinkedIn's response to ${PHASE_NAMES[call.phase]} lacks ${field}`;
  return new CallError('REPLY_SHAPE', `${text}${requestIdSuffix(response)}`, { status, call });
}

/** An optional field. An invalid value counts as missing. */
export function lenient<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

export const optionalText = lenient(z.string());
export const optionalNumber = lenient(z.number());
export const byteNumber = z.number().int().nonnegative();

/** A list of `least` to `most` entries, counted before parsing: zod stores an issue for each invalid entry. */
export function list<T extends z.ZodType>(
  entry: T,
  { least = 0, most }: { least?: number; most: number },
) {
  return z.array(z.unknown()).min(least).max(most).pipe(z.array(entry));
}

/** Leaves out the entries that are invalid. */
export function lenientList<T extends z.ZodType>(entry: T, limits: { most: number }) {
  return list(lenient(entry), limits).transform((all) => all.filter((one) => one !== undefined));
}

const errorCode = lenient(z.union([z.string(), z.number()]));
const inputError = z.looseObject({ code: errorCode, description: optionalText });
const INPUT_ERRORS = { most: 100 };
// Error bodies have several known shapes. Any field may be missing or have another type.
const errorBody = z.looseObject({
  message: optionalText,
  code: errorCode,
  serviceErrorCode: optionalNumber,
  errorDetails: lenient(
    z.looseObject({ inputErrors: lenient(lenientList(inputError, INPUT_ERRORS)) }),
  ),
});

/** What LinkedIn says about an error, as far as it can be read. */
export function readErrorBody(body: unknown) {
  const { errorDetails, ...given } = errorBody.safeParse(body).data ?? {};
  return { ...given, inputErrors: errorDetails?.inputErrors ?? [] };
}

const MAX_MESSAGE_LENGTH = 300;
const MAX_CODE_LENGTH = 60;

/** LinkedIn's rejection as an error: status, codes, LinkedIn's message, and the id that its support asks for. */
export function rejectionFromResponse(response: HttpResponse, serverNowMs: number): CallError {
  const { status, call, headers, text: body } = response;
  const { phase } = call;
  // Transient gateway errors in front of LinkedIn respond with a page too.
  const isPage = status < 500 && status !== 429 && /^\s*</.test(body);
  // Upload hosts respond with their own pages.
  if (isPage && phase !== 'upload') {
    const text = `the response to ${PHASE_NAMES[phase]} is a web page, not LinkedIn's API (${status})`;
    return new CallError('HTTP_UNEXPECTED', text, { status, call });
  }
  const waitMs = retryAfterMs(headers['retry-after'], serverNowMs);
  const { serviceErrorCode, inputErrors, ...given } = readErrorBody(parseJson(body));
  // Some errors, such as DUPLICATE_POST, have a code only in their input errors.
  const coded = inputErrors.find((one) => one.code);
  const message = given.message || coded?.description;
  const code = given.code || coded?.code;
  const codesGiven = [code, serviceErrorCode].filter((part) => part !== undefined);
  const codes = new Set(
    [status, ...codesGiven].map((part) => String(part).slice(0, MAX_CODE_LENGTH)),
  );
  const words = `${code ?? ''} ${serviceErrorCode ?? ''} ${message ?? ''}`;
  const { code: errorCode, hint } = judgeRejection({ status, phase, text: words });
  const quoted = isPage ? ': the response is a web page' : quoteMessage(message);
  const verb = status >= 500 ? 'failed to handle' : 'rejected';
  const text = `LinkedIn ${verb} ${PHASE_NAMES[phase]} (${[...codes].join(', ')})${quoted}`;
  return new CallError(
    errorCode,
    `${text}${adviceFor(errorCode, waitMs, serverNowMs)}${requestIdSuffix(response)}`,
    {
      status,
      call,
      retryAfterMs: waitMs,
      serviceCode: code === undefined ? null : String(code).slice(0, MAX_CODE_LENGTH),
      serviceMessage: message ?? null,
      hint,
    },
  );
}

/** Advice that depends on the time or on this release, on which no hint depends. */
function adviceFor(code: ErrorCode, waitMs: number | null, serverNowMs: number): string {
  if (code === 'VERSION_INACTIVE') return `; the newest known version is ${NEWEST_KNOWN_VERSION}`;
  if (code === 'DAILY_LIMIT')
    return `; LinkedIn's daily limits reset at 00:00 UTC, in ${formatDuration(untilMidnightMs(serverNowMs))}`;
  return waitMs ? `; LinkedIn asks to wait ${formatDuration(waitMs)}` : '';
}

/** LinkedIn's message, quoted and cut; empty when it is missing or blank. */
export function quoteMessage(text = ''): string {
  return text.trim() === '' ? '' : `: "${text.slice(0, MAX_MESSAGE_LENGTH)}"`;
}

const bodyWithStatus = z.looseObject({ status: z.number().min(400).max(599) });

/** The status that counts: in a 2xx response that of a rejection in its body, unless the headers answer the call. */
export function effectiveStatus(
  { status, headers, text }: HttpResponse,
  isAnsweredBy?: HttpRequest['isAnsweredBy'],
): number {
  if (isAnsweredBy?.(headers)) return status;
  if (status < 200 || status >= 300) return status;
  return bodyWithStatus.safeParse(parseJson(text)).data?.status ?? status;
}

/** The request id that LinkedIn's support asks for, if the response has one. */
export function requestIdSuffix({ headers }: HttpResponse): string {
  const [id = ''] = [headers['x-li-uuid'] ?? []].flat();
  return /^[\w+/=-]{1,64}$/.test(id) ? ` [x-li-uuid ${id}]` : '';
}

const URN = /^urn:li:[A-Za-z]+:[A-Za-z0-9_-]+$/;

/**
 * Runs `read` on the response to a registration. Its error has the URN in `value[field]`, if there is one. Then the registration is
 * repeated only if the response was damaged in transit and is not valid JSON.
 */
export function attachUrn<T>(response: HttpResponse, field: 'asset' | MediaKind, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const error = toActionError(thrown);
    const json = parseJson(response.text);
    const isDamaged = json === undefined;
    const withUrn = z.looseObject({ value: z.looseObject({ [field]: z.string().regex(URN) }) });
    // A URN at the end of a text may be cut off.
    const inText = new RegExp(
      `\\burn:li:${field === 'asset' ? 'digitalmediaAsset' : field}:[\\w-]+(?=[^\\w-])`,
    );
    const urn = isDamaged
      ? inText.exec(response.text)?.[0]
      : withUrn.safeParse(json).data?.value[field];
    if (typeof urn !== 'string') throw error;
    const { status, call } = response;
    const { code, problem } = error;
    const retry = isDamaged ? error.retry : NO_RETRY;
    throw new CallError(code, problem, { status, call, urn, retry, cause: error });
  }
}
