// Looks into JSON bodies by hand: exactly the fields that may be there, or a refusal that names the path.
// Knows no call; paths are written as LinkedIn writes them, `/registerUploadRequest/owner`.

import { invalidField, missingField, schemaErrors } from './error-responses.ts';

export interface FieldNames {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
}

/** The value as a record with no other fields than these, and all of the required ones. */
export function fieldsOf(value: unknown, path: string, names: FieldNames): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidField(path === '' ? '/' : path);
  const fields = value as Record<string, unknown>;
  const known = [...names.required, ...(names.optional ?? [])];
  const strangers = Object.keys(fields).filter((name) => !known.includes(name));
  if (strangers.length > 0)
    throw schemaErrors(
      strangers.map((name) => [`${path}/${name}`, 'unrecognized field found but not allowed']),
    );
  const absent = names.required.find((name) => fields[name] === undefined || fields[name] === null);
  if (absent !== undefined) throw missingField(`${path}/${absent}`);
  return fields;
}

const OWNER = /^urn:li:(person:[A-Za-z0-9_-]+|(organization|sponsoredAccount|sponsoredAdAccount):\d+)$/;

/** A URN that may own media, an ad account in either spelling of LinkedIn's pages. */
export function ownerOf(value: unknown, path: string): string {
  return textMatching(value, path, OWNER);
}

/** A number of bytes, above zero. */
export function byteCountOf(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) throw invalidField(path);
  return value;
}

export function flagOf(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw invalidField(path);
  return value;
}

export function listOf(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidField(path);
  return value;
}

export function textOf(value: unknown, path: string): string {
  return textMatching(value, path, /^/);
}

export function textMatching(value: unknown, path: string, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw invalidField(path);
  return value;
}

export function oneOf<T extends string>(value: unknown, path: string, allowed: readonly T[]): T {
  const found = allowed.find((other) => other === value);
  if (found === undefined) throw invalidField(path);
  return found;
}
