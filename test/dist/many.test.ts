// Many files: what V8 is told in the beginning holds to the end, so that memory does not follow their number.

import { beforeAll, describe, expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { endsOf, makeWorkspace, OWNER } from '../support/publishing.ts';
import { runAction, type StepRun } from '../support/runner.ts';
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

describe(`${FILES} pictures are sent`, () => {
  let run: StepRun;
  beforeAll(async () => {
    const pictures = Array.from({ length: FILES }, (_, index) => [
      `media/${index}.png`,
      png({ width: 2 + index, height: 2 }),
    ]);
    const workspace = await makeWorkspace(Object.fromEntries(pictures));
    const inputs = { owner: OWNER, mode: 'simulate', files: 'media/*', 'max-files': String(FILES) };
    run = await runAction({ env, inputs, workspace });
    expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
  });

  it('in a space of 8 MiB for young objects', () => {
    const told = run.rawLog.flatMap((line) => /^young: (\d+)$/.exec(line)?.[1] ?? []);
    expect(told).toHaveLength(1);
    expect(Number(told[0])).toBeLessThanOrEqual(8 * MIB);
  });

  it('without any WebAssembly compiled twice', () => {
    const compilers = run.rawLog.flatMap((line) => /^Compiled function .* using (\w+)/.exec(line)?.[1] ?? []);
    expect(new Set(compilers)).toEqual(new Set(['Liftoff']));
  });
});
