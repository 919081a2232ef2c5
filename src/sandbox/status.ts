// The status call: how far LinkedIn would be with an asset, in the fields of its page.
// Reads and changes nothing.

import type { Asset } from './asset.ts';
import type { CheckedCall } from './call.ts';
import { jsonReply, pathOnly, queryOf, type SandboxExchange } from './exchange.ts';
import { unsupportedMethod } from './gateway.ts';
import type { SandboxModel } from './model.ts';
import { bare, coded } from './refusal.ts';

// mediaArtifacts is known but left out of answers: the sandbox makes no renditions.
const FIELDS = [
  'created',
  'id',
  'lastModified',
  'mediaArtifacts',
  'mediaTypeFamily',
  'recipes',
  'serviceRelationships',
  'status',
];

export function checkStatus(model: SandboxModel, exchange: SandboxExchange): CheckedCall {
  if (exchange.method !== 'GET') throw unsupportedMethod(exchange);
  const asset = assetOf(model, pathOnly(exchange).replace(/^\/(rest|v2)\/assets\//, ''));
  const wanted = wantedFields(exchange);
  return {
    kind: 'status',
    asset,
    recipes: asset.registration.recipes,
    carryOut: async () => {
      const fields = Object.entries(described(model, asset)).filter(
        ([name]) => wanted === null || wanted.includes(name),
      );
      return { asset, reply: jsonReply(200, Object.fromEntries(fields)) };
    },
  };
}

/** The key is the bare id: a URN is a syntax error with its colons, and a stranger when they are encoded. */
function assetOf(model: SandboxModel, key: string): Asset {
  if (/[:(),]/.test(key)) throw coded(400, 'ILLEGAL_ARGUMENT', 'Syntax exception in path variables');
  const asset = model.assetById(key);
  if (asset === undefined) throw bare(404, 'No such asset');
  return asset;
}

function wantedFields(exchange: SandboxExchange): readonly string[] | null {
  const query = [...queryOf(exchange)];
  if (query.length === 0) return null;
  const [name, value = ''] = query[0] ?? [];
  if (query.length > 1 || name !== 'fields')
    throw coded(400, 'ILLEGAL_ARGUMENT', 'fields is the only query parameter');
  const wanted = value.split(',');
  const stranger = wanted.find((field) => !FIELDS.includes(field));
  if (stranger !== undefined) throw coded(400, 'ILLEGAL_ARGUMENT', `Unknown field: ${stranger}`);
  return wanted;
}

function described(model: SandboxModel, asset: Asset): Record<string, unknown> {
  const now = model.now();
  const { recipes, relationships, family } = asset.registration;
  const status = asset.recipeStatus(now);
  return {
    created: asset.createdAt,
    id: model.settings.assetIdInReply(asset.id),
    lastModified: asset.lastModifiedAt(now),
    mediaTypeFamily: family,
    recipes: recipes.map((recipe) => ({ recipe, status })),
    serviceRelationships: relationships,
    status: asset.assetStatus,
  };
}
