// LinkedIn's URNs: who owns media, and how an asset's id becomes an image or a video. A leaf, open to all.

export type MediaKind = 'image' | 'video';
export type OwnerKind = 'person' | 'organization' | 'sponsoredAccount';

// Person ids are not numeric; the two spellings of the ad account both occur in LinkedIn's documents:
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
const OWNER = /^urn:li:(person|organization|sponsoredAccount|sponsoredAdAccount):([A-Za-z0-9_-]+)$/;
const MEDIA = /^urn:li:(image|video):[A-Za-z0-9_-]+$/;
const ASSET = /^urn:li:digitalmediaAsset:([A-Za-z0-9_-]+)$/;

/** The kind of an owner URN, or null when it is none: people, organizations and ad accounts own media. */
export function ownerKind(urn: string): OwnerKind | null {
  const [, kind, id] = OWNER.exec(urn) ?? [];
  if (kind === undefined || id === undefined) return null;
  if (kind !== 'person' && !/^\d+$/.test(id)) return null;
  return kind === 'sponsoredAdAccount' ? 'sponsoredAccount' : (kind as OwnerKind);
}

/** One spelling for each owner: of the two of an ad account, the newer. */
export function normalizeOwner(owner: string): string {
  return owner.replace(/^urn:li:sponsoredAdAccount:/, 'urn:li:sponsoredAccount:');
}

export function isMediaUrn(kind: MediaKind, urn: string): boolean {
  return MEDIA.exec(urn)?.[1] === kind;
}

export function isAssetUrn(urn: string): boolean {
  return ASSET.test(urn);
}

/** The bare id of an asset URN, as the status address takes it. */
export function assetId(urn: string): string {
  return urn.slice(urn.lastIndexOf(':') + 1);
}

/** The image or video URN that shares the asset's id, as LinkedIn's page tells under "Asset Usage". */
export function deriveMediaUrn(kind: MediaKind, assetUrn: string): string {
  return `urn:li:${kind}:${assetId(assetUrn)}`;
}
