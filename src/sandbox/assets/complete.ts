// The complete call of a multi-part upload. It needs the receipt of every part, in order.
// Each receipt is checked against the response to the PUT of its part.

import type { Asset } from '../asset.ts';
import type { ValidCall } from '../calls.ts';
import { emptyResponse, type SandboxRequest } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import { codedError, type ErrorResponse, invalidField, plainError } from '../restli/error-responses.ts';
import { fieldsOf, listOf } from '../restli/fields.ts';
import { readJson } from '../restli/gateway.ts';
import type { Slot } from '../uploads/slot.ts';

const ROOT = '/completeMultipartUploadRequest';
const RECEIPTS = `${ROOT}/partUploadResponses`;

export async function checkComplete(model: SandboxModel, request: SandboxRequest): Promise<ValidCall> {
  // LinkedIn spells it MultiPart in the action and Multipart in the body.
  const body = fieldsOf(await readJson(request), '', { required: ['completeMultipartUploadRequest'] });
  const fields = fieldsOf(body.completeMultipartUploadRequest, ROOT, {
    required: ['mediaArtifact', 'metadata', 'partUploadResponses'],
  });
  const receipts = listOf(fields.partUploadResponses, RECEIPTS).map(receiptOf);
  const asset = assetOf(model, fields.mediaArtifact);
  if (asset.uploadedAt !== null) throw illegalArgument('The upload is already complete');
  if (fields.metadata !== asset.completionToken)
    throw illegalArgument('metadata differs from the value of the register call');
  checkReceipts(receipts, asset.slots);
  return {
    kind: 'complete',
    api: 'assets',
    assets: [asset],
    execute: async () => {
      asset.uploadedAt = model.now();
      return { assets: [asset], response: emptyResponse(200) };
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
  if (typeof ETag !== 'string') throw invalidField(`${RECEIPTS}/headers/ETag`);
  if (typeof httpStatusCode !== 'number') throw invalidField(`${RECEIPTS}/httpStatusCode`);
  return { etag: ETag, status: httpStatusCode };
}

function assetOf(model: SandboxModel, mediaArtifact: unknown): Asset {
  const [, id = ''] =
    /^urn:li:digitalmediaMediaArtifact:\(urn:li:digitalmediaAsset:([^,]+),/.exec(String(mediaArtifact)) ?? [];
  const asset = model.assetById(id);
  if (asset === undefined || asset.mediaArtifact !== mediaArtifact)
    throw plainError(404, 'No such mediaArtifact');
  return asset;
}

function checkReceipts(receipts: readonly Receipt[], slots: readonly Slot[]): void {
  if (receipts.length !== slots.length)
    throw illegalArgument(`partUploadResponses has ${receipts.length} entries for ${slots.length} parts`);
  for (const [index, slot] of slots.entries()) {
    const receipt = receipts[index];
    if (slot.stored === null) throw illegalArgument(`Part ${index + 1} was not uploaded`);
    if (receipt?.etag !== slot.stored.etag)
      throw illegalArgument(`The ETag of part ${index + 1} differs from its upload response`);
    if (receipt.status !== slot.stored.status)
      throw illegalArgument(`The httpStatusCode of part ${index + 1} differs from its upload response`);
  }
}

function illegalArgument(message: string): ErrorResponse {
  return codedError(400, 'ILLEGAL_ARGUMENT', message);
}
