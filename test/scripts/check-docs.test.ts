// The generated tables of docs: cells, markers, and the error for a missing marker.

import { expect, it } from 'vitest';
import { generateDocs } from '../../scripts/check-docs.ts';

const ACTION = `
inputs:
  owner: { description: 'Who owns it.', required: true }
  fail-on:
    description: |
      \`any\`|\`all\`
      or never.
    default: any
  version: { description: V, required: false, default: 202609 }
outputs:
  urns: { description: 'All | of them.' }
`;
const ERRORS = [{ code: 'FILE_EMPTY', meaning: 'It is empty.' }];
const empty = (names: readonly string[]) =>
  names.map((name) => `<!-- ${name}:start -->\nold\n<!-- ${name}:end -->\n`).join('between\n');

const { text, differing } = generateDocs(empty(['inputs', 'outputs']), { actionYml: ACTION });
const errors = generateDocs(empty(['errors']), { errors: ERRORS }, 'docs/errors.md');

it('each entry is one line, with escaped pipes and the defaults of action.yml', () => {
  expect(text.split('\n').filter((line) => line.startsWith('|'))).toEqual([
    '| input | default | meaning |',
    '| --- | --- | --- |',
    '| `owner` | **required** | Who owns it. |',
    '| `fail-on` | `any` | `any`\\|`all` or never. |',
    '| `version` | `202609` | V |',
    '| output | value |',
    '| --- | --- |',
    '| `urns` | All \\| of them. |',
  ]);
  expect(errors.text.split('\n').filter((line) => line.startsWith('|'))).toEqual([
    '| code | meaning |',
    '| --- | --- |',
    '| `FILE_EMPTY` | It is empty. |',
  ]);
  expect(text).toContain('<!-- inputs:end -->\nbetween\n<!-- outputs:start -->\n\n|');
});

it('what both actions describe alike is one row, which links to the page of the upload action', () => {
  const uploads = ACTION.replace('Who owns it.', 'Another text.').replace(
    'All | of them.',
    'Others',
  );
  const { text: page } = generateDocs(empty(['inputs', 'outputs']), { actionYml: ACTION, uploads });
  expect(page.split('\n').filter((line) => line.startsWith('|'))).toEqual([
    '| input | default | meaning |',
    '| --- | --- | --- |',
    '| `owner` | **required** | Who owns it. |',
    '| `fail-on`, `version` |  | as for [uploads](../docs/inputs.md) |',
    '| output | value |',
    '| --- | --- |',
    '| `urns` | All \\| of them. |',
  ]);
});

it('the blocks that differ are listed, and an up-to-date page has no such block', () => {
  expect(differing).toEqual(['inputs', 'outputs']);
  expect(generateDocs(text, { actionYml: ACTION })).toEqual({ text, differing: [] });
  const more = { errors: [...ERRORS, { code: 'A', meaning: 'b' }] };
  expect(generateDocs(errors.text, more).differing).toEqual(['errors']);
});

it.each(['<!-- outputs:start -->', '<!-- inputs:end -->'])(
  'the error for a missing marker names %s',
  (marker) => {
    expect(() => generateDocs(text.replace(marker, ''), { actionYml: ACTION })).toThrow(
      new RegExp(`README.md has no block .*${marker}`),
    );
  },
);
