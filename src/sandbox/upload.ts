// PUT to an address that a register call handed out: a whole image, a whole video, or one part of a video.
// Takes digests of the bytes as they pass and answers as LinkedIn's upload host does, in HTML when it
// refuses.

import { createHash, type Hash } from 'node:crypto';
import type { Asset, Slot } from './asset.ts';
import type { CarriedOut, CheckedCall } from './call.ts';
import { emptyReply, headerOf, type SandboxExchange } from './exchange.ts';
import { hasGoodToken } from './gateway.ts';
import type { SandboxModel } from './model.ts';
import { page } from './refusal.ts';

// Both from https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api
// (read 2026-11-25): a video above 200 MB goes in parts; images are JPG, GIF and PNG.
const MOST_SINGLE_VIDEO_BYTES = 200_000_000;
const IMAGE_TYPE = /^image\/(jpeg|png|gif)$/;
const VIDEO_TYPE = /^(application\/octet-stream|video\/[a-z0-9.+-]+)$/;

interface Target {
  readonly asset: Asset;
  readonly slot: Slot;
}

export function checkUpload(model: SandboxModel, exchange: SandboxExchange): CheckedCall {
  if (exchange.method !== 'PUT') throw page(405, 'Bytes are sent with PUT');
  const target = model.slotAt(exchange.path);
  if (target === undefined) throw page(404, 'No such upload address');
  if (model.now() >= target.slot.expiresAt) throw page(403, 'This upload address has expired');
  checkAuthorization(model, exchange, target.asset);
  const lengthBytes = declaredLength(exchange);
  checkLength(lengthBytes, target);
  checkHeaders(exchange, target);
  checkFree(target);
  return {
    kind: 'upload',
    asset: target.asset,
    recipes: target.asset.registration.recipes,
    carryOut: (answerStatus) => store({ model, exchange, target, lengthBytes, answerStatus }),
  };
}

/** The page: images need the token on the PUT, and videos must come without one. */
function checkAuthorization(model: SandboxModel, exchange: SandboxExchange, asset: Asset): void {
  if (asset.registration.family === 'STILLIMAGE') {
    if (!hasGoodToken(exchange, model.settings)) throw page(401, 'An image needs a valid access token');
  } else if (headerOf(exchange, 'authorization') !== undefined) {
    throw page(400, 'A video is sent without Authorization');
  }
}

function declaredLength(exchange: SandboxExchange): number {
  const declared = headerOf(exchange, 'content-length');
  // HTTP has either a length or chunks, never both.
  if (declared === undefined) throw page(411, 'Content-Length is required');
  if (!/^\d+$/.test(declared)) throw page(400, 'Content-Length is no number');
  return Number(declared);
}

function checkLength(lengthBytes: number, { asset, slot }: Target): void {
  const { family } = asset.registration;
  if (lengthBytes === 0) throw page(400, 'The body is empty');
  if (slot.range !== null && lengthBytes !== slot.range.lastByte - slot.range.firstByte + 1) {
    throw page(400, 'The length is not that of the byte range');
  }
  if (slot.range === null && family === 'VIDEO' && lengthBytes > MOST_SINGLE_VIDEO_BYTES) {
    throw page(413, 'A video of this size is sent in parts');
  }
}

function checkHeaders(exchange: SandboxExchange, { asset, slot }: Target): void {
  for (const [name, value] of Object.entries(slot.headers)) {
    if (headerOf(exchange, name.toLowerCase()) !== value)
      throw page(400, `The header ${name} must come back as given`);
  }
  const allowed = asset.registration.family === 'STILLIMAGE' ? IMAGE_TYPE : VIDEO_TYPE;
  if (!allowed.test(headerOf(exchange, 'content-type') ?? ''))
    throw page(400, 'Content-Type does not fit the media');
}

/** A part may be sent again until the upload is complete, and the last one counts; a whole file only once. */
function checkFree({ asset, slot }: Target): void {
  if (asset.uploadedAt !== null) throw page(409, 'This upload is complete');
  if (slot.range === null && slot.stored !== null) throw page(409, 'This upload address is used up');
}

async function store(put: {
  model: SandboxModel;
  exchange: SandboxExchange;
  target: Target;
  lengthBytes: number;
  answerStatus: number | null;
}): Promise<CarriedOut> {
  const { model, exchange, target, lengthBytes } = put;
  const { asset, slot } = target;
  const joined = asset.joinedDigestFor(slot);
  const sha256 = await digest(exchange.body, lengthBytes, joined);
  // Another PUT to the same address may have ended while this one's bytes were on their way.
  checkFree(target);
  const trueStatus = asset.registration.family === 'STILLIMAGE' ? 201 : 200;
  const status = put.answerStatus ?? trueStatus;
  const etag = createHash('sha256')
    .update(`${asset.id}/${slot.index}/${slot.writes}/${sha256}`)
    .digest('hex')
    .slice(0, 32);
  asset.keep(slot, { sizeBytes: lengthBytes, sha256, etag, status }, joined);
  if (slot.range === null) asset.uploadedAt = model.now();
  if (asset.registration.family === 'STILLIMAGE') return { asset, reply: emptyReply(trueStatus) };
  return { asset, reply: emptyReply(trueStatus, { etag: model.settings.quotedEtags ? `"${etag}"` : etag }) };
}

/** Lower-case hex of the bytes, which must be exactly as many as declared; `joined` sees them too. */
async function digest(
  body: AsyncIterable<Uint8Array>,
  lengthBytes: number,
  joined: Hash | null,
): Promise<string> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > lengthBytes) break;
    hash.update(chunk);
    joined?.update(chunk);
  }
  if (sizeBytes !== lengthBytes) throw page(400, 'The body is not as long as declared');
  return hash.digest('hex');
}
