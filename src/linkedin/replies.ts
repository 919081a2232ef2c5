// What LinkedIn answers, put into ours: JSON by a schema, and its refusals field by field.

import {
  type CallFacts,
  type Code,
  LinkedInError,
  PHASE_NAMES,
  type Phase,
  ReplyShapeError,
} from '../errors.ts';
import type { HttpReply } from '../http/messages.ts';
import { retryAfterMs, untilMidnightMs } from '../http/retry.ts';
import * as z from '../schema.ts';
import { showWait } from '../units.ts';
import { NEWEST_KNOWN_VERSION } from './versions.ts';

/**
 * Reads a JSON answer by `schema`: unknown fields pass, a missing one is an error that names it.
 * @throws ReplyShapeError REPLY_SHAPE
 */
export function parseReply<T>(reply: HttpReply, schema: z.ZodType<T>, phase: Phase): T {
  const parsed = schema.safeParse(parseJson(reply.text));
  if (parsed.success) return parsed.data;
  throw lacking(phase, firstPath(parsed.error), { requestedBy: requestId(reply), call: reply.call });
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
export function lacking(
  phase: Phase,
  path: readonly PropertyKey[],
  { requestedBy = '', ...details }: { requestedBy?: string; urn?: string; call?: CallFacts | undefined } = {},
): ReplyShapeError {
  const field = path.length === 0 ? 'a JSON object' : path.join('.');
  const text = `LinkedIn's answer to ${PHASE_NAMES[phase]} lacks ${field}${requestedBy}`;
  return new ReplyShapeError('REPLY_SHAPE', text, details);
}

/** Where a schema met the first thing that it cannot read. */
export function firstPath(error: z.ZodError): readonly PropertyKey[] {
  return error.issues[0]?.path ?? [];
}

/** A field that only helps: what cannot be read of it is as good as not there. */
export function ifReadable<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

/** A list of `least` to `most` entries, counted before any is read: zod keeps a record of each that does not fit. */
export function list<T extends z.ZodType>(entry: T, { least = 0, most }: { least?: number; most: number }) {
  return z.array(z.unknown()).min(least).max(most).pipe(z.array(entry));
}

const errorCode = ifReadable(z.union([z.string(), z.number()]));
const inputError = ifReadable(z.looseObject({ code: errorCode, description: ifReadable(z.string()) }));
const INPUT_ERRORS = { most: 100 };
// Several shapes of error bodies are known, and any field may be missing from each, or be of another type in one more.
const errorBody = z.looseObject({
  message: ifReadable(z.string()),
  code: errorCode,
  serviceErrorCode: ifReadable(z.number()),
  errorDetails: ifReadable(z.looseObject({ inputErrors: ifReadable(list(inputError, INPUT_ERRORS)) })),
});

/** LinkedIn's message and codes. Some errors, DUPLICATE_POST among them, have a code only in their input errors. */
function readError(body: unknown) {
  const { message, code, serviceErrorCode, errorDetails } = errorBody.safeParse(body).data ?? {};
  const coded = errorDetails?.inputErrors?.find((one) => one?.code);
  return { message: message || coded?.description, code: code || coded?.code, serviceErrorCode };
}

const WORDS_CAP = 300;
const CODE_CAP = 60;

/** LinkedIn's refusal as an error: status, codes and message in its own words, and the id its support asks for. */
export function refusal(reply: HttpReply, phase: Phase, serverNowMs: number): LinkedInError {
  const { status, call, headers } = reply;
  return refusalIn(parseJson(reply.text), {
    status,
    phase,
    requestedBy: requestId(reply),
    call,
    isPage: isPage(reply, phase),
    retryAfterMs: retryAfterMs(headers['retry-after'], serverNowMs),
    serverNowMs,
  });
}

/** Upload hosts answer with pages of their own; so does whatever fails in front of LinkedIn, which may pass. */
function isPage({ status, text }: HttpReply, phase: Phase): boolean {
  return phase !== 'upload' && status < 500 && status !== 429 && /^\s*</.test(text);
}

interface Refused {
  readonly status: number;
  readonly phase: Phase;
  readonly requestedBy: string;
  readonly call?: CallFacts | undefined;
  readonly retryAfterMs?: number | null;
  /** LinkedIn's clock when it refused. */
  readonly serverNowMs?: number;
  readonly isPage?: boolean;
}

/** The same for a refusal that stands in an answer of its own, as those of a batch read do. */
export function refusalIn(body: unknown, refused: Refused): LinkedInError {
  const { status, phase, requestedBy } = refused;
  if (refused.isPage) {
    const text = `a web page, and not LinkedIn's API, answered ${PHASE_NAMES[phase]} (${status})`;
    return new LinkedInError('HTTP_UNEXPECTED', text, refused);
  }
  const { message, code, serviceErrorCode } = readError(body);
  const given = [code, serviceErrorCode].filter((part) => part !== undefined);
  const codes = new Set([status, ...given].map((part) => String(part).slice(0, CODE_CAP)));
  const ours = refusalCode(status, phase, `${code ?? ''} ${serviceErrorCode ?? ''} ${message ?? ''}`);
  const said = `(${[...codes].join(', ')})${inItsWords(message)}${advice(ours, refused)}${requestedBy}`;
  const verb = status >= 500 ? 'failed at' : 'refused';
  return new LinkedInError(ours, `LinkedIn ${verb} ${PHASE_NAMES[phase]} ${said}`, refused);
}

/** What only the moment or this release knows: hints are the same for every refusal of a code. */
function advice(code: Code, { retryAfterMs, serverNowMs }: Refused): string {
  if (code === 'VERSION_INACTIVE')
    return `; linkedin-version names it, and the newest version known is ${NEWEST_KNOWN_VERSION}`;
  if (code === 'DAILY_LIMIT' && serverNowMs !== undefined)
    return `; its daily limits reset at 00:00 UTC, in ${showWait(untilMidnightMs(serverNowMs))}`;
  return retryAfterMs ? `; it asks to wait ${showWait(retryAfterMs)}` : '';
}

/** LinkedIn's message, quoted and cut; empty when it is missing or blank. */
export function inItsWords(words = ''): string {
  return words.trim() === '' ? '' : `: "${words.slice(0, WORDS_CAP)}"`;
}

// An upload address that is used up or out of date answers with one of these.
const DEAD_ADDRESS = new Set([403, 404, 409, 410, 412]);

// LinkedIn answers a bad body with 403 as well, whoever the owner is. Its message ends with the path of the field.
const FIELD_REFUSED = /field value validation failed|unpermitted fields present/i;

/** By status, and by LinkedIn's codes and words where one status stands for several things. */
function refusalCode(status: number, phase: Phase, words: string): Code {
  if (status === 401)
    return /RESTRICTED_MEMBER|\b65608\b/.test(words) ? 'MEMBER_RESTRICTED' : 'TOKEN_REFUSED';
  if (phase === 'upload' && isDeadAddress(status, words)) return 'UPLOAD_EXPIRED';
  if (status === 403) return FIELD_REFUSED.test(words) ? 'VALUE_REFUSED' : 'ACCESS_DENIED';
  if (status === 426) return 'VERSION_INACTIVE';
  // The counter that is used up is named: "… APPLICATION_AND_MEMBER DAY limit for calls to this resource …".
  if (status === 429) return /\bDAY\b/.test(words) ? 'DAILY_LIMIT' : 'LIMIT_REACHED';
  if (status >= 500) return 'SERVER_FAILED';
  // LinkedIn answers a missing role with 400: "Organization permissions must be used when using organization …".
  if (/permissions must be used when using/i.test(words)) return 'ACCESS_DENIED';
  return 'REQUEST_REFUSED';
}

function isDeadAddress(status: number, words: string): boolean {
  return DEAD_ADDRESS.has(status) || (status === 400 && words.includes('EXPIRED_UPLOAD_URL'));
}

const numbered = z.looseObject({ status: z.number().min(400).max(599) });
const MAYBE_NUMBERED = /"status"\s*:\s*[45]\d\d/;

/** The status that counts: an answer of 200 may hold a refusal, whose own status stands in its body. */
export function statusOf({ status, text }: HttpReply): number {
  // Nearly every good answer holds none: a look at its text spares reading it twice. No server writes 404 as 4.04e2.
  if (status < 200 || status >= 300 || !MAYBE_NUMBERED.test(text)) return status;
  return numbered.safeParse(parseJson(text)).data?.status ?? status;
}

/** The id of an answer that LinkedIn's support asks for, when there is one. */
export function requestId({ headers }: HttpReply): string {
  const [id = ''] = [headers['x-li-uuid'] ?? []].flat();
  return /^[\w+/=-]{1,64}$/.test(id) ? ` [x-li-uuid ${id}]` : '';
}
