// The files of the two actions have only keys that GitHub knows, and the same inputs and outputs as the code and the docs.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { DOCUMENTED_PAGES, generatePage } from '../scripts/check-docs.ts';
import { postInputs } from '../src/inputs/post-schema.ts';
import { uploadInputs } from '../src/inputs/upload-schema.ts';

const COLORS = [
  'white',
  'black',
  'yellow',
  'blue',
  'green',
  'orange',
  'red',
  'purple',
  'gray-dark',
];
// The Feather icons that GitHub accepts and that suit this action.
const ICONS = [
  'upload',
  'upload-cloud',
  'share',
  'share-2',
  'send',
  'image',
  'film',
  'video',
  'camera',
];

const text = z.string().trim().min(1);
const name = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
// A default without quotes would be a number or a boolean in YAML; GitHub expects a string.
const input = z.strictObject({
  description: text,
  required: z.boolean(),
  default: text.optional(),
  deprecationMessage: text.optional(),
});
const schema = z.strictObject({
  name: text,
  description: text.max(125),
  author: text,
  branding: z.strictObject({ icon: z.enum(ICONS), color: z.enum(COLORS) }),
  inputs: z.record(name, input.refine(requiredHasNoDefault, 'a required input has no default')),
  outputs: z.record(name, z.strictObject({ description: text })),
  // No `pre` and no `post`: the action is one step.
  runs: z.strictObject({
    using: z.literal('node24'),
    main: z.enum(['dist/index.js', '../dist/post.js']),
  }),
});

function requiredHasNoDefault(each: { required: boolean; default?: string | undefined }): boolean {
  return !each.required || each.default === undefined;
}

function readText(path: string): string {
  return readFileSync(resolve(import.meta.dirname, '..', path), 'utf8').replaceAll('\r\n', '\n');
}

function readAction(path: string) {
  return schema.parse(parse(readText(path)));
}

const ACTIONS = [
  { path: 'action.yml', inputs: uploadInputs, main: 'dist/index.js' },
  { path: 'post/action.yml', inputs: postInputs, main: '../dist/post.js' },
] as const;

it.each(ACTIONS)('$path has only keys and values that GitHub accepts', ({ path, main }) => {
  const { error } = schema.safeParse(parse(readText(path)));
  expect(error === undefined ? '' : z.prettifyError(error)).toBe('');
  expect(readAction(path).runs.main).toBe(main);
});

it.each(ACTIONS)('$path has one step: no `pre:` and no `post:` hook', ({ path }) => {
  expect(Object.keys(readAction(path).runs)).toEqual(['using', 'main']);
});

it.each(ACTIONS)(
  '$path has the same inputs and defaults as the code, in the same order',
  ({ path, inputs }) => {
    const declared = Object.entries(readAction(path).inputs).map(([key, each]) => [
      key,
      literal(each.default ?? ''),
    ]);
    const { env: _, ...shape } = inputs.shape;
    const known = Object.entries(shape).map(([name, type]) => [
      name,
      type instanceof z.ZodPrefault ? String(type.def.defaultValue ?? '') : '',
    ]);
    expect(declared).toEqual(known);
  },
);

it.each(DOCUMENTED_PAGES)('the tables of $page match $source', async (page) => {
  const { differing } = await generatePage(page, async (path) => readText(path));
  expect(differing).toEqual([]);
});

/** Only the runner can evaluate an expression, so the code has no default for it. */
function literal(value: string): string {
  return value.startsWith('${{') ? '' : value;
}
