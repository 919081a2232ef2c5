// The Posts API, as the one that takes what was uploaded: judges the body field by field, and that its media is there,
// owned by its author and processed. A post is kept as it was sent, and shown to nobody.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

import type { Asset } from './asset.ts';
import type { CheckedCall } from './call.ts';
import { emptyReply, type SandboxExchange } from './exchange.ts';
import { fieldsOf, flagOf, listOf, oneOf, textMatching, textOf } from './fields.ts';
import { readJson } from './gateway.ts';
import { idIn, invalidId, type UrnType } from './keys.ts';
import type { SandboxModel } from './model.ts';
import { bare, coded, unallowed } from './refusal.ts';

// Ad accounts own media and author nothing.
const AUTHOR = /^urn:li:(person:[A-Za-z0-9_-]+|organization:\d+)$/;
const LONGEST_COMMENTARY = 3000;
const LONGEST_ALT_TEXT = 4086;
const FEWEST_IMAGES = 2;
const MOST_IMAGES = 20;

export async function checkPost(model: SandboxModel, exchange: SandboxExchange): Promise<CheckedCall> {
  const body = await readJson(exchange);
  const fields = fieldsOf(body, '', {
    required: ['author', 'commentary', 'visibility', 'distribution', 'lifecycleState', 'content'],
    optional: ['isReshareDisabledByAuthor'],
  });
  const author = textMatching(fields.author, '/author', AUTHOR);
  checkCommentary(textOf(fields.commentary, '/commentary'));
  oneOf(fields.visibility, '/visibility', ['PUBLIC', 'CONNECTIONS', 'LOGGED_IN']);
  checkDistribution(fields.distribution);
  oneOf(fields.lifecycleState, '/lifecycleState', ['PUBLISHED', 'DRAFT']);
  if (fields.isReshareDisabledByAuthor !== undefined)
    flagOf(fields.isReshareDisabledByAuthor, '/isReshareDisabledByAuthor');
  const assets = mediaIn(fields.content).map((media) => assetOf(model, media, author));
  return {
    kind: 'post',
    api: null,
    assets,
    carryOut: async () => ({ assets, reply: emptyReply(201, { 'x-restli-id': model.keepPost(body) }) }),
  };
}

// "Little text": these have a meaning of their own, and LinkedIn cuts the text at one that stands for itself.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format (read 2026-11-25)
const MEANT = /\\[\\|{}@[\]()<>#*_~]|@\[[^\]]+\]\(urn:li:[^)]+\)|\{hashtag\|\\#\|[^}]+\}|#(?=[\p{L}\p{N}])/gu;
const RESERVED = /[\\|{}@[\]()<>#*_~]/;

function checkCommentary(text: string): void {
  if (text === '' || text.length > LONGEST_COMMENTARY) throw unallowed('/commentary');
  const [cut] = RESERVED.exec(text.replace(MEANT, '')) ?? [];
  if (cut !== undefined)
    throw bare(400, `/commentary would be cut at "${cut}", which has no backslash before it`);
}

function checkDistribution(value: unknown): void {
  const fields = fieldsOf(value, '/distribution', {
    required: ['feedDistribution'],
    optional: ['targetEntities', 'thirdPartyDistributionChannels'],
  });
  oneOf(fields.feedDistribution, '/distribution/feedDistribution', ['MAIN_FEED', 'NONE']);
  for (const name of ['targetEntities', 'thirdPartyDistributionChannels'])
    if (fields[name] !== undefined) listOf(fields[name], `/distribution/${name}`);
}

interface Media {
  readonly urn: string;
  readonly type: UrnType;
}

/** One picture or video, or several pictures: never both. */
function mediaIn(value: unknown): Media[] {
  const { media, multiImage } = fieldsOf(value, '/content', {
    required: [],
    optional: ['media', 'multiImage'],
  });
  if ((media === undefined) === (multiImage === undefined)) throw unallowed('/content');
  if (media !== undefined) return [oneMedia(media, '/content/media', ['altText', 'title'])];
  const path = '/content/multiImage/images';
  const images = listOf(fieldsOf(multiImage, '/content/multiImage', { required: ['images'] }).images, path);
  if (images.length < FEWEST_IMAGES || images.length > MOST_IMAGES) throw unallowed(path);
  return images.map((image, index) => {
    const one = oneMedia(image, `${path}/${index}`, ['altText']);
    if (one.type !== 'image') throw unallowed(`${path}/${index}/id`);
    return one;
  });
}

function oneMedia(value: unknown, path: string, optional: readonly string[]): Media {
  const { id, altText, title } = fieldsOf(value, path, { required: ['id'], optional });
  for (const [name, text] of Object.entries({ altText, title })) {
    if (text !== undefined && textOf(text, `${path}/${name}`).length > LONGEST_ALT_TEXT)
      throw unallowed(`${path}/${name}`);
  }
  const urn = textMatching(id, `${path}/id`, /^urn:li:(image|video):/);
  return { urn, type: urn.startsWith('urn:li:image:') ? 'image' : 'video' };
}

/** An asset of the Assets API goes by the image or video URN that shares its id. */
function assetOf(model: SandboxModel, { urn, type }: Media, author: string): Asset {
  const asset = model.assetById(idIn(urn, type));
  const family = type === 'image' ? 'STILLIMAGE' : 'VIDEO';
  if (asset === undefined || asset.registration.family !== family)
    throw invalidId(type, `There is no ${type} of this id`);
  if (asset.registration.owner !== author)
    throw bare(403, 'The media is not owned by the author of the post');
  const status = asset.statusAt(model.now());
  if (status !== 'AVAILABLE')
    throw coded(
      400,
      status === 'WAITING_UPLOAD' || status === 'PROCESSING'
        ? 'MEDIA_ASSET_WAITING_UPLOAD'
        : 'MEDIA_ASSET_PROCESSING_FAILED',
      'The media cannot be posted',
    );
  return asset;
}
