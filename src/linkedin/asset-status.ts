// Reads the status and the artifacts of an asset with the Assets API.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

import type { ErrorCode } from '../error-codes.ts';
import { UploadError } from '../errors.ts';
import * as z from '../schema.ts';
import { assetArtifacts, readAssetArtifacts } from './artifacts.ts';
import { list, parseReply } from './replies.ts';
import type { RestClient } from './rest-client.ts';
import type { Artifact, MediaStatus, StatusQuery, StatusResult, WithReadSlot } from './session.ts';
import { MAX_STATUS_LENGTH, toStatusResult } from './status.ts';
import { assetId } from './urn.ts';

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
    const reply = await api.get({ phase: 'status', path: `assets/${assetId(query.urn)}` });
    return interpretAsset(parseReply(reply, assetStatus, 'status'), query);
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
      error: new UploadError('ASSET_WITHDRAWN', text, { urn }),
    };
  }
  const status = asset.recipes.find((entry) => entry.recipe === recipe)?.status.slice(0, MAX_STATUS_LENGTH);
  if (status === undefined) return { state: 'waiting', status: null };
  const failure = Object.hasOwn(FAILED_STATUSES, status) ? FAILED_STATUSES[status] : undefined;
  if (failure !== undefined) {
    const error = new UploadError(failure.code, failure.text, { urn });
    return { state: 'failed', status, error, ...(status === 'SERVER_ERROR' ? { mayRetry: true } : {}) };
  }
  return { state: READY_STATUSES.has(status) ? 'available' : 'waiting', status };
}

/** LinkedIn returns media artifacts only if the request names the field. */
export async function readArtifactsOfAsset(
  api: RestClient,
  query: StatusQuery,
): Promise<readonly Artifact[]> {
  const path = `assets/${assetId(query.urn)}?fields=mediaArtifacts,recipes,id`;
  const reply = await api.get({ phase: 'status', path });
  return readAssetArtifacts(parseReply(reply, assetArtifacts, 'status'));
}
