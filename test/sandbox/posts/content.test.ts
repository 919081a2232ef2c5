// The content of a post beside its text: each kind once right and in many ways wrong. Media has to exist, belong to
// the author and be processed.

import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { SandboxOptions } from '../../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { Caller, inOne } from '../caller.ts';
import { initializeImage, RAW_IMAGE_HEADERS, uploadVideo } from '../media-caller.ts';
import { codeOf, MEMBER, makePost, PAGE, POSTS, postBody, readPost, uploadMedia } from './post-caller.ts';

let nowMs = Date.UTC(2026, 10, 26);
let sandbox: Sandbox;
let caller: Caller;
async function start(options: SandboxOptions = {}): Promise<void> {
  sandbox = await startSandbox({ processingMs: 0, clock: { now: () => nowMs }, ...options });
  caller = new Caller(sandbox.url);
}
beforeEach(() => start());
afterEach(() => sandbox.close());

const post = (content: unknown, fields: Record<string, unknown> = {}) =>
  caller.post(POSTS, postBody({ content, ...fields }));
const image = async () => `urn:li:image:${await uploadMedia(caller)}`;
const video = async () => `urn:li:video:${await uploadMedia(caller, inOne)}`;

const ARTICLE = { source: 'https://example.org/v2', title: 'Version 2' };
const POLL = {
  question: 'Which one?',
  options: [{ text: 'This' }, { text: 'That' }],
  settings: { duration: 'THREE_DAYS' },
};

describe('Post content', () => {
  it.each<[what: string, type: string, make: () => Promise<unknown>]>([
    ['an image', 'share', async () => ({ media: { id: await image(), altText: 'A cat', title: '' } })],
    ['a video', 'ugcPost', async () => ({ media: { id: await video(), title: 'Launch' } })],
    [
      'several images',
      'ugcPost',
      async () => ({
        multiImage: { images: [{ id: await image(), altText: 'One' }, { id: await image() }] },
      }),
    ],
    ['an article', 'share', async () => ({ article: ARTICLE })],
    [
      'an article with every field',
      'share',
      async () => ({ article: { ...ARTICLE, description: 'New', thumbnail: await image() } }),
    ],
    ['a poll', 'share', async () => ({ poll: POLL })],
    [
      'a poll of four with every setting',
      'share',
      async () => ({
        poll: {
          ...POLL,
          options: ['a', 'b', 'c', 'd'].map((text) => ({ text })),
          settings: { duration: 'ONE_DAY', voteSelectionType: 'SINGLE_VOTE', isVoterVisibleToAuthor: true },
        },
      }),
    ],
  ])('content may be %s, and a read returns it unchanged', async (_, type, make) => {
    const content = await make();
    const urn = await makePost(caller, { content });
    expect(urn).toMatch(new RegExp(`^urn:li:${type}:`));
    expect(await readPost(caller, urn)).toMatchObject({ content });
  });

  const several = async (count: number) => {
    const id = await image();
    return { multiImage: { images: Array.from({ length: count }, () => ({ id })) } };
  };
  const poll = (change: object) => async () => ({ poll: { ...POLL, ...change } });
  const options = (...texts: string[]) => poll({ options: texts.map((text) => ({ text })) });
  const article = (change: object) => async () => ({ article: { ...ARTICLE, ...change } });
  const rows: [string, () => Promise<unknown>, number, string | undefined][] = [
    ['empty', async () => ({}), 403, 'ACCESS_DENIED'],
    ['an image and a poll', async () => ({ media: { id: await image() }, poll: POLL }), 403, 'ACCESS_DENIED'],
    ['a carousel', async () => ({ carousel: { cards: [] } }), 403, 'ACCESS_DENIED'],
    ['of an unknown kind', async () => ({ slides: {} }), 422, undefined],
    ['media without id', async () => ({ media: { title: 'x' } }), 400, 'MISSING_FIELD'],
    [
      'media named by its asset URN',
      async () => ({ media: { id: (await image()).replace('image', 'digitalmediaAsset') } }),
      400,
      'INVALID_URN_TYPE',
    ],
    ['media with an invalid id', async () => ({ media: { id: 'urn:li:image:a b' } }), 400, 'INVALID_URN_ID'],
    [
      'media with an empty alternative text',
      async () => ({ media: { id: await image(), altText: '' } }),
      400,
      'INVALID_VALUE_BLANK_FIELD',
    ],
    [
      'media with an alternative text of 4,087 characters',
      async () => ({ media: { id: await image(), altText: 'x'.repeat(4087) } }),
      400,
      'FIELD_LENGTH_TOO_LONG',
    ],
    ['a multi-image post of one image', () => several(1), 403, 'ACCESS_DENIED'],
    ['a multi-image post of 21 images', () => several(21), 403, 'ACCESS_DENIED'],
    [
      'a video among images',
      async () => ({ multiImage: { images: [{ id: await image() }, { id: await video() }] } }),
      403,
      'ACCESS_DENIED',
    ],
    ['an article without title', article({ title: undefined }), 422, undefined],
    ['an article with a blank title', article({ title: ' ' }), 400, 'INVALID_VALUE_BLANK_FIELD'],
    [
      'an article with a title of 401 characters',
      article({ title: 'x'.repeat(401) }),
      400,
      'FIELD_LENGTH_TOO_LONG',
    ],
    ['an article without source', article({ source: undefined }), 400, 'MISSING_FIELD'],
    ['an article with an invalid source', article({ source: 'example.org' }), 400, 'INVALID_VALUE_FOR_FIELD'],
    [
      'an article with a video as thumbnail',
      async () => ({ article: { ...ARTICLE, thumbnail: await video() } }),
      403,
      'ACCESS_DENIED',
    ],
    [
      'an article with an unknown thumbnail',
      article({ thumbnail: 'urn:li:image:LOST' }),
      400,
      'INVALID_IMAGE_ID',
    ],
    ['a poll of one option', options('This'), 403, 'ACCESS_DENIED'],
    ['a poll of five options', options('a', 'b', 'c', 'd', 'e'), 403, 'ACCESS_DENIED'],
    ['a poll with an option of 31 characters', options('a', 'x'.repeat(31)), 400, 'FIELD_LENGTH_TOO_LONG'],
    [
      'a poll with a question of 141 characters',
      poll({ question: 'x'.repeat(141) }),
      400,
      'FIELD_LENGTH_TOO_LONG',
    ],
    ['a poll without settings', poll({ settings: undefined }), 400, 'MISSING_FIELD'],
    ['a poll of two days', poll({ settings: { duration: 'TWO_DAYS' } }), 400, 'INVALID_VALUE_FOR_FIELD'],
    [
      'a poll that hides its voters from the author',
      poll({ settings: { ...POLL.settings, isVoterVisibleToAuthor: false } }),
      400,
      'INVALID_VALUE_FOR_FIELD',
    ],
  ];
  it.each(rows)('content may not be %s', async (_, make, status, code) => {
    const answer = await post(await make());
    expect(answer.status).toBe(status);
    expect(codeOf(answer)).toBe(code);
    expect(sandbox.model.posts).toEqual([]);
  });

  it('an article without title is rejected with the recorded message', async () => {
    expect((await post({ article: { source: ARTICLE.source } })).json).toEqual({
      message:
        'ERROR :: /content/article/title :: field is required but not found and has no default value\n',
      status: 422,
    });
  });

  it('content is rejected in a post that reshares another', async () => {
    const parent = 'urn:li:share:6844785523593134080';
    expect(await post({ article: ARTICLE }, { reshareContext: { parent } })).toMatchObject({ status: 403 });
  });
});

