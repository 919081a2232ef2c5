// Reads JSON bodies: only what a schema has, or a rejection that names the path in LinkedIn's notation, such as
// `/registerUploadRequest/owner`.

import * as z from '../schema.ts';
import {
  apiError,
  inputError,
  invalidField,
  missingField,
  schemaErrors,
  unpermittedField,
} from './errors.ts';
import { headerOf, readBody, type SandboxRequest } from './messages.ts';

/** @throws {ErrorResponse} */
export async function readJson<T>(request: SandboxRequest, schema: z.ZodType<T>): Promise<T> {
  const type = headerOf(request, 'content-type') ?? '';
  if (!/^application\/json(\s*;.*)?$/i.test(type))
    throw apiError(415, 'Content-Type must be application/json');
  const text = (await readBody(request)).toString();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw apiError(400, 'The body is not JSON');
  }
  return parseFields(json, schema);
}

/** The message of an issue may be LinkedIn's code for it. @throws {ErrorResponse} */
export function parseFields<T>(value: unknown, schema: z.ZodType<T>, root = ''): T {
  const { data, error } = schema.safeParse(value, { reportInput: true });
  if (error === undefined) return data;
  const { issues } = error;
  const pathOf = (...path: PropertyKey[]) => `${root}/${path.join('/')}`;
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => pathOf(...issue.path, key)) : [],
  );
  if (unknown.length > 0)
    throw schemaErrors(unknown.map((path) => [path, 'unrecognized field found but not allowed']));
  const missing = issues.find(({ input }) => input === undefined);
  if (missing !== undefined) throw missingField(pathOf(...missing.path));
  const [{ path = [], input, message = '' } = {}] = issues;
  // Null: recorded of the field `content`.
  if (input === null || message === UNPERMITTED) throw unpermittedField(pathOf(...path));
  throw /^[A-Z_]+$/.test(message)
    ? inputError(message, pathOf(...path))
    : invalidField(pathOf(...path));
}

const UNPERMITTED = 'UNPERMITTED';

/** A field that LinkedIn knows, and that this body must not have. */
export const unpermitted = z.never(UNPERMITTED).optional();

/** Text that is not blank and has at most `most` characters. */
export function shortText(most: number) {
  return z.string().regex(/\S/, 'INVALID_VALUE_BLANK_FIELD').max(most, 'FIELD_LENGTH_TOO_LONG');
}

export function oneOf<const T extends readonly string[]>(...allowed: T) {
  return z.enum(allowed, 'INVALID_VALUE_FOR_FIELD');
}

/** A URN that may own media. LinkedIn's pages spell ad accounts in two ways, and both are valid. */
export const owner = z
  .string()
  .regex(/^urn:li:(person:[\w-]+|(organization|sponsoredAccount|sponsoredAdAccount):\d+)$/);

export const byteCount = z.int().positive();

export const mediaLibrary = z.strictObject({
  associatedAccount: z.string().regex(/^urn:li:sponsoredAccount:\d+$/),
  assetName: z.string().min(1),
});
