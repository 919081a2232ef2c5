// No page of the project sends its reader nowhere: each relative link leads to a file, each anchor to a heading.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const PAGES = [ROOT, join(ROOT, 'docs')].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => relative(ROOT, join(folder, name)).replaceAll('\\', '/')),
);

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8').replaceAll('\r\n', '\n');

/** Code shows links of other languages. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '');
}

/** Where the links of a page lead within the repository. */
function linksOf(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** As GitHub makes them of headings: letters, digits, `_` and `-` stay, blanks become hyphens. */
function anchorsOf(markdown: string): string[] {
  const headings = markdown.replace(/^```.*?^```$/gms, '').matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What is wrong with a link of `page`, or null. */
function flawOf(page: string, link: string): string | null {
  const [path = '', anchor] = link.split('#');
  const target =
    path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path)).replaceAll('\\', '/');
  if (target.startsWith('../') || !existsSync(join(ROOT, target))) return `${link}: no such file`;
  if (anchor === undefined || anchorsOf(read(target)).includes(anchor)) return null;
  return `${link}: no such heading`;
}

describe('the pages', () => {
  it.each(PAGES)('%s leads to what is there', (page) => {
    expect(linksOf(read(page)).flatMap((link) => flawOf(page, link) ?? [])).toEqual([]);
  });

  it('are all reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const page of reached) {
      for (const link of linksOf(read(page))) {
        const target = relative(ROOT, resolve(ROOT, dirname(page), link.split('#')[0] || page));
        if (PAGES.includes(target.replaceAll('\\', '/'))) reached.add(target.replaceAll('\\', '/'));
      }
    }
    expect(PAGES.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
  });
});

it.each([
  ['README.md', 'docs/none.md', 'docs/none.md: no such file'],
  ['docs/apis.md', 'README.md', 'README.md: no such file'],
  ['docs/apis.md', '../../elsewhere', '../../elsewhere: no such file'],
  ['README.md', '#no-such-thing', '#no-such-thing: no such heading'],
  ['README.md', '#inputs', null],
  ['docs/apis.md', '../README.md#when-it-fails', null],
])('of %s, %s is told apart', (page, link, flaw) => {
  expect(flawOf(page, link)).toBe(flaw);
});
