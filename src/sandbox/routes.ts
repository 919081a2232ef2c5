// Handles one request: finds the matching LinkedIn call, validates it, injects faults and executes it.
// Independent of sockets: every adapter calls this one handler.

import { type ApiRoutes, assets, type Check, documents, images, videos } from './apis.ts';
import { checkIntrospect, checkRefresh, INTROSPECT_PATH, REFRESH_PATH } from './auth/oauth.ts';
import { applyFaults, INJECTED, injectedError, rulesFor, type ValidCall } from './calls.ts';
import {
  headerOf,
  pathOnly,
  queryOf,
  type SandboxHandler,
  type SandboxRequest,
  type SandboxResponse,
} from './messages.ts';
import type { SandboxModel } from './model.ts';
import type { CallKind, OtherCallKind } from './options.ts';
import { checkMe, checkOrganizations, checkRoles, checkUserinfo } from './owners.ts';
import { postCallOf } from './posts/routes.ts';
import { codedError, ErrorResponse } from './restli/error-responses.ts';
import { actionOf, checkGateway, isTunneled, unsupportedMethod, unwrapTunneled } from './restli/gateway.ts';
import { checkUpload } from './uploads/upload.ts';

const APIS: readonly ApiRoutes[] = [assets, images, videos, documents];

interface Route {
  /** Null when LinkedIn has no such path or action. */
  readonly kind: CallKind | OtherCallKind | null;
  readonly check: Check;
  readonly isBatch?: boolean;
}

export function createRoutes(model: SandboxModel): SandboxHandler {
  let replies = 0;
  return async (given) => {
    const { request, route } = await resolveRoute(given);
    if (route.kind !== null) model.countCall(route.kind);
    if (route.isBatch === true) model.countBatchRead();
    const response =
      route.kind === 'upload'
        ? await model.whileUploading(() => handleCall(model, request, route))
        : await handleCall(model, request, route);
    replies += 1;
    // LinkedIn asks for this header in support cases, so a client may log it.
    return {
      ...response,
      headers: { ...response.headers, 'x-li-uuid': `SIMULATED-${String(replies).padStart(6, '0')}` },
    };
  };
}

/** Routes a tunnelled request like the request inside. A tunnelled request that cannot be unwrapped is rejected. */
async function resolveRoute(given: SandboxRequest): Promise<{ request: SandboxRequest; route: Route }> {
  if (!isTunneled(given)) return { request: given, route: routeOf(given) };
  const request = await unwrapTunneled(given);
  if (!(request instanceof ErrorResponse)) return { request, route: routeOf(request) };
  const reject: Check = () => {
    throw request;
  };
  return { request: given, route: { kind: null, check: behindGateway(reject) } };
}

function routeOf(request: SandboxRequest): Route {
  const path = pathOnly(request);
  if (path.startsWith('/dms-uploads/')) return { kind: 'upload', check: checkUpload };
  const ownRoute = OWN_ROUTES.get(path);
  if (ownRoute !== undefined) return ownRoute;
  const [, root = '', name, key] = /^\/([^/]+)\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
  if (root === 'rest' && (name === 'posts' || name === 'socialActions')) {
    const call = postCallOf(request, name, key);
    const method = headerOf(request, 'x-restli-method')?.toUpperCase() ?? call?.restliMethod;
    const { kind, check } = call !== null && call.restliMethod === method ? call : UNSUPPORTED;
    return { kind, check: behindGateway(check) };
  }
  if (name === 'organizations' && ['rest', 'v2'].includes(root))
    return { kind: 'organizations', check: (model, given) => checkOrganizations(model, given, key) };
  const routes = APIS.find(({ api, roots }) => api === name && roots.includes(root));
  const route = routes === undefined ? NOT_FOUND : routeIn(routes, request, key);
  return { ...route, check: behindGateway(route.check) };
}

const UNSUPPORTED: Route = {
  kind: null,
  check: (_model, request) => {
    throw unsupportedMethod(request);
  },
};

/** Calls with a path of their own. Those for the token and OpenID bypass the gateway: they require none of its headers. */
const OWN_ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  [REFRESH_PATH, { kind: 'refresh', check: checkRefresh }],
  [INTROSPECT_PATH, { kind: 'introspect', check: checkIntrospect }],
  ['/v2/userinfo', { kind: 'userinfo', check: checkUserinfo }],
  ['/v2/me', { kind: 'me', check: checkMe }],
  ['/rest/organizationAcls', { kind: 'roles', check: checkRoles }],
  ['/v2/organizationAcls', { kind: 'roles', check: checkRoles }],
]);

const NOT_FOUND: Route = {
  kind: null,
  check: () => {
    throw codedError(404, 'RESOURCE_NOT_FOUND', 'No virtual resource found');
  },
};

function routeIn(routes: ApiRoutes, request: SandboxRequest, key: string | undefined): Route {
  if (key !== undefined) {
    return { kind: 'status', check: (model, read) => routes.checkRead(model, read, key) };
  }
  const { checkBatchRead } = routes;
  if (checkBatchRead !== null && request.method === 'GET' && queryOf(request).has('ids')) {
    return { kind: 'status', check: checkBatchRead, isBatch: true };
  }
  const action = request.method === 'POST' ? routes.actions.get(actionOf(request) ?? '') : undefined;
  return action ?? UNSUPPORTED;
}

/** Checks the gateway first. A caller learns that a path is unknown only after passing the gateway. */
function behindGateway(check: Check): Check {
  return (model, request) => {
    checkGateway(request, model.settings);
    return check(model, request);
  };
}

async function handleCall(
  model: SandboxModel,
  request: SandboxRequest,
  route: Route,
): Promise<SandboxResponse> {
  try {
    const call = await route.check(model, request);
    return await execute(model, request, call);
  } catch (error) {
    if (!(error instanceof ErrorResponse)) throw error;
    logRejection(model, request, { kind: route.kind, status: error.response.status, reason: error.message });
    return error.response;
  }
}

async function execute(
  model: SandboxModel,
  request: SandboxRequest,
  call: ValidCall,
): Promise<SandboxResponse> {
  const { kind } = call;
  const rules = rulesFor(call, model.settings.faults, model.faultMatches);
  const rejection = injectedError(rules, kind);
  if (rejection !== null) {
    logRejection(model, request, { kind, status: rejection.status, reason: INJECTED });
    return rejection;
  }
  const answerStatus = rules.findLast((rule) => rule.reply !== undefined)?.reply?.status ?? null;
  const { assets: affected, response } = await call.execute(answerStatus);
  for (const rule of rules)
    for (const asset of affected) {
      // The lasting effects of a rule. One for a single asset does not affect others in a batch.
      if (rule.asset !== undefined && rule.asset !== asset.id) continue;
      asset.finalStatus = rule.finalStatus ?? asset.finalStatus;
      asset.failureReason = rule.failureReason ?? asset.failureReason;
      asset.assetStatus = rule.assetStatus ?? asset.assetStatus;
    }
  return applyFaults(response, rules, kind);
}

function logRejection(
  model: SandboxModel,
  request: SandboxRequest,
  rejection: { kind: Route['kind']; status: number; reason: string },
): void {
  model.logRejection({ method: request.method, path: pathOnly(request), ...rejection });
}
