// Reads the status of an asset, and the artifacts that LinkedIn made of it (renditions, playlists and their URLs), with the
// Assets API. Artifacts of an unknown kind are passed through as LinkedIn sent them.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

import { ActionError } from '../errors/action-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import * as z from '../schema.ts';
import { MAX_STATUS_LENGTH, moment, toStatusResult } from './media-status.ts';
import { lenient, list, parseReply } from './replies.ts';
import type { RestClient } from './rest-client.ts';
import type {
  Artifact,
  ArtifactAddress,
  MediaStatus,
  Rendition,
  StatusQuery,
  StatusResult,
  WithReadSlot,
} from './session.ts';
import { idOf } from './urn.ts';

const assetStatus = z.looseObject({
  recipes: list(z.looseObject({ recipe: z.string(), status: z.string() }), { most: 100 }),
  status: z.string().optional(),
});

/** The API has no batch read, so each file takes one call. */
export function readAssetStatuses(
  api: RestClient,
  queries: readonly StatusQuery[],
  withReadSlot: WithReadSlot,
): readonly Promise<StatusResult>[] {
  const read = async (query: StatusQuery) => {
    const response = await api.get({ phase: 'status', path: `assets/${idOf(query.urn)}` });
    return interpretAsset(parseReply(response, assetStatus), query);
  };
  return queries.map((query) => withReadSlot(() => toStatusResult(() => read(query))));
}

const WITHDRAWN_STATUSES = new Set(['BLOCKED', 'ABANDONED', 'DELETED', 'SCHEDULED_DELETION']);
const READY_STATUSES = new Set(['AVAILABLE', 'MUTATING']);
const FAILED_STATUSES: Record<string, { code: ErrorCode; text: string }> = {
  CLIENT_ERROR: { code: 'MEDIA_REJECTED', text: 'LinkedIn could not use the file (CLIENT_ERROR)' },
  SERVER_ERROR: { code: 'PROCESSING_FAILED', text: 'LinkedIn failed to process the file (SERVER_ERROR)' },
  INCOMPLETE: { code: 'PROCESSING_FAILED', text: 'LinkedIn did not finish processing the file (INCOMPLETE)' },
};

/**
 * The status of our recipe shows the progress of processing. The asset's own status only shows whether it may be
 * served: it is `ALLOWED` from the start, so it never means ready. An unknown status counts as waiting.
 */
export function interpretAsset(
  asset: z.infer<typeof assetStatus>,
  { recipe, urn }: StatusQuery,
): MediaStatus {
  const servingStatus = asset.status ?? '';
  if (WITHDRAWN_STATUSES.has(servingStatus)) {
    const text = `LinkedIn withdrew the asset (${servingStatus})`;
    return {
      state: 'failed',
      status: servingStatus,
      error: new ActionError('ASSET_WITHDRAWN', text, { urn }),
    };
  }
  const status = asset.recipes.find((entry) => entry.recipe === recipe)?.status.slice(0, MAX_STATUS_LENGTH);
  if (status === undefined) return { state: 'waiting', status: null };
  const failure = Object.hasOwn(FAILED_STATUSES, status) ? FAILED_STATUSES[status] : undefined;
  if (failure !== undefined) {
    const error = new ActionError(failure.code, failure.text, { urn });
    return { state: 'failed', status, error, mayRetry: status === 'SERVER_ERROR' };
  }
  return { state: READY_STATUSES.has(status) ? 'available' : 'waiting', status };
}

/** The limit of each list in an artifact. LinkedIn lists some dozens. */
const LIST_LIMIT = { most: 1000 };

const rendition = z
  .looseObject({
    artifactClass: z.string().optional(),
    bitrate: z.looseObject({ average: z.number().optional(), maximum: z.number().optional() }).optional(),
    codecs: list(z.looseObject({ name: z.string() }), LIST_LIMIT).optional(),
  })
  .transform(
    ({ artifactClass, bitrate, codecs = [] }): Rendition => ({
      artifactClass,
      averageBitrate: bitrate?.average,
      maximumBitrate: bitrate?.maximum,
      codecs: codecs.map(({ name }) => name),
    }),
  );

const details = z.looseObject({
  protocol: z.string().optional(),
  durationInMicroseconds: z.number().optional(),
  representations: list(rendition, LIST_LIMIT).optional(),
});

const address = z
  .looseObject({
    identifier: z.string().min(1),
    mediaType: lenient(z.string()),
    // A point in time in epoch seconds, despite its name.
    identifierExpiresInSeconds: lenient(
      z
        .number()
        .transform((seconds) => seconds * 1000)
        .pipe(moment),
    ),
  })
  .transform(
    ({ identifier: url, mediaType, identifierExpiresInSeconds: expiresAt }): ArtifactAddress => ({
      url,
      mediaType,
      expiresAt,
    }),
  );

const artifact = z.looseObject({
  data: z.unknown().optional(),
  identifiers: list(lenient(address), LIST_LIMIT).catch([]),
});

const assetArtifacts = z.looseObject({
  mediaArtifacts: list(z.unknown(), LIST_LIMIT).nullish(),
});

/** LinkedIn returns media artifacts only if the request names the field. */
export async function readArtifactsOfAsset(
  api: RestClient,
  query: StatusQuery,
): Promise<readonly Artifact[]> {
  const path = `assets/${idOf(query.urn)}?fields=mediaArtifacts,recipes,id`;
  const response = await api.get({ phase: 'status', path });
  const { mediaArtifacts } = parseReply(response, assetArtifacts);
  return (mediaArtifacts ?? []).map((given) => {
    const { success, data: read } = artifact.safeParse(given);
    if (!success) return { kind: 'unknown', addresses: [], ...passThrough(given) };
    return { ...readData(read.data), addresses: read.identifiers.filter((one) => one !== undefined) };
  });
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
    protocol,
    durationSeconds: durationInMicroseconds && durationInMicroseconds / 1e6,
    renditions: representations,
    ...(isKnown ? {} : passThrough(value)),
  };
}

const MAX_PASS_THROUGH_CHARACTERS = 50_000;

/** Unknown data as LinkedIn sent it. Dropped if it is too deep or too large to be passed on as JSON. */
function passThrough(data: unknown): Pick<Artifact, 'data'> {
  try {
    return (JSON.stringify(data) ?? '').length > MAX_PASS_THROUGH_CHARACTERS ? {} : { data };
  } catch {
    return {};
  }
}
