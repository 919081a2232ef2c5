// What a manifest remembers of one upload, and how one line of the file tells it. Pure.

import { API_TRAITS, identify, type MediaIdentity } from '../../linkedin/session.ts';
import { isAssetUrn, isMediaUrn, type MediaKind, oneSpelling, ownerKind } from '../../linkedin/urn.ts';
import * as z from '../../schema.ts';

/** SHA-256 of all bytes that are sent for a file: 64 digits of lower-case hex each. */
export interface Digests {
  readonly sha256: string;
  /** What goes along with a video, which LinkedIn takes with its upload alone, never later. Absent when nothing does. */
  readonly captionsSha256?: string;
  readonly thumbnailSha256?: string;
}

/** What makes two uploads the same one. */
export interface ManifestKey extends Digests {
  readonly sizeBytes: number;
  readonly owner: string;
  /** A name of API_TRAITS. */
  readonly api: string;
  /** Full recipe URN; null where the API has no recipes. */
  readonly recipe: string | null;
  /** Origin and path of the API base, as `apiBaseOf` gives it: a URN of one LinkedIn means nothing to another. */
  readonly apiUrl: string;
}

/** What is remembered of an upload besides its key. */
export interface UploadRecord {
  /** The path that users know the file by. */
  readonly file: string;
  readonly kind: MediaKind;
  readonly identity: MediaIdentity;
  /** `registered`: LinkedIn gave a URN. `uploaded`: it has all bytes. `available`: it has processed them. */
  readonly state: 'registered' | 'uploaded' | 'available';
  /** LinkedIn's own word, last read. */
  readonly status?: string;
  /** ISO 8601, UTC: when a status read last verified the state. May lie ahead: others may have shaped the file. */
  readonly checkedAt?: string;
}

export interface ManifestEntry extends ManifestKey, UploadRecord {
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
}

// The longest path of Linux; in JSON a character takes six at most.
const FILE_CHARS_MAX = 4096;
const URN_CHARS_MAX = 512;

/** No line is as long: the sum of what its fields may hold. */
export const LINE_CHARS_MAX = 32 * 1024;

const SHA256 = /^[0-9a-f]{64}$/;

/** LinkedIn's words for a status look so; other text of a server is not kept. */
const WORD = /^[A-Za-z0-9_.-]{1,64}$/;

// All other names of a file follow from the URN that LinkedIn gave, so that they cannot contradict it.
const writtenEntry = z
  .strictObject({
    file: z.string().min(1).max(FILE_CHARS_MAX),
    kind: z.enum(['image', 'video']),
    sha256: z.string().regex(SHA256),
    sizeBytes: z.int().positive(),
    owner: urnThat((text) => ownerKind(text) !== null),
    api: z.string().refine((name) => Object.hasOwn(API_TRAITS, name)),
    recipe: urnThat((text) => /^urn:li:digitalmediaRecipe:[A-Za-z0-9_-]+$/.test(text)).nullable(),
    apiUrl: z
      .string()
      .max(2048)
      .regex(/^https?:\/\/[^\s/?#@\\]+(\/[^\s?#@\\]*)?$/),
    urn: urnThat((text) => isAssetUrn(text) || isMediaUrn('image', text) || isMediaUrn('video', text)),
    state: z.enum(['registered', 'uploaded', 'available']),
    captionsSha256: z.exactOptional(z.string().regex(SHA256)),
    thumbnailSha256: z.exactOptional(z.string().regex(SHA256)),
    status: z.exactOptional(z.string().regex(WORD)),
    checkedAt: z.exactOptional(z.iso.datetime()),
    updatedAt: z.iso.datetime(),
  })
  .refine(({ urn, kind }) => isAssetUrn(urn) || isMediaUrn(kind, urn), { path: ['urn'] })
  .transform(({ urn, ...rest }): ManifestEntry => ({ ...rest, identity: identify(urn, rest.kind) }));

function urnThat(isValid: (text: string) => boolean) {
  return z.string().max(URN_CHARS_MAX).refine(isValid);
}

/** The `apiUrl` of keys: origin and path, without slashes at the end. */
export function apiBaseOf({ origin, pathname }: URL): string {
  return origin + pathname.replace(/\/+$/, '');
}

/** The key as one string, made of its own fields alone, whatever else the record holds, and however its owner is spelt. */
export function keyText(key: ManifestKey): string {
  const { sha256, sizeBytes, owner, api, recipe, apiUrl, captionsSha256, thumbnailSha256 } = key;
  const along = [captionsSha256, thumbnailSha256];
  return JSON.stringify([sha256, sizeBytes, oneSpelling(owner), api, recipe, apiUrl, ...along]);
}

/** An entry, or why there is none: the end of a sentence, which quotes no value and no name of a stranger's field. */
export type Checked =
  | { readonly entry: ManifestEntry; readonly flaw?: never }
  | { readonly flaw: string; readonly entry?: never };

/** What `value`, an entry as it is written, tells. */
export function checkEntry(value: unknown): Checked {
  const parsed = writtenEntry.safeParse(value);
  if (parsed.success) return { entry: parsed.data };
  const field = parsed.error.issues[0]?.path[0];
  const subject = field === undefined ? 'the entry' : `\`${String(field)}\` of the entry`;
  return { flaw: `${subject} is not what a manifest holds` };
}

/** `entry` with nothing but the fields of an entry; a status that is no word is left out. */
export function makeEntry({ status, ...rest }: ManifestEntry): Checked {
  return checkEntry(written(status !== undefined && WORD.test(status) ? { ...rest, status } : rest));
}

/** The order of the fields never changes, so that a line changes only where its entry does. */
export function entryLine(entry: ManifestEntry): string {
  return JSON.stringify(written(entry));
}

function written(entry: ManifestEntry) {
  const { file, kind, sha256, sizeBytes, owner, api, recipe, apiUrl, identity, state, status } = entry;
  const { captionsSha256, thumbnailSha256, checkedAt, updatedAt } = entry;
  return {
    ...{ file, kind, sha256, sizeBytes, owner, api, recipe, apiUrl, urn: identity.urn, state },
    ...(captionsSha256 === undefined ? {} : { captionsSha256 }),
    ...(thumbnailSha256 === undefined ? {} : { thumbnailSha256 }),
    ...(status === undefined ? {} : { status }),
    ...(checkedAt === undefined ? {} : { checkedAt }),
    updatedAt,
  };
}
