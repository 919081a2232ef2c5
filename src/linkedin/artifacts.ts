// What LinkedIn made of a file, for the results row: renditions, playlists and where to fetch them. Read leniently:
// a kind that is not known here passes through as LinkedIn sent it.

import { z } from 'zod';
import type { Artifact, ArtifactAddress, Rendition } from './session.ts';

const representation = z.looseObject({
  artifactClass: z.string().optional(),
  bitrate: z.looseObject({ average: z.number().optional(), maximum: z.number().optional() }).optional(),
  codecs: z.array(z.looseObject({ name: z.string() })).optional(),
});

const details = z.looseObject({
  protocol: z.string().optional(),
  durationInMicroseconds: z.number().optional(),
  representations: z.array(representation).optional(),
});

const identifier = z.looseObject({
  identifier: z.string(),
  mediaType: z.string().optional(),
  // A moment in epoch seconds, whatever its name says.
  identifierExpiresInSeconds: z.number().optional(),
});

/** The answer to a read of an asset with `fields=mediaArtifacts,…`. */
export const assetArtifacts = z.looseObject({
  mediaArtifacts: z
    .array(
      z.looseObject({
        data: z.record(z.string(), z.unknown()).default({}),
        identifiers: z.array(z.unknown()).default([]),
      }),
    )
    .default([]),
});

export function readAssetArtifacts({ mediaArtifacts }: z.infer<typeof assetArtifacts>): readonly Artifact[] {
  return mediaArtifacts.map(({ data, identifiers }) => {
    const [kind = 'unknown', value] = Object.entries(data)[0] ?? [];
    return { kind, ...readDetails(value), addresses: identifiers.flatMap(readAddress) };
  });
}

/** The Images and Videos APIs name one address to fetch the file from, and sometimes when it dies. */
export function downloadArtifact(found: {
  downloadUrl?: string | undefined;
  downloadUrlExpiresAt?: number | undefined;
}): readonly Artifact[] {
  const { downloadUrl, downloadUrlExpiresAt } = found;
  if (downloadUrl === undefined || downloadUrl === '') return [];
  return [{ kind: 'download', addresses: [{ url: downloadUrl, ...expiry(downloadUrlExpiresAt) }] }];
}

function readDetails(value: unknown): Pick<Artifact, 'protocol' | 'durationSeconds' | 'renditions' | 'data'> {
  const { success, data } = details.safeParse(value);
  if (!success) return { data: value };
  const { protocol, durationInMicroseconds, representations } = data;
  const isKnown =
    protocol !== undefined || durationInMicroseconds !== undefined || representations !== undefined;
  return {
    ...(protocol === undefined ? {} : { protocol }),
    ...(durationInMicroseconds === undefined ? {} : { durationSeconds: durationInMicroseconds / 1e6 }),
    ...(representations === undefined ? {} : { renditions: representations.map(readRendition) }),
    ...(isKnown ? {} : { data: value }),
  };
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
      ...expiry(seconds === undefined ? undefined : seconds * 1000),
    },
  ];
}

/** A moment as people and programs read it; one that no calendar knows is left out. */
function expiry(epochMs: number | undefined): Pick<ArtifactAddress, 'expiresAt'> {
  const date = new Date(epochMs ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? {} : { expiresAt: date.toISOString() };
}
