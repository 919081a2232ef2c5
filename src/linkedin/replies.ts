// Parses LinkedIn's responses: JSON with a schema, and rejections field by field.

import { CallError, toActionError } from '../errors/action-error.ts';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes.ts';
import { NO_RETRY, PHASE_NAMES, type Phase } from '../errors/retry-policy.ts';
import { formatWait } from '../format.ts';
import { type HttpRequest, type HttpResponse, retryAfterMs, untilMidnightMs } from '../http/messages.ts';
import * as z from '../schema.ts';
import { COMMENT_SCOPE_HINT } from './scopes.ts';
import { NEWEST_KNOWN_VERSION } from './versions.ts';

/**
 * Parses a JSON response with `schema`. Unknown fields pass; the error for a missing field names it.
 * @throws CallError REPLY_SHAPE
 */
export function parseReply<T>(response: HttpResponse, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(response.text));
  if (parsed.success) return parsed.data;
  throw missingFieldError(response, parsed.error.issues[0]?.path ?? []);
}

/** Parses JSON. Returns null if it is invalid, such as an error page. Ignores a byte order mark. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}

export function missingFieldError(response: HttpResponse, path: readonly PropertyKey[]): CallError {
  const { status, call } = response;
  const field = path.length === 0 ? 'a JSON object' : path.join('.');
  const text = `LinkedIn's response to ${PHASE_NAMES[call.phase]} lacks ${field}`;
  const reason = 'REPLY_SHAPE';
  return new CallError(reason, `${text}${requestIdSuffix(response)}`, { status, call, reason });
}

/** An optional field. An invalid value counts as missing. */
export function lenient<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

/** A list of `least` to `most` entries, counted before parsing: zod stores an issue for each invalid entry. */
export function list<T extends z.ZodType>(entry: T, { least = 0, most }: { least?: number; most: number }) {
  return z.array(z.unknown()).min(least).max(most).pipe(z.array(entry));
}

const errorCode = lenient(z.union([z.string(), z.number()]));
const inputError = lenient(z.looseObject({ code: errorCode, description: lenient(z.string()) }));
const INPUT_ERRORS = { most: 100 };
// Error bodies have several known shapes. Any field may be missing or have another type.
const errorBody = z.looseObject({
  message: lenient(z.string()),
  code: errorCode,
  serviceErrorCode: lenient(z.number()),
  errorDetails: lenient(z.looseObject({ inputErrors: lenient(list(inputError, INPUT_ERRORS)) })),
});

const MAX_MESSAGE_LENGTH = 300;
const MAX_CODE_LENGTH = 60;

/** LinkedIn's rejection as an error: status, codes, LinkedIn's message, and the id that its support asks for. */
export function rejectionFromResponse(response: HttpResponse, serverNowMs: number): CallError {
  const { status, headers, text } = response;
  return rejectionFromBody(parseJson(text), response, {
    // Transient gateway errors in front of LinkedIn respond with a page too.
    isPage: status < 500 && status !== 429 && /^\s*</.test(text),
    retryAfterMs: retryAfterMs(headers['retry-after'], serverNowMs),
    serverNowMs,
  });
}

interface RejectionContext {
  readonly retryAfterMs?: number | null;
  /** LinkedIn's clock at the time of the rejection. */
  readonly serverNowMs?: number;
  readonly isPage?: boolean;
}

/** LinkedIn's rejection inside another response, such as a batch read, as an error. */
export function rejectionFromBody(
  body: unknown,
  response: HttpResponse,
  context: RejectionContext = {},
): CallError {
  const { status, call } = response;
  const { phase } = call;
  const { retryAfterMs = null, isPage = false } = context;
  // Upload hosts respond with their own pages.
  if (isPage && phase !== 'upload') {
    const text = `the response to ${PHASE_NAMES[phase]} is a web page, not LinkedIn's API (${status})`;
    return new CallError('HTTP_UNEXPECTED', text, { status, call });
  }
  const { serviceErrorCode, errorDetails, ...given } = errorBody.safeParse(body).data ?? {};
  // Some errors, such as DUPLICATE_POST, have a code only in their input errors.
  const coded = errorDetails?.inputErrors?.find((one) => one?.code);
  const message = given.message || coded?.description;
  const code = given.code || coded?.code;
  const codesGiven = [code, serviceErrorCode].filter((part) => part !== undefined);
  const codes = new Set([status, ...codesGiven].map((part) => String(part).slice(0, MAX_CODE_LENGTH)));
  const generalCode = generalCodeFor(
    status,
    phase,
    `${code ?? ''} ${serviceErrorCode ?? ''} ${message ?? ''}`,
  );
  const errorCode = codeOfPhase(generalCode, status, phase);
  const quoted = isPage ? ': the response is a web page' : quoteMessage(message);
  const verb = status >= 500 ? 'failed to handle' : 'rejected';
  const text = `LinkedIn ${verb} ${PHASE_NAMES[phase]} (${[...codes].join(', ')})${quoted}`;
  return new CallError(errorCode, `${text}${adviceFor(errorCode, context)}${requestIdSuffix(response)}`, {
    status,
    call,
    retryAfterMs,
    serviceCode: code === undefined ? null : String(code).slice(0, MAX_CODE_LENGTH),
    serviceMessage: message ?? null,
    hint: hintFor(generalCode, phase),
    // Leaves out what differs from call to call.
    reason: JSON.stringify([errorCode, text]),
  });
}

