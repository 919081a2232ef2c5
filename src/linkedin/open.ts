// The door to LinkedIn: one row for each of its APIs. Nothing behind this table leaks past it.

import { type ClientOptions, createClient } from '../http/client.ts';
import { Api } from './api.ts';
import { openAsset, readAssets } from './assets.ts';
import type { ApiName, LinkedIn, StatusQuery } from './session.ts';
import type { LinkedInVersion } from './versions.ts';

const APIS = {
  assets: { open: openAsset, read: readAssets },
} satisfies Record<ApiName, unknown>;

interface LinkedInOptions extends ClientOptions {
  readonly version: LinkedInVersion;
}

/** LinkedIn as the publishing room sees it. All `queries` of one `readStatuses` are of one API. */
export function openLinkedIn(options: LinkedInOptions): LinkedIn {
  const api = new Api(createClient(options), options.version);
  return {
    openSession: (request) => APIS[request.api].open(api, request),
    readStatuses: async (queries: readonly StatusQuery[], inLane) => {
      const [first] = queries;
      return first === undefined ? [] : APIS[first.api].read(api, queries, inLane);
    },
    serverNow: () => api.serverNow(),
  };
}
