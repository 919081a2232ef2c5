// The entry of an upload: which bytes it has, where they are on LinkedIn, and the key that identifies it. Pure.

import { API_NAMES } from '../linkedin/apis.ts';
import { ASSET_URN, MEDIA_URNS, normalizeOwner, ownerKind } from '../linkedin/urn.ts';
import * as z from '../schema.ts';

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * The keys are in the order of the fields in the file, so that a line changes only when its entry changes. Strict, so that an entry
 * of a newer version is not misread.
 */
export const uploadEntry = z
  .strictObject({
    /** 4096: the longest path of Linux. */
    file: z.string().min(1).max(4096).describe('Path of the file, as users see it.'),
    kind: z.enum(['image', 'video', 'document']),
    sha256: sha256.describe('Of all bytes of the file.'),
    sizeBytes: z.int().positive(),
    owner: z
      .string()
      .refine((text) => ownerKind(text) !== null)
      .describe('URN of the owner.'),
    api: z.enum(API_NAMES),
    recipe: z
      .string()
      .regex(/^urn:li:digitalmediaRecipe:[A-Za-z0-9_-]+$/)
      .nullable()
      .describe('Full recipe URN; null where the API has no recipes.'),
    /** The result of `apiBaseOf`: another API base does not know the URN. */
    apiUrl: z
      .string()
      .regex(/^https?:\/\/[^\s/?#@\\]+(\/[^\s?#@\\]*)?$/)
      .describe('Origin and path of the API base.'),
    urn: z.string().describe('URN of the asset, image, video or document.'),
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
      .describe(
        'When a status read, or the response to a synchronous upload, last verified the state.',
      ),
    updatedAt: z.iso.datetime(),
  })
  .refine(({ urn, kind }) => ASSET_URN.test(urn) || MEDIA_URNS[kind].test(urn), { path: ['urn'] });

export type UploadEntry = Readonly<z.infer<typeof uploadEntry>>;

/** Identifies an upload: the same key means the same bytes at the same place. */
export type UploadKey = Digests &
  Pick<UploadEntry, 'sizeBytes' | 'owner' | 'api' | 'recipe' | 'apiUrl'>;

export type Digests = Pick<UploadEntry, 'sha256' | 'captionsSha256' | 'thumbnailSha256'>;

export type UploadRecord = Omit<UploadEntry, keyof UploadKey | 'updatedAt'>;

/** The key as one string. Spellings of the same owner give the same string. */
export function uploadKeyText(key: UploadKey): string {
  const { sha256, sizeBytes, owner, api, recipe, apiUrl, captionsSha256, thumbnailSha256 } = key;
  const sidecars = [captionsSha256, thumbnailSha256];
  return JSON.stringify([
    sha256,
    sizeBytes,
    normalizeOwner(owner),
    api,
    recipe,
    apiUrl,
    ...sidecars,
  ]);
}
