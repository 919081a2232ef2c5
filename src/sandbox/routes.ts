// Handles one request: finds the call of LinkedIn that it makes, after the gateway's checks, and answers it.
// Independent of sockets: every adapter calls this one handler.

import { completeAsset, readAsset, registerAsset } from './assets.ts';
import { createComment } from './comments.ts';
import { apiError, ErrorResponse } from './errors.ts';
import { type Call, checkGateway, unsupportedMethod } from './gateway.ts';
import {
  finalizeVideo,
  initializeDocument,
  initializeImage,
  initializeVideo,
  readMedia,
  readSeveralMedia,
} from './media.ts';
import {
  headerOf,
  pathOnly,
  type SandboxHandler,
  type SandboxRequest,
  type SandboxResponse,
} from './messages.ts';
import type { SandboxModel } from './model.ts';
import { introspectToken, refreshToken } from './oauth.ts';
import type { CallKind } from './options.ts';
import {
  findRoles,
  readAuthorization,
  readMe,
  readOrganization,
  readOrganizations,
  readUserinfo,
} from './owners.ts';
import { createPost, deletePost, editPost, findPosts, readPost } from './posts.ts';
import { parseQuery } from './query.ts';
import { upload } from './uploads.ts';

/**
 * `METHOD /path/KEY?query`, and LinkedIn's name of the method, which a header may repeat; null: the call bypasses the gateway and
 * needs none of its headers. The query has to be there; an action has no other. `parameters` are all that the call knows.
 */
type Row = readonly [
  line: string,
  method: string | null,
  kind: CallKind,
  answer: (call: Call) => SandboxResponse | Promise<SandboxResponse>,
  parameters?: readonly string[],
];

const POSTS_OF_AUTHOR = ['q', 'author', 'start', 'count', 'sortBy', 'viewContext'];
const ROLES_OF_MEMBER = ['q', 'start', 'count', 'role', 'state'];

const ROWS: readonly Row[] = [
  ['POST /(rest|v2)/assets?action=registerUpload', 'ACTION', 'register', registerAsset],
  // LinkedIn spells it with a capital P.
  ['POST /(rest|v2)/assets?action=completeMultiPartUpload', 'ACTION', 'complete', completeAsset],
  ['GET /(rest|v2)/assets/KEY', 'GET', 'status', readAsset, ['fields']],
  ['POST /rest/images?action=initializeUpload', 'ACTION', 'register', initializeImage],
  ['POST /rest/documents?action=initializeUpload', 'ACTION', 'register', initializeDocument],
  ['POST /rest/videos?action=initializeUpload', 'ACTION', 'register', initializeVideo],
  ['POST /rest/videos?action=finalizeUpload', 'ACTION', 'complete', finalizeVideo],
  ['GET /rest/(images|videos|documents)/KEY', 'GET', 'status', readMedia],
  ['GET /rest/(images|videos|documents)?ids=', 'BATCH_GET', 'status', readSeveralMedia, ['ids']],
  ['[A-Z]+ /dms-uploads/KEY', null, 'upload', upload],
  ['POST /rest/posts', 'CREATE', 'post', createPost],
  ['POST /rest/posts/KEY', 'PARTIAL_UPDATE', 'postEdit', editPost],
  ['DELETE /rest/posts/KEY', 'DELETE', 'postDelete', deletePost],
  ['GET /rest/posts/KEY', 'GET', 'postRead', readPost, ['viewContext']],
  ['GET /rest/posts?q=author', 'FINDER', 'postRead', findPosts, POSTS_OF_AUTHOR],
  ['POST /rest/socialActions/KEY/comments', 'CREATE', 'comment', createComment],
  ['GET /rest/organizationAcls?q=roleAssignee', 'FINDER', 'roles', findRoles, ROLES_OF_MEMBER],
  ['GET /rest/organizations/KEY', 'GET', 'organizations', readOrganization],
  ['GET /rest/organizations?ids=', 'BATCH_GET', 'organizations', readOrganizations, ['ids']],
  ['GET /rest/organizationAuthorizations/KEY', 'GET', 'authorizations', readAuthorization],
  ['GET /v2/me', 'GET', 'me', readMe],
  ['GET /v2/userinfo', null, 'userinfo', readUserinfo],
  ['POST /oauth/v2/accessToken', null, 'refresh', refreshToken],
  ['POST /oauth/v2/introspectToken', null, 'introspect', introspectToken],
];

const ROUTES = ROWS.map(([line, method, kind, answer, known = []]) => {
  const [start = '', query = ''] = line.split('?');
  return {
    start: new RegExp(`^${start.replace('KEY', '(?<key>.+)')}$`),
    query,
    parameters: method === 'ACTION' ? ['action'] : known,
    method,
    kind,
    answer,
  };
});

export function createRoutes(model: SandboxModel): SandboxHandler {
  let replies = 0;
  return async (request) => {
    const kind = callKindOf(request);
    if (kind !== null) model.countCall(kind);
    const response = await answer(model, request).catch((error: unknown) => {
      if (!(error instanceof ErrorResponse)) throw error;
      const { method } = request;
      const { status } = error.response;
      model.log.push({ kind, method, path: pathOnly(request), status, reason: error.message });
      return error.response;
    });
    replies += 1;
    // LinkedIn asks for this header in support cases, so a client may log it.
    const uuid = `SIMULATED-${String(replies).padStart(6, '0')}`;
    return { ...response, headers: { ...response.headers, 'x-li-uuid': uuid } };
  };
}

/** Null when LinkedIn has no such call. */
export function callKindOf(request: SandboxRequest): CallKind | null {
  return routeOf(request)?.kind ?? null;
}

function routeOf(request: SandboxRequest) {
  const path = pathOnly(request);
  const sent = request.path.slice(path.length + 1);
  return ROUTES.find(
    ({ start, query }) => start.test(`${request.method} ${path}`) && hasQuery(sent, query),
  );
}

function hasQuery(sent: string, query: string): boolean {
  if (query === '') return true;
  if (query.startsWith('action=')) return sent === query;
  return sent
    .split('&')
    .some((one) => (query.endsWith('=') ? one.startsWith(query) : one === query));
}

/** A caller learns that a path is unknown only after passing the gateway. */
async function answer(model: SandboxModel, request: SandboxRequest): Promise<SandboxResponse> {
  const { settings } = model;
  const route = routeOf(request);
  const path = pathOnly(request);
  if (route?.method !== null) checkGateway(request, settings);
  if (route === undefined) {
    const isKnown = ROUTES.some(
      ({ start }) => start.test(`GET ${path}`) || start.test(`POST ${path}`),
    );
    throw isKnown
      ? unsupportedMethod(request)
      : apiError(404, 'No virtual resource found', 'RESOURCE_NOT_FOUND');
  }
  const method = headerOf(request, 'x-restli-method')?.toUpperCase();
  if (method !== undefined && method !== route.method) throw unsupportedMethod(request);
  const { key = '' } = route.start.exec(`${request.method} ${path}`)?.groups ?? {};
  const [, , resource = ''] = path.split('/');
  const parameters = route.method === null ? new Map() : parseQuery(request, route.parameters);
  return await route.answer({ model, settings, request, parameters, resource, key });
}
