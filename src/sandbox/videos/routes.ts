// The routes of the Videos API: initialize, finalize, and status reads, single or batched. Clients send parts,
// captions and the thumbnail to the upload URLs of the initialize response.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)

import type { ApiRoutes } from '../api-routes.ts';
import { checkBatchUrnRead, checkUrnRead } from '../status-reads.ts';
import { checkFinalize } from './finalize.ts';
import { checkInitialize } from './initialize.ts';
import { videoResource } from './status.ts';

export const videos: ApiRoutes = {
  api: 'videos',
  roots: ['rest'],
  actions: new Map([
    ['initializeUpload', { kind: 'register', check: checkInitialize }],
    ['finalizeUpload', { kind: 'complete', check: checkFinalize }],
  ]),
  checkRead: (model, request, key) => checkUrnRead(videoResource, model, request, key),
  checkBatchRead: (model, request) => checkBatchUrnRead(videoResource, model, request),
};
