// The content of the manifest: uploads, each with the key that identifies it, posts, and counts of API calls. Pure.

import { InputError } from '../errors/action-error.ts';
import { API_NAMES } from '../linkedin/session.ts';
import { ASSET_URN, MEDIA_URNS, normalizeOwner, ownerKind } from '../linkedin/urn.ts';
import * as z from '../schema.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The keys are in the order of the fields in the file, so that a line changes only when its entry changes. */
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
    api: z.enum(API_NAMES),
    recipe: z
      .string()
      .max(512)
      .regex(/^urn:li:digitalmediaRecipe:[A-Za-z0-9_-]+$/)
      .nullable()
      .describe('Full recipe URN; null where the API has no recipes.'),
    /** The result of `apiBaseOf`: another API base does not know the URN. */
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
  .refine(({ urn, kind }) => ASSET_URN.test(urn) || MEDIA_URNS[kind].test(urn), { path: ['urn'] });
/** Strict, so that an entry of a newer version is not misread. */
export const storedEntry = newEntry.strict();

export type ManifestEntry = Readonly<z.infer<typeof newEntry>>;

/** Identifies an upload: the same key means the same bytes at the same place. */
export type ManifestKey = Digests & Pick<ManifestEntry, 'sizeBytes' | 'owner' | 'api' | 'recipe' | 'apiUrl'>;

export type Digests = Pick<ManifestEntry, 'sha256' | 'captionsSha256' | 'thumbnailSha256'>;

export type UploadRecord = Omit<ManifestEntry, keyof ManifestKey | 'updatedAt'>;

export interface Manifest {
  /** Raised by every write. 0 in a file that no version with revisions has written. */
  readonly revision: number;
  /** The entries by `keyText`. */
  readonly entries: ReadonlyMap<string, ManifestEntry>;
  /** API calls to LinkedIn by UTC day, such as `2026-11-25`. */
  readonly calls: ReadonlyMap<string, CallsByJob>;
  /** Posts by their keys, which only `post/` reads. */
  readonly posts: Posts;
  /** The UTC day on which a run first saw an access token, by `tokenKey`. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Top-level fields of other versions of this action. They are written back unchanged. */
  readonly unknownFields: Readonly<Record<string, unknown>>;
}

/** Each job writes the number of its own calls, so that a repeated write counts nothing twice. */
export type CallsByJob = Readonly<Record<string, number>>;
export type Posts = Readonly<Record<string, unknown>>;

/** A copy that a change may modify. */
export interface Draft extends Manifest {
  readonly entries: Map<string, ManifestEntry>;
  readonly calls: Map<string, CallsByJob>;
  posts: Posts;
  tokens: Manifest['tokens'];
}

export const EMPTY_MANIFEST: Manifest = {
  revision: 0,
  entries: new Map(),
  calls: new Map(),
  posts: {},
  tokens: {},
  unknownFields: {},
};

export function draftOf(manifest: Manifest): Draft {
  return { ...manifest, entries: new Map(manifest.entries), calls: new Map(manifest.calls) };
}

export function callsOn({ calls }: Pick<Manifest, 'calls'>, day: string): number {
  return Object.values(calls.get(day) ?? {}).reduce((sum, count) => sum + count, 0);
}

/** The number of days whose counts are kept. */
const CALL_DAYS = 7;

/** False if the job has this count already. */
export function setCalls(
  { calls }: Draft,
  { day, job, count }: { day: string; job: string; count: number },
): boolean {
  const jobs = calls.get(day);
  if (jobs?.[job] === count) return false;
  calls.set(day, { ...jobs, [job]: count });
  for (const old of [...calls.keys()].sort().slice(0, -CALL_DAYS)) calls.delete(old);
  return true;
}

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
  return data ?? describeInvalidField(error);
}

export function invalidManifest(place: string, what: string, hint?: string): InputError {
  return new InputError('MANIFEST_INVALID', 'manifest', `${place}: ${what}`, { hint });
}

/** Names the field, unless it is an unknown one. */
export function describeInvalidField(error: z.ZodError): string {
  const field = error.issues[0]?.path[0];
  return field === undefined ? 'it does not match the manifest format' : `\`${String(field)}\` is not valid`;
}
