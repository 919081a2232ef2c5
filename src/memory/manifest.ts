// The manifest: its entries, the key that identifies an upload, and the text of its file. Pure.

import { InputError } from '../errors.ts';
import { API_TRAITS, type ApiName } from '../linkedin/session.ts';
import { isAssetUrn, isMediaUrn, normalizeOwner, ownerKind } from '../linkedin/urn.ts';
import * as z from '../schema.ts';

// 2 added documents, call counts and unknown fields. A file of schema 1 is also a valid file of schema 2.
const SCHEMA = 2;
const HEADER = `{"schema":${SCHEMA},"manifest":"linkedin-media-upload","entries":[`;

/** About 130,000 entries. A larger file is not read or written. */
export const MANIFEST_BYTES_MAX = 64 * 1024 * 1024;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const APIS = Object.keys(API_TRAITS) as ApiName[];

/** In the order of the fields in the file, so that a line changes only when its entry changes. */
const newEntry = z
  .object({
    /** 4096: the longest path of Linux. */
    file: z.string().min(1).max(4096).describe('Path of the file, as users see it.'),
    kind: z.enum(['image', 'video', 'document']),
    sha256: sha256.describe('Of all bytes of the file.'),
    sizeBytes: z.int().positive(),
    owner: z
      .string()
      .max(512)
      .refine((text) => ownerKind(text) !== null)
      .describe('URN of the owner.'),
    api: z.enum(APIS),
    recipe: z
      .string()
      .max(512)
      .regex(/^urn:li:digitalmediaRecipe:[A-Za-z0-9_-]+$/)
      .nullable()
      .describe('Full recipe URN; null where the API has no recipes.'),
    /** As `apiBaseOf` returns it: another API base does not know the URN. */
    apiUrl: z
      .string()
      .max(2048)
      .regex(/^https?:\/\/[^\s/?#@\\]+(\/[^\s?#@\\]*)?$/)
      .describe('Origin and path of the API base.'),
    urn: z.string().max(512).describe('URN of the asset, image, video or document.'),
    state: z
      .enum(['registered', 'uploaded', 'available'])
      .describe(
        'registered: LinkedIn returned a URN. uploaded: it has all bytes. available: it has processed them.',
      ),
    /** LinkedIn takes captions and thumbnail only together with their video. */
    captionsSha256: z.exactOptional(sha256),
    thumbnailSha256: z.exactOptional(sha256),
    /** Other text is dropped: nothing depends on it. */
    status: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,64}$/)
      .describe("LinkedIn's own status, as last read.")
      .optional()
      .catch(undefined),
    /** May lie in the future: others may have written the file. */
    checkedAt: z
      .exactOptional(z.iso.datetime())
      .describe('When a status read, or the response to a synchronous upload, last verified the state.'),
    updatedAt: z.iso.datetime(),
  })
  .refine((entry) => isAssetUrn(entry.urn) || isMediaUrn(entry.kind, entry.urn), { path: ['urn'] });
const readEntry = newEntry.strict();

export type ManifestEntry = Readonly<z.infer<typeof newEntry>>;

/** Identifies an upload: the same key means the same bytes at the same place. */
export type ManifestKey = Digests & Pick<ManifestEntry, 'sizeBytes' | 'owner' | 'api' | 'recipe' | 'apiUrl'>;

/** The digests of the file and its sidecars. */
export type Digests = Pick<ManifestEntry, 'sha256' | 'captionsSha256' | 'thumbnailSha256'>;

/** The fields of an entry besides its key. */
export type UploadRecord = Omit<ManifestEntry, keyof ManifestKey | 'updatedAt'>;

export interface Manifest {
  /** By `keyText`. */
  readonly entries: Map<string, ManifestEntry>;
  /** API calls to LinkedIn per UTC day, such as `2026-11-25`, of all runs. `parseManifest` always sets it. */
  readonly calls?: Map<string, number>;
  /** Posts by their keys, which only `post/` reads. Changed by `SharedStore.swap` alone, and never merged. */
  readonly posts?: Posts;
  /** Top-level fields of other versions of this action. They are written back unchanged. */
  readonly unknownFields?: Readonly<Record<string, unknown>>;
}

export type Posts = Readonly<Record<string, unknown>>;

const header = z.object({
  schema: z.int().describe('Version of the format.'),
  manifest: z.literal('linkedin-media-upload'),
});
const callsPerDay = z.record(z.iso.date(), z.int().nonnegative());

/** The whole file, whose posts only `post/` parses. */
export const manifestFile = header
  .extend({
    entries: z.array(readEntry).describe('One upload each.'),
    calls: callsPerDay.describe('API calls to LinkedIn of each UTC day.').exactOptional(),
    posts: z.record(z.string(), z.unknown()).exactOptional(),
  })
  .loose();

/** Entries are parsed one by one, so that an error names its line. */
const wholeFile = manifestFile.extend({ entries: z.custom<unknown[]>(Array.isArray) });

