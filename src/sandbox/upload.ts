// Bytes to an address that was handed out: a whole file, one part of a video, or what comes beside it. Takes
// digests of them as they pass and answers as LinkedIn's upload host does, in HTML when it refuses. Knows the rules
// of an address from its slot, and no API.

import { createHash, type Hash } from 'node:crypto';
import type { Asset } from './asset.ts';
import type { CarriedOut, CheckedCall } from './call.ts';
import { emptyReply, headerOf, type SandboxExchange } from './exchange.ts';
import { hasGoodToken } from './gateway.ts';
import type { SandboxModel } from './model.ts';
import { page } from './refusal.ts';
import type { Slot, Stored } from './slot.ts';

interface Target {
  readonly asset: Asset;
  readonly slot: Slot;
}

export function checkUpload(model: SandboxModel, exchange: SandboxExchange): CheckedCall {
  const target = model.slotAt(exchange.path);
  if (target === undefined) throw page(404, 'No such upload address');
  const { asset, slot } = target;
  if (exchange.method !== slot.rules.method) throw page(405, `Bytes are sent here with ${slot.rules.method}`);
  if (model.now() >= slot.expiresAt) throw page(403, 'This upload address has expired');
  checkAuthorization(model, exchange, slot);
  const lengthBytes = declaredLength(exchange);
  checkLength(lengthBytes, slot);
  checkHeaders(exchange, slot);
  checkFree(target);
  return {
    kind: 'upload',
    api: asset.registration.api,
    assets: [asset],
    purpose: slot.purpose,
    carryOut: (answerStatus) => store({ model, exchange, target, lengthBytes, answerStatus }),
  };
}

function checkAuthorization(model: SandboxModel, exchange: SandboxExchange, { rules }: Slot): void {
  if (rules.needsToken) {
    if (!hasGoodToken(exchange, model.settings)) throw page(401, 'This address needs a valid access token');
  } else if (headerOf(exchange, 'authorization') !== undefined) {
    throw page(400, 'Bytes are sent here without Authorization');
  }
}

function declaredLength(exchange: SandboxExchange): number {
  const declared = headerOf(exchange, 'content-length');
  // HTTP has either a length or chunks, never both.
  if (declared === undefined) throw page(411, 'Content-Length is required');
  if (!/^\d+$/.test(declared)) throw page(400, 'Content-Length is no number');
  return Number(declared);
}

function checkLength(lengthBytes: number, { rules, range }: Slot): void {
  if (lengthBytes === 0) throw page(400, 'The body is empty');
  if (range !== null && lengthBytes !== range.lastByte - range.firstByte + 1) {
    throw page(400, 'The length is not that of the byte range');
  }
  if (rules.longest !== null && lengthBytes > rules.longest.sizeBytes) throw page(413, rules.longest.reason);
}

function checkHeaders(exchange: SandboxExchange, { rules }: Slot): void {
  for (const [name, value] of Object.entries(rules.headers)) {
    const sent = headerOf(exchange, name.toLowerCase());
    if (sent === undefined && rules.headersOptional) continue;
    if (sent !== value) throw page(400, `The header ${name} must be ${value}`);
  }
  if (!rules.contentType.test(headerOf(exchange, 'content-type') ?? '')) {
    throw page(400, 'Content-Type does not fit what is sent here');
  }
}

/** A part may be sent again until the upload is complete, and the last one counts; a whole file only once. */
function checkFree({ asset, slot }: Target): void {
  if (asset.uploadedAt !== null) throw page(409, 'This upload is complete');
  if (slot.range === null && slot.stored !== null) throw page(409, 'This upload address is used up');
}

interface Received {
  readonly sizeBytes: number;
  readonly sha256: string;
}

async function store(upload: {
  model: SandboxModel;
  exchange: SandboxExchange;
  target: Target;
  lengthBytes: number;
  answerStatus: number | null;
}): Promise<CarriedOut> {
  const { model, exchange, target, lengthBytes, answerStatus } = upload;
  const { asset, slot } = target;
  const { rules } = slot;
  const joined = asset.joinedDigestFor(slot);
  const received = await (rules.openForm === null
    ? digestFile(exchange, lengthBytes, joined)
    : digestForm(exchange, lengthBytes, rules.openForm));
  // Another upload to the same address may have ended while this one's bytes were on their way.
  checkFree(target);
  const { sizeBytes, sha256 } = received;
  const stored = { sizeBytes, sha256, etag: etagOf(target, sha256), status: answerStatus ?? rules.answers };
  asset.keep(slot, stored, joined);
  if (asset.echo === null) asset.uploadedAt = model.now();
  return { assets: [asset], reply: emptyReply(rules.answers, etagHeader(slot, stored)) };
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

function etagHeader({ rules }: Slot, { etag }: Stored): Record<string, string> {
  if (etag === null) return {};
  return { etag: rules.etag?.quoted ? `"${etag}"` : etag };
}

/** `joined` sees the bytes too. */
async function digestFile(
  exchange: SandboxExchange,
  lengthBytes: number,
  joined: Hash | null,
): Promise<Received> {
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  for await (const chunk of exactly(exchange.body, lengthBytes)) {
    if (head.length < LONGEST_SIGNATURE) head = Buffer.concat([head, chunk.subarray(0, LONGEST_SIGNATURE)]);
    hash.update(chunk);
    joined?.update(chunk);
  }
  checkSignature(head, headerOf(exchange, 'content-type') ?? '');
  return { sizeBytes: lengthBytes, sha256: hash.digest('hex') };
}

/** Of the file in the form, not of the form. */
async function digestForm(
  exchange: SandboxExchange,
  lengthBytes: number,
  openForm: (body: Buffer, contentType: string) => Buffer,
): Promise<Received> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of exactly(exchange.body, lengthBytes)) chunks.push(chunk);
  const file = openForm(Buffer.concat(chunks), headerOf(exchange, 'content-type') ?? '');
  return { sizeBytes: file.length, sha256: createHash('sha256').update(file).digest('hex') };
}

/** The body, which must be exactly as long as declared. */
async function* exactly(body: AsyncIterable<Uint8Array>, lengthBytes: number): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > lengthBytes) break;
    yield chunk;
  }
  if (sizeBytes !== lengthBytes) throw page(400, 'The body is not as long as declared');
}

const SIGNATURES: readonly (readonly [type: string, hex: string])[] = [
  ['image/jpeg', 'ffd8ff'],
  ['image/png', '89504e47'],
  ['image/gif', '47494638'],
];
const LONGEST_SIGNATURE = 4;

/** The type of an image is its real one; bytes that begin like none of the three are not judged. */
function checkSignature(head: Buffer, contentType: string): void {
  const hex = head.toString('hex');
  const [real = contentType] = SIGNATURES.find(([, signature]) => hex.startsWith(signature)) ?? [];
  if (contentType.startsWith('image/') && contentType !== real) {
    throw page(400, 'Content-Type is not that of the image');
  }
}
