// Where the bytes of a new asset are to go: one address for a whole file, or one for each range of it.
// Builds paths like those of LinkedIn's upload host; knows no call and keeps no state.

import { createHash } from 'node:crypto';
import type { Mechanism, Registration, Slot } from './asset.ts';

export interface SlotPlan {
  readonly id: string;
  readonly registration: Registration;
  readonly partSizeBytes: (fileSizeBytes: number) => number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export function planSlots(plan: SlotPlan): Slot[] {
  return plan.registration.mechanism === 'MULTIPART_UPLOAD' ? partSlots(plan) : [wholeSlot(plan)];
}

function wholeSlot({ id, registration, expiresAt }: SlotPlan): Slot {
  const { family, mechanism } = registration;
  return {
    index: 0,
    address: `${wholePath(id, family === 'VIDEO', mechanism)}&v=beta&ut=${ticket(id, 0)}`,
    headers: { 'media-type-family': family },
    range: null,
    expiresAt,
    stored: null,
    writes: 0,
  };
}

function wholePath(id: string, isVideo: boolean, mechanism: Mechanism): string {
  if (isVideo) {
    return `/dms-uploads/${id}/uploadedVideo/0?ca=vector_feedshare&cn=uploads_secure&ccn=ambry-video&sync=0`;
  }
  const sync = mechanism === 'SYNCHRONOUS_UPLOAD' ? 1 : 0;
  return `/dms-uploads/${id}/feedshare-uploadedImage/0?ca=vector_feedshare&cn=uploads&sync=${sync}`;
}

function partSlots({ id, registration, partSizeBytes, expiresAt }: SlotPlan): Slot[] {
  const sizeBytes = registration.fileSizeBytes ?? 0;
  const signed = Buffer.from(`sandbox:${id}`).toString('base64url');
  return cutRanges(sizeBytes, partSizeBytes(sizeBytes)).map((range, index) => ({
    index,
    address: `/dms-uploads/${id}/uploadedVideo?sau=${signed}&pn=${index + 1}&sync=0&v=beta&ut=${ticket(id, index)}`,
    headers: { 'Content-Type': 'application/octet-stream' },
    range,
    expiresAt,
    stored: null,
    writes: 0,
  }));
}

/** Inclusive ranges that cover the file exactly, in order. */
function cutRanges(sizeBytes: number, partSizeBytes: number): { firstByte: number; lastByte: number }[] {
  if (!Number.isSafeInteger(partSizeBytes) || partSizeBytes < 1) {
    throw new RangeError(`A part of ${partSizeBytes} bytes covers nothing`);
  }
  return Array.from({ length: Math.ceil(sizeBytes / partSizeBytes) }, (_, index) => ({
    firstByte: index * partSizeBytes,
    lastByte: Math.min((index + 1) * partSizeBytes, sizeBytes) - 1,
  }));
}

/** Stands for the signature of an address: fixed for a slot, so that runs can be compared. */
function ticket(id: string, index: number): string {
  return createHash('sha256').update(`${id}/${index}`).digest('base64url').slice(0, 14);
}
