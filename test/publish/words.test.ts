// The publishing room knows sessions, and none of the APIs behind them by its name.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOM = resolve(import.meta.dirname, '../../src/publish');
const NAMES = /\b(?:assets|images|videos)\b/i;

it('no file under publish/ names assets, images or videos, in code or in comments', () => {
  const files = readdirSync(ROOM, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  expect(files).toContain('publish.ts');
  const lines = files.flatMap((name) =>
    readFileSync(join(ROOM, name), 'utf8')
      .split('\n')
      .map((line, index) => `${name}:${index + 1}: ${line}`),
  );
  expect(lines.filter((line) => NAMES.test(line))).toEqual([]);
});

it.each(["api === 'assets'", '// the Images API', 'openLinkedIn.videos()', '/assets/1'])(
  'it would be found: %s',
  (line) => {
    expect(line).toMatch(NAMES);
  },
);
