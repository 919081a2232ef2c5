// Reading how far images and videos are, one by its URN or several at once: the same for both APIs but for the
// fields. Also who may read at all, the Assets API included. Reads and changes nothing.

import type { ApiName, Asset, MediaFamily } from './asset.ts';
import type { CheckedCall } from './call.ts';
import { jsonReply, type SandboxExchange } from './exchange.ts';
import { notPermitted, unsupportedMethod } from './gateway.ts';
import { idIn, keyInPath, keysInList, type UrnType } from './keys.ts';
import type { SandboxModel } from './model.ts';
import { masked, PROJECTION_PARAMETERS, projectionOf } from './projection.ts';
import { parametersOf } from './query.ts';
import { bare } from './refusal.ts';

/** What the reads of one API are about. */
export interface MediaResource {
  readonly api: ApiName;
  readonly type: UrnType;
  readonly family: MediaFamily;
  /** Beyond id, owner and status; not every answer has all of them. */
  readonly fields: readonly string[];
  /** What is told beyond id, owner and status. */
  describe(asset: Asset, model: SandboxModel): Record<string, unknown>;
}

/** Of the answer to a read of several. */
export const BATCH_FIELDS = ['results', 'statuses', 'errors'] as const;

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
  const { entity } = projectionOf(parametersOf(exchange, PROJECTION_PARAMETERS), fieldsOf(of));
  checkPermitted(model, exchange, of.api);
  const asset = find(of, model, id);
  if (asset === undefined) throw bare(404, `No such ${of.type}`);
  return {
    kind: 'status',
    api: of.api,
    assets: [asset],
    carryOut: async () => ({
      assets: [asset],
      reply: jsonReply(200, masked(described(of, model, asset), entity)),
    }),
  };
}

/** One that is not found is an error of its own in a reply that is a success. */
export function checkBatchUrnRead(
  of: MediaResource,
  model: SandboxModel,
  exchange: SandboxExchange,
): CheckedCall {
  const parameters = parametersOf(exchange, ['ids', ...PROJECTION_PARAMETERS]);
  const ids = keysInList(parameters.get('ids') ?? '').map((urn) => idIn(urn, of.type));
  const { entity, answer } = projectionOf(parameters, fieldsOf(of), BATCH_FIELDS);
  checkBatchPermitted(of, model, exchange);
  const found = ids.flatMap((id) => find(of, model, id) ?? []);
  return {
    kind: 'status',
    api: of.api,
    assets: found,
    carryOut: async () => {
      const results = found.map(
        (asset) => [urnOf(of, asset.id), masked(described(of, model, asset), entity)] as const,
      );
      const lost = ids.filter((id) => !found.some((asset) => asset.id === id));
      const errors = lost.map((id) => [urnOf(of, id), { status: 404, message: `No such ${of.type}` }]);
      const body = {
        results: Object.fromEntries(results),
        statuses: Object.fromEntries(results.map(([urn]) => [urn, 200])),
        errors: Object.fromEntries(errors),
      };
      return { assets: found, reply: jsonReply(200, masked(body, answer)) };
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

function fieldsOf({ fields }: MediaResource): string[] {
  return ['id', 'owner', 'status', ...fields];
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
