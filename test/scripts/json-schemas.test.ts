// The JSON Schemas in the repository say the same as the code that reads and writes the files.

import { describe, expect, it } from 'vitest';
import { generateSchema, JSON_SCHEMAS, readSchema } from '../../scripts/json-schemas.ts';
import { frontMatterSchema, parseFrontMatter } from '../../src/post/file/front-matter.ts';
import { readPostTime } from '../../src/post/file/post-time.ts';
import { fromJSONSchema } from '../../src/schema.ts';

const paths = Object.keys(JSON_SCHEMAS) as (keyof typeof JSON_SCHEMAS)[];

it.each(paths)('%s is as `npm run fix` writes it', async (path) => {
  expect(await readSchema(path)).toBe(generateSchema(path));
});

describe('post/post.schema.json', async () => {
  const schema = JSON.parse(await readSchema('post/post.schema.json'));

  it('the schema has every key, with a description, and no other', () => {
    expect(Object.keys(schema.properties)).toEqual(Object.keys(frontMatterSchema.shape));
    expect(schema.additionalProperties).toBe(false);
    for (const key of Object.values<{ description?: string }>(schema.properties))
      expect(key.description).toMatch(/\.$/);
  });

  it.each<[string, object, boolean]>([
    ['no keys', {}, true],
    [
      'media, a time and a comment',
      {
        media: ['a.png', { file: 'b.png', alt: 'x' }],
        at: '2026-12-03T09:00:00+01:00',
        comment: 'x',
      },
      true,
    ],
    ['a link card', { link: { url: 'https://a.example/', title: 'T', image: 'a.png' } }, true],
    [
      'the keys that are no content',
      {
        owner: 'urn:li:person:x',
        visibility: 'connections',
        draft: true,
        id: 'x',
        urn: 'urn:li:share:1',
        resend: 2,
      },
      true,
    ],
    ['`resend: true`', { resend: true }, true],
    [
      'an alternative text of 4,086 characters',
      { media: [{ file: 'a.png', alt: 'x'.repeat(4086) }] },
      true,
    ],
    [
      'an alternative text of 4,087 characters',
      { media: [{ file: 'a.png', alt: 'x'.repeat(4087) }] },
      false,
    ],
    ['an unknown key', { titel: 'x' }, false],
    ['a text in place of a list', { media: 'a.png' }, false],
    ['a negative number', { resend: -1 }, false],
    ['a key without a value', { draft: null }, false],
  ])('editors and the action agree about %s', (_, value, isValid) => {
    expect(fromJSONSchema(schema).safeParse(value).success).toBe(isValid);
    expect(parseFrontMatter(value).errors.length === 0).toBe(isValid);
  });

  it.each([
    ['2026-12-03 09:00 Europe/Berlin', true],
    ['2026-12-03T09:00[Europe/Berlin]', true],
    ['2026-12-03T09:00:00+01:00[Europe/Berlin]', true],
    ['2026-12-03t09:00:00.5z', true],
    ['2026-12-03 09:00', true],
    ['2026-12-03', false],
    ['2026-12-03T9:00Z', false],
    ['2026-12-03T24:00Z', false],
    ['2026-12-03T09:00+15:00', false],
    ['2026-12-03 09:00 New York', false],
    ['tomorrow', false],
  ])('editors and the action agree about the form of `at: %s`: %s', (at, isValid) => {
    expect(fromJSONSchema(schema).safeParse({ at }).success).toBe(isValid);
    expect('iso' in readPostTime(at, 'Europe/Berlin')).toBe(isValid);
  });

  it('editors complete `at` with examples that the action can read', () => {
    const { examples } = schema.properties.at;
    expect(examples).toHaveLength(2);
    for (const at of examples) expect(readPostTime(at, null)).toHaveProperty('iso');
  });
});