/** Origin and path of an API base, without trailing slashes. */
export function apiBaseOf({ origin, pathname }: URL): string {
  return origin + pathname.replace(/\/+$/, '');
}

/** The key as one string. Spellings of the same owner give the same string. */
export function keyText(key: ManifestKey): string {
  const { sha256, sizeBytes, owner, api, recipe, apiUrl, captionsSha256, thumbnailSha256 } = key;
  const sidecars = [captionsSha256, thumbnailSha256];
  return JSON.stringify([sha256, sizeBytes, normalizeOwner(owner), api, recipe, apiUrl, ...sidecars]);
}

/** The entry without unknown fields; or, as a string, why no later run could read it. */
export function makeEntry(entry: ManifestEntry): ManifestEntry | string {
  const { data, error } = newEntry.safeParse(entry);
  return data ?? describe(error);
}

/**
 * Reads the text of a manifest, with any white space. Of two entries with the same key, which a git merge may leave,
 * the newer one counts. `path` is the name for users.
 * @throws InputError MANIFEST_INVALID that names the place and the error, and quotes no text of the file
 */
export function parseManifest(text: string, path: string): Manifest {
  const value = parseJson(text, path);
  const { data: { schema } = {} } = header.safeParse(value);
  if (schema === undefined) throw invalid(path, 'it is not a manifest of this action');
  if (schema < 1 || schema > SCHEMA) {
    throw invalid(
      path,
      `it has schema ${schema}, but this version of the action reads only schemas 1 to ${SCHEMA}; use a newer version`,
    );
  }
  const { data, error } = wholeFile.safeParse(value);
  if (data === undefined) throw invalid(path, describe(error));
  const { schema: _schema, manifest: _manifest, entries: list, calls = {}, posts, ...unknownFields } = data;
  const entries = new Map<string, ManifestEntry>();
  for (const [index, one] of list.entries()) {
    const { data: entry, error } = readEntry.safeParse(one);
    if (entry === undefined) {
      const place = /^\{"schema":\d+,"manifest":"linkedin-media-upload","entries":\[\n/.test(text)
        ? `line ${index + 2}`
        : `entry ${index + 1}`;
      throw invalid(`${path}, ${place}`, describe(error));
    }
    const key = keyText(entry);
    if ((entries.get(key)?.updatedAt ?? '') <= entry.updatedAt) entries.set(key, entry);
  }
  return { entries, calls: new Map(Object.entries(calls)), ...(posts && { posts }), unknownFields };
}

/**
 * One entry a line, by file and then by key; one post a line, by key.
 * @throws RangeError when the text is too large to be read again
 */
export function formatManifest(manifest: Manifest): string {
  const { entries, calls = new Map(), posts = {}, unknownFields = {} } = manifest;
  const lines = [...entries]
    .sort(
      ([leftKey, left], [rightKey, right]) => compare(left.file, right.file) || compare(leftKey, rightKey),
    )
    .map(([, entry]) => `\n${JSON.stringify(entry)}`);
  const days = Object.fromEntries([...calls].sort());
  const rest = Object.entries(calls.size > 0 ? { calls: days, ...unknownFields } : unknownFields);
  const fields = rest.map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const text = `${HEADER}${lines.join()}\n]${fields.join('')}${formatPosts(posts)}}\n`;
  if (Buffer.byteLength(text) > MANIFEST_BYTES_MAX) throw new RangeError('it would be larger than 64 MiB');
  return text;
}

function formatPosts(posts: Posts): string {
  const lines = Object.entries(posts)
    .sort(([left], [right]) => compare(left, right))
    .map(([key, post]) => `\n${JSON.stringify(key)}:${JSON.stringify(post)}`);
  return lines.length === 0 ? '' : `,"posts":{${lines.join()}\n}`;
}

/** By code unit: the same order on every machine. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export function invalid(place: string, what: string): InputError {
  return new InputError('MANIFEST_INVALID', 'manifest', `${place}: ${what}`);
}

/** Names the field, unless it is an unknown one. */
function describe(error: z.ZodError): string {
  const field = error.issues[0]?.path[0];
  return field === undefined ? 'it does not match the manifest format' : `\`${String(field)}\` is not valid`;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`${path}, line ${lineOfSyntaxError(text)}`, 'it is not valid JSON');
  }
}

/** Found by a binary search over leading lines, because errors of JSON.parse do not always have a position. */
function lineOfSyntaxError(text: string): number {
  const lines = text.split('\n');
  let [good, bad] = [0, lines.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (beginsJson(`${lines.slice(0, middle).join('\n')}\n`)) good = middle;
    else bad = middle;
  }
  return bad;
}

/** Whether `text` is JSON, or becomes JSON when more follows. */
function beginsJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = / at position (\d+)/.exec(message)?.[1];
    return position === undefined ? / end of JSON input/.test(message) : Number(position) >= text.length;
  }
}
