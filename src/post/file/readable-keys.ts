// Reads what it can of a front matter that has errors, so that its other errors are found in the same run. Pure.

import { type FrontMatter, parseFrontMatter } from './front-matter.ts';
import type { KeyPath, PostIssue } from './post-issue.ts';

/** Placeholder for an invalid alternative text. Never shown. */
export const UNREADABLE_ALT = '\u{FFFD}';

/** Placeholders for invalid values of keys whose absence would be reported as a second error. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  title: 'x',
  'media.*.alt': UNREADABLE_ALT,
  'link.url': 'https://github.com/',
  'link.title': 'x',
  'link.description': 'x',
};

/**
 * The values without those that `issues` are about. Removing one entry of `media` would shift the others, so an entry whose
 * file is invalid removes all of `media`. Null if nothing can be read.
 */
export function parseReadableKeys(
  value: unknown,
  issues: readonly Pick<PostIssue, 'path'>[],
): FrontMatter | null {
  const copy: unknown = structuredClone(value);
  for (const { path } of issues) repair(copy, path);
  return parseFrontMatter(copy).data;
}

function repair(value: unknown, path: KeyPath): void {
  const [first, index, last] = path;
  const isEntry = first === 'media' && typeof index === 'number' && (last === undefined || last === 'file');
  const broken = isEntry ? ['media'] : path;
  const key = broken.at(-1);
  const parent = broken.slice(0, -1).reduce(childOf, value);
  if (key === undefined || !isMap(parent)) return;
  const name = broken.map((one) => (typeof one === 'number' ? '*' : one)).join('.');
  const placeholder = Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined;
  if (placeholder === undefined) delete parent[key];
  else parent[key] = placeholder;
}

function childOf(value: unknown, key: string | number): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isMap(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
