// Session requests for the Images and Videos APIs, and LinkedIn's answers.

import type { SessionRequest } from '../../src/linkedin/session.ts';
import initializeDocument from '../replies/initialize-document.json' with { type: 'json' };

export const IMAGE_URN = 'urn:li:image:C4E10AQFoyyAjHPMQuQ';
export const DOCUMENT_URN = 'urn:li:document:C5F10AQGKQg_6y2a4sQ';
export const VIDEO_URN = 'urn:li:video:C5F10AQGKQg_6y2a4sQ';

export const image: SessionRequest = {
  api: 'media',
  owner: 'urn:li:organization:24141830',
  kind: 'image',
  mediaType: 'image/png',
  sizeBytes: 4437,
  recipe: null,
  mechanism: 'single',
};

export const document: SessionRequest = {
  ...image,
  owner: initializeDocument.request.initializeUploadRequest.owner,
  kind: 'document',
  mediaType: 'application/pdf',
};

/** Three parts of 4 MiB and one of one byte. */
export const video: SessionRequest = {
  ...image,
  kind: 'video',
  mediaType: 'video/mp4',
  sizeBytes: 12_582_913,
  mechanism: 'multipart',
};
export const withSidecars: SessionRequest = {
  ...video,
  sidecars: { captions: { sizeBytes: 61 }, thumbnail: { sizeBytes: 4437 } },
};

export const imageAnswer = {
  value: {
    uploadUrlExpiresAt: 1_677_278_372_000,
    uploadUrl:
      'https://www.linkedin.com/dms-uploads/sp/v2/C4E10/uploaded-image/B4EZ/0?ca=vector_feedshare&ut=1yj',
    image: IMAGE_URN,
  },
};

export const documentAnswer = initializeDocument.reply;

const PART_BYTES = 4_194_304;

/** LinkedIn's byte ranges are inclusive, and the last one is as long as the others. */
export const videoAnswer = {
  value: {
    uploadUrlsExpireAt: 1_633_234_229_847,
    video: VIDEO_URN,
    uploadInstructions: [0, 1, 2, 3].map((index) => ({
      uploadUrl: `https://www.linkedin.com/dms-uploads/C5F10/uploadedVideo/${index}?sau=${index}&ut=2`,
      lastByte: (index + 1) * PART_BYTES - 1,
      firstByte: index * PART_BYTES,
    })),
    uploadToken: '',
  },
};

export const sidecarsAnswer = {
  value: {
    ...videoAnswer.value,
    captionsUploadUrl: 'https://www.linkedin.com/dms-uploads/C5F10/captions/0?ut=3',
    thumbnailUploadUrl: 'https://www.linkedin.com/dms-uploads/C5F10/thumbnail/0?ut=4',
  },
};
