// Plans the upload slots of a video and its sidecars, the captions and the thumbnail. Keeps no state.

import type { SandboxModel } from '../model.ts';
import type { VideoEtags } from '../options.ts';
import {
  type EtagForm,
  fakeSignature,
  makePartSlots,
  makeSlot,
  partRules,
  type Slot,
  type SlotRules,
} from '../uploads/slot.ts';
import { captionsFromForm } from './captions.ts';

export interface VideoSlots {
  /** The length of a range. The last one may be shorter. */
  readonly partBytes: number;
  readonly parts: readonly Slot[];
  readonly captions: Slot | null;
  readonly thumbnail: Slot | null;
}

const ETAGS: Readonly<Record<VideoEtags, EtagForm>> = {
  path: { form: 'path', quoted: false },
  'quoted-path': { form: 'path', quoted: true },
  'quoted-hex': { form: 'hex', quoted: true },
};

// Our limit, because the form is parsed in memory; LinkedIn gives none. Half an hour of speech is a tenth of it.
const MAX_CAPTIONS = { sizeBytes: 1024 * 1024, reason: 'Captions are shorter than this' };
const MAX_THUMBNAIL = { sizeBytes: 10_000_000, reason: 'A thumbnail is smaller than this' };

const CAPTIONS_RULES: SlotRules = {
  method: 'POST',
  needsToken: true,
  headers: {},
  headersOptional: false,
  contentType: /^multipart\/form-data;/i,
  maxBody: MAX_CAPTIONS,
  successStatus: 201,
  etag: null,
  extractFile: captionsFromForm,
};

const THUMBNAIL_RULES: SlotRules = {
  method: 'PUT',
  needsToken: false,
  headers: { 'media-type-family': 'STILLIMAGE' },
  headersOptional: false,
  contentType: /^(application\/octet-stream|image\/(jpeg|png))$/,
  maxBody: MAX_THUMBNAIL,
  successStatus: 201,
  etag: null,
  extractFile: null,
};

export function planSlots(
  model: SandboxModel,
  video: { id: string; fileSizeBytes: number; wantsCaptions: boolean; wantsThumbnail: boolean },
): VideoSlots {
  const { id, fileSizeBytes } = video;
  const { partSizeBytes, videoEtags, urlLifeMs } = model.settings;
  const expiresAt = model.now() + urlLifeMs;
  const rules = partRules(ETAGS[videoEtags], {});
  const partBytes = partSizeBytes(fileSizeBytes);
  return {
    partBytes,
    parts: makePartSlots({ id, rules, fileSizeBytes, partSizeBytes: partBytes, expiresAt }),
    captions: video.wantsCaptions ? sidecarSlot(id, 'captions', expiresAt) : null,
    thumbnail: video.wantsThumbnail ? sidecarSlot(id, 'thumbnail', expiresAt) : null,
  };
}

function sidecarSlot(id: string, purpose: 'captions' | 'thumbnail', expiresAt: number): Slot {
  const [name, rules] =
    purpose === 'captions' ? ['uploadedCaptions', CAPTIONS_RULES] : ['uploadedThumbnail', THUMBNAIL_RULES];
  const address = `/dms-uploads/${id}/${name}/0?ca=vector_ads&cn=uploads&sync=0&v=beta&ut=${fakeSignature(id, purpose)}`;
  return makeSlot({ purpose, rules, address, expiresAt });
}
