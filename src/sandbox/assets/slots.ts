// Plans the upload slots of a registered asset: one URL for the whole file, or one for each byte range. Also gives
// the media artifact URN for the complete call. Keeps no state.

import type { Mechanism, MediaFamily } from '../asset.ts';
import {
  fakeSignature,
  IMAGE_RULES,
  makePartSlots,
  makeSlot,
  partRules,
  type Slot,
  type SlotRules,
} from '../uploads/slot.ts';

export interface SlotPlan {
  readonly id: string;
  readonly family: MediaFamily;
  readonly mechanism: Mechanism;
  /** As declared. Determines the parts. */
  readonly fileSizeBytes: number;
  readonly partSizeBytes: (fileSizeBytes: number) => number;
  readonly quotedEtags: boolean;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

// The limit in "Registering Multi-Part Upload": a video above 200 MB needs a multi-part upload.
const MAX_SINGLE_VIDEO = { sizeBytes: 200_000_000, reason: 'A video of this size is sent in parts' };
const VIDEO_TYPE = /^(application\/octet-stream|video\/[a-z0-9.+-]+)$/;
const OCTETS = { 'Content-Type': 'application/octet-stream' };
// One object for all pictures: there may be ten thousand.
const IMAGE_SLOT_RULES: SlotRules = { ...IMAGE_RULES, headers: { 'media-type-family': 'STILLIMAGE' } };

export function planSlots(plan: SlotPlan): Slot[] {
  return plan.mechanism === 'MULTIPART_UPLOAD' ? partSlots(plan) : [singleSlot(plan)];
}

function singleSlot(plan: SlotPlan): Slot {
  const rules = plan.family === 'VIDEO' ? wholeVideoRules(plan) : IMAGE_SLOT_RULES;
  const address = `${wholePath(plan)}&v=beta&ut=${fakeSignature(plan.id, 0)}`;
  return makeSlot({ rules, address, expiresAt: plan.expiresAt });
}

function wholeVideoRules(plan: SlotPlan): SlotRules {
  const rules = partRules(etagOf(plan), { 'media-type-family': 'VIDEO' });
  return { ...rules, headersOptional: true, contentType: VIDEO_TYPE, maxBody: MAX_SINGLE_VIDEO };
}

function wholePath({ id, family, mechanism }: SlotPlan): string {
  if (family === 'VIDEO') {
    return `/dms-uploads/${id}/uploadedVideo/0?ca=vector_feedshare&cn=uploads_secure&ccn=ambry-video&sync=0`;
  }
  const sync = mechanism === 'SYNCHRONOUS_UPLOAD' ? 1 : 0;
  return `/dms-uploads/${id}/feedshare-uploadedImage/0?ca=vector_feedshare&cn=uploads&sync=${sync}`;
}

function partSlots(plan: SlotPlan): Slot[] {
  const { id, fileSizeBytes, partSizeBytes, expiresAt } = plan;
  const rules = partRules(etagOf(plan), OCTETS);
  return makePartSlots({ id, rules, fileSizeBytes, partSizeBytes: partSizeBytes(fileSizeBytes), expiresAt });
}

function etagOf({ quotedEtags }: SlotPlan) {
  return { form: 'hex', quoted: quotedEtags } as const;
}

/** The URN that identifies a multi-part upload in the complete call. */
export function mediaArtifactOf({ urn, family }: { urn: string; family: MediaFamily }): string {
  const artifactClass = family === 'VIDEO' ? 'uploadedVideo' : 'feedshare-uploadedImage';
  return `urn:li:digitalmediaMediaArtifact:(${urn},urn:li:digitalmediaMediaArtifactClass:${artifactClass})`;
}
