// What somebody sees who runs the built file by hand.

import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const DIST = resolve(import.meta.dirname, '../../dist');

it.each([
  ['index.js', '--help'],
  ['index.js', '-h'],
  ['index.js', 'media/a.png'],
  ['post.js', '--help'],
])('%s prints the usage of both actions and exits with 0 for the argument %s', (file, argument) => {
  const text = execFileSync(process.execPath, [join(DIST, file), argument], { encoding: 'utf8' });
  expect(text).toMatch(/^This file is a GitHub Action\./);
  expect(text).toContain('/post@v1');
  expect(text).toContain('npm run demo');
});
