// Finalizing a video: its token, and the id of every part in the order of the instructions, or a refusal. Ids are
// compared with what the PUTs were answered, never trusted.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)

import type { Asset } from '../asset.ts';
import type { CheckedCall } from '../call.ts';
import { emptyReply, type SandboxExchange } from '../exchange.ts';
import { fieldsOf, listOf, textOf } from '../fields.ts';
import { readJson } from '../gateway.ts';
import { idIn, invalidId } from '../keys.ts';
import type { SandboxModel } from '../model.ts';
import { bare, coded } from '../refusal.ts';

const ROOT = '/finalizeUploadRequest';

export async function checkFinalize(model: SandboxModel, exchange: SandboxExchange): Promise<CheckedCall> {
  const body = fieldsOf(await readJson(exchange), '', { required: ['finalizeUploadRequest'] });
  const fields = fieldsOf(body.finalizeUploadRequest, ROOT, {
    required: ['video', 'uploadToken', 'uploadedPartIds'],
  });
  const asset = videoOf(model, textOf(fields.video, `${ROOT}/video`));
  const token = textOf(fields.uploadToken, `${ROOT}/uploadToken`);
  const ids = listOf(fields.uploadedPartIds, `${ROOT}/uploadedPartIds`).map((id) =>
    textOf(id, `${ROOT}/uploadedPartIds`),
  );
  if (asset.uploadedAt !== null) throw coded(400, 'UPDATING_ASSET_FAILED', 'This video is finalized already');
  if (token !== asset.echo) throw coded(400, 'ILLEGAL_ARGUMENT', 'uploadToken is not as handed out');
  checkSidecars(asset);
  checkPartIds(asset, ids);
  return {
    kind: 'complete',
    api: 'videos',
    assets: [asset],
    carryOut: async () => {
      asset.uploadedAt = model.now();
      return { assets: [asset], reply: emptyReply(200) };
    },
  };
}

function videoOf(model: SandboxModel, urn: string): Asset {
  const asset = model.assetById(idIn(urn, 'video'));
  if (asset?.registration.api !== 'videos') throw invalidId('video', 'No such video');
  return asset;
}

/** What was asked for is waited for. */
function checkSidecars({ sidecars }: Asset): void {
  for (const [name, slot] of Object.entries(sidecars)) {
    if (slot !== null && slot.stored === null) {
      throw coded(400, 'MEDIA_ASSET_WAITING_UPLOAD', `Asked for and not sent: ${name}`);
    }
  }
}

/**
 * LinkedIn's store knows a part by its signed id alone and says the same of ids that are missing, shortened or in
 * quotes. It would join other orders as they come, into a video that cannot be played: that is refused here.
 */
function checkPartIds({ slots }: Asset, ids: readonly string[]): void {
  const given = slots.map(({ stored }) => stored?.etag ?? null);
  if (given.includes(null)) throw coded(400, 'MEDIA_ASSET_WAITING_UPLOAD', 'A part was not uploaded');
  if (ids.length !== given.length || ids.some((id) => !given.includes(id))) {
    throw bare(400, 'All chunks IDs must be signed');
  }
  if (ids.some((id, index) => id !== given[index])) {
    throw bare(400, 'The part ids are not in the order of the upload instructions');
  }
}
