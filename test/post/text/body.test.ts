// The exact JSON that is sent for each kind of post, and for the comment.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MediaKind } from '../../../src/linkedin/urn.ts';
import type { PostMediaFile, WrittenPost } from '../../../src/post/file/post.ts';
import { buildCommentBody, buildPostBody } from '../../../src/post/text/body.ts';
import { parseFields } from '../../../src/sandbox/body.ts';
import { CONTENT, mediaIn } from '../../../src/sandbox/post-content.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { IMAGE, picture } from '../../support/ledgers.ts';
import { makePost, PAGE, PERSON, pictureOf } from '../posts.ts';

const [A, B] = ['urn:li:image:C4A', 'urn:li:image:C4B'];
const VIDEO = 'urn:li:video:C5F';
const DOCUMENT = 'urn:li:document:D5A';

interface Uploaded extends Pick<PostMediaFile, 'alt'> {
  readonly kind: MediaKind;
  readonly urn: string;
}

/** The content of a post with these media. */
function contentOf(changes: Partial<WrittenPost>, uploaded: readonly Uploaded[] = []) {
  const media = uploaded.map(({ kind, alt }, index) => ({
    ...pictureOf(`${index}.png`),
    media: { ...IMAGE, kind },
    alt,
  }));
  const urns = uploaded.map(({ urn }, index) => [`${index}.png`, urn] as const);
  return buildPostBody(makePost({ media, ...changes }), new Map([...urns, ['card.png', A]]))
    .content;
}

const image = (urn: string, alt: string | null = null): Uploaded => ({ kind: 'image', urn, alt });

it('a post of text alone has no content, and its text is escaped', () => {
  const body = buildPostBody(makePost({ text: 'Out (v2) #news' }), new Map());
  expect(JSON.stringify(body)).toBe(
    `{"author":"${PAGE}","commentary":"Out \\\\(v2\\\\) #news","visibility":"PUBLIC","distribution":{"feedDistribution":"MAIN_FEED","targetEntities":[],"thirdPartyDistributionChannels":[]},"lifecycleState":"PUBLISHED","isReshareDisabledByAuthor":false}`,
  );
});

it.each<[string, unknown, unknown]>([
  ['an image', contentOf({}, [image(A, 'A (b)')]), { media: { id: A, altText: 'A (b)' } }],
  ['an image without alternative text', contentOf({}, [image(A)]), { media: { id: A } }],
  ['an image with a blank alternative text', contentOf({}, [image(A, '')]), { media: { id: A } }],
  [
    'several images',
    contentOf({}, [image(A, 'x'), image(B)]),
    { multiImage: { images: [{ id: A, altText: 'x' }, { id: B }] } },
  ],
  ['a video', contentOf({}, [{ kind: 'video', urn: VIDEO, alt: null }]), { media: { id: VIDEO } }],
  [
    'a video with a title',
    contentOf({ title: 'Tour_1' }, [{ kind: 'video', urn: VIDEO, alt: null }]),
    { media: { id: VIDEO, title: 'Tour_1' } },
  ],
  [
    'a document',
    contentOf({ title: 'Report' }, [{ kind: 'document', urn: DOCUMENT, alt: null }]),
    { media: { id: DOCUMENT, title: 'Report' } },
  ],
  [
    'a link card',
    contentOf({ link: { url: 'https://a.example/', title: 'T (x)' } }),
    { article: { source: 'https://a.example/', title: 'T (x)' } },
  ],
  [
    'a link card with everything',
    contentOf({
      link: { url: 'https://a.example/', title: 'T', description: 'D', image: 'card.png' },
      linkImage: picture('card.png'),
    }),
    { article: { source: 'https://a.example/', title: 'T', description: 'D', thumbnail: A } },
  ],
  [
    'a poll',
    contentOf({ poll: { question: 'This (or that)?', options: ['This', 'That'], days: 7 } }),
    {
      poll: {
        question: 'This (or that)?',
        options: [{ text: 'This' }, { text: 'That' }],
        settings: {
          duration: 'SEVEN_DAYS',
          voteSelectionType: 'SINGLE_VOTE',
          isVoterVisibleToAuthor: true,
        },
      },
    },
  ],
])('the content of %s is exact', (_, content, expected) => {
  expect(JSON.stringify(content)).toBe(JSON.stringify(expected));
});

it.each([
  ['public', 'PUBLIC'],
  ['connections', 'CONNECTIONS'],
  ['logged-in', 'LOGGED_IN'],
] as const)('the visibility %s is sent as %s', (visibility, expected) => {
  const written = makePost({ visibility, author: PERSON });
  expect(buildPostBody(written, new Map())).toMatchObject({
    visibility: expected,
    author: PERSON,
  });
});

it('the sandbox takes every number of images, in their order', () => {
  const property = fc.property(
    fc.array(fc.option(fc.string({ minLength: 1 })), { minLength: 1, maxLength: 20 }),
    (alts) => {
      const media = alts.map((alt, index) =>
        image(`urn:li:image:C${index}`, alt?.trim() ? alt : null),
      );
      expect(mediaIn(parseFields(contentOf({}, media), CONTENT)).map(({ urn }) => urn)).toEqual(
        media.map(({ urn }) => urn),
      );
    },
  );
  fc.assert(property, fuzzed(200));
});

it('the text of a comment is sent as it is', () => {
  expect(JSON.stringify(buildCommentBody(PAGE, 'urn:li:share:7', 'Docs: (x) #y'))).toBe(
    `{"actor":"${PAGE}","object":"urn:li:share:7","message":{"text":"Docs: (x) #y"}}`,
  );
});
