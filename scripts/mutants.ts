// Shows which faults the tests find: applies one mutant of scripts/mutants/ after the other to a copy of the tree, and runs the
// tests of its room. Exits with 1 if no test finds a mutant, or if one does not fit the code any more.
// Usage: npm run mutants · -- --room post · -- --only claim-kept-after-refusal · -- --write (stores which test file found each)
// `-- --random 100 --seed 7` tries operators and constants that are drawn from all files, instead of the table.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../test/world/random.ts';
import {
  applyMutant,
  describeResult,
  type Finding,
  findingIn,
  formatResults,
  type Mutant,
  type Result,
  type Room,
  type TestReport,
} from './mutants/mutant.ts';
import { applyOperator, operatorMutantsOf } from './mutants/operators.ts';
import { ROOMS } from './mutants/rooms.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** The test file that found each mutant when the table was last written. It is tried first, which makes a run short. */
const FOUND_BY = join(ROOT, 'scripts/mutants/found-by.json');
/** Copies of the tree that are tested at the same time. */
const COPIES = 2;
/** A fault that never ends a test proves nothing. */
const MAX_TEST_MS = 600_000;

interface Job {
  readonly mutant: Mutant;
  readonly room: Room;
}

const { values } = parseArgs({
  options: {
    room: { type: 'string' },
    only: { type: 'string', multiple: true },
    write: { type: 'boolean', default: false },
    random: { type: 'string' },
    seed: { type: 'string' },
  },
});
process.on('SIGINT', () => process.exit(1));
process.exitCode = (await runMutants()) ? 0 : 1;

/** Whether the tests find all selected mutants. */
async function runMutants(): Promise<boolean> {
  const jobs = values.random === undefined ? namedJobs() : randomJobs(Number(values.random));
  if (jobs.length === 0) throw new RangeError('there is no such room or mutant');
  const foundBy: Record<string, string> = JSON.parse(await readFile(FOUND_BY, 'utf8'));
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mutants-')));
  try {
    const results = new Map<Job, Result>();
    const queue = jobs.values();
    const workers = Array.from({ length: Math.min(COPIES, jobs.length) }, async (_, index) => {
      const copy = join(folder, String(index));
      await copyTree(copy);
      for (const job of queue) {
        const result = await tryMutant(job, foundBy[job.mutant.name], copy);
        results.set(job, result);
        console.log(
          `${results.size} of ${jobs.length}: ${job.mutant.name}: ${describeResult(result)}`,
        );
      }
    });
    await Promise.all(workers);
    const ordered = jobs.flatMap((job) => results.get(job) ?? []);
    console.log(formatResults(ordered));
    const findings = ordered.flatMap(({ finding }) => finding ?? []);
    await assertGreen(findings, join(folder, '0'));
    if (values.write) await writeFoundBy(foundBy, ordered);
    return findings.length === jobs.length;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function namedJobs(): Job[] {
  const all = ROOMS.flatMap((room) => room.mutants.map((mutant) => ({ mutant, room })));
  const inRoom = all.filter(({ room }) => (values.room ?? room.name) === room.name);
  return inRoom.filter(({ mutant }) => values.only?.includes(mutant.name) ?? true);
}

/** Draws operators and constants of the files of `src/`, or of one room, each as often as any other. */
function randomJobs(count: number): Job[] {
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed))
    throw new RangeError('--random and --seed must be whole numbers');
  if (values.write) throw new RangeError('--write stores mutants of the table, not random ones');
  console.log(`seed ${seed}`);
  const random = new Random(seed);
  const files = globSync('src/**/*.ts', { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));
  const jobs = files.sort().flatMap(operatorJobs);
  const isWanted = ({ room }: Job) => (values.room ?? room.name) === room.name;
  const left = jobs.filter(isWanted);
  return Array.from({ length: Math.min(count, left.length) }, () => {
    return left.splice(random.between(0, left.length - 1), 1);
  }).flat();
}

