// Field projections of reads: Rest.li's `fields=a,b:(c),d:($*:(e))`, or LinkedIn's older `projection=(a,b(c),d*(e))`.
// A field that the resource does not have is a client error.
// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/projections (read 2026-11-26)

import { invalidQuery, type Parameters } from './query.ts';

/** The fields of a batch response. */
export const BATCH_FIELDS = ['results', 'statuses', 'errors'] as const;

export const PROJECTION_PARAMETERS = ['fields', 'projection'] as const;

/** The fields of a record to keep. Null keeps a whole field. EVERY matches each entry of a list or map. */
type FieldTree = ReadonlyMap<string, FieldTree | null>;
const EVERY = '$*';

export interface Projection {
  /** The fields of each entity in the response. Null without a projection of entities. */
  readonly entity: FieldTree | null;
  /** The fields of a whole batch response. Null without one. */
  readonly response: FieldTree | null;
}

/** `entityFields` and `responseFields` are the known fields of an entity and of a batch response (null otherwise). */
export function parseProjection(
  parameters: Parameters,
  entityFields: readonly string[],
  responseFields: readonly string[] | null = null,
): Projection {
  const [fieldList, projection] = PROJECTION_PARAMETERS.map((name) => parameters.get(name));
  if (fieldList !== undefined && projection !== undefined)
    throw invalidQuery('fields and projection cannot be combined');
  if (fieldList !== undefined)
    return {
      entity: assertKnownFields(new Parser(decode(fieldList), FIELDS).whole(), entityFields),
      response: null,
    };
  if (projection === undefined) return { entity: null, response: null };
  const [, inner] = /^\((.*)\)$/s.exec(decode(projection)) ?? [];
  if (inner === undefined) throw invalidQuery('projection must be a list in parentheses');
  const fields = assertKnownFields(new Parser(inner, PROJECTION).whole(), responseFields ?? entityFields);
  return responseFields === null ? { entity: fields, response: null } : { entity: null, response: fields };
}

/** The selected fields of `value`; all without a selection. Only a list or map has entries for EVERY. */
export function selectFields<T>(value: T, fields: FieldTree | null): T;
export function selectFields(value: unknown, fields: FieldTree | null): unknown {
  if (fields === null || typeof value !== 'object' || value === null) return value;
  const every = fields.get(EVERY);
  if (Array.isArray(value))
    return every === undefined ? [] : value.map((entry) => selectFields(entry, every));
  const kept = Object.entries(value).flatMap(([name, entry]) => {
    const inner = fields.get(name) ?? every;
    return fields.has(name) || every !== undefined ? [[name, selectFields(entry, inner ?? null)]] : [];
  });
  return Object.fromEntries(kept);
}

function assertKnownFields(fields: FieldTree, known: readonly string[]): FieldTree {
  const unknown = [...fields.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalidQuery(`Unknown field: ${unknown}`);
  return fields;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw invalidQuery('Syntax exception in query parameters');
  }
}

/** A field name and what opens its inner list: `:(` in `fields`, `(` in `projection`, after `*` for list entries. */
const FIELDS = /(?<name>[A-Za-z]\w*|\$\*)(?<open>:\()?/y;
const PROJECTION = /(?<name>[A-Za-z]\w*)(?<every>\*)?(?<open>\()?/y;

class Parser {
  readonly #text: string;
  readonly #field: RegExp;
  #at = 0;

  constructor(text: string, field: RegExp) {
    this.#text = text;
    this.#field = field;
  }

  whole(): FieldTree {
    const fields = this.#list();
    if (this.#at < this.#text.length) throw this.#syntaxError();
    return fields;
  }

  #list(): FieldTree {
    const fields = new Map<string, FieldTree | null>();
    do {
      this.#field.lastIndex = this.#at;
      const { name, every, open } = this.#field.exec(this.#text)?.groups ?? {};
      if (name === undefined || fields.has(name)) throw this.#syntaxError();
      this.#at = this.#field.lastIndex;
      const inner = open === undefined ? null : this.#list();
      if (open !== undefined && !this.#skip(')')) throw this.#syntaxError();
      fields.set(name, every === undefined ? inner : new Map([[EVERY, inner]]));
    } while (this.#skip(','));
    return fields;
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #syntaxError(): Error {
    return invalidQuery(`Syntax exception in a projection, at character ${this.#at}`);
  }
}
