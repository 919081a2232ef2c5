// What LinkedIn answers, put into ours: JSON by a schema, and its refusals field by field.

import type { ErrorCode } from '../error-codes.ts';
import { type CallContext, LinkedInError, PHASE_NAMES, type Phase, ReplyShapeError } from '../errors.ts';
import { formatWait } from '../format.ts';
import { retryAfterMs, untilMidnightMs } from '../http/backoff.ts';
import type { HttpResponse } from '../http/messages.ts';
import * as z from '../schema.ts';
import { NEWEST_KNOWN_VERSION } from './versions.ts';

/**
 * Reads a JSON answer by `schema`: unknown fields pass, a missing one is an error that names it.
 * @throws ReplyShapeError REPLY_SHAPE
 */
export function parseReply<T>(reply: HttpResponse, schema: z.ZodType<T>, phase: Phase): T {
  const parsed = schema.safeParse(parseJson(reply.text));
  if (parsed.success) return parsed.data;
  throw missingFieldError(phase, firstIssuePath(parsed.error), {
    requestIdSuffix: requestIdSuffix(reply),
    call: reply.call,
  });
}

/** The text as JSON, or null when it is none: an error page is an answer too. A byte order mark before it is no part of it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}

/** The answer to `phase` as one that is of no use, for want of what belongs at `path`. */
export function missingFieldError(
  phase: Phase,
  path: readonly PropertyKey[],
  {
    requestIdSuffix = '',
    ...details
  }: { requestIdSuffix?: string; urn?: string; call?: CallContext | undefined } = {},
): ReplyShapeError {
  const field = path.length === 0 ? 'a JSON object' : path.join('.');
  const text = `LinkedIn's answer to ${PHASE_NAMES[phase]} lacks ${field}${requestIdSuffix}`;
  return new ReplyShapeError('REPLY_SHAPE', text, details);
}

/** Where a schema met the first thing that it cannot read. */
export function firstIssuePath(error: z.ZodError): readonly PropertyKey[] {
  return error.issues[0]?.path ?? [];
}

/** A field that only helps: what cannot be read of it is as good as not there. */
export function lenient<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

/** A list of `least` to `most` entries, counted before any is read: zod keeps a record of each that does not fit. */
export function list<T extends z.ZodType>(entry: T, { least = 0, most }: { least?: number; most: number }) {
  return z.array(z.unknown()).min(least).max(most).pipe(z.array(entry));
}

const errorCode = lenient(z.union([z.string(), z.number()]));
const inputError = lenient(z.looseObject({ code: errorCode, description: lenient(z.string()) }));
const INPUT_ERRORS = { most: 100 };
// Several shapes of error bodies are known, and any field may be missing from each, or be of another type in one more.
const errorBody = z.looseObject({
  message: lenient(z.string()),
  code: errorCode,
  serviceErrorCode: lenient(z.number()),
  errorDetails: lenient(z.looseObject({ inputErrors: lenient(list(inputError, INPUT_ERRORS)) })),
});

/** LinkedIn's message and codes. Some errors, DUPLICATE_POST among them, have a code only in their input errors. */
function readError(body: unknown) {
  const { message, code, serviceErrorCode, errorDetails } = errorBody.safeParse(body).data ?? {};
  const coded = errorDetails?.inputErrors?.find((one) => one?.code);
  return { message: message || coded?.description, code: code || coded?.code, serviceErrorCode };
}

const MAX_MESSAGE_LENGTH = 300;
const MAX_CODE_LENGTH = 60;

/** LinkedIn's refusal as an error: status, codes and message in its own words, and the id its support asks for. */
export function rejectionFromReply(reply: HttpResponse, phase: Phase, serverNowMs: number): LinkedInError {
  const { status, call, headers } = reply;
  return rejectionFromBody(parseJson(reply.text), {
    status,
    phase,
    requestIdSuffix: requestIdSuffix(reply),
    call,
    isPage: isHtmlPage(reply, phase),
    retryAfterMs: retryAfterMs(headers['retry-after'], serverNowMs),
    serverNowMs,
  });
}

/** Upload hosts answer with pages of their own; so does whatever fails in front of LinkedIn, which may pass. */
function isHtmlPage({ status, text }: HttpResponse, phase: Phase): boolean {
  return phase !== 'upload' && status < 500 && status !== 429 && /^\s*</.test(text);
}

interface RejectionContext {
  readonly status: number;
  readonly phase: Phase;
  readonly requestIdSuffix: string;
  readonly call?: CallContext | undefined;
  readonly retryAfterMs?: number | null;
  /** LinkedIn's clock when it refused. */
  readonly serverNowMs?: number;
  readonly isPage?: boolean;
}

