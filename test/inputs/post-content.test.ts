// The inputs of a post without a file: they exclude `posts`, and their errors are found before anything is read.

import { expect, it } from 'vitest';
import { findContentErrors } from '../../src/inputs/post-content.ts';
import { WORKSPACE } from './step-inputs.ts';

const PAGE = { owner: 'urn:li:organization:24141830', ownerKind: 'organization' } as const;
const env = { GITHUB_WORKSPACE: WORKSPACE };
type Given = Parameters<typeof findContentErrors>[0];
const errorsOf = (given: Given) =>
  [...findContentErrors({ env, owner: PAGE, ...given })].map(({ input }) => input);

it('the parts of a post cannot be combined with post files, and each one is named', () => {
  const parts = {
    text: 'x',
    'text-file': 'x.md',
    media: 'x.png',
    alt: 'x',
    link: 'https://a.example',
    title: 'T',
    comment: 'C',
    visibility: 'public',
    id: 'i',
    resend: 1,
  };
  expect(errorsOf({ posts: 'posts/*.md', ...parts })).toEqual(Object.keys(parts));
  expect(errorsOf({ posts: 'posts/*.md', resend: 0 })).toEqual([]);
});

it.each<[string, Given, string[]]>([
  ['nothing to post', {}, ['posts']],
  ['two texts', { text: 'x', 'text-file': 'y' }, ['text-file']],
  ['a field without a release', { text: 'x {{tag}}', media: '{{tag}}/*.png' }, ['media', 'text']],
  ['release notes without a release', { text: 'release-notes' }, ['text']],
  ['a text that is too long', { text: 'x'.repeat(3001) }, ['text']],
  ['a link with media', { text: 'x', link: 'https://a.example', title: 't', media: 'a.png' }, ['link']],
  ['`connections` for a page', { text: 'x', visibility: 'connections' }, ['visibility']],
  ['alternative texts without media', { text: 'x', alt: 'A chart' }, ['alt']],
  ['media that are only excluded', { text: 'x', media: '!a.png' }, ['media']],
])('%s is an error', (_, given, names) => {
  expect(errorsOf(given)).toEqual(names);
});
