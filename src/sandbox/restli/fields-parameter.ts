// The parameter `fields=a,b` of reads: the fields of an entity that a response keeps. Not the lists inside of a field.
// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/projections (read 2026-11-26)

import { invalidQuery, type Parameters } from './query.ts';

/** Null keeps all fields. */
export function parseFields(parameters: Parameters, known: readonly string[]): readonly string[] | null {
  const list = parameters.get('fields');
  if (list === undefined) return null;
  const fields = list.split(',');
  const unknown = fields.find((name, index) => !known.includes(name) || fields.indexOf(name) !== index);
  if (unknown !== undefined) throw invalidQuery(`Unknown field: ${unknown}`);
  return fields;
}

export function selectFields(
  entity: Readonly<Record<string, unknown>>,
  fields: readonly string[] | null,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entity).filter(([name]) => fields?.includes(name) ?? true));
}
