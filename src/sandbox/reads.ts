// Reading how far images and videos are, one by its URN or several at once: the same for both APIs but for the
// fields. Also who may read at all, the Assets API included. Reads and changes nothing.

import type { ApiName, Asset, MediaFamily } from './asset.ts';
import type { CheckedCall } from './call.ts';
import { jsonReply, type SandboxExchange } from './exchange.ts';
import { notPermitted, unsupportedMethod } from './gateway.ts';
import { idIn, keyInPath, keysInQuery, type UrnType } from './keys.ts';
import type { SandboxModel } from './model.ts';
import { bare, coded } from './refusal.ts';

/** What the reads of one API are about. */
export interface MediaResource {
  readonly api: ApiName;
  readonly type: UrnType;
  readonly family: MediaFamily;
  /** What is told beyond id, owner and status. */
  describe(asset: Asset, model: SandboxModel): Record<string, unknown>;
}

export function checkPermitted(model: SandboxModel, exchange: SandboxExchange, api: ApiName): void {
  if (model.settings.statusReads === 'forbidden') throw notPermitted(exchange, api, 'GET');
}

export function checkUrnRead(
  of: MediaResource,
  model: SandboxModel,
  exchange: SandboxExchange,
  key: string,
): CheckedCall {
  if (exchange.method !== 'GET') throw unsupportedMethod(exchange);
  const urn = keyInPath(key);
  const id = idIn(urn, of.type);
  if (exchange.path.includes('?')) throw coded(400, 'ILLEGAL_ARGUMENT', 'There are no query parameters here');
  checkPermitted(model, exchange, of.api);
  const asset = find(of, model, id);
  if (asset === undefined) throw bare(404, `No such ${of.type}`);
  return {
    kind: 'status',
    api: of.api,
    assets: [asset],
    carryOut: async () => ({ assets: [asset], reply: jsonReply(200, described(of, model, asset)) }),
  };
}

/** One that is not found is an error of its own in a reply that is a success. */
export function checkBatchUrnRead(
  of: MediaResource,
  model: SandboxModel,
  exchange: SandboxExchange,
): CheckedCall {
  const ids = keysInQuery(exchange).map((urn) => idIn(urn, of.type));
  checkBatchPermitted(of, model, exchange);
  const found = ids.flatMap((id) => find(of, model, id) ?? []);
  return {
    kind: 'status',
    api: of.api,
    assets: found,
    carryOut: async () => {
      const results = found.map((asset) => [urnOf(of, asset.id), described(of, model, asset)] as const);
      const lost = ids.filter((id) => !found.some((asset) => asset.id === id));
      const errors = lost.map((id) => [urnOf(of, id), { status: 404, message: `No such ${of.type}` }]);
      const body = {
        results: Object.fromEntries(results),
        statuses: Object.fromEntries(results.map(([urn]) => [urn, 200])),
        errors: Object.fromEntries(errors),
      };
      return { assets: found, reply: jsonReply(200, body) };
    },
  };
}

// LinkedIn's Development tier forbids BATCH_GET; both answers are known, neither is documented.
function checkBatchPermitted(of: MediaResource, model: SandboxModel, exchange: SandboxExchange): void {
  const { statusReads, batchReads } = model.settings;
  if (statusReads === 'forbidden' || batchReads === 'forbidden-403') {
    throw notPermitted(exchange, of.api, 'BATCH_GET');
  }
  if (batchReads === 'forbidden-400') throw bare(400, 'BATCH_GET is not allowed in the Development tier');
}

/** An asset of the Assets API can be read by its URN as an image or a video: its page says that the id is shared. */
function find(of: MediaResource, model: SandboxModel, id: string): Asset | undefined {
  const asset = model.assetById(id);
  return asset?.registration.family === of.family ? asset : undefined;
}

function urnOf(of: MediaResource, id: string): string {
  return `urn:li:${of.type}:${id}`;
}

function described(of: MediaResource, model: SandboxModel, asset: Asset): Record<string, unknown> {
  return {
    id: urnOf(of, asset.id),
    owner: asset.registration.owner,
    status: asset.statusAt(model.now()),
    ...of.describe(asset, model),
  };
}