/** Advice that depends on the time or on this release, on which no hint depends. */
function adviceFor(code: ErrorCode, { retryAfterMs, serverNowMs }: RejectionContext): string {
  if (code === 'VERSION_INACTIVE') return `; the newest known version is ${NEWEST_KNOWN_VERSION}`;
  if (code === 'DAILY_LIMIT' && serverNowMs !== undefined)
    return `; LinkedIn's daily limits reset at 00:00 UTC, in ${formatWait(untilMidnightMs(serverNowMs))}`;
  return retryAfterMs ? `; LinkedIn asks to wait ${formatWait(retryAfterMs)}` : '';
}

/** LinkedIn's message, quoted and cut; empty when it is missing or blank. */
export function quoteMessage(text = ''): string {
  return text.trim() === '' ? '' : `: "${text.slice(0, MAX_MESSAGE_LENGTH)}"`;
}

// A used or expired upload URL responds with one of these.
const EXPIRED_UPLOAD_STATUSES = new Set([403, 404, 409, 410, 412]);

// LinkedIn also rejects an invalid body with 403, for any owner. Its message ends with the path of the field.
const INVALID_FIELD = /field value validation failed|unpermitted fields present/i;

/** The code of a definite rejection, by phase. ACCESS_DENIED is one for a comment only: its scope is not that of the post. */
const DEFINITE_REJECTIONS: Partial<
  Record<Phase, { readonly code: ErrorCode; readonly of: readonly ErrorCode[] }>
> = {
  post: { code: 'POST_REFUSED', of: ['REQUEST_REFUSED', 'VALUE_REFUSED'] },
  comment: { code: 'COMMENT_FAILED', of: ['REQUEST_REFUSED', 'VALUE_REFUSED', 'ACCESS_DENIED'] },
};
// A timeout or a conflict is not a definite rejection.
const INDEFINITE_STATUSES = new Set([408, 409]);

function codeOfPhase(code: ErrorCode, status: number, phase: Phase): ErrorCode {
  const rejection = INDEFINITE_STATUSES.has(status) ? undefined : DEFINITE_REJECTIONS[phase];
  return rejection?.of.includes(code) ? rejection.code : code;
}

/** Undefined where the hint of the code fits. */
function hintFor(generalCode: ErrorCode, phase: Phase): string | undefined {
  // Posts and comments are sent one after the other, so `concurrency` does not affect them.
  if (generalCode === 'LIMIT_REACHED' && phase === 'post') return 'Run the job again later.';
  if (generalCode !== 'ACCESS_DENIED' || phase !== 'comment') return undefined;
  return `${ERROR_CODES.COMMENT_FAILED.hint} ${COMMENT_SCOPE_HINT}`;
}

/** Uses the status, and LinkedIn's codes and message if a status has several meanings. */
function generalCodeFor(status: number, phase: Phase, text: string): ErrorCode {
  if (status === 401) return /RESTRICTED_MEMBER|\b65608\b/.test(text) ? 'MEMBER_RESTRICTED' : 'TOKEN_REFUSED';
  const isExpired =
    EXPIRED_UPLOAD_STATUSES.has(status) || (status === 400 && text.includes('EXPIRED_UPLOAD_URL'));
  if (phase === 'upload' && isExpired) return 'UPLOAD_EXPIRED';
  if (status === 403) return INVALID_FIELD.test(text) ? 'VALUE_REFUSED' : 'ACCESS_DENIED';
  if (status === 426) return 'VERSION_INACTIVE';
  // The message names the exhausted limit: "… APPLICATION_AND_MEMBER DAY limit for calls to this resource …".
  if (status === 429) return /\bDAY\b/.test(text) ? 'DAILY_LIMIT' : 'LIMIT_REACHED';
  if (status >= 500) return 'SERVER_FAILED';
  // LinkedIn rejects a missing role with 400: "Organization Or Events permissions must be used when using …".
  if (/permissions must be used when using/i.test(text)) return 'ACCESS_DENIED';
  return 'REQUEST_REFUSED';
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

/** The field of a response that contains its URN, and a pattern for that URN in a response that is not valid JSON. */
const URN_IN_TEXT = {
  asset: /\burn:li:digitalmediaAsset:[\w-]+(?=[^\w-])/,
  image: /\burn:li:image:[\w-]+(?=[^\w-])/,
  video: /\burn:li:video:[\w-]+(?=[^\w-])/,
  document: /\burn:li:document:[\w-]+(?=[^\w-])/,
} as const;

/**
 * Runs `read` on the response to a registration. Its error has the URN in `value[field]`, if there is one. Then the registration is
 * repeated only if the response was damaged in transit and is not valid JSON.
 */
export function attachUrn<T>(response: HttpResponse, field: keyof typeof URN_IN_TEXT, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const error = toActionError(thrown);
    const json = parseJson(response.text);
    const isDamaged = json === null;
    const withUrn = z.looseObject({ value: z.looseObject({ [field]: z.string().regex(URN) }) });
    const urn = isDamaged
      ? URN_IN_TEXT[field].exec(response.text)?.[0]
      : withUrn.safeParse(json).data?.value[field];
    if (typeof urn !== 'string') throw error;
    const { status, call } = response;
    const { code, problem, reason } = error;
    const retry = isDamaged ? error.retry : NO_RETRY;
    throw new CallError(code, problem, { status, call, urn, reason, retry, cause: error });
  }
}
