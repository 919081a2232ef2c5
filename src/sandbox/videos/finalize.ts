// Finalizes a video. Needs its upload token, and the id of every part in the order of the upload instructions. Each
// id is checked against the response to the PUT of its part.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)

import type { Asset } from '../asset.ts';
import type { ValidCall } from '../calls.ts';
import { emptyResponse, type SandboxRequest } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import { codedError, plainError } from '../restli/error-responses.ts';
import { fieldsOf, listOf, textOf } from '../restli/fields.ts';
import { readJson } from '../restli/gateway.ts';
import { idIn, invalidId } from '../restli/query.ts';

const ROOT = '/finalizeUploadRequest';

export async function checkFinalize(model: SandboxModel, request: SandboxRequest): Promise<ValidCall> {
  const body = fieldsOf(await readJson(request), '', { required: ['finalizeUploadRequest'] });
  const fields = fieldsOf(body.finalizeUploadRequest, ROOT, {
    required: ['video', 'uploadToken', 'uploadedPartIds'],
  });
  const asset = videoOf(model, textOf(fields.video, `${ROOT}/video`));
  const token = textOf(fields.uploadToken, `${ROOT}/uploadToken`);
  const ids = listOf(fields.uploadedPartIds, `${ROOT}/uploadedPartIds`).map((id) =>
    textOf(id, `${ROOT}/uploadedPartIds`),
  );
  if (asset.uploadedAt !== null)
    throw codedError(400, 'UPDATING_ASSET_FAILED', 'This video is finalized already');
  if (token !== asset.completionToken)
    throw codedError(400, 'ILLEGAL_ARGUMENT', 'uploadToken is not as handed out');
  checkSidecars(asset);
  checkPartIds(asset, ids);
  return {
    kind: 'complete',
    api: 'videos',
    assets: [asset],
    execute: async () => {
      asset.uploadedAt = model.now();
      return { assets: [asset], response: emptyResponse(200) };
    },
  };
}

function videoOf(model: SandboxModel, urn: string): Asset {
  const asset = model.assetById(idIn(urn, 'video'));
  if (asset?.registration.api !== 'videos') throw invalidId('video', 'No such video');
  return asset;
}

/** LinkedIn waits for every sidecar that the initialize call requested. */
function checkSidecars({ sidecars }: Asset): void {
  for (const [name, slot] of Object.entries(sidecars)) {
    if (slot !== null && slot.stored === null) {
      throw codedError(400, 'MEDIA_ASSET_WAITING_UPLOAD', `Asked for and not sent: ${name}`);
    }
  }
}

/**
 * LinkedIn identifies a part only by its signed id. It has the same message for ids that are missing, shortened or in
 * quotes. It would join parts in any given order, into a video that cannot be played. The sandbox rejects a wrong
 * order.
 */
function checkPartIds({ slots }: Asset, ids: readonly string[]): void {
  const given = slots.map(({ stored }) => stored?.etag ?? null);
  if (given.includes(null)) throw codedError(400, 'MEDIA_ASSET_WAITING_UPLOAD', 'A part was not uploaded');
  if (ids.length !== given.length || ids.some((id) => !given.includes(id))) {
    throw plainError(400, 'All chunks IDs must be signed');
  }
  if (ids.some((id, index) => id !== given[index])) {
    throw plainError(400, 'The part ids are not in the order of the upload instructions');
  }
}
