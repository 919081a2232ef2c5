// What runs remember: the tables of uploads, posts, waiting posts and tokens, and the counts of API calls. Their JSON, which users call the
// manifest, has one upload and one post a line. Pure.

import { InputError, messageOf } from '../errors/action-error.ts';
import * as z from '../schema.ts';
import { sha256, type UploadEntry, uploadEntry, uploadKeyText } from './upload-entry.ts';

const count = z.int().nonnegative();

const waitingPost = z.strictObject({
  author: z.string().max(200),
  apiUrl: z.string().max(2048),
  content: sha256.describe('Digest of the content of the post.'),
  waitedAt: z.iso.datetime().describe('When a run last let it wait.'),
});

export type WaitingPost = Readonly<z.infer<typeof waitingPost>>;

/** The whole file, whose posts only `post/` parses. Strict, so that no table of a newer version is lost. */
export const contentSchema = z.strictObject({
  schema: z
    .literal(1, { error: 'this version of the action reads only manifests of schema 1' })
    .describe('Version of the format.'),
  manifest: z.literal('linkedin-media-upload'),
  revision: count.default(0).describe('Raised by every write.'),
  // Each job writes the number of its own calls, so that a repeated write counts nothing twice.
  calls: z
    .record(z.iso.date(), z.record(z.string(), count))
    .default({})
    .describe('API calls to LinkedIn of each UTC day, by job.'),
  tokens: z
    .record(z.string().regex(/^[0-9a-f]{16}$/), z.iso.date())
    .default({})
    .describe('When a run first saw an access token, by the first digits of its SHA-256.'),
  waiting: z
    .array(waitingPost)
    .default([])
    .describe('Posts that waited for their turn, so that they do not expire.'),
  uploads: z.array(uploadEntry).describe('One upload each.'),
  posts: z.record(z.string(), z.unknown()).default({}),
});

type Tables = Omit<z.infer<typeof contentSchema>, 'uploads'>;

export interface Content extends Readonly<Tables> {
  /** By `uploadKeyText`. */
  readonly uploads: ReadonlyMap<string, UploadEntry>;
}

/** A copy that a change may modify. */
export interface Draft extends Tables {
  readonly uploads: Map<string, UploadEntry>;
}

/** Changes the draft, and recognizes its own result: it may be applied again to another version. False: nothing changed. */
export type Change = (draft: Draft) => boolean;

/** Revision 0: nothing is written yet. */
export const EMPTY: Content = {
  ...contentSchema.parse({ schema: 1, manifest: 'linkedin-media-upload', uploads: [] }),
  uploads: new Map(),
};

/** What a table needs of the memory that it belongs to. */
export interface TableOwner {
  readonly content: Content;
  /** Identifies this process among the jobs that share a branch. Null without a branch. */
  readonly job: string | null;
  /** Epoch milliseconds by the clock that all jobs share. */
  epochMs(): number;
  /** Stores `change` with the next write, in place of an earlier change with the same key. Never throws. */
  stage(key: unknown, change: Change): void;
}

/** Reads a manifest with any white space. `name` is its name for users. @throws InputError MANIFEST_INVALID */
export function parseContent(bytes: Uint8Array, name: string): Content {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    // The message of Node quotes the place.
    throw invalidManifest(
      name,
      `it is not valid JSON: ${messageOf(error).replaceAll(/\s+/g, ' ')}`,
    );
  }
  assertUniqueKeys(text, name);
  const { data, error } = contentSchema.safeParse(value);
  if (data === undefined) throw invalidManifest(name, describeInvalid(error));
  // A git merge may leave two uploads with the same key. The newer one counts.
  const oldestFirst = data.uploads.toSorted((one, other) =>
    one.updatedAt < other.updatedAt ? -1 : 1,
  );
  return { ...data, uploads: new Map(oldestFirst.map((entry) => [uploadKeyText(entry), entry])) };
}

/** Sorts the lines by code units, so that the order is the same on every machine. An upload begins with its file. */
export function formatContent({ uploads, posts, ...head }: Content): string {
  const uploadLines = [...uploads.values()].map((entry) => `\n${JSON.stringify(entry)}`).sort();
  const postLines = Object.entries(posts)
    .map(([key, post]) => `\n${JSON.stringify(key)}:${JSON.stringify(post)}`)
    .sort();
  const start = JSON.stringify(head).slice(0, -1);
  return `${start},"uploads":[${uploadLines.join()}\n],"posts":{${postLines.join()}\n}}\n`;
}

export function invalidManifest(place: string, what: string, hint?: string): InputError {
  return new InputError('MANIFEST_INVALID', 'manifest', `${place}: ${what}`, { hint });
}

/** Names the field, without its value. */
export function describeInvalid({ issues: [issue] }: z.ZodError): string {
  const field = (issue?.path ?? []).join('.').replace(/\.(\d+)/g, '[$1]');
  return `${field === '' ? '' : `\`${field}\`: `}${issue?.message}`.slice(0, 300);
}

/** A key, any other string, or a bracket. */
const TOKEN = /("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g;

/** `text` is valid JSON. @throws InputError MANIFEST_INVALID for a key of which `JSON.parse` drops the first value without a word */
function assertUniqueKeys(text: string, name: string): void {
  const openObjects: Set<string>[] = [];
  for (const { 0: token, 1: quotedKey, index } of text.matchAll(TOKEN)) {
    if ('[{'.includes(token)) openObjects.push(new Set());
    if (']}'.includes(token)) openObjects.pop();
    if (quotedKey === undefined) continue;
    const key: string = JSON.parse(quotedKey);
    const keys = openObjects.at(-1);
    if (keys?.has(key)) {
      const line = text.slice(0, index).split('\n').length;
      throw invalidManifest(
        `${name}, line ${line}`,
        `the key \`${key}\` appears twice in one object, as after a merge that kept both sides`,
        'Move everything below one of the two. A post whose entry is lost goes out again.',
      );
    }
    keys?.add(key);
  }
}
