// Validates JSON bodies: only the allowed fields, or a rejection that names the path.
// Paths use LinkedIn's notation: `/registerUploadRequest/owner`.

import { invalidField, missingField, schemaErrors } from './error-responses.ts';

export interface FieldNames {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
}

/** Returns the value as a record with all required fields and no unknown ones. */
export function fieldsOf(value: unknown, path: string, names: FieldNames): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidField(path === '' ? '/' : path);
  const fields = value as Record<string, unknown>;
  const known = [...names.required, ...(names.optional ?? [])];
  const unknown = Object.keys(fields).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw schemaErrors(
      unknown.map((name) => [`${path}/${name}`, 'unrecognized field found but not allowed']),
    );
  const missing = names.required.find((name) => fields[name] === undefined || fields[name] === null);
  if (missing !== undefined) throw missingField(`${path}/${missing}`);
  return fields;
}

const OWNER = /^urn:li:(person:[A-Za-z0-9_-]+|(organization|sponsoredAccount|sponsoredAdAccount):\d+)$/;

/** A URN that may own media. LinkedIn's pages spell ad accounts in two ways, and both are valid. */
export function ownerOf(value: unknown, path: string): string {
  return textMatching(value, path, OWNER);
}

/** A byte count above zero. */
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

const ACCOUNT = /^urn:li:sponsoredAccount:\d+$/;

export function checkMediaLibrary(value: unknown, path: string): void {
  if (value === undefined) return;
  const fields = fieldsOf(value, path, { required: ['associatedAccount', 'assetName'] });
  textMatching(fields.associatedAccount, `${path}/associatedAccount`, ACCOUNT);
  textMatching(fields.assetName, `${path}/assetName`, /./);
}
