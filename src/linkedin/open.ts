// The entry point to LinkedIn: one client for the API that a run uses. `API_TRAITS` in apis.ts has how the APIs differ.

import { type ClientOptions, createHttpClient } from '../http/client.ts';
import { ensureToken } from './access-token.ts';
import type { ApiName, LinkedInVersion } from './apis.ts';
import { openAsset, readArtifactsOfAsset, readAssetStatuses } from './assets.ts';
import { openVideo, openWholeFile } from './media-sessions.ts';
import { MediaStatusReader } from './media-status.ts';
import { OwnerClient } from './owners.ts';
import { PostClient } from './post-client.ts';
import { type OnSecret, RestClient } from './rest-client.ts';
import type { LinkedIn, TokenInfo, TokenOptions, WithReadSlot } from './session.ts';

interface LinkedInOptions extends ClientOptions {
  readonly api: ApiName;
  readonly version: LinkedInVersion;
  /** Null or omitted: the token is used as it is. */
  readonly tokenOptions?: TokenOptions | null;
  readonly onSecret: OnSecret;
  readonly withReadSlot: WithReadSlot;
}

/** LinkedIn for the upload module, and its posts and owners over the same client. */
export interface LinkedInConnection extends LinkedIn {
  /** Obtains or checks the token before other calls. Null: nothing to do. @throws CallError; ActionError TOKEN_REFUSED */
  readonly prepare: (() => Promise<TokenInfo>) | null;
  readonly posts: PostClient;
  readonly owners: OwnerClient;
}

/** LinkedIn may reject a new token as revoked for this long. */
const YOUNG_TOKEN_MS = 30_000;

export function openLinkedIn(options: LinkedInOptions): LinkedInConnection {
  const { tokenOptions = null, withReadSlot, clock } = options;
  // LinkedIn knows them too, and may echo them in any response.
  const secrets = [tokenOptions?.clientSecret, tokenOptions?.refreshToken].filter(
    (one) => one != null,
  );
  const client = createHttpClient({ ...options, secrets });
  const api = new RestClient(client, options.version, options.onSecret);
  const prepare = async (settings: TokenOptions) => {
    const { token, isFresh, info } = await ensureToken(client, settings, options.token);
    const madeMs = clock.now();
    if (isFresh)
      api.useToken(
        createHttpClient({ ...options, token, secrets }),
        () => clock.now() - madeMs < YOUNG_TOKEN_MS,
      );
    return info;
  };
  return {
    openSession(request) {
      if (options.api === 'assets') return openAsset(api, request);
      return request.kind === 'video'
        ? openVideo(api, request)
        : openWholeFile(api, request, request.kind);
    },
    statuses:
      options.api === 'assets'
        ? {
            read: (queries) => readAssetStatuses(api, queries, withReadSlot),
            readsTogether: () => false,
          }
        : new MediaStatusReader(api, withReadSlot),
    readArtifacts: (query) => readArtifactsOfAsset(api, query),
    prepare: tokenOptions && (() => prepare(tokenOptions)),
    serverNow: () => api.client.serverNow(),
    posts: new PostClient(api),
    owners: new OwnerClient(api),
  };
}
