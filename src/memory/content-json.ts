// The JSON of the memory, which users call the manifest: one upload a line, one post a line. Pure.

import { messageOf } from '../errors/action-error.ts';
import * as z from '../schema.ts';
import { type Content, EMPTY, invalidManifest } from './content.ts';
import { describeInvalidField, storedUpload, type UploadEntry, uploadKeyText } from './upload-entry.ts';

const SCHEMA = 1;
/** About 130,000 uploads. A larger file is not read or written. */
export const MAX_CONTENT_BYTES = 64 * 1024 * 1024;
/** No file is written that often. A larger number could not be raised exactly. */
const MAX_REVISION = 10 ** 15;

const header = z.object({
  schema: z.int(),
  manifest: z.literal('linkedin-media-upload'),
});
const count = z.int().nonnegative();

/** The whole file, whose posts only `post/` parses. Strict, so that no table of a newer version is lost. */
export const contentSchema = z.strictObject({
  schema: z.literal(SCHEMA).describe('Version of the format.'),
  manifest: header.shape.manifest,
  revision: count.max(MAX_REVISION).default(0).describe('Raised by every write.'),
  calls: z
    .record(z.iso.date(), z.record(z.string(), count))
    .default({})
    .describe('API calls to LinkedIn of each UTC day, by job.'),
  tokens: z
    .record(z.string().regex(/^[0-9a-f]{16}$/), z.iso.date())
    .default({})
    .describe('When a run first saw an access token, by the first digits of its SHA-256.'),
  uploads: z.array(storedUpload).describe('One upload each.'),
  posts: z.record(z.string(), z.unknown()).default({}),
});

/** Uploads are parsed one by one, so that an error names its line. */
const wholeFile = contentSchema.extend({ uploads: z.custom<unknown[]>(Array.isArray) });

/**
 * Reads the text of a manifest, with any white space. Of two uploads with the same key, which a git merge may leave,
 * the newer one counts. `path` is the name for users.
 * @throws InputError MANIFEST_INVALID that names the place and the error
 */
export function parseContent(text: string, path: string): Content {
  const value = parseJson(text, path);
  const { data: { schema } = {} } = header.safeParse(value);
  if (schema === undefined) throw invalidManifest(path, 'it is not a manifest of this action');
  if (schema !== SCHEMA) {
    const what = `it has schema ${schema}, but this version of the action reads only schema ${SCHEMA}`;
    throw invalidManifest(path, what);
  }
  const { data, error } = wholeFile.safeParse(value);
  if (data === undefined) throw invalidManifest(path, describeInvalidField(error));
  const { schema: _, manifest: __, uploads: list, ...rest } = data;
  const uploads = new Map<string, UploadEntry>();
  const isOnePerLine = /^\{.*"uploads":\[\n/.test(text);
  for (const [index, one] of list.entries()) {
    const { data: entry, error } = storedUpload.safeParse(one);
    if (entry === undefined) {
      const place = isOnePerLine ? `line ${index + 2}` : `upload ${index + 1}`;
      throw invalidManifest(`${path}, ${place}`, describeInvalidField(error));
    }
    const key = uploadKeyText(entry);
    if ((uploads.get(key)?.updatedAt ?? '') <= entry.updatedAt) uploads.set(key, entry);
  }
  return { ...rest, uploads };
}

/** Sorts uploads by file, and posts by key. @throws RangeError when the text is too large to be read again */
export function formatContent(content: Partial<Content>): string {
  const { uploads, posts, revision, calls, tokens } = { ...EMPTY, ...content };
  const first = JSON.stringify({
    schema: SCHEMA,
    manifest: 'linkedin-media-upload',
    revision,
    calls,
    tokens,
  });
  const uploadLines = sortLines(
    [...uploads].map(([key, entry]) => [`${entry.file}\0${key}`, JSON.stringify(entry)]),
  );
  const postLines = sortLines(
    Object.entries(posts).map(([key, post]) => [key, `${JSON.stringify(key)}:${JSON.stringify(post)}`]),
  );
  const text = `${first.slice(0, -1)},"uploads":[${uploadLines}\n],"posts":{${postLines}\n}}\n`;
  if (Buffer.byteLength(text) > MAX_CONTENT_BYTES) throw new RangeError('it would be larger than 64 MiB');
  return text;
}

/** Compares code units, so that the order is the same on every machine. */
function sortLines(named: readonly (readonly [name: string, line: string])[]): string {
  const sorted = named.toSorted(([left], [right]) => (left < right ? -1 : 1));
  return sorted.map(([, line]) => `\n${line}`).join();
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