describe('Media of a post', () => {
  it('media that does not exist, or is of another type, is rejected', async () => {
    const urn = await image();
    expect(codeOf(await post({ media: { id: `${urn}0` } }))).toBe('INVALID_IMAGE_ID');
    expect(codeOf(await post({ media: { id: urn.replace('image', 'video') } }))).toBe('INVALID_VIDEO_ID');
  });

  it('media of another owner is rejected', async () => {
    expect(await post({ media: { id: await image() } }, { author: MEMBER })).toMatchObject({ status: 403 });
    const other = await uploadMedia(caller, { owner: MEMBER });
    expect(await post({ media: { id: `urn:li:image:${other}` } }, { author: PAGE })).toMatchObject({
      status: 403,
    });
  });

  test('media can be posted once it is uploaded and processed, and not before', async () => {
    await sandbox.close();
    await start({ lagMs: 300, processingMs: 1700 });
    const { urn, path } = await initializeImage(caller);
    const code = async () => codeOf(await post({ media: { id: urn } }));
    expect(await code()).toBe('MEDIA_ASSET_WAITING_UPLOAD');
    await caller.put(path, RAW_IMAGE_HEADERS, 'bytes');
    expect(await code()).toBe('MEDIA_ASSET_WAITING_UPLOAD');
    nowMs += 1699;
    expect(await code()).toBe('MEDIA_ASSET_WAITING_UPLOAD');
    nowMs += 1;
    expect(await post({ media: { id: urn } })).toMatchObject({ status: 201 });
  });

  test('media whose processing failed is rejected', async () => {
    await sandbox.close();
    await start({ faults: [{ on: 'register', finalStatus: 'PROCESSING_FAILED' }] });
    const { urn } = await uploadVideo(caller, Buffer.from('0123456789'));
    expect(codeOf(await post({ media: { id: urn } }))).toBe('MEDIA_ASSET_PROCESSING_FAILED');
  });
});
