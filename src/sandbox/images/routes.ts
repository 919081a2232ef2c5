// The routes of the Images API: initialize, and status reads, single or batched. One PUT completes an upload.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)

import type { ApiRoutes } from '../api-routes.ts';
import { checkBatchUrnRead, checkUrnRead } from '../status-reads.ts';
import { checkInitialize } from './initialize.ts';
import { imageResource } from './status.ts';

export const images: ApiRoutes = {
  api: 'images',
  roots: ['rest'],
  actions: new Map([['initializeUpload', { kind: 'register', check: checkInitialize }]]),
  checkRead: (model, request, key) => checkUrnRead(imageResource, model, request, key),
  checkBatchRead: (model, request) => checkBatchUrnRead(imageResource, model, request),
};
