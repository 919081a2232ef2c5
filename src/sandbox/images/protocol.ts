// The Images API among its siblings: initialize and status, one by one or in batches; one PUT completes an upload.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)

import type { Protocol } from '../protocol.ts';
import { checkBatchUrnRead, checkUrnRead } from '../reads.ts';
import { checkInitialize } from './initialize.ts';
import { imageResource } from './status.ts';

export const images: Protocol = {
  api: 'images',
  roots: ['rest'],
  actions: new Map([['initializeUpload', { kind: 'register', check: checkInitialize }]]),
  checkRead: (model, exchange, key) => checkUrnRead(imageResource, model, exchange, key),
  checkBatchRead: (model, exchange) => checkBatchUrnRead(imageResource, model, exchange),
};
