// Creates, edits, deletes and finds posts. The media of a new post must exist, belong to its author and be processed.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

import { isDeepStrictEqual } from 'node:util';
import * as z from '../schema.ts';
import { oneOf, readJson, unpermitted } from './body.ts';
import {
  apiError,
  contentError,
  type ErrorResponse,
  illegalArgument,
  inputError,
  missingField,
  unpermittedField,
} from './errors.ts';
import type { Call } from './gateway.ts';
import { emptyResponse, jsonResponse, type SandboxResponse } from './messages.ts';
import type { Post, PostFields, SandboxModel } from './model.ts';
import { checkAnyScope, checkScope } from './permissions.ts';
import {
  authorOf,
  CONTENT,
  type Media,
  mediaIn,
  parseLittleText,
  toResponseText,
} from './post-content.ts';
import { choiceIn, idIn, invalidId, keyInPath, keyInQuery, pageIn } from './query.ts';

const WRITE = { access: 'w', api: 'postsExternal', role: 'author' } as const;
const READ = { ...WRITE, access: 'r' } as const;

/** The fields that an edit may set. */
const EDITABLE = {
  commentary: z.string(),
  lifecycleState: oneOf('PUBLISHED'),
  contentCallToActionLabel: z.string().optional(),
  contentLandingPage: z.string().optional(),
  adContext: z.looseObject({}).optional(),
};
const FIXED = {
  author: z.string(),
  visibility: oneOf('PUBLIC', 'CONNECTIONS', 'LOGGED_IN', 'CONTAINER'),
  distribution: z.strictObject({
    feedDistribution: oneOf('MAIN_FEED', 'NONE'),
    targetEntities: z.array(z.unknown()).optional(),
    thirdPartyDistributionChannels: z.array(z.unknown()).optional(),
  }),
  container: z.string().optional(),
  content: CONTENT.optional(),
  isReshareDisabledByAuthor: z.boolean().optional(),
  reshareContext: z
    .strictObject({ parent: z.string().regex(/^urn:li:(share|ugcPost):[\w-]+$/) })
    .optional(),
};
const NEW_POST = z.strictObject({ ...EDITABLE, ...FIXED });

export async function createPost(call: Call): Promise<SandboxResponse> {
  const { model, request } = call;
  const sent = await readJson(request, NEW_POST);
  const author = authorOf(sent.author, '/author');
  checkScope(call, { ...WRITE, method: 'CREATE' }, author);
  checkReach(sent);
  const media = mediaIn(sent.content);
  const commentary = parseLittleText(sent.commentary, '/commentary', {
    mayBeBlank: isMoreThanText(sent),
  });
  for (const one of media) checkPostable(model, one, author);
  rejectDuplicate(model, sent);
  // As recorded: posts of a video or of several images have the older type, `ugcPost`.
  const type = media.length > 1 || media[0]?.kind === 'video' ? 'ugcPost' : 'share';
  const { urn } = model.addPost({ type, author, sent, fields: { ...sent, commentary } });
  return emptyResponse(201, { 'x-restli-id': urn, location: `/posts/${encodeURIComponent(urn)}` });
}

/** Checks who sees the post. */
function checkReach({
  visibility,
  container,
  distribution,
  adContext,
  content,
  reshareContext,
}: z.infer<typeof NEW_POST>): void {
  if (visibility === 'CONTAINER' && container === undefined) throw missingField('/container');
  if (reshareContext !== undefined && content !== undefined) throw unpermittedField('/content');
  if (distribution.feedDistribution === 'MAIN_FEED') return;
  // A post outside the feed is an advertisement.
  if (adContext?.dscAdAccount === undefined)
    throw inputError('MISSING_REQUIRED_FIELD_FOR_DSC', '/adContext/dscAdAccount');
  for (const name of ['poll', 'multiImage'] as const)
    if (content?.[name] !== undefined)
      throw inputError('INVALID_VALUE_FOR_FIELD', `/content/${name}`);
}