function operatorJobs(file: string): Job[] {
  const fitting = ROOMS.filter(({ folder }) => file.startsWith(folder));
  const room = fitting.toSorted((a, b) => b.folder.length - a.folder.length)[0];
  if (room === undefined) return [];
  const source = readFileSync(join(ROOT, file), 'utf8');
  return operatorMutantsOf(source).map((place) => {
    const { line, start, text, replacement } = place;
    const fault = `${text} is ${replacement} in line ${line}`;
    const name = `${file}:${line}:${start} ${text} to ${replacement}`;
    return { room, mutant: { name, fault, file, search: '', replace: '', place } };
  });
}

async function copyTree(copy: string): Promise<void> {
  const left = new Set(['.git', 'node_modules', 'lib']);
  await cp(ROOT, copy, { recursive: true, filter: (path) => !left.has(basename(path)) });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
}

/** Applies the mutant to the copy, runs the tests, and restores the copy. */
async function tryMutant(
  { mutant, room }: Job,
  known: string | undefined,
  copy: string,
): Promise<Result> {
  const about = { mutant, room: room.name };
  const file = join(copy, mutant.file);
  try {
    const source = existsSync(file) ? await readFile(file, 'utf8') : '';
    const { place } = mutant;
    const changed =
      place === undefined ? applyMutant(mutant, source) : applyOperator(place, source);
    await writeFile(file, changed);
    try {
      const isKnown = known !== undefined && existsSync(join(copy, known));
      const finding = isKnown ? await runTests([known], copy) : null;
      return { ...about, finding: finding ?? (await runTests(mutant.tests ?? room.tests, copy)) };
    } finally {
      await writeFile(file, source);
    }
  } catch (error) {
    return { ...about, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Runs tests until the first failure. @throws Error if they do not run, or do not end */
async function runTests(filters: readonly string[], copy: string): Promise<Finding | null> {
  const report = join(copy, 'report.json');
  await rm(report, { force: true });
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const options = ['--bail', '1', '--reporter', 'json', '--outputFile', report];
  const child = spawn(process.execPath, [vitest, 'run', ...filters, ...options], {
    cwd: copy,
    // The temporary files of the tests go with the copy.
    env: { ...process.env, TMPDIR: copy },
    stdio: ['ignore', 'pipe', 'ignore'],
    // A group of its own: after `--bail`, the processes that a test has started stay, and vitest waits for them.
    detached: true,
  });
  const ended = Promise.withResolvers<void>();
  child.on('close', ended.resolve).on('error', ended.reject);
  child.stdout.on('data', (text) => {
    if (String(text).includes('JSON report written')) ended.resolve();
  });
  const limit = setTimeout(ended.resolve, MAX_TEST_MS);
  const end = () => endGroup(child);
  process.once('exit', end);
  await ended.promise.finally(end);
  process.off('exit', end);
  clearTimeout(limit);
  if (!existsSync(report))
    throw new Error(`the tests ${filters.join(' ')} did not end, or did not start`);
  const content: TestReport = JSON.parse(await readFile(report, 'utf8'));
  return findingIn(content, copy);
}

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group has ended. Windows has no groups.
    child.kill('SIGKILL');
  }
}

/** The tests that found a mutant must succeed without one. @throws Error */
async function assertGreen(findings: readonly Finding[], copy: string): Promise<void> {
  const files = [...new Set(findings.map(({ file }) => file))];
  const failure = files.length === 0 ? null : await runTests(files, copy);
  if (failure !== null)
    throw new Error(
      `${failure.file} fails without a mutant, so this table says nothing: ${failure.title}`,
    );
}

/** Replaces the results of the mutants that were run, and drops those of mutants that are gone. */
async function writeFoundBy(
  earlier: Readonly<Record<string, string>>,
  results: readonly Result[],
): Promise<void> {
  const now = new Map(results.map(({ mutant, finding }) => [mutant.name, finding?.file]));
  const entries = ROOMS.flatMap(({ mutants }) => mutants).flatMap(({ name }) => {
    const file = now.has(name) ? now.get(name) : earlier[name];
    return file === undefined ? [] : [[name, file]];
  });
  await writeFile(FOUND_BY, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}