/** The same for a refusal that stands in an answer of its own, as those of a batch read do. */
export function rejectionFromBody(body: unknown, context: RejectionContext): LinkedInError {
  const { status, phase, requestIdSuffix } = context;
  if (context.isPage) {
    const text = `a web page, and not LinkedIn's API, answered ${PHASE_NAMES[phase]} (${status})`;
    return new LinkedInError('HTTP_UNEXPECTED', text, context);
  }
  const { message, code, serviceErrorCode } = readError(body);
  const codesGiven = [code, serviceErrorCode].filter((part) => part !== undefined);
  const codes = new Set([status, ...codesGiven].map((part) => String(part).slice(0, MAX_CODE_LENGTH)));
  const errorCode = errorCodeFor(status, phase, `${code ?? ''} ${serviceErrorCode ?? ''} ${message ?? ''}`);
  const details = `(${[...codes].join(', ')})${quoteMessage(message)}${adviceFor(errorCode, context)}${requestIdSuffix}`;
  const verb = status >= 500 ? 'failed at' : 'refused';
  return new LinkedInError(errorCode, `LinkedIn ${verb} ${PHASE_NAMES[phase]} ${details}`, context);
}

/** What only the moment or this release knows: hints are the same for every refusal of a code. */
function adviceFor(code: ErrorCode, { retryAfterMs, serverNowMs }: RejectionContext): string {
  if (code === 'VERSION_INACTIVE')
    return `; linkedin-version names it, and the newest version known is ${NEWEST_KNOWN_VERSION}`;
  if (code === 'DAILY_LIMIT' && serverNowMs !== undefined)
    return `; its daily limits reset at 00:00 UTC, in ${formatWait(untilMidnightMs(serverNowMs))}`;
  return retryAfterMs ? `; it asks to wait ${formatWait(retryAfterMs)}` : '';
}

/** LinkedIn's message, quoted and cut; empty when it is missing or blank. */
export function quoteMessage(text = ''): string {
  return text.trim() === '' ? '' : `: "${text.slice(0, MAX_MESSAGE_LENGTH)}"`;
}

// An upload address that is used up or out of date answers with one of these.
const EXPIRED_UPLOAD_STATUSES = new Set([403, 404, 409, 410, 412]);

// LinkedIn answers a bad body with 403 as well, whoever the owner is. Its message ends with the path of the field.
const INVALID_FIELD = /field value validation failed|unpermitted fields present/i;

/** By status, and by LinkedIn's codes and words where one status stands for several things. */
function errorCodeFor(status: number, phase: Phase, text: string): ErrorCode {
  if (status === 401) return /RESTRICTED_MEMBER|\b65608\b/.test(text) ? 'MEMBER_RESTRICTED' : 'TOKEN_REFUSED';
  if (phase === 'upload' && isExpiredUploadUrl(status, text)) return 'UPLOAD_EXPIRED';
  if (status === 403) return INVALID_FIELD.test(text) ? 'VALUE_REFUSED' : 'ACCESS_DENIED';
  if (status === 426) return 'VERSION_INACTIVE';
  // The counter that is used up is named: "… APPLICATION_AND_MEMBER DAY limit for calls to this resource …".
  if (status === 429) return /\bDAY\b/.test(text) ? 'DAILY_LIMIT' : 'LIMIT_REACHED';
  if (status >= 500) return 'SERVER_FAILED';
  // LinkedIn answers a missing role with 400: "Organization permissions must be used when using organization …".
  if (/permissions must be used when using/i.test(text)) return 'ACCESS_DENIED';
  return 'REQUEST_REFUSED';
}

function isExpiredUploadUrl(status: number, text: string): boolean {
  return EXPIRED_UPLOAD_STATUSES.has(status) || (status === 400 && text.includes('EXPIRED_UPLOAD_URL'));
}

const bodyWithStatus = z.looseObject({ status: z.number().min(400).max(599) });
const MAY_CONTAIN_STATUS = /"status"\s*:\s*[45]\d\d/;

/** The status that counts: an answer of 200 may hold a refusal, whose own status stands in its body. */
export function effectiveStatus({ status, text }: HttpResponse): number {
  // Nearly every good answer holds none: a look at its text spares reading it twice. No server writes 404 as 4.04e2.
  if (status < 200 || status >= 300 || !MAY_CONTAIN_STATUS.test(text)) return status;
  return bodyWithStatus.safeParse(parseJson(text)).data?.status ?? status;
}

/** The id of an answer that LinkedIn's support asks for, when there is one. */
export function requestIdSuffix({ headers }: HttpResponse): string {
  const [id = ''] = [headers['x-li-uuid'] ?? []].flat();
  return /^[\w+/=-]{1,64}$/.test(id) ? ` [x-li-uuid ${id}]` : '';
}
