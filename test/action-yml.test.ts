// action.yml is what users see first: no key that GitHub does not know, and the same inputs and outputs as the code
// and the README.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { errorDocs, generateDocs } from '../scripts/check-docs.ts';
import { INPUTS } from '../src/action/inputs/definitions.ts';
import { OUTPUTS } from '../src/action/report/outputs.ts';

const COLORS = ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'];
// A part of Feather's icons that GitHub takes: those that would suit this action.
const ICONS = ['upload', 'upload-cloud', 'share', 'share-2', 'send', 'image', 'film', 'video', 'camera'];

const text = z.string().trim().min(1);
const name = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
// A default without quotes would be a number or a boolean in YAML; GitHub takes text.
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
  runs: z.strictObject({ using: z.literal('node24'), main: z.literal('dist/index.js') }),
});

function requiredHasNoDefault(each: { required: boolean; default?: string | undefined }): boolean {
  return !each.required || each.default === undefined;
}

function readText(path: string): string {
  return readFileSync(resolve(import.meta.dirname, '..', path), 'utf8').replaceAll('\r\n', '\n');
}

function readAction() {
  return schema.parse(parse(readText('action.yml')));
}

describe('action.yml', () => {
  it('holds what GitHub knows and nothing else', () => {
    const { error } = schema.safeParse(parse(readText('action.yml')));
    expect(error === undefined ? '' : z.prettifyError(error)).toBe('');
  });

  it('has the inputs of the code, with the same defaults', () => {
    const declared = Object.entries(readAction().inputs).map(([key, each]) => [
      key,
      literal(each.default ?? ''),
    ]);
    expect(Object.fromEntries(declared)).toEqual(
      Object.fromEntries(Object.entries(INPUTS).map(([key, each]) => [key, each.default])),
    );
  });

  it('has the outputs of the code', () => {
    expect(Object.keys(readAction().outputs).sort()).toEqual([...OUTPUTS].sort());
  });

  it('is what the tables of the README say', () => {
    expect(generateDocs(readText('README.md'), readText('action.yml'), errorDocs()).differing).toEqual([]);
  });
});

/** What an expression becomes is known to the runner alone; the code then has no default of its own. */
function literal(value: string): string {
  return value.startsWith('${{') ? '' : value;
}

describe('the schema', () => {
  const good = `
name: n
description: d
author: a
branding: { icon: upload-cloud, color: blue }
inputs:
  fail-on: { description: d, required: false, default: any }
outputs:
  urns: { description: d }
runs: { using: node24, main: dist/index.js }
`;

  it('takes a good file', () => {
    expect(schema.safeParse(parse(good)).success).toBe(true);
  });

  it.each([
    ['an unknown key', 'required:', 'requird:'],
    ['an unknown key of runs', 'main: dist/index.js', 'main: dist/index.js, post: dist/index.js'],
    ['another runtime', 'node24', 'node20'],
    ['an icon that GitHub refuses', 'upload-cloud', 'smile'],
    ['a colour that GitHub refuses', 'color: blue', 'color: teal'],
    ['a default that is no text', 'default: any', 'default: 8'],
    ['an input without description', 'description: d, required', "description: '', required"],
    ['a name in upper case', 'fail-on', 'Fail-On'],
    ['a required input with a default', 'required: false', 'required: true'],
  ])('refuses %s', (_, from, to) => {
    expect(schema.safeParse(parse(good.replace(from, to))).success).toBe(false);
  });
});
