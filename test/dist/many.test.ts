// Many files: the memory that is taken for them must not follow their number.

import { expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { endsOf, makeWorkspace, OWNER } from '../support/publishing.ts';
import { runAction } from '../support/runner.ts';
import { preload } from './scenes.ts';

const FILES = 1000;
const MIB = 1024 * 1024;

/** The space is told when the process ends; without a bound it has 32 MiB and more by then. */
const env = preload(`
  import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
  setFlagsFromString('--trace-wasm-compilation-times');
  const young = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
  process.once('exit', () => console.log('young: ' + young()));
`);

it(`sends ${FILES} pictures in a space of 8 MiB for young objects, and compiles no WebAssembly twice`, async () => {
  const pictures = Array.from({ length: FILES }, (_, index) => [
    `media/${index}.png`,
    png({ width: 2 + index, height: 2 }),
  ]);
  const workspace = await makeWorkspace(Object.fromEntries(pictures));
  const inputs = { owner: OWNER, mode: 'simulate', files: 'media/*', 'max-files': String(FILES) };
  const run = await runAction({ env, inputs, workspace });
  expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
  const told = run.rawLog.find((line) => line.startsWith('young: ')) ?? '';
  expect(Number(told.slice('young: '.length))).toBeLessThanOrEqual(8 * MIB);
  const compilers = run.rawLog.flatMap((line) => /^Compiled function .* using (\w+)/.exec(line)?.[1] ?? []);
  expect(new Set(compilers)).toEqual(new Set(['Liftoff']));
});
