// Reads posts: one or several by URN, or those of an author, newest first. Changes nothing.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

import { checkAnyScope, checkScope, type Permission } from '../auth/scopes.ts';
import type { ValidCall } from '../calls.ts';
import { jsonResponse, type SandboxRequest } from '../messages.ts';
import type { Post, SandboxModel } from '../model.ts';
import { codedError, type ErrorResponse } from '../restli/error-responses.ts';
import { BATCH_FIELDS, PROJECTION_PARAMETERS, parseProjection, selectFields } from '../restli/projection.ts';
import {
  invalidQuery,
  keyInPath,
  keyInQuery,
  keysInList,
  numberIn,
  type Parameters,
  parseQuery,
} from '../restli/query.ts';
import { toResponseText } from './content.ts';

const READ = { access: 'r', api: 'postsExternal', role: 'author' } as const;
const VIEWS = ['viewContext', ...PROJECTION_PARAMETERS];
const FIELDS = [
  'adContext',
  'author',
  'commentary',
  'container',
  'content',
  'contentCallToActionLabel',
  'contentLandingPage',
  'createdAt',
  'distribution',
  'id',
  'isReshareDisabledByAuthor',
  'lastModifiedAt',
  'lifecycleState',
  'lifecycleStateInfo',
  'publishedAt',
  'reshareContext',
  'visibility',
];

export function checkGet(model: SandboxModel, request: SandboxRequest, key: string): ValidCall {
  const urn = postUrn(keyInPath(key));
  const parameters = parseQuery(request, VIEWS);
  checkView(parameters);
  const { entity } = parseProjection(parameters, FIELDS);
  const permission: Permission = { ...READ, method: 'GET' };
  checkAnyScope(model.settings, request, permission);
  const post = existingPost(model, urn);
  if (post === undefined) throw postNotFound();
  checkScope(model.settings, request, permission, post.author);
  return respondWith(() => selectFields(toJson(post), entity));
}

export function checkBatchGet(model: SandboxModel, request: SandboxRequest): ValidCall {
  const parameters = parseQuery(request, ['ids', ...VIEWS]);
  const urns = keysInList(parameters.get('ids') ?? '').map(postUrn);
  checkView(parameters);
  const { entity, response } = parseProjection(parameters, FIELDS, BATCH_FIELDS);
  const permission: Permission = { ...READ, method: 'BATCH_GET' };
  checkAnyScope(model.settings, request, permission);
  const found = urns.flatMap((urn) => existingPost(model, urn) ?? []);
  for (const { author } of found) checkScope(model.settings, request, permission, author);
  const missing = urns.filter((urn) => !found.some((post) => post.urn === urn));
  return respondWith(() => {
    const results = found.map((post) => [post.urn, selectFields(toJson(post), entity)] as const);
    const body = {
      results: Object.fromEntries(results),
      statuses: Object.fromEntries(results.map(([urn]) => [urn, 200])),
      errors: Object.fromEntries(missing.map((urn) => [urn, NOT_FOUND])),
    };
    return selectFields(body, response);
  });
}

const MAX_PAGE_SIZE = 100;
const DEFAULT_PAGE_SIZE = 10;
const ORDERS = { LAST_MODIFIED: 'lastModifiedAt', CREATED: 'createdAt' } as const;

