// The routes of the Assets API: register, complete and status, under /rest and the older /v2.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

import type { ApiRoutes } from '../api-routes.ts';
import { checkComplete } from './complete.ts';
import { checkRegister } from './register.ts';
import { checkStatus } from './status.ts';

export const assets: ApiRoutes = {
  api: 'assets',
  roots: ['rest', 'v2'],
  actions: new Map([
    ['registerUpload', { kind: 'register', check: checkRegister }],
    // LinkedIn spells it with a capital P.
    ['completeMultiPartUpload', { kind: 'complete', check: checkComplete }],
  ]),
  checkRead: checkStatus,
  checkBatchRead: null,
};
