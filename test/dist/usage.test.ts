// What somebody sees who runs the built file by hand.

import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const INDEX = join(resolve(import.meta.dirname, '../../dist'), 'index.js');

it.each(['--help', '-h', 'media/a.png'])(
  'the built action prints its usage and exits with 0 for the argument %s',
  (argument) => {
    const text = execFileSync(process.execPath, [INDEX, argument], { encoding: 'utf8' });
    expect(text).toMatch(/^This file is a GitHub Action\./);
    expect(text).toContain('npm run demo');
  },
);
