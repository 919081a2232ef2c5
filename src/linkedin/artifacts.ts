// Reads the artifacts that LinkedIn made of a file: renditions, playlists and their download URLs. Parsing is
// lenient: an unknown kind is passed through as LinkedIn sent it.

import * as z from '../schema.ts';
import { lenient, list } from './replies.ts';
import type { Artifact, ArtifactAddress, Rendition } from './session.ts';

/** The limit of each list in an artifact. LinkedIn lists some dozens. */
const LIST_LIMIT = { most: 1000 };

const representation = z.looseObject({
  artifactClass: z.string().optional(),
  bitrate: z.looseObject({ average: z.number().optional(), maximum: z.number().optional() }).optional(),
  codecs: list(z.looseObject({ name: z.string() }), LIST_LIMIT).optional(),
});

const details = z.looseObject({
  protocol: z.string().optional(),
  durationInMicroseconds: z.number().optional(),
  representations: list(representation, LIST_LIMIT).optional(),
});

const identifier = z.looseObject({
  identifier: z.string().min(1),
  mediaType: lenient(z.string()),
  // A point in time in epoch seconds, despite its name.
  identifierExpiresInSeconds: lenient(z.number()),
});

const artifact = z.looseObject({
  data: z.unknown().optional(),
  identifiers: list(z.unknown(), LIST_LIMIT).catch([]),
});

/** The response to a read of an asset with `fields=mediaArtifacts,…`. */
export const assetArtifacts = z.looseObject({
  mediaArtifacts: list(z.unknown(), LIST_LIMIT).nullish(),
});

export function readAssetArtifacts({ mediaArtifacts }: z.infer<typeof assetArtifacts>): readonly Artifact[] {
  return (mediaArtifacts ?? []).map((given) => {
    const { success, data: read } = artifact.safeParse(given);
    if (!success) return { kind: 'unknown', addresses: [], ...passThrough(given) };
    return { ...readData(read.data), addresses: read.identifiers.flatMap(readAddress) };
  });
}

/** The Images and Videos APIs return one download URL, and sometimes its expiry. */
export function downloadArtifact(found: {
  downloadUrl?: string | undefined;
  downloadUrlExpiresAt?: number | undefined;
}): readonly Artifact[] {
  const { downloadUrl, downloadUrlExpiresAt } = found;
  if (downloadUrl === undefined || downloadUrl === '') return [];
  return [{ kind: 'download', addresses: [{ url: downloadUrl, ...formatExpiry(downloadUrlExpiresAt) }] }];
}

/** LinkedIn names the kind by the one key that `data` has. */
function readData(data: unknown): Omit<Artifact, 'addresses'> {
  const named = z.record(z.string(), z.unknown()).safeParse(data);
  const [one, ...others] = Object.entries(named.data ?? {});
  if (one === undefined || others.length > 0) return { kind: 'unknown', ...passThrough(data) };
  const [kind, value] = one;
  return { kind, ...readDetails(value) };
}

function readDetails(value: unknown): Omit<Artifact, 'kind' | 'addresses'> {
  const { success, data } = details.safeParse(value);
  if (!success) return passThrough(value);
  const { protocol, durationInMicroseconds, representations } = data;
  const isKnown =
    protocol !== undefined || durationInMicroseconds !== undefined || representations !== undefined;
  return {
    ...(protocol === undefined ? {} : { protocol }),
    ...(durationInMicroseconds === undefined ? {} : { durationSeconds: durationInMicroseconds / 1e6 }),
    ...(representations === undefined ? {} : { renditions: representations.map(readRendition) }),
    ...(isKnown ? {} : passThrough(value)),
  };
}

const MAX_PASS_THROUGH_DEPTH = 20;
const MAX_PASS_THROUGH_VALUES = 2000;

/** Unknown data as LinkedIn sent it. Dropped if it is too deep or too large to be passed on as JSON. */
function passThrough(data: unknown): Pick<Artifact, 'data'> {
  const open = [{ value: data, depth: 0 }];
  for (let seen = 0; seen < open.length; seen += 1) {
    const { value, depth } = open[seen] ?? { value: null, depth: 0 };
    if (depth > MAX_PASS_THROUGH_DEPTH || open.length > MAX_PASS_THROUGH_VALUES) return {};
    if (typeof value !== 'object' || value === null) continue;
    for (const inner of Object.values(value)) open.push({ value: inner, depth: depth + 1 });
  }
  return data === undefined ? {} : { data };
}

function readRendition({ artifactClass, bitrate, codecs }: z.infer<typeof representation>): Rendition {
  return {
    ...(artifactClass === undefined ? {} : { artifactClass }),
    ...(bitrate?.average === undefined ? {} : { averageBitrate: bitrate.average }),
    ...(bitrate?.maximum === undefined ? {} : { maximumBitrate: bitrate.maximum }),
    codecs: (codecs ?? []).map(({ name }) => name),
  };
}

function readAddress(value: unknown): ArtifactAddress[] {
  const { success, data } = identifier.safeParse(value);
  if (!success) return [];
  const { identifier: url, mediaType, identifierExpiresInSeconds: seconds } = data;
  return [
    {
      url,
      ...(mediaType === undefined ? {} : { mediaType }),
      ...formatExpiry(seconds === undefined ? undefined : seconds * 1000),
    },
  ];
}

const YEAR_10000_MS = Date.UTC(10_000, 0);

/** The expiry in ISO 8601. An invalid date is left out. */
function formatExpiry(epochMs = 0): Pick<ArtifactAddress, 'expiresAt'> {
  const isMoment = epochMs > 0 && epochMs < YEAR_10000_MS;
  return isMoment ? { expiresAt: new Date(epochMs).toISOString() } : {};
}
