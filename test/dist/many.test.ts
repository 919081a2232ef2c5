// Many files: what Node is told in the beginning holds to the end, and the memory does not follow their number.

import { beforeAll, describe, expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { endsOf, makeWorkspace, OWNER } from '../support/publishing.ts';
import { runAction, type StepRun } from '../support/runner.ts';
import { preload } from './scenes.ts';

const FILES = 1000;
const MIB = 1024 * 1024;

/** The space and the threads are told when the process ends; without a bound the space has 32 MiB and more by then. */
const TELLING = `
  import { readFileSync, readdirSync } from 'node:fs';
  import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
  setFlagsFromString('--trace-wasm-compilation-times');
  const young = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
  const tasks = () => process.platform === 'linux' ? readdirSync('/proc/self/task') : [];
  const nameOf = (task) => readFileSync('/proc/self/task/' + task + '/comm', 'utf8').trim();
  process.once('exit', () => {
    console.log('young: ' + young());
    console.log('readers: ' + tasks().filter((task) => nameOf(task) === 'libuv-worker').length);
  });
`;

async function sendMany(env: Readonly<Record<string, string>> = {}): Promise<StepRun> {
  const pictures = Array.from({ length: FILES }, (_, index) => [
    `media/${index}.png`,
    png({ width: 2 + index, height: 2 }),
  ]);
  const workspace = await makeWorkspace(Object.fromEntries(pictures));
  const inputs = { owner: OWNER, mode: 'simulate', files: 'media/*', 'max-files': String(FILES) };
  return await runAction({ env: { ...preload(TELLING), ...env }, inputs, workspace });
}

function told({ rawLog }: StepRun, what: string): number {
  const line = rawLog.find((one) => one.startsWith(`${what}: `)) ?? '';
  return Number(line.slice(what.length + 2));
}

describe(`${FILES} pictures are sent`, () => {
  let run: StepRun;
  beforeAll(async () => {
    run = await sendMany();
    expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
  });

  it('in a space of 8 MiB for young objects', () => {
    expect(told(run, 'young')).toBeLessThanOrEqual(8 * MIB);
  });

  it('without any WebAssembly compiled twice', () => {
    const compilers = run.rawLog.flatMap((line) => /^Compiled function .* using (\w+)/.exec(line)?.[1] ?? []);
    expect(new Set(compilers)).toEqual(new Set(['Liftoff']));
  });

  it.skipIf(process.platform !== 'linux')('from files that one thread reads', () => {
    expect(told(run, 'readers')).toBe(1);
  });
});

it.skipIf(process.platform !== 'linux')('as many threads read files as the step’s env asks for', async () => {
  expect(told(await sendMany({ UV_THREADPOOL_SIZE: '3' }), 'readers')).toBe(3);
});
