// Reading posts: one or several by URN, or those of an author, newest first. Reads and changes nothing.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

import type { CheckedCall } from '../call.ts';
import { jsonReply, type SandboxExchange } from '../exchange.ts';
import { keyInPath, keyInQuery, keysInList } from '../keys.ts';
import type { SandboxModel } from '../model.ts';
import { masked, PROJECTION_PARAMETERS, projectionOf } from '../projection.ts';
import { illegalQuery, type Parameters, parametersOf } from '../query.ts';
import { BATCH_FIELDS } from '../reads.ts';
import { coded, type Refusal } from '../refusal.ts';
import { checkAnyScope, checkScope, type Permission } from '../scopes.ts';
import type { Post } from './store.ts';
import { toldText } from './text.ts';

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

export function checkGet(model: SandboxModel, exchange: SandboxExchange, key: string): CheckedCall {
  const urn = postUrn(keyInPath(key));
  const parameters = parametersOf(exchange, VIEWS);
  checkView(parameters);
  const { entity } = projectionOf(parameters, FIELDS);
  const permission: Permission = { ...READ, method: 'GET' };
  checkAnyScope(model, exchange, permission);
  const post = livingPost(model, urn);
  if (post === undefined) throw noSuchPost();
  checkScope(model, exchange, permission, post.author);
  return reading(() => masked(described(post), entity));
}

export function checkBatchGet(model: SandboxModel, exchange: SandboxExchange): CheckedCall {
  const parameters = parametersOf(exchange, ['ids', ...VIEWS]);
  const urns = keysInList(parameters.get('ids') ?? '').map(postUrn);
  checkView(parameters);
  const { entity, answer } = projectionOf(parameters, FIELDS, BATCH_FIELDS);
  const permission: Permission = { ...READ, method: 'BATCH_GET' };
  checkAnyScope(model, exchange, permission);
  const found = urns.flatMap((urn) => livingPost(model, urn) ?? []);
  for (const { author } of found) checkScope(model, exchange, permission, author);
  const lost = urns.filter((urn) => !found.some((post) => post.urn === urn));
  return reading(() => {
    const results = found.map((post) => [post.urn, masked(described(post), entity)] as const);
    const body = {
      results: Object.fromEntries(results),
      statuses: Object.fromEntries(results.map(([urn]) => [urn, 200])),
      errors: Object.fromEntries(lost.map((urn) => [urn, LOST])),
    };
    return masked(body, answer);
  });
}

const MOST_AT_ONCE = 100;
const AT_ONCE = 10;
const ORDERS = { LAST_MODIFIED: 'lastModifiedAt', CREATED: 'createdAt' } as const;

/** The finder `q=author`. */
export function checkFind(model: SandboxModel, exchange: SandboxExchange): CheckedCall {
  const parameters = parametersOf(exchange, ['q', 'author', 'count', 'start', 'sortBy', 'isDsc', ...VIEWS]);
  checkView(parameters);
  const author = keyInQuery(parameters.get('author') ?? '');
  if (!/^urn:li:(person|organization):/.test(author))
    throw illegalQuery('author is a person or an organization');
  const order = ORDERS[oneOf(parameters, 'sortBy', ['LAST_MODIFIED', 'CREATED'])];
  const count = numberIn(parameters, 'count', AT_ONCE, MOST_AT_ONCE);
  const start = numberIn(parameters, 'start', 0, Number.MAX_SAFE_INTEGER);
  const isDark = parameters.has('isDsc') ? oneOf(parameters, 'isDsc', ['true', 'false']) === 'true' : null;
  const { entity, answer } = projectionOf(parameters, FIELDS, ['elements', 'metadata', 'paging']);
  checkScope(model, exchange, { ...READ, method: 'FINDER-author' }, author);
  return reading(() => {
    // The newer one first, of two that are as old.
    const found = model.postStore.all
      .toReversed()
      .filter((post) => post.author === author && !post.isDeleted)
      .filter((post) => isDark === null || isDarkPost(post) === isDark)
      .sort((one, other) => other[order] - one[order]);
    const elements = found.slice(start, start + count).map((post) => masked(described(post), entity));
    const page = { parameters, start, count, shown: elements.length, total: found.length };
    return masked({ paging: pagingOf(page), elements }, answer);
  });
}

/** Links as recorded: the query of the call, with another start. */
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

/** The post of a URN that came from outside. */
export function postUrn(urn: string): string {
  const [, type, id = ''] = /^urn:li:([A-Za-z]+):(.*)$/s.exec(urn) ?? [];
  if (type !== undefined && type !== 'share' && type !== 'ugcPost')
    throw coded(400, 'INVALID_URN_TYPE', 'The URN is not of type share or ugcPost');
  if (!/^[A-Za-z0-9_-]+$/.test(id))
    throw coded(400, 'INVALID_URN_ID', 'The URN of the post is not well-formed');
  return urn;
}

export function livingPost(model: SandboxModel, urn: string): Post | undefined {
  const post = model.postStore.byUrn(urn);
  return post?.isDeleted === false ? post : undefined;
}

const LOST = { status: 404, code: 'NOT_FOUND', message: 'Could not find entity' };

export function noSuchPost(): Refusal {
  return coded(LOST.status, LOST.code, LOST.message);
}

/** As recorded: lists that were sent empty are not told, but for the channels. */
function described({
  urn,
  author,
  fields,
  createdAt,
  lastModifiedAt,
  isEdited,
}: Post): Record<string, unknown> {
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
    commentary: toldText(String(commentary)),
    lifecycleStateInfo: { isEditedByAuthor: isEdited },
  };
}

function isDarkPost({ fields }: Post): boolean {
  return (fields.distribution as Record<string, unknown>).feedDistribution === 'NONE';
}

/** Whose eyes it is read with: the same here, where every post is published. */
function checkView(parameters: Parameters): void {
  oneOf(parameters, 'viewContext', ['READER', 'AUTHOR']);
}

/** The value of a parameter, or the first where it is left out. */
function oneOf<T extends string>(parameters: Parameters, name: string, allowed: readonly [T, ...T[]]): T {
  const value = parameters.get(name);
  const found = value === undefined ? allowed[0] : allowed.find((other) => other === value);
  if (found === undefined) throw illegalQuery(`${name} is one of ${allowed.join(', ')}`);
  return found;
}

function numberIn(parameters: Parameters, name: string, byDefault: number, most: number): number {
  const value = parameters.get(name) ?? String(byDefault);
  if (!/^\d+$/.test(value) || Number(value) > most) throw illegalQuery(`${name} is a number up to ${most}`);
  return Number(value);
}

function reading(told: () => unknown): CheckedCall {
  return {
    kind: 'postRead',
    api: null,
    assets: [],
    carryOut: async () => ({ assets: [], reply: jsonReply(200, told()) }),
  };
}
