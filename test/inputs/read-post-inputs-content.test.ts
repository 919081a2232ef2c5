// The inputs of a post without a file: they exclude `posts`, and their errors are found before anything is read.

import { expect, it } from 'vitest';
import { type ContentInputs, findContentErrors } from '../../src/inputs/read-post-inputs.ts';
import { WORKSPACE } from './step-inputs.ts';

const BLANK = {
  ...{ posts: '', text: '', textFile: '', media: [], alt: [], link: '', title: '', comment: '' },
  ...{ visibility: '', id: '', resend: 0, releaseTag: '' },
  owner: 'urn:li:organization:24141830',
  env: { GITHUB_WORKSPACE: WORKSPACE },
};
type Given = Partial<ContentInputs>;
const errorsOf = (given: Given) => [...findContentErrors({ ...BLANK, ...given })].map(({ input }) => input);

it('the parts of a post cannot be combined with post files, and each one is named', () => {
  const parts = {
    text: 'x',
    textFile: 'x.md',
    media: ['x.png'],
    alt: ['x'],
    link: 'https://a.example',
    title: 'T',
    comment: 'C',
    visibility: 'public',
    id: 'i',
    resend: 1,
  };
  expect(errorsOf({ posts: 'posts/*.md', ...parts })).toEqual(
    Object.keys(parts).map((name) => name.replace('textFile', 'text-file')),
  );
  expect(errorsOf({ posts: 'posts/*.md', resend: 0 })).toEqual([]);
});

it.each<[string, Given, string[]]>([
  ['nothing to post', {}, ['posts']],
  ['two texts', { text: 'x', textFile: 'y' }, ['text-file']],
  ['a field without a release', { text: 'x {{tag}}', media: ['{{tag}}/*.png'] }, ['media', 'text']],
  ['release notes without a release', { text: 'release-notes' }, ['text']],
  ['a text that is too long', { text: 'x'.repeat(3001) }, ['text']],
  ['a link with media', { text: 'x', link: 'https://a.example', title: 't', media: ['a.png'] }, ['link']],
  ['`connections` for a page', { text: 'x', visibility: 'connections' }, ['visibility']],
  ['alternative texts without media', { text: 'x', alt: ['A chart'] }, ['alt']],
  ['media that are only excluded', { text: 'x', media: ['!a.png'] }, ['media']],
])('%s is an error', (_, given, names) => {
  expect(errorsOf(given)).toEqual(names);
});
