// The entry point to LinkedIn: one adapter for each API. Other modules do not see the differences between the APIs.

import { type ClientOptions, createHttpClient } from '../http/client.ts';
import { ensureToken, retryFreshToken, type TokenOptions } from './access-token.ts';
import { readArtifactsOfAsset, readAssetStatuses } from './asset-status.ts';
import { openAsset } from './assets.ts';
import { OwnerClient } from './owners.ts';
import { PostClient } from './post-client.ts';
import { type OnSecret, RestClient } from './rest-client.ts';
import type {
  ApiName,
  Artifact,
  LinkedIn,
  SessionRequest,
  StatusQuery,
  StatusResult,
  UploadSession,
  WithReadSlot,
} from './session.ts';
import { MediaStatusReader } from './status.ts';
import type { LinkedInVersion } from './versions.ts';
import { openVideo } from './videos.ts';
import { openWholeFile } from './whole-file.ts';

interface ApiAdapter {
  open(request: SessionRequest): Promise<UploadSession>;
  read(queries: readonly StatusQuery[], withReadSlot: WithReadSlot): readonly Promise<StatusResult>[];
  readsTogether(query: Pick<StatusQuery, 'kind'>): boolean;
  readArtifacts(query: StatusQuery): Promise<readonly Artifact[]>;
}

const API_ADAPTERS: Record<ApiName, (api: RestClient) => ApiAdapter> = {
  assets: (api) => ({
    open: (request) => openAsset(api, request),
    read: (queries, withReadSlot) => readAssetStatuses(api, queries, withReadSlot),
    readsTogether: () => false,
    readArtifacts: (query) => readArtifactsOfAsset(api, query),
  }),
  media: (api) => {
    const statuses = new MediaStatusReader(api);
    return {
      open: (request) =>
        request.kind === 'video' ? openVideo(api, request) : openWholeFile(api, request, request.kind),
      read: (queries, withReadSlot) => statuses.read(queries, withReadSlot),
      readsTogether: ({ kind }) => statuses.readsTogether(kind),
      readArtifacts: (query) => statuses.readArtifacts(query),
    };
  },
};

interface LinkedInOptions extends ClientOptions {
  readonly version: LinkedInVersion;
  /** Null or omitted: the token is used as it is. */
  readonly tokenOptions?: TokenOptions | null;
  readonly onSecret: OnSecret;
}

/** LinkedIn for the publish module, and its posts and owners over the same client. */
export interface LinkedInConnection extends LinkedIn {
  readonly posts: PostClient;
  readonly owners: OwnerClient;
}

/** All `queries` of one `readStatuses` have the same API and kind. */
export function openLinkedIn(options: LinkedInOptions): LinkedInConnection {
  const { tokenOptions = null } = options;
  // LinkedIn knows them too, and may echo them in any response.
  const secrets = [tokenOptions?.clientSecret, tokenOptions?.refreshToken].filter((one) => one != null);
  const client = createHttpClient({ ...options, secrets });
  const api = new RestClient(client, options.version, options.onSecret);
  const protocols = { assets: API_ADAPTERS.assets(api), media: API_ADAPTERS.media(api) };
  const prepare = async (settings: TokenOptions) => {
    const { token, isFresh, info } = await ensureToken(client, settings, options.token);
    if (isFresh) api.use(retryFreshToken(createHttpClient({ ...options, token, secrets }), options));
    return info;
  };
  return {
    ...(tokenOptions === null ? {} : { prepare: () => prepare(tokenOptions) }),
    openSession: (request) => protocols[request.api].open(request),
    readStatuses: (queries, withReadSlot) => {
      const [first] = queries;
      return first === undefined ? [] : protocols[first.api].read(queries, withReadSlot);
    },
    readsTogether: (query) => protocols[query.api].readsTogether(query),
    readArtifacts: (query) => protocols[query.api].readArtifacts(query),
    serverNow: () => api.serverNow(),
    posts: new PostClient(api),
    owners: new OwnerClient(api),
  };
}
