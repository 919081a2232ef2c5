// Exchange in, exchange out: finds which of LinkedIn's calls this is, has it judged, lets trouble strike,
// carries it out. Knows no socket; every adapter drives this one function.

import type { Asset } from './asset.ts';
import { assets } from './assets/protocol.ts';
import type { CheckedCall } from './call.ts';
import {
  pathOnly,
  queryOf,
  type SandboxExchange,
  type SandboxHandle,
  type SandboxReply,
} from './exchange.ts';
import { actionOf, checkGateway, unsupportedMethod } from './gateway.ts';
import { images } from './images/protocol.ts';
import type { SandboxModel } from './model.ts';
import { checkIntrospect, checkRefresh, INTROSPECT_PATH, REFRESH_PATH } from './oauth.ts';
import type { CallKind, SideKind } from './options.ts';
import { postCall } from './posts/protocol.ts';
import type { Check, Protocol } from './protocol.ts';
import { coded, Refusal } from './refusal.ts';
import { bend, refusalByTrouble, type TroubleRule } from './trouble.ts';
import { isTunnelled, untunnelled } from './tunnel.ts';
import { checkUpload } from './upload.ts';
import { videos } from './videos/protocol.ts';

const PROTOCOLS: readonly Protocol[] = [assets, images, videos];

interface Route {
  /** Null where the path or action is none of LinkedIn's. */
  readonly kind: CallKind | SideKind | null;
  readonly check: Check;
  readonly isBatch?: boolean;
}

export function createRoutes(model: SandboxModel): SandboxHandle {
  let replies = 0;
  return async (given) => {
    const { exchange, route } = await routed(given);
    if (route.kind !== null) model.countCall(route.kind);
    if (route.isBatch === true) model.countBatchRead();
    const reply =
      route.kind === 'upload'
        ? await model.whileUploading(() => answer(model, exchange, route))
        : await answer(model, exchange, route);
    replies += 1;
    // LinkedIn asks for this header in support cases; a client may log it.
    return {
      ...reply,
      headers: { ...reply.headers, 'x-li-uuid': `SIMULATED-${String(replies).padStart(6, '0')}` },
    };
  };
}

/** A tunnelled request goes where it would go by itself; one that cannot be taken out of its tunnel goes nowhere. */
async function routed(given: SandboxExchange): Promise<{ exchange: SandboxExchange; route: Route }> {
  if (!isTunnelled(given)) return { exchange: given, route: routeOf(given) };
  const exchange = await untunnelled(given);
  if (!(exchange instanceof Refusal)) return { exchange, route: routeOf(exchange) };
  const refuse: Check = () => {
    throw exchange;
  };
  return { exchange: given, route: { kind: null, check: behindGateway(refuse) } };
}

function routeOf(exchange: SandboxExchange): Route {
  const path = pathOnly(exchange);
  if (path.startsWith('/dms-uploads/')) return { kind: 'upload', check: checkUpload };
  const side = SIDE_ROUTES.get(path);
  if (side !== undefined) return side;
  const [, root = '', name, key] = /^\/([^/]+)\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
  if (root === 'rest' && name === 'posts') {
    const { kind, check } = postCall(exchange, key) ?? UNSUPPORTED;
    return { kind, check: behindGateway(check) };
  }
  const protocol = PROTOCOLS.find(({ api, roots }) => api === name && roots.includes(root));
  const route = protocol === undefined ? NOWHERE : routeIn(protocol, exchange, key);
  return { ...route, check: behindGateway(route.check) };
}

const UNSUPPORTED: Route = {
  kind: null,
  check: (_model, exchange) => {
    throw unsupportedMethod(exchange);
  },
};

/** The token addresses stand before the gateway: none of its headers is asked for there. */
const SIDE_ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  [REFRESH_PATH, { kind: 'refresh', check: checkRefresh }],
  [INTROSPECT_PATH, { kind: 'introspect', check: checkIntrospect }],
]);

const NOWHERE: Route = {
  kind: null,
  check: () => {
    throw coded(404, 'RESOURCE_NOT_FOUND', 'No virtual resource found');
  },
};

function routeIn(protocol: Protocol, exchange: SandboxExchange, key: string | undefined): Route {
  if (key !== undefined) {
    return { kind: 'status', check: (model, read) => protocol.checkRead(model, read, key) };
  }
  const { checkBatchRead } = protocol;
  if (checkBatchRead !== null && exchange.method === 'GET' && queryOf(exchange).has('ids')) {
    return { kind: 'status', check: checkBatchRead, isBatch: true };
  }
  const action = exchange.method === 'POST' ? protocol.actions.get(actionOf(exchange) ?? '') : undefined;
  return action ?? UNSUPPORTED;
}

/** A path that is none of LinkedIn's is told so only to a caller whom the gateway lets in. */
function behindGateway(check: Check): Check {
  return (model, exchange) => {
    checkGateway(exchange, model.settings);
    return check(model, exchange);
  };
}

async function answer(model: SandboxModel, exchange: SandboxExchange, route: Route): Promise<SandboxReply> {
  try {
    const call = await route.check(model, exchange);
    return await carryOut(model, exchange, call);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    logRefusal(model, exchange, { kind: route.kind, status: error.reply.status, reason: error.message });
    return error.reply;
  }
}

async function carryOut(
  model: SandboxModel,
  exchange: SandboxExchange,
  call: CheckedCall,
): Promise<SandboxReply> {
  const { kind } = call;
  const rules = model.trouble.strike({
    kind,
    api: call.api,
    assets: call.assets.map(({ id }) => id),
    recipes: call.recipes ?? call.assets.flatMap(({ registration }) => registration.recipes),
    purpose: call.purpose ?? null,
  });
  const refused = refusalByTrouble(rules, kind);
  if (refused !== null) {
    logRefusal(model, exchange, { kind, status: refused.status, reason: 'trouble' });
    return refused;
  }
  const answerStatus = rules.findLast((rule) => rule.reply !== undefined)?.reply?.status ?? null;
  const { assets: concerned, reply } = await call.carryOut(answerStatus);
  for (const rule of rules) for (const asset of concerned) afflict(asset, rule);
  return bend(reply, rules);
}

/** What a rule makes of an asset from now on; of one among several only when the rule is for it. */
function afflict(asset: Asset, rule: TroubleRule): void {
  if (rule.asset !== undefined && rule.asset !== asset.id) return;
  asset.finalStatus = rule.finalStatus ?? asset.finalStatus;
  asset.failureReason = rule.failureReason ?? asset.failureReason;
  asset.assetStatus = rule.assetStatus ?? asset.assetStatus;
}

function logRefusal(
  model: SandboxModel,
  exchange: SandboxExchange,
  refusal: { kind: Route['kind']; status: number; reason: string },
): void {
  model.logRefusal({ method: exchange.method, path: pathOnly(exchange), ...refusal });
}
