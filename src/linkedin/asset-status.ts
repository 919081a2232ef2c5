// Status and artifacts of an asset, as the page of the Assets API says: whose word decides, and what is asked by name.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

import { type Code, UploadError } from '../errors.ts';
import * as z from '../schema.ts';
import type { Api } from './api.ts';
import { assetArtifacts, readAssetArtifacts } from './artifacts.ts';
import { answerOf, WORD_CAP } from './readings.ts';
import { list, parseReply } from './replies.ts';
import type { Artifact, InLane, StatusAnswer, StatusQuery, StatusReading } from './session.ts';
import { assetId } from './urn.ts';

const assetStatus = z.looseObject({
  recipes: list(z.looseObject({ recipe: z.string(), status: z.string() }), { most: 100 }),
  status: z.string().optional(),
});

/** The API has no batch read: one call a file. */
export function readAssets(
  api: Api,
  queries: readonly StatusQuery[],
  inLane: InLane,
): readonly Promise<StatusAnswer>[] {
  return queries.map((query) => inLane(() => answerOf(() => readAsset(api, query))));
}

async function readAsset(api: Api, query: StatusQuery): Promise<StatusReading> {
  const path = `assets/${assetId(query.urn)}`;
  const reply = await api.get({ phase: 'status', path });
  return judgeAsset(parseReply(reply, assetStatus, 'status'), query);
}

const WITHDRAWN = new Set(['BLOCKED', 'ABANDONED', 'DELETED', 'SCHEDULED_DELETION']);
const READY = new Set(['AVAILABLE', 'MUTATING']);
const DEAD: Record<string, { code: Code; text: string }> = {
  CLIENT_ERROR: { code: 'MEDIA_REJECTED', text: 'LinkedIn could not use the file (CLIENT_ERROR)' },
  SERVER_ERROR: { code: 'PROCESSING_FAILED', text: 'LinkedIn failed to process the file (SERVER_ERROR)' },
  INCOMPLETE: { code: 'PROCESSING_FAILED', text: 'LinkedIn gave up processing the file (INCOMPLETE)' },
};

/**
 * Our recipe's status tells how far processing is; the asset's own status only whether it may be served. It is
 * `ALLOWED` from the start, so it never means ready. A word that is not known yet is waited for.
 */
export function judgeAsset(asset: z.infer<typeof assetStatus>, { recipe, urn }: StatusQuery): StatusReading {
  const serving = asset.status ?? '';
  if (WITHDRAWN.has(serving)) {
    const text = `LinkedIn withdrew the asset (${serving})`;
    return { state: 'failed', status: serving, error: new UploadError('ASSET_WITHDRAWN', text, { urn }) };
  }
  const status = asset.recipes.find((entry) => entry.recipe === recipe)?.status.slice(0, WORD_CAP);
  if (status === undefined) return { state: 'waiting', status: null };
  const dead = Object.hasOwn(DEAD, status) ? DEAD[status] : undefined;
  if (dead !== undefined) {
    const error = new UploadError(dead.code, dead.text, { urn });
    return { state: 'failed', status, error, ...(status === 'SERVER_ERROR' ? { mayRetry: true } : {}) };
  }
  return { state: READY.has(status) ? 'available' : 'waiting', status };
}

/** Media artifacts come only when they are asked for by name. */
export async function readArtifactsOfAsset(api: Api, query: StatusQuery): Promise<readonly Artifact[]> {
  const path = `assets/${assetId(query.urn)}?fields=mediaArtifacts,recipes,id`;
  const reply = await api.get({ phase: 'status', path });
  return readAssetArtifacts(parseReply(reply, assetArtifacts, 'status'));
}