/** The finder `q=author`. */
export function checkFind(model: SandboxModel, request: SandboxRequest): ValidCall {
  const parameters = parseQuery(request, ['q', 'author', 'count', 'start', 'sortBy', 'isDsc', ...VIEWS]);
  checkView(parameters);
  const author = keyInQuery(parameters.get('author') ?? '');
  if (!/^urn:li:(person|organization):/.test(author))
    throw invalidQuery('author must be a person or an organization');
  const order = ORDERS[oneOf(parameters, 'sortBy', ['LAST_MODIFIED', 'CREATED'])];
  const count = numberIn(parameters, 'count', DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  const start = numberIn(parameters, 'start', 0, Number.MAX_SAFE_INTEGER);
  const isDark = parameters.has('isDsc') ? oneOf(parameters, 'isDsc', ['true', 'false']) === 'true' : null;
  const { entity, response } = parseProjection(parameters, FIELDS, ['elements', 'metadata', 'paging']);
  checkScope(model.settings, request, { ...READ, method: 'FINDER-author' }, author);
  return respondWith(() => {
    // Reversed first, because the sort is stable: of two posts with the same time, the later one comes first.
    const found = model.storedPosts
      .toReversed()
      .filter((post) => post.author === author && isVisible(post))
      .filter(({ fields }) => {
        const { feedDistribution } = fields.distribution as { feedDistribution?: unknown };
        return isDark === null || (feedDistribution === 'NONE') === isDark;
      })
      .sort((one, other) => other[order] - one[order]);
    const elements = found.slice(start, start + count).map((post) => selectFields(toJson(post), entity));
    const page = { parameters, start, count, shown: elements.length, total: found.length };
    return selectFields({ paging: pagingOf(page), elements }, response);
  });
}

/** As recorded: each link repeats the query of the request with another `start`. */
function pagingOf(page: {
  parameters: Parameters;
  start: number;
  count: number;
  shown: number;
  total: number;
}): unknown {
  const { parameters, start, count, shown, total } = page;
  const link = (rel: string, to: number) => {
    const query = new Map(parameters).set('count', String(count)).set('start', String(to));
    const href = `/rest/posts?${[...query].map((pair) => pair.join('=')).join('&')}`;
    return { type: 'application/json', rel, href };
  };
  const links = [
    ...(start > 0 ? [link('prev', Math.max(0, start - count))] : []),
    ...(shown > 0 && start + shown < total ? [link('next', start + shown)] : []),
  ];
  return { start, count, links, total };
}

/** Validates the post URN of a request. */
export function postUrn(urn: string): string {
  const [, type, id = ''] = /^urn:li:([A-Za-z]+):(.*)$/s.exec(urn) ?? [];
  if (type !== undefined && type !== 'share' && type !== 'ugcPost')
    throw codedError(400, 'INVALID_URN_TYPE', 'The URN is not of type share or ugcPost');
  if (!/^[A-Za-z0-9_-]+$/.test(id))
    throw codedError(400, 'INVALID_URN_ID', 'The URN of the post is not well-formed');
  return urn;
}

export function existingPost(model: SandboxModel, urn: string): Post | undefined {
  return model.storedPosts.find((post) => post.urn === urn && isVisible(post));
}

function isVisible({ isDeleted, isHidden }: Post): boolean {
  return !isDeleted && !isHidden;
}

const NOT_FOUND = { status: 404, code: 'NOT_FOUND', message: 'Could not find entity' };

export function postNotFound(): ErrorResponse {
  return codedError(NOT_FOUND.status, NOT_FOUND.code, NOT_FOUND.message);
}

/** As recorded: an empty `targetEntities` is left out, but empty channels are returned. */
function toJson({ urn, author, fields, createdAt, lastModifiedAt, isEdited }: Post): Record<string, unknown> {
  const { commentary, distribution, reshareContext, ...others } = fields;
  const { targetEntities, ...reach } = distribution as Record<string, unknown>;
  const targets = Array.isArray(targetEntities) && targetEntities.length > 0 ? { targetEntities } : {};
  const { parent } = (reshareContext ?? {}) as { parent?: string };
  return {
    isReshareDisabledByAuthor: false,
    ...others,
    createdAt,
    lastModifiedAt,
    publishedAt: createdAt,
    author,
    id: urn,
    distribution: { ...targets, thirdPartyDistributionChannels: [], ...reach },
    ...(parent === undefined ? {} : { reshareContext: { parent, root: parent } }),
    commentary: toResponseText(String(commentary)),
    lifecycleStateInfo: { isEditedByAuthor: isEdited },
  };
}

/** Both views give the same result, because every post in the sandbox is published. */
function checkView(parameters: Parameters): void {
  oneOf(parameters, 'viewContext', ['READER', 'AUTHOR']);
}

/** The value of a parameter. The first allowed value is the default. */
function oneOf<T extends string>(parameters: Parameters, name: string, allowed: readonly [T, ...T[]]): T {
  const value = parameters.get(name);
  const found = value === undefined ? allowed[0] : allowed.find((other) => other === value);
  if (found === undefined) throw invalidQuery(`${name} must be one of ${allowed.join(', ')}`);
  return found;
}

function respondWith(body: () => unknown): ValidCall {
  return {
    kind: 'postRead',
    api: null,
    assets: [],
    execute: async () => ({ assets: [], response: jsonResponse(200, body()) }),
  };
}
