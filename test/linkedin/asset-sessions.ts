// Session requests for the Assets API.

import type { SessionRequest } from '../../src/linkedin/session.ts';
import { image as mediaImage } from './media-sessions.ts';

export const SINGLE = 'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest';
export const MULTIPART = 'com.linkedin.digitalmedia.uploading.MultipartUpload';

export const image: SessionRequest = {
  ...mediaImage,
  api: 'assets',
  recipe: 'urn:li:digitalmediaRecipe:feedshare-image',
  mechanism: 'synchronous',
};
export const video: SessionRequest = {
  ...image,
  kind: 'video',
  mediaType: 'video/mp4',
  sizeBytes: 2_000_000,
  recipe: 'urn:li:digitalmediaRecipe:feedshare-video',
  mechanism: 'single',
};
export const inParts: SessionRequest = { ...video, sizeBytes: 52_428_801, mechanism: 'multipart' };
