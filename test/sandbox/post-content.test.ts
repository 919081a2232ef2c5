// The content of a post beside its text: each kind once right and in many ways wrong. Media has to exist, belong to the author and be
// processed.

import { expect, it } from 'vitest';
import {
  AD_ACCOUNT,
  expectApiError,
  FILE,
  type Fields,
  findPosts,
  IMAGE_HEADERS,
  initialize,
  inOne,
  MEMBER,
  makePost,
  POLL,
  POSTS,
  postBody,
  setUp,
  uploadAsset,
} from './caller.ts';

// As the sandbox numbers them.
const IMAGE = 'urn:li:image:SIMULATED-C5622AQ000001';
const VIDEO = 'urn:li:video:SIMULATED-C5605AQ000002';
const DOCUMENT = 'urn:li:document:SIMULATED-D5610AQ000003';

/** A sandbox that has these three. */
async function setUpMedia() {
  const bench = setUp();
  const { caller } = bench;
  await uploadAsset(caller);
  await uploadAsset(caller, inOne);
  const { path } = await initialize(caller, 'document');
  await caller.put(path, { authorization: IMAGE_HEADERS.authorization }, FILE);
  return bench;
}

const ARTICLE = { source: 'https://example.org/v2', title: 'Version 2' };
const media = (fields: Fields) => ({ media: { id: IMAGE, ...fields } });
const images = (...ids: string[]) => ({ multiImage: { images: ids.map((id) => ({ id })) } });
const article = (change: Fields) => ({ article: { ...ARTICLE, ...change } });
const poll = (change: Fields) => ({ poll: { ...POLL, ...change } });
const options = (...texts: string[]) => poll({ options: texts.map((text) => ({ text })) });
const settings = (change: Fields) => poll({ settings: { duration: 'ONE_DAY', ...change } });

const ACCEPTED: readonly (readonly [string, 'share' | 'ugcPost', Fields])[] = [
  ['an image', 'share', media({ altText: 'A cat', title: '' })],
  ['a video', 'ugcPost', media({ id: VIDEO, title: 'Launch' })],
  ['a document with a title', 'share', media({ id: DOCUMENT, title: 'The deck' })],
  ['two images', 'ugcPost', images(IMAGE, IMAGE)],
  ['twenty images', 'ugcPost', images(...Array(20).fill(IMAGE))],
  ['an article', 'share', article({})],
  ['a poll', 'share', poll({})],
  ['a poll of four options', 'share', options('a', 'b', 'c', 'd')],
  ['a poll with a question of 140 characters', 'share', poll({ question: 'x'.repeat(140) })],
  ['a poll with an option of 30 characters', 'share', options('a', 'x'.repeat(30))],
  [
    'an image with an alternative text of 4,086 characters',
    'share',
    media({ altText: 'x'.repeat(4086) }),
  ],
  [
    'a poll of a day with every setting',
    'share',
    settings({ voteSelectionType: 'SINGLE_VOTE', isVoterVisibleToAuthor: true }),
  ],
];

it.each(ACCEPTED)(
  'content may be %s, and a read returns it unchanged',
  async (_, type, content) => {
    const { caller } = await setUpMedia();
    const urn = await makePost(caller, { content });
    expect(urn).toMatch(new RegExp(`^urn:li:${type}:`));
    expect((await findPosts(caller)).json.elements[0].content).toEqual(content);
  },
);

const INVALID = [400, 'INVALID_VALUE_FOR_FIELD'] as const;
const MISSING = [400, 'MISSING_FIELD'] as const;
const LONG = [400, 'FIELD_LENGTH_TOO_LONG'] as const;
const DENIED = [403, 'ACCESS_DENIED'] as const;

