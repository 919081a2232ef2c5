// The body of the request for a post.

import { expect, it } from 'vitest';
import { bodyOf } from '../../../src/post/send/post-sender.ts';
import { picture } from '../../support/ledgers.ts';
import { makeWritten, pictureOf } from '../posts.ts';

const URNS = new Map(['a', 'b', 'card'].map((name) => [`${name}.png`, `urn:li:image:${name}`]));

it('a body has the URNs of the media of its post', () => {
  const single = makeWritten({}, { media: [pictureOf('a.png')] });
  expect(bodyOf(single, URNS).content).toEqual({ media: { id: 'urn:li:image:a' } });
  const several = makeWritten({}, { media: ['b.png', 'a.png'].map(pictureOf) });
  expect(bodyOf(several, URNS).content).toEqual({
    multiImage: { images: [{ id: 'urn:li:image:b' }, { id: 'urn:li:image:a' }] },
  });
});

it('a link card has the URN of its picture', () => {
  const link = { url: 'https://a.example/', title: 'T', description: null, image: 'card.png' };
  const written = makeWritten({ link }, { linkImage: picture('card.png') });
  expect(bodyOf(written, URNS).content).toMatchObject({ article: { thumbnail: 'urn:li:image:card' } });
});
