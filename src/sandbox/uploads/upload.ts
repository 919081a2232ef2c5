// Handles uploads to issued upload URLs: a whole file, one part of a video, or a sidecar. It hashes the bytes as they
// arrive and answers like LinkedIn's upload host, with HTML for rejections. The slot defines the rules of its URL.

import { createHash, type Hash } from 'node:crypto';
import type { Asset } from '../asset.ts';
import type { CallResult, ValidCall } from '../calls.ts';
import { emptyResponse, headerOf, type SandboxRequest } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import { htmlError } from '../restli/error-responses.ts';
import { hasValidToken } from '../restli/gateway.ts';
import type { Slot, Stored } from './slot.ts';

interface Target {
  readonly asset: Asset;
  readonly slot: Slot;
}

export function checkUpload(model: SandboxModel, request: SandboxRequest): ValidCall {
  const target = model.slotAt(request.path);
  if (target === undefined) throw htmlError(404, 'No such upload URL');
  const { asset, slot } = target;
  if (request.method !== slot.rules.method)
    throw htmlError(405, `This upload URL accepts only ${slot.rules.method}`);
  if (model.now() >= slot.expiresAt) throw htmlError(403, 'This upload URL has expired');
  checkAuthorization(model, request, slot);
  const lengthBytes = declaredLength(request);
  checkLength(lengthBytes, slot);
  checkHeaders(request, slot);
  checkNotUsed(target);
  return {
    kind: 'upload',
    api: asset.registration.api,
    assets: [asset],
    purpose: slot.purpose,
    execute: (answerStatus) => store({ model, request, target, lengthBytes, answerStatus }),
  };
}

function checkAuthorization(model: SandboxModel, request: SandboxRequest, { rules }: Slot): void {
  if (rules.needsToken) {
    if (!hasValidToken(request, model.settings))
      throw htmlError(401, 'This upload URL requires a valid access token');
  } else if (headerOf(request, 'authorization') !== undefined) {
    throw htmlError(400, 'This upload URL does not accept an Authorization header');
  }
}

function declaredLength(request: SandboxRequest): number {
  const declared = headerOf(request, 'content-length');
  // HTTP allows either a length or chunks, never both.
  if (declared === undefined) throw htmlError(411, 'Content-Length is required');
  if (!/^\d+$/.test(declared)) throw htmlError(400, 'Content-Length is not a number');
  return Number(declared);
}

function checkLength(lengthBytes: number, { rules, range }: Slot): void {
  if (lengthBytes === 0) throw htmlError(400, 'The body is empty');
  if (range !== null && lengthBytes !== range.lastByte - range.firstByte + 1) {
    throw htmlError(400, 'Content-Length differs from the length of the byte range');
  }
  if (rules.maxBody !== null && lengthBytes > rules.maxBody.sizeBytes)
    throw htmlError(413, rules.maxBody.reason);
}

function checkHeaders(request: SandboxRequest, { rules }: Slot): void {
  for (const [name, value] of Object.entries(rules.headers)) {
    const sent = headerOf(request, name.toLowerCase());
    if (sent === undefined && rules.headersOptional) continue;
    if (sent !== value) throw htmlError(400, `The header ${name} must be ${value}`);
  }
  if (!rules.contentType.test(headerOf(request, 'content-type') ?? '')) {
    throw htmlError(400, 'This upload URL does not accept the Content-Type');
  }
}

/** A part may be sent again until the upload is complete, and the last one counts. A whole file is sent only once. */
function checkNotUsed({ asset, slot }: Target): void {
  if (asset.uploadedAt !== null) throw htmlError(409, 'The upload is already complete');
  if (slot.range === null && slot.stored !== null) throw htmlError(409, 'This upload URL was already used');
}

type Received = Pick<Stored, 'sizeBytes' | 'sha256'>;

async function store(upload: {
  model: SandboxModel;
  request: SandboxRequest;
  target: Target;
  lengthBytes: number;
  answerStatus: number | null;
}): Promise<CallResult> {
  const { model, request, target, lengthBytes, answerStatus } = upload;
  const { asset, slot } = target;
  const { rules } = slot;
  const joined = asset.joinedDigestFor(slot);
  const received = await (rules.extractFile === null
    ? digestFile(request, lengthBytes, joined)
    : digestForm(request, lengthBytes, rules.extractFile));
  // A concurrent upload to the same URL may have finished in the meantime.
  checkNotUsed(target);
  const etag = etagOf(target, received.sha256);
  asset.store(slot, { ...received, etag, status: answerStatus ?? rules.successStatus }, joined);
  if (asset.completionToken === null) asset.uploadedAt = model.now();
  const headers = etag === null ? {} : { etag: rules.etag?.quoted ? `"${etag}"` : etag };
  return { assets: [asset], response: emptyResponse(rules.successStatus, headers) };
}

function etagOf({ asset, slot }: Target, sha256: string): string | null {
  const { etag } = slot.rules;
  if (etag === null) return null;
  const digits = createHash('sha256')
    .update(`${asset.id}/${slot.index}/${slot.writes}/${sha256}`)
    .digest('hex')
    .slice(0, 32);
  return etag.form === 'path' ? `/ambry-video/signedId/SIMULATED_${digits}.bin` : digits;
}

/** Updates `joined` with the bytes, too. */
async function digestFile(
  request: SandboxRequest,
  lengthBytes: number,
  joined: Hash | null,
): Promise<Received> {
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  for await (const chunk of exactLength(request.body, lengthBytes)) {
    if (head.length < MAX_SIGNATURE_BYTES)
      head = Buffer.concat([head, chunk.subarray(0, MAX_SIGNATURE_BYTES)]);
    hash.update(chunk);
    joined?.update(chunk);
  }
  // An image's Content-Type must match its real type. Bytes without a signature of an image are not checked.
  const contentType = headerOf(request, 'content-type') ?? '';
  const signature = head.toString('hex');
  const [realType = contentType] = SIGNATURES.find(([, hex]) => signature.startsWith(hex)) ?? [];
  if (contentType.startsWith('image/') && contentType !== realType)
    throw htmlError(400, 'Content-Type does not match the image');
  return { sizeBytes: lengthBytes, sha256: hash.digest('hex') };
}

/** Digests the file inside the form, not the form. */
async function digestForm(
  request: SandboxRequest,
  lengthBytes: number,
  openForm: (body: Buffer, contentType: string) => Buffer,
): Promise<Received> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of exactLength(request.body, lengthBytes)) chunks.push(chunk);
  const file = openForm(Buffer.concat(chunks), headerOf(request, 'content-type') ?? '');
  return { sizeBytes: file.length, sha256: createHash('sha256').update(file).digest('hex') };
}

/** Yields the body. @throws {ErrorResponse} unless it is exactly as long as declared. */
async function* exactLength(
  body: AsyncIterable<Uint8Array>,
  lengthBytes: number,
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > lengthBytes) break;
    yield chunk;
  }
  if (sizeBytes !== lengthBytes) throw htmlError(400, 'The length of the body differs from Content-Length');
}

const SIGNATURES: readonly (readonly [type: string, hex: string])[] = [
  ['image/jpeg', 'ffd8ff'],
  ['image/png', '89504e47'],
  ['image/gif', '47494638'],
];
const MAX_SIGNATURE_BYTES = 4;
