// Exchange in, exchange out: finds which of LinkedIn's calls this is, has it judged, lets trouble strike,
// carries it out. Knows no socket; every adapter drives this one function.

import type { CheckedCall } from './call.ts';
import { checkComplete } from './complete.ts';
import { pathOnly, type SandboxExchange, type SandboxHandle, type SandboxReply } from './exchange.ts';
import { actionOf, checkGateway, unsupportedMethod } from './gateway.ts';
import type { SandboxModel } from './model.ts';
import type { CallKind } from './options.ts';
import { coded, Refusal } from './refusal.ts';
import { checkRegister } from './register.ts';
import { checkStatus } from './status.ts';
import { bend, refusalByTrouble } from './trouble.ts';
import { checkUpload } from './upload.ts';

// The capital P is LinkedIn's.
const ACTIONS: Readonly<Record<string, CallKind>> = {
  registerUpload: 'register',
  completeMultiPartUpload: 'complete',
};

export function createRoutes(model: SandboxModel): SandboxHandle {
  let replies = 0;
  return async (exchange) => {
    const kind = kindOf(exchange);
    if (kind !== null) model.countCall(kind);
    const reply =
      kind === 'upload'
        ? await model.whileUploading(() => answer(model, exchange, kind))
        : await answer(model, exchange, kind);
    replies += 1;
    // LinkedIn asks for this header in support cases; a client may log it.
    return {
      ...reply,
      headers: { ...reply.headers, 'x-li-uuid': `SIMULATED-${String(replies).padStart(6, '0')}` },
    };
  };
}

function kindOf(exchange: SandboxExchange): CallKind | null {
  const path = pathOnly(exchange);
  if (path.startsWith('/dms-uploads/')) return 'upload';
  if (/^\/(rest|v2)\/assets\/./.test(path)) return 'status';
  if (!/^\/(rest|v2)\/assets$/.test(path) || exchange.method !== 'POST') return null;
  return ACTIONS[actionOf(exchange) ?? ''] ?? null;
}

async function answer(
  model: SandboxModel,
  exchange: SandboxExchange,
  kind: CallKind | null,
): Promise<SandboxReply> {
  try {
    const call = await check(model, exchange, kind);
    return await carryOut(model, exchange, call);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    logRefusal(model, exchange, { kind, status: error.reply.status, reason: error.message });
    return error.reply;
  }
}

async function check(
  model: SandboxModel,
  exchange: SandboxExchange,
  kind: CallKind | null,
): Promise<CheckedCall> {
  if (kind === 'upload') return checkUpload(model, exchange);
  checkGateway(exchange, model.settings);
  if (kind === 'status') return checkStatus(model, exchange);
  if (kind === 'register') return checkRegister(model, exchange);
  if (kind === 'complete') return checkComplete(model, exchange);
  if (/^\/(rest|v2)\/assets$/.test(pathOnly(exchange))) throw unsupportedMethod(exchange);
  throw coded(404, 'RESOURCE_NOT_FOUND', 'No virtual resource found');
}

async function carryOut(
  model: SandboxModel,
  exchange: SandboxExchange,
  call: CheckedCall,
): Promise<SandboxReply> {
  const { kind, recipes } = call;
  const rules = model.trouble.strike({ kind, recipes, asset: call.asset?.id ?? null });
  const refused = refusalByTrouble(rules, kind);
  if (refused !== null) {
    logRefusal(model, exchange, { kind, status: refused.status, reason: 'trouble' });
    return refused;
  }
  const answerStatus = rules.findLast((rule) => rule.reply !== undefined)?.reply?.status ?? null;
  const { asset, reply } = await call.carryOut(answerStatus);
  for (const rule of rules) {
    asset.finalStatus = rule.finalStatus ?? asset.finalStatus;
    asset.assetStatus = rule.assetStatus ?? asset.assetStatus;
  }
  return bend(reply, rules);
}

function logRefusal(
  model: SandboxModel,
  exchange: SandboxExchange,
  refusal: { kind: CallKind | null; status: number; reason: string },
): void {
  model.logRefusal({ method: exchange.method, path: pathOnly(exchange), ...refusal });
}
