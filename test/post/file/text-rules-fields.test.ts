// The fields of a release in a text: what is filled in, and what only looks like a field.

import { expect, it } from 'vitest';
import { fillFields, findFields, findMalformedFields } from '../../../src/post/file/text-rules.ts';

const RELEASE = { tag: 'v2.0', name: 'Two $&', url: 'https://github.com/acme/app/releases/tag/v2.0' };
const textsOf = (found: readonly { readonly text: string }[]) => found.map(({ text }) => text);

it('fields have the tag, name and page of the release', () => {
  expect(fillFields('{{name}} ({{tag}}) is out: {{url}}', RELEASE)).toBe(
    `Two $& (v2.0) is out: ${RELEASE.url}`,
  );
  expect(textsOf(findFields('{{name}} {{tag}}'))).toEqual(['{{name}}', '{{tag}}']);
});

it('braces that are not a field stay as they are, and what looks like a field is found', () => {
  const text = '\u0024{{ tag }} {{x}} {{ tag }} {{Url}}';
  expect(fillFields(text, RELEASE)).toBe(text);
  expect(textsOf(findMalformedFields(`${text} {{tag}}`))).toEqual(['{{ tag }}', '{{Url}}']);
});