const REJECTED: readonly (readonly [string, Fields, readonly [status: number, code?: string]])[] = [
  ['empty', {}, INVALID],
  ['an image and a poll', { ...media({}), poll: POLL }, INVALID],
  ['of an unknown kind', { slides: {} }, [422]],
  [
    'media named by its asset URN',
    media({ id: IMAGE.replace('image', 'digitalmediaAsset') }),
    [400, 'INVALID_URN_TYPE'],
  ],
  ['media with an invalid id', media({ id: 'urn:li:image:a b' }), [400, 'INVALID_URN_ID']],
  [
    'media with an alternative text of 4,087 characters',
    media({ altText: 'x'.repeat(4087) }),
    LONG,
  ],
  [
    'an image named as a video',
    media({ id: IMAGE.replace('image', 'video') }),
    [400, 'INVALID_VIDEO_ID'],
  ],
  ['a document without title', media({ id: DOCUMENT }), MISSING],
  ['a multi-image post of 21 images', images(...Array(21).fill(IMAGE)), DENIED],
  ['a video among images', images(IMAGE, VIDEO), DENIED],
  ['an article without title', article({ title: undefined }), [422]],
  ['an article with a title of 401 characters', article({ title: 'x'.repeat(401) }), LONG],
  [
    'an article with an unknown thumbnail',
    article({ thumbnail: 'urn:li:image:LOST' }),
    [400, 'INVALID_IMAGE_ID'],
  ],
  ['a poll without question', poll({ question: undefined }), MISSING],
  ['a poll with a question of 141 characters', poll({ question: 'x'.repeat(141) }), LONG],
  ['a poll of one option', options('This'), INVALID],
  ['a poll of five options', options('a', 'b', 'c', 'd', 'e'), INVALID],
  ['a poll with an option of 31 characters', options('a', 'x'.repeat(31)), LONG],
  ['a poll of two days', settings({ duration: 'TWO_DAYS' }), INVALID],
  ['a poll that hides its voters', settings({ isVoterVisibleToAuthor: false }), INVALID],
];

it.each(REJECTED)('content may not be %s', async (_, content, [status, code]) => {
  const { caller, model } = await setUpMedia();
  expectApiError(await caller.post(POSTS, postBody({ content })), status, code);
  expect(model.posts).toEqual([]);
});

it('an article without title is rejected with the recorded message', async () => {
  const content = article({ title: undefined });
  expect((await setUp().caller.post(POSTS, postBody({ content }))).json).toEqual({
    message:
      'ERROR :: /content/article/title :: field is required but not found and has no default value\n',
    status: 422,
  });
});

it('content is rejected in a reshare, and a poll or several images in an advertisement', async () => {
  const { caller } = await setUpMedia();
  const send = (content: Fields, fields: Fields) =>
    caller.post(POSTS, postBody({ content, ...fields }));
  const reshare = { reshareContext: { parent: 'urn:li:share:6844785523593134080' } };
  expectApiError(await send({ article: ARTICLE }, reshare), ...DENIED);
  const dark = {
    distribution: { feedDistribution: 'NONE' },
    adContext: { dscAdAccount: AD_ACCOUNT },
  };
  expectApiError(await send({ poll: POLL }, dark), ...INVALID);
  expectApiError(await send(images(IMAGE, IMAGE), dark), ...INVALID);
  expect(await send({ article: ARTICLE }, dark)).toMatchObject({ status: 201 });
});

it('media of another owner is rejected', async () => {
  const { caller } = await setUpMedia();
  expectApiError(
    await caller.post(POSTS, postBody({ content: media({}), author: MEMBER })),
    403,
    undefined,
  );
  const id = `urn:li:image:${await uploadAsset(caller, { owner: MEMBER })}`;
  expectApiError(await caller.post(POSTS, postBody({ content: media({ id }) })), 403, undefined);
});

it('media can be posted once it is uploaded and processed, and not before', async () => {
  const { caller, clock } = setUp({ lagMs: 300, processingMs: 1700 });
  const { urn, path } = await initialize(caller, 'image');
  const post = () => caller.post(POSTS, postBody({ content: media({ id: urn }) }));
  expectApiError(await post(), 400, 'MEDIA_ASSET_WAITING_UPLOAD');
  await caller.put(path, IMAGE_HEADERS, 'bytes');
  expectApiError(await post(), 400, 'MEDIA_ASSET_WAITING_UPLOAD');
  clock.ms += 1699;
  expectApiError(await post(), 400, 'MEDIA_ASSET_WAITING_UPLOAD');
  clock.ms += 1;
  expect(await post()).toMatchObject({ status: 201 });
});
