// The text of a manifest: one upload a line, one post a line. Pure.

import { messageOf } from '../errors/action-error.ts';
import * as z from '../schema.ts';
import {
  describeInvalidField,
  EMPTY_MANIFEST,
  invalidManifest,
  keyText,
  type Manifest,
  type ManifestEntry,
  storedEntry,
} from './manifest.ts';

// 2 added documents, revisions, call counts and unknown fields. A file of schema 1 is also a valid file of schema 2.
const SCHEMA = 2;
const HEADER = `{"schema":${SCHEMA},"manifest":"linkedin-media-upload","entries":[`;

/** About 130,000 entries. A larger file is not read or written. */
export const MANIFEST_BYTES_MAX = 64 * 1024 * 1024;

const header = z.object({
  schema: z.int().describe('Version of the format.'),
  manifest: z.literal('linkedin-media-upload'),
});
const count = z.int().nonnegative();
const callsByDay = z.record(
  z.iso.date(),
  z.union([z.record(z.string(), count), count.describe('Of a version that did not distinguish jobs.')]),
);
/** No file is written that often. A larger number could not be raised exactly. */
const MAX_REVISION = 10 ** 15;

/** The whole file, whose posts only `post/` parses. */
export const manifestFile = header
  .extend({
    entries: z.array(storedEntry).describe('One upload each.'),
    revision: count.max(MAX_REVISION).describe('Raised by every write.').exactOptional(),
    calls: callsByDay.describe('API calls to LinkedIn of each UTC day, by job.').exactOptional(),
    tokens: z
      .record(z.string().regex(/^[0-9a-f]{16}$/), z.iso.date())
      .describe('When a run first saw an access token, by the first digits of its SHA-256.')
      .exactOptional(),
    posts: z.record(z.string(), z.unknown()).exactOptional(),
  })
  .loose();

/** Entries are parsed one by one, so that an error names its line. */
const wholeFile = manifestFile.extend({ entries: z.custom<unknown[]>(Array.isArray) });

/**
 * Reads the text of a manifest, with any white space. Of two entries with the same key, which a git merge may leave,
 * the newer one counts. `path` is the name for users.
 * @throws InputError MANIFEST_INVALID that names the place and the error
 */
export function parseManifest(text: string, path: string): Manifest {
  const value = parseJson(text, path);
  const { data: { schema } = {} } = header.safeParse(value);
  if (schema === undefined) throw invalidManifest(path, 'it is not a manifest of this action');
  if (schema < 1 || schema > SCHEMA) {
    throw invalidManifest(
      path,
      `it has schema ${schema}, but this version of the action reads only schemas 1 to ${SCHEMA}; use a newer version`,
    );
  }
  const { data, error } = wholeFile.safeParse(value);
  if (data === undefined) throw invalidManifest(path, describeInvalidField(error));
  const { schema: _schema, manifest: _manifest, entries: list, ...rest } = data;
  const { revision = 0, calls = {}, posts = {}, tokens = {}, ...unknownFields } = rest;
  const entries = new Map<string, ManifestEntry>();
  for (const [index, one] of list.entries()) {
    const { data: entry, error } = storedEntry.safeParse(one);
    if (entry === undefined) {
      const place = /^\{"schema":\d+,"manifest":"linkedin-media-upload","entries":\[\n/.test(text)
        ? `line ${index + 2}`
        : `entry ${index + 1}`;
      throw invalidManifest(`${path}, ${place}`, describeInvalidField(error));
    }
    const key = keyText(entry);
    if ((entries.get(key)?.updatedAt ?? '') <= entry.updatedAt) entries.set(key, entry);
  }
  return {
    revision,
    entries,
    // A count that was not split by job is kept as that of earlier runs.
    calls: new Map(
      Object.entries(calls).map(([day, jobs]) => [day, typeof jobs === 'number' ? { earlier: jobs } : jobs]),
    ),
    posts,
    tokens,
    unknownFields,
  };
}

/** Uploads are sorted by file and then by key, posts by key. @throws RangeError when the text is too large to be read again */
export function formatManifest(manifest: Partial<Manifest>): string {
  const { revision, entries, calls, posts, tokens, unknownFields } = { ...EMPTY_MANIFEST, ...manifest };
  const lines = [...entries]
    .sort(
      ([leftKey, left], [rightKey, right]) => compare(left.file, right.file) || compare(leftKey, rightKey),
    )
    .map(([, entry]) => `\n${JSON.stringify(entry)}`);
  const rest = {
    ...(revision > 0 && { revision }),
    ...(calls.size > 0 && { calls: Object.fromEntries([...calls].sort()) }),
    ...(Object.keys(tokens).length > 0 && { tokens }),
    ...unknownFields,
  };
  const fields = Object.entries(rest).map(
    ([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  const postLines = Object.entries(posts)
    .sort(([left], [right]) => compare(left, right))
    .map(([key, post]) => `\n${JSON.stringify(key)}:${JSON.stringify(post)}`);
  const postField = postLines.length === 0 ? '' : `,"posts":{${postLines.join()}\n}`;
  const text = `${HEADER}${lines.join()}\n]${fields.join('')}${postField}}\n`;
  if (Buffer.byteLength(text) > MANIFEST_BYTES_MAX) throw new RangeError('it would be larger than 64 MiB');
  return text;
}

/** Compares code units, so that the order is the same on every machine. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** @throws InputError MANIFEST_INVALID for a key that `JSON.parse` would drop without a word, too */
function parseJson(text: string, path: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const conflict = text.split('\n').findIndex((line) => line.startsWith('<<<<<<< '));
    if (conflict >= 0) throw invalidManifest(path, `it has a merge conflict in line ${conflict + 1}`);
    // The message of Node quotes the place.
    throw invalidManifest(path, `it is not valid JSON: ${messageOf(error).replaceAll(/\s+/g, ' ')}`);
  }
  const dropped = findDroppedKey(text);
  if (dropped === null) return value;
  const { key, line } = dropped;
  const place = `${path}, line ${line}`;
  if (key === '__proto__') throw invalidManifest(place, 'it has a key `__proto__`');
  const what = `the key \`${key}\` appears twice in one object, as after a merge that kept both sides`;
  const hint = 'Move everything below one of the two. A post whose entry is lost goes out again.';
  throw invalidManifest(place, what, hint);
}

/** The first key that its object has a second time, or that would set a prototype. `text` is valid JSON. */
function findDroppedKey(text: string): { readonly key: string; readonly line: number } | null {
  const openObjects: Set<string>[] = [];
  let stringStart: number | null = null;
  // A quotation mark with a colon after it ends a key. Outside strings there is no backslash.
  for (const { 0: token, index } of text.matchAll(/\\.|"\s*:|["{}[\]]/g)) {
    if (token.startsWith('\\')) continue;
    if (token.startsWith('"') && stringStart === null) {
      stringStart = index;
    } else if (token.startsWith('"')) {
      const quoted = text.slice(stringStart ?? 0, index + 1);
      stringStart = null;
      if (token === '"') continue;
      const key: string = JSON.parse(quoted);
      const keys = openObjects.at(-1);
      if (key === '__proto__' || keys?.has(key))
        return { key, line: text.slice(0, index).split('\n').length };
      keys?.add(key);
    } else if (stringStart === null) {
      if (token === '{' || token === '[') openObjects.push(new Set());
      else openObjects.pop();
    }
  }
  return null;
}
