// The pages of the repository: the file list for newcomers, the release notes, the examples and the issue forms.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readNotes } from '../../scripts/check-release.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8').replaceAll('\r\n', '\n');
/** Folders that npm, the build, git or an editor creates. */
const isGenerated = (name: string) =>
  ['node_modules', 'lib'].includes(name) || (name.startsWith('.') && !['.ci', '.github'].includes(name));

function foldersIn(path: string): string[] {
  return readdirSync(join(ROOT, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !isGenerated(entry.name))
    .map((entry) => `${path}${entry.name}/`);
}

describe('file list of CONTRIBUTING.md', () => {
  const list = read('CONTRIBUTING.md').split('\n\n')[1] ?? '';
  const cells = [...list.matchAll(/^\| (`[^|]+`) \|/gm)].map(([, cell = '']) => cell);
  const listed = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path));

  it('the file list has a line for every folder of the root and of src/', () => {
    expect([...foldersIn(''), ...foldersIn('src/')].filter((folder) => !listed.includes(folder))).toEqual([]);
  });

  it('the file list has no missing path and no duplicate', () => {
    expect(listed.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
  });
});

it('CHANGELOG.md has notes for the version in package.json', () => {
  const [manifest, lock, changelog] = [read('package.json'), read('package-lock.json'), read('CHANGELOG.md')];
  const { version } = JSON.parse(manifest) as { version: string };
  expect(readNotes({ tag: `v${version}`, manifest, lock, changelog })).toMatch(/^### /);
  expect(changelog).toContain('\n## [Unreleased]\n');
});

it('every example uses the major version of package.json', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
  const used = pages.flatMap((page) => read(page).match(/(?<=\/linkedin-media-upload@)[\w.]+/g) ?? []);
  expect([...new Set(used)]).toEqual([`v${version.split('.')[0]}`]);
});

describe('issue forms', () => {
  const text = z.string().trim().min(1);
  const validations = z.strictObject({ required: z.boolean() }).optional();
  const asked = { id: z.string().regex(/^[a-z-]+$/), validations };
  const label = { label: text, description: text.optional() };
  const field = z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: text }) }),
    z.strictObject({
      ...asked,
      type: z.literal('input'),
      attributes: z.strictObject({ ...label, placeholder: text.optional() }),
    }),
    z.strictObject({
      ...asked,
      type: z.literal('textarea'),
      attributes: z.strictObject({ ...label, render: z.enum(['yaml', 'text']).optional() }),
    }),
    z.strictObject({
      ...asked,
      type: z.literal('dropdown'),
      attributes: z.strictObject({ ...label, options: z.array(text).min(2) }),
    }),
  ]);
  const form = z.strictObject({ name: text, description: text, labels: z.array(text), body: z.array(field) });
  const readForm = (name: string) => form.parse(parse(read(`.github/ISSUE_TEMPLATE/${name}.yml`)));
  const idsOf = (name: string) => readForm(name).body.flatMap((each) => ('id' in each ? [each.id] : []));

  it.each(['bug', 'feature'])('%s.yml is a valid issue form with unique IDs', (name) => {
    expect(new Set(idsOf(name)).size).toBe(idsOf(name).length);
  });

  it('the bug form asks for the action, workflow, version, API, recipe and log', () => {
    expect(idsOf('bug')).toEqual(
      expect.arrayContaining(['action', 'workflow', 'version', 'api', 'recipe', 'log']),
    );
  });

  it('blank issues are turned off, and security reports have a private link', () => {
    const config = parse(read('.github/ISSUE_TEMPLATE/config.yml'));
    expect(config.blank_issues_enabled).toBe(false);
    expect(config.contact_links[0].url).toMatch(/\/security\/advisories\/new$/);
  });
});

describe('dependabot.yml', () => {
  const { updates } = parse(read('.github/dependabot.yml')) as {
    updates: readonly Record<string, unknown>[];
  };

  it('npm packages and workflow actions are updated after a cooldown of seven days', () => {
    expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions']);
    for (const update of updates) {
      expect(update).toMatchObject({ cooldown: { 'default-days': 7 }, groups: expect.anything() });
    }
  });
});
