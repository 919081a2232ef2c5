// The complete call of a multi-part upload: every part's receipt, in order, or a refusal.
// Receipts are compared with what the PUTs were answered, never trusted.

import type { Asset } from '../asset.ts';
import type { CheckedCall } from '../call.ts';
import { emptyReply, type SandboxExchange } from '../exchange.ts';
import { fieldsOf, listOf } from '../fields.ts';
import { readJson } from '../gateway.ts';
import type { SandboxModel } from '../model.ts';
import { bare, coded, type Refusal, unallowed } from '../refusal.ts';
import type { Slot } from '../slot.ts';
import { mediaArtifactOf } from './slots.ts';

const ROOT = '/completeMultipartUploadRequest';
const RECEIPTS = `${ROOT}/partUploadResponses`;

export async function checkComplete(model: SandboxModel, exchange: SandboxExchange): Promise<CheckedCall> {
  // The action says MultiPart and its body Multipart: LinkedIn's spelling.
  const body = fieldsOf(await readJson(exchange), '', { required: ['completeMultipartUploadRequest'] });
  const fields = fieldsOf(body.completeMultipartUploadRequest, ROOT, {
    required: ['mediaArtifact', 'metadata', 'partUploadResponses'],
  });
  const receipts = listOf(fields.partUploadResponses, RECEIPTS).map(receiptOf);
  const asset = assetOf(model, fields.mediaArtifact);
  if (asset.uploadedAt !== null) throw illegal('This upload is complete already');
  if (fields.metadata !== asset.echo) throw illegal('metadata is not as handed out');
  checkReceipts(receipts, asset.slots);
  return {
    kind: 'complete',
    api: 'assets',
    assets: [asset],
    carryOut: async () => {
      asset.uploadedAt = model.now();
      return { assets: [asset], reply: emptyReply(200) };
    },
  };
}

interface Receipt {
  readonly etag: string;
  readonly status: number;
}

function receiptOf(value: unknown): Receipt {
  const { headers, httpStatusCode } = fieldsOf(value, RECEIPTS, { required: ['headers', 'httpStatusCode'] });
  const { ETag } = fieldsOf(headers, `${RECEIPTS}/headers`, { required: ['ETag'] });
  if (typeof ETag !== 'string') throw unallowed(`${RECEIPTS}/headers/ETag`);
  if (typeof httpStatusCode !== 'number') throw unallowed(`${RECEIPTS}/httpStatusCode`);
  return { etag: ETag, status: httpStatusCode };
}

function assetOf(model: SandboxModel, mediaArtifact: unknown): Asset {
  const [, id = ''] =
    /^urn:li:digitalmediaMediaArtifact:\(urn:li:digitalmediaAsset:([^,]+),/.exec(String(mediaArtifact)) ?? [];
  const asset = model.assetById(id);
  const named = asset && mediaArtifactOf({ urn: asset.urn, family: asset.registration.family });
  if (asset === undefined || named !== mediaArtifact) throw bare(404, 'No such mediaArtifact');
  return asset;
}

function checkReceipts(receipts: readonly Receipt[], slots: readonly Slot[]): void {
  if (receipts.length !== slots.length)
    throw illegal(`${receipts.length} receipts for ${slots.length} parts`);
  for (const [index, slot] of slots.entries()) {
    const receipt = receipts[index];
    if (slot.stored === null) throw illegal(`Part ${index + 1} was not uploaded`);
    if (receipt?.etag !== slot.stored.etag)
      throw illegal(`The ETag of part ${index + 1} is not the one it was given`);
    if (receipt.status !== slot.stored.status)
      throw illegal(`Part ${index + 1} was answered with another status`);
  }
}

function illegal(message: string): Refusal {
  return coded(400, 'ILLEGAL_ARGUMENT', message);
}
