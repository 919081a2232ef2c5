// Creates posts: validates each field, and that the media of the post exist, belong to its author and are processed.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

import { isDeepStrictEqual } from 'node:util';
import type { Asset } from '../asset.ts';
import { checkScope, type Permission } from '../auth/scopes.ts';
import type { ValidCall } from '../calls.ts';
import { emptyResponse, jsonResponse, type SandboxRequest } from '../messages.ts';
import type { PostFields, SandboxModel } from '../model.ts';
import {
  codedError,
  ErrorResponse,
  inputError,
  invalidField,
  missingField,
  plainError,
  unpermittedField,
} from '../restli/error-responses.ts';
import { fieldsOf, flagOf, listOf, textMatching, textOf } from '../restli/fields.ts';
import { readJson } from '../restli/gateway.ts';
import { idIn, invalidId } from '../restli/query.ts';
import { authorOf, enumOf, type Media, mediaIn, parseLittleText } from './content.ts';

const CREATE: Permission = { access: 'w', api: 'postsExternal', method: 'CREATE', role: 'author' };

const NAMES = {
  required: ['author', 'commentary', 'visibility', 'distribution', 'lifecycleState'],
  optional: [
    'adContext',
    'container',
    'content',
    'contentCallToActionLabel',
    'contentLandingPage',
    'isReshareDisabledByAuthor',
    'reshareContext',
  ],
};

export async function checkCreate(model: SandboxModel, request: SandboxRequest): Promise<ValidCall> {
  const sent = fieldsOf(await readJson(request), '', NAMES);
  const author = authorOf(sent.author, '/author');
  checkScope(model.settings, request, CREATE, author);
  checkReach(sent);
  checkExtras(sent);
  const media = mediaIn(sent.content);
  const mayBeBlank = sent.content !== undefined || sent.reshareContext !== undefined;
  const commentary = parseLittleText(sent.commentary, '/commentary', { mayBeBlank });
  const assets = media.map((one) => postableAsset(model, one, author));
  rejectDuplicate(model, sent);
  return {
    kind: 'post',
    api: null,
    assets,
    execute: async () => {
      // Checked again: the same post may have been created since the first check.
      rejectDuplicate(model, sent);
      // As recorded: posts of a video or of several images have the older type, `ugcPost`.
      const type = media.length > 1 || media[0]?.type === 'video' ? 'ugcPost' : 'share';
      const urn = model.addPost({ type, author, sent, fields: { ...sent, commentary } });
      const id = model.settings.bareIds ? urn.slice(urn.lastIndexOf(':') + 1) : urn;
      const headers = { 'x-restli-id': id, location: `/posts/${encodeURIComponent(urn)}` };
      return { assets, response: emptyResponse(201, headers) };
    },
  };
}

/** Checks who sees the post and when. The API cannot create drafts or scheduled posts. */
function checkReach({ visibility, container, distribution, lifecycleState, adContext }: PostFields): void {
  enumOf(lifecycleState, '/lifecycleState', ['PUBLISHED']);
  const reach = enumOf(visibility, '/visibility', ['PUBLIC', 'CONNECTIONS', 'LOGGED_IN', 'CONTAINER']);
  if (reach === 'CONTAINER' && container === undefined) throw missingField('/container');
  const fields = fieldsOf(distribution, '/distribution', {
    required: ['feedDistribution'],
    optional: ['targetEntities', 'thirdPartyDistributionChannels'],
  });
  const feed = enumOf(fields.feedDistribution, '/distribution/feedDistribution', ['MAIN_FEED', 'NONE']);
  for (const name of ['targetEntities', 'thirdPartyDistributionChannels'])
    if (fields[name] !== undefined) listOf(fields[name], `/distribution/${name}`);
  // A post outside the feed is an advertisement.
  if (feed === 'NONE' && recordOf(adContext, '/adContext').dscAdAccount === undefined)
    throw inputError('MISSING_REQUIRED_FIELD_FOR_DSC', '/adContext/dscAdAccount', 'dscAdAccount is missing');
}

function checkExtras(sent: PostFields): void {
  const { isReshareDisabledByAuthor, reshareContext } = sent;
  for (const name of ['container', 'contentCallToActionLabel', 'contentLandingPage'])
    if (sent[name] !== undefined) textOf(sent[name], `/${name}`);
  if (isReshareDisabledByAuthor !== undefined)
    flagOf(isReshareDisabledByAuthor, '/isReshareDisabledByAuthor');
  recordOf(sent.adContext, '/adContext');
  if (reshareContext === undefined) return;
  const { parent } = fieldsOf(reshareContext, '/reshareContext', { required: ['parent'] });
  textMatching(parent, '/reshareContext/parent', /^urn:li:(share|ugcPost):[A-Za-z0-9_-]+$/);
  if (sent.content !== undefined) throw unpermittedField('/content');
}

/** An object, or an empty one for an absent value. */
function recordOf(value: unknown, path: string): PostFields {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidField(path);
  return value as PostFields;
}

function rejectDuplicate(model: SandboxModel, sent: PostFields): void {
  const { duplicateWindowMs, duplicateUrnInResponse } = model.settings;
  const since = model.now() - duplicateWindowMs;
  const identity = ({ author, commentary, content, reshareContext }: PostFields) => {
    return { author, commentary, content, reshareContext };
  };
  const first = model.storedPosts.find(
    (post) => post.createdAt > since && isDeepStrictEqual(identity(post.sent), identity(sent)),
  );
  if (first === undefined) return;
  const named = duplicateUrnInResponse(first.urn);
  const text = named === null ? 'Duplicate post is detected' : `Content is a duplicate of ${named}`;
  const reason = `The post is a duplicate of ${first.urn}`;
  // As recorded in 2022 and 2023: only the details have the code.
  const message = `com.linkedin.content.common.exception.BadRequestResponseException: ${text}`;
  const inputErrors = [{ description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' }];
  const errorDetailType = 'com.linkedin.common.error.BadRequest';
  const body = { errorDetailType, message, errorDetails: { inputErrors }, status: 422 };
  throw new ErrorResponse(reason, jsonResponse(422, body));
}

/** A post refers to an asset of the Assets API by the image or video URN with the same id. */
function postableAsset(model: SandboxModel, { urn, type }: Media, author: string): Asset {
  const asset = model.assetById(idIn(urn, type));
  if (asset === undefined || asset.kind !== type) throw invalidId(type, `No ${type} has this id`);
  if (asset.registration.owner !== author)
    throw plainError(403, 'The media is not owned by the author of the post');
  const status = asset.statusAt(model.now());
  if (status === 'WAITING_UPLOAD' || status === 'PROCESSING')
    throw codedError(400, 'MEDIA_ASSET_WAITING_UPLOAD', `The ${type} is not processed yet`);
  if (status !== 'AVAILABLE')
    throw codedError(400, 'MEDIA_ASSET_PROCESSING_FAILED', `Processing of the ${type} failed`);
  return asset;
}
