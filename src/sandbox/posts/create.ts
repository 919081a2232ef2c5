// Creates a post: validates each field of the body, and that its media exist, belong to its author and are processed.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

import { checkScope, type Permission } from '../auth/scopes.ts';
import { emptyResponse, type SandboxRequest } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import { inputError, invalidField, missingField, unpermittedField } from '../restli/error-responses.ts';
import { fieldsOf, flagOf, listOf, textMatching, textOf } from '../restli/fields.ts';
import { readJson } from '../restli/gateway.ts';
import type { ValidCall } from '../valid-call.ts';
import { type Media, mediaIn } from './content.ts';
import { rejectDuplicate } from './duplicates.ts';
import { postableAsset } from './media.ts';
import type { PostFields } from './store.ts';
import { parseLittleText } from './text.ts';
import { authorOf, enumOf } from './values.ts';

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
const CREATE: Permission = { access: 'w', api: 'postsExternal', method: 'CREATE', role: 'author' };

export async function checkCreate(model: SandboxModel, request: SandboxRequest): Promise<ValidCall> {
  const sent = fieldsOf(await readJson(request), '', NAMES);
  const author = authorOf(sent.author, '/author');
  checkScope(model, request, CREATE, author);
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
      const post = { type: typeOf(media), author, sent, fields: { ...sent, commentary } };
      const { urn } = model.postStore.add({ ...post, createdAt: model.now() });
      const headers = { 'x-restli-id': urn, location: `/posts/${encodeURIComponent(urn)}` };
      return { assets, response: emptyResponse(201, headers) };
    },
  };
}

/** As recorded: posts of a video or of several pictures have the older type, `ugcPost`. */
function typeOf(media: readonly Media[]): 'share' | 'ugcPost' {
  return media.length > 1 || media[0]?.type === 'video' ? 'ugcPost' : 'share';
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

function recordOf(value: unknown, path: string): PostFields {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidField(path);
  return value as PostFields;
}
