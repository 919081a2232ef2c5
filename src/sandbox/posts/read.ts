// Finds the posts of an author, newest first. Changes nothing.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

import { checkScope, type Permission } from '../auth/scopes.ts';
import type { ValidCall } from '../calls.ts';
import { jsonResponse, type SandboxRequest } from '../messages.ts';
import type { Post, SandboxModel } from '../model.ts';
import { parseFields, selectFields } from '../restli/fields-parameter.ts';
import { invalidQuery, keyInQuery, numberIn, type Parameters, parseQuery } from '../restli/query.ts';
import { toResponseText } from './content.ts';

const READ: Permission = { access: 'r', api: 'postsExternal', method: 'FINDER-author', role: 'author' };
const PARAMETERS = ['q', 'author', 'count', 'start', 'sortBy', 'isDsc', 'viewContext', 'fields'];
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

const MAX_PAGE_SIZE = 100;
const DEFAULT_PAGE_SIZE = 10;

/** The finder `q=author`. */
export function checkFind(model: SandboxModel, request: SandboxRequest): ValidCall {
  const parameters = parseQuery(request, PARAMETERS);
  // Both views give the same result, because every post in the sandbox is published.
  oneOf(parameters, 'viewContext', ['READER', 'AUTHOR']);
  const author = keyInQuery(parameters.get('author') ?? '');
  if (!/^urn:li:(person|organization):/.test(author))
    throw invalidQuery('author must be a person or an organization');
  // No post in the sandbox is edited, so both orders are the same.
  oneOf(parameters, 'sortBy', ['LAST_MODIFIED', 'CREATED']);
  const count = numberIn(parameters, 'count', DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  const start = numberIn(parameters, 'start', 0, Number.MAX_SAFE_INTEGER);
  const isDark = parameters.has('isDsc') ? oneOf(parameters, 'isDsc', ['true', 'false']) === 'true' : null;
  const fields = parseFields(parameters, FIELDS);
  checkScope(model.settings, request, READ, author);
  return respondWith(() => {
    // Reversed first, because the sort is stable: of two posts with the same time, the later one comes first.
    const found = model.storedPosts
      .toReversed()
      .filter((post) => post.author === author)
      .filter(({ fields }) => {
        const { feedDistribution } = fields.distribution as { feedDistribution?: unknown };
        return isDark === null || (feedDistribution === 'NONE') === isDark;
      })
      .sort((one, other) => other.createdAt - one.createdAt);
    const elements = found.slice(start, start + count).map((post) => selectFields(toJson(post), fields));
    const page = { parameters, start, count, shown: elements.length, total: found.length };
    return { paging: pagingOf(page), elements };
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

/** As recorded: an empty `targetEntities` is left out, but empty channels are returned. */
function toJson({ urn, author, fields, createdAt }: Post): Record<string, unknown> {
  const { commentary, distribution, reshareContext, ...others } = fields;
  const { targetEntities, ...reach } = distribution as Record<string, unknown>;
  const targets = Array.isArray(targetEntities) && targetEntities.length > 0 ? { targetEntities } : {};
  const { parent } = (reshareContext ?? {}) as { parent?: string };
  return {
    isReshareDisabledByAuthor: false,
    ...others,
    createdAt,
    lastModifiedAt: createdAt,
    publishedAt: createdAt,
    author,
    id: urn,
    distribution: { ...targets, thirdPartyDistributionChannels: [], ...reach },
    ...(parent === undefined ? {} : { reshareContext: { parent, root: parent } }),
    commentary: toResponseText(String(commentary)),
    lifecycleStateInfo: { isEditedByAuthor: false },
  };
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