function isMoreThanText({ content, reshareContext }: PostFields): boolean {
  return content !== undefined || reshareContext !== undefined;
}

/** A post refers to an asset of the Assets API by the image or video URN with the same id. */
function checkPostable(model: SandboxModel, { urn, kind }: Media, author: string): void {
  const asset = model.assetById(idIn(urn, kind));
  if (asset?.registration.kind !== kind) throw invalidId(kind, `No ${kind} has this id`);
  if (asset.registration.owner !== author)
    throw apiError(403, 'The media is not owned by the author of the post');
  const status = asset.statusAt(model.now());
  if (status === 'WAITING_UPLOAD' || status === 'PROCESSING')
    throw apiError(400, `The ${kind} is not processed yet`, 'MEDIA_ASSET_WAITING_UPLOAD');
  if (status !== 'AVAILABLE')
    throw apiError(400, `Processing of the ${kind} failed`, 'MEDIA_ASSET_PROCESSING_FAILED');
}

function rejectDuplicate(model: SandboxModel, sent: PostFields): void {
  const since = model.now() - model.settings.duplicateWindowMs;
  const identity = ({ author, commentary, content, reshareContext }: PostFields) => {
    return { author, commentary, content, reshareContext };
  };
  const first = model.storedPosts.find(
    (post) => post.createdAt > since && isDeepStrictEqual(identity(post.sent), identity(sent)),
  );
  if (first === undefined) return;
  const error = { description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' };
  throw contentError(422, `Content is a duplicate of ${first.urn}`, error);
}

/** @throws {ErrorResponse} for a URN of another type, and for a post that never was */
function knownPost(model: SandboxModel, urn: string): Post {
  const post = model.storedPosts.find((other) => other.urn === urn);
  if (post !== undefined) return post;
  const [, type, id = ''] = /^urn:li:([A-Za-z]+):(.*)$/s.exec(urn) ?? [];
  if (type !== 'share' && type !== 'ugcPost')
    throw apiError(400, 'The URN is not of type share or ugcPost', 'INVALID_URN_TYPE');
  if (!/^[\w-]+$/.test(id))
    throw apiError(400, 'The URN of the post is not well-formed', 'INVALID_URN_ID');
  throw notFound();
}

/** @throws {ErrorResponse} also for a post that was deleted */
export function existingPost(model: SandboxModel, urn: string): Post {
  const post = knownPost(model, urn);
  if (post.isDeleted) throw notFound();
  return post;
}

function notFound(): ErrorResponse {
  return apiError(404, 'Could not find entity', 'NOT_FOUND');
}

const EDIT = z.strictObject({
  patch: z.strictObject({
    $set: z
      .strictObject({ ...EDITABLE, ...mapToUnpermitted(FIXED) })
      .partial()
      .default({}),
    /** Sets fields inside of `adContext`, as in the sample of LinkedIn's page. */
    adContext: z.strictObject({ $set: z.looseObject({}) }).optional(),
  }),
});

function mapToUnpermitted<T extends object>(fields: T): { [name in keyof T]: typeof unpermitted } {
  const entries = Object.keys(fields).map((name) => [name, unpermitted]);
  return Object.fromEntries(entries) as { [name in keyof T]: typeof unpermitted };
}

/** The text can be edited; media, links and polls cannot. */
export async function editPost(call: Call): Promise<SandboxResponse> {
  const { model, request, key } = call;
  const urn = keyInPath(key);
  const permission = { ...WRITE, method: 'PARTIAL_UPDATE' };
  checkAnyScope(call, permission);
  const { $set, adContext } = (await readJson(request, EDIT)).patch;
  const post = existingPost(model, urn);
  checkScope(call, permission, post.author);
  const changes: Record<string, unknown> = { ...$set };
  if ($set.commentary !== undefined) {
    const mayBeBlank = isMoreThanText(post.fields);
    changes.commentary = parseLittleText($set.commentary, '/patch/$set/commentary', { mayBeBlank });
  }
  if (adContext !== undefined)
    changes.adContext = { ...(post.fields.adContext as object | undefined), ...adContext.$set };
  if (Object.keys(changes).length === 0) throw missingField('/patch/$set');
  post.fields = { ...post.fields, ...changes };
  post.editedAt = model.now();
  return emptyResponse(204);
}

/** Succeeds again for a post that was deleted. */
export function deletePost(call: Call): SandboxResponse {
  const permission = { ...WRITE, method: 'DELETE' };
  checkAnyScope(call, permission);
  const post = knownPost(call.model, keyInPath(call.key));
  checkScope(call, permission, post.author);
  post.isDeleted = true;
  return emptyResponse(204);
}

export function readPost(call: Call): SandboxResponse {
  const { model, parameters, key } = call;
  choiceIn(parameters, 'viewContext', 'READER', 'AUTHOR');
  const permission = { ...READ, method: 'GET' };
  checkAnyScope(call, permission);
  const post = existingPost(model, keyInPath(key));
  checkScope(call, permission, post.author);
  return jsonResponse(200, toJson(post));
}

/** The finder `q=author`, newest first. */
export function findPosts(call: Call): SandboxResponse {
  const { model, parameters } = call;
  choiceIn(parameters, 'viewContext', 'READER', 'AUTHOR');
  const author = keyInQuery(parameters.get('author') ?? '');
  if (!/^urn:li:(person|organization):/.test(author))
    throw illegalArgument('author must be a person or an organization');
  const order = choiceIn(parameters, 'sortBy', 'LAST_MODIFIED', 'CREATED');
  const { start, count } = pageIn(parameters);
  checkScope(call, { ...READ, method: 'FINDER-author' }, author);
  const timeOf = ({ createdAt, editedAt }: Post) =>
    order === 'CREATED' ? createdAt : (editedAt ?? createdAt);
  // Reversed first, because the sort is stable: of two posts with the same time, the later one comes first.
  const found = model.storedPosts
    .toReversed()
    .filter((post) => post.author === author && !post.isDeleted)
    .sort((one, other) => timeOf(other) - timeOf(one));
  const elements = found.slice(start, start + count).map(toJson);
  // As recorded: a link repeats the query of the request.
  const link = (rel: string, to: number) => {
    const query = new Map(parameters).set('count', String(count)).set('start', String(to));
    const href = `/rest/posts?${[...query].map((pair) => pair.join('=')).join('&')}`;
    return { type: 'application/json', rel, href };
  };
  const links = [
    ...(start > 0 ? [link('prev', Math.max(0, start - count))] : []),
    ...(start + count < found.length ? [link('next', start + count)] : []),
  ];
  return jsonResponse(200, { paging: { start, count, links, total: found.length }, elements });
}

/** As recorded: an empty `targetEntities` is left out, but empty channels are returned. */
function toJson({ urn, author, fields, createdAt, editedAt }: Post) {
  const { commentary, distribution, reshareContext, ...others } = fields;
  const { targetEntities, ...reach } = distribution as { targetEntities?: unknown[] };
  const { parent } = (reshareContext ?? {}) as { parent?: string };
  return {
    isReshareDisabledByAuthor: false,
    ...others,
    createdAt,
    lastModifiedAt: editedAt ?? createdAt,
    publishedAt: createdAt,
    author,
    id: urn,
    distribution: {
      thirdPartyDistributionChannels: [],
      ...reach,
      targetEntities: targetEntities?.length ? targetEntities : undefined,
    },
    reshareContext: parent === undefined ? undefined : { parent, root: parent },
    commentary: toResponseText(String(commentary)),
    lifecycleStateInfo: { isEditedByAuthor: editedAt !== null },
  };
}
