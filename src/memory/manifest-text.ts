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

function parseJson(text: string, path: string): unknown {
  let hasProto = false;
  try {
    const value = JSON.parse(text, (key, part) => {
      hasProto ||= key === '__proto__';
      return part;
    });
    if (!hasProto) return value;
  } catch (error) {
    const conflict = text.split('\n').findIndex((line) => line.startsWith('<<<<<<< '));
    if (conflict >= 0) throw invalidManifest(path, `it has a merge conflict in line ${conflict + 1}`);
    // The message of Node quotes the place.
    throw invalidManifest(path, `it is not valid JSON: ${messageOf(error).replaceAll(/\s+/g, ' ')}`);
  }
  // The parsers would drop the key without a word.
  throw invalidManifest(path, 'it has a key `__proto__`');
}
