// Links in the pages of the project: each relative link leads to a file, and each anchor to a heading.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const PAGES = [ROOT, join(ROOT, 'docs'), join(ROOT, 'post')].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => relative(ROOT, join(folder, name)).replaceAll('\\', '/')),
);

const read = (page: string): string =>
  readFileSync(join(ROOT, page), 'utf8').replaceAll('\r\n', '\n');

/** Code may contain text that looks like a link. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '');
}

/** The targets of links within the repository. */
function linksOf(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors that GitHub gives to headings: letters, digits, `_` and `-` are kept, spaces become hyphens. */
function anchorsOf(markdown: string): string[] {
  const headings = markdown.replace(/^```.*?^```$/gms, '').matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The problem of a link of `page`, or null. */
function problemOf(page: string, link: string): string | null {
  const [path = '', anchor] = link.split('#');
  const target =
    path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path)).replaceAll('\\', '/');
  if (target.startsWith('../') || !existsSync(join(ROOT, target))) return `${link}: no such file`;
  if (anchor === undefined || anchorsOf(read(target)).includes(anchor)) return null;
  return `${link}: no such heading`;
}

it.each(PAGES)('every link of %s leads to an existing file and heading', (page) => {
  expect(linksOf(read(page)).flatMap((link) => problemOf(page, link) ?? [])).toEqual([]);
});

it('every page in docs and post is reachable from the README', () => {
  const reached = new Set(['README.md']);
  for (const page of reached) {
    for (const link of linksOf(read(page))) {
      const target = relative(ROOT, resolve(ROOT, dirname(page), link.split('#')[0] || page));
      if (PAGES.includes(target.replaceAll('\\', '/'))) reached.add(target.replaceAll('\\', '/'));
    }
  }
  expect(PAGES.filter((page) => /^(?:docs|post)\//.test(page) && !reached.has(page))).toEqual([]);
});
