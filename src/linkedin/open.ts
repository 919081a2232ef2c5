// The door to LinkedIn: one row for each of its APIs. Nothing behind this table leaks past it.

import { type ClientOptions, createClient } from '../http/client.ts';
import type { Secret } from '../secret.ts';
import { Api } from './api.ts';
import { readArtifactsOfAsset, readAssets } from './asset-status.ts';
import { openAsset } from './assets.ts';
import { openImage } from './images.ts';
import { MediaStatuses } from './media-status.ts';
import type {
  ApiName,
  Artifact,
  InLane,
  LinkedIn,
  SessionRequest,
  StatusAnswer,
  StatusQuery,
  UploadSession,
} from './session.ts';
import { careForToken, patient, type TokenCare } from './token.ts';
import type { OnSecret } from './upload-secrets.ts';
import type { LinkedInVersion } from './versions.ts';
import { openVideo } from './videos.ts';

interface Protocol {
  open(request: SessionRequest): Promise<UploadSession>;
  read(queries: readonly StatusQuery[], inLane: InLane): readonly Promise<StatusAnswer>[];
  readArtifacts(query: StatusQuery): Promise<readonly Artifact[]>;
}

const PROTOCOLS: Record<ApiName, (api: Api) => Protocol> = {
  assets: (api) => ({
    open: (request) => openAsset(api, request),
    read: (queries, inLane) => readAssets(api, queries, inLane),
    readArtifacts: (query) => readArtifactsOfAsset(api, query),
  }),
  media: (api) => {
    const statuses = new MediaStatuses(api);
    return {
      open: (request) => (request.kind === 'image' ? openImage(api, request) : openVideo(api, request)),
      read: (queries, inLane) => statuses.read(queries, inLane),
      readArtifacts: (query) => statuses.readArtifacts(query),
    };
  },
};

/** What LinkedIn knows beside the token, and may echo in any answer. */
function secretsOf({ clientSecret, refreshToken }: TokenCare): Secret[] {
  return refreshToken === null ? [clientSecret] : [clientSecret, refreshToken];
}

interface LinkedInOptions extends ClientOptions {
  readonly version: LinkedInVersion;
  /** Null or left out: the token is used as it is. */
  readonly tokenCare?: TokenCare | null;
  readonly onSecret: OnSecret;
}

/** LinkedIn as the publishing room sees it. All `queries` of one `readStatuses` are of one API and kind. */
export function openLinkedIn(options: LinkedInOptions): LinkedIn {
  const { tokenCare = null } = options;
  const secrets = tokenCare === null ? [] : secretsOf(tokenCare);
  const client = createClient({ ...options, secrets });
  const api = new Api(client, options.version, options.onSecret);
  const protocols = { assets: PROTOCOLS.assets(api), media: PROTOCOLS.media(api) };
  const prepare = async (care: TokenCare) => {
    const { token, isFresh, news } = await careForToken(client, care, options.token);
    if (isFresh) api.use(patient(createClient({ ...options, token, secrets }), options));
    return news;
  };
  return {
    ...(tokenCare === null ? {} : { prepare: () => prepare(tokenCare) }),
    openSession: (request) => protocols[request.api].open(request),
    readStatuses: (queries, inLane) => {
      const [first] = queries;
      return first === undefined ? [] : protocols[first.api].read(queries, inLane);
    },
    readArtifacts: (query) => protocols[query.api].readArtifacts(query),
    serverNow: () => api.serverNow(),
  };
}
