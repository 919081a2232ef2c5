// Checks that the tests find bugs: inserts each mutant into a copy of the tree and runs the tests that must fail.
// Prints a table, and exits with 1 if a mutant survives. It takes some minutes, so CI does not run it.
// Usage: npm run mutants · npm run mutants -- --only "part of a name"

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { MUTANTS } from './mutants/all.ts';
import type { Mutant } from './mutants/mutant.ts';
import { copyTree, type TestRun, type Tree } from './mutants/tree.ts';

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [''] } } });
const mutants = MUTANTS.filter(({ name }) => values.only.some((part) => name.includes(part)));
const trees = await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, copyTree));

try {
  for (const tree of trees.slice(0, 1)) for (const mutant of mutants) await tree.check(mutant);
  await assertTestsPass(trees[0] ?? (await copyTree()));
  const survivors = await runAll();
  console.log(`${mutants.length - survivors.length} of ${mutants.length} mutants were found`);
  for (const { name } of survivors) console.log(`NOT FOUND: ${name}`);
  process.exitCode = survivors.length > 0 ? 1 : 0;
} finally {
  await Promise.all(trees.map((tree) => tree.remove()));
}

/** A test that already fails without a mutant proves nothing. */
async function assertTestsPass(tree: Tree): Promise<void> {
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  const isBuilt = mutants.some((mutant) => mutant.isBuilt);
  const { isGreen, failed, took } = await tree.runTests(tests, {
    isBuilt,
    workers: trees.length,
    timeoutMs: 180_000,
  });
  if (!isGreen) throw new Error(`The tests fail without a mutant: ${failed ?? 'they cannot run'}`);
  console.log(`${tests.length} test files pass without a mutant, after ${took} s`);
}

async function runAll(): Promise<Mutant[]> {
  const survivors: Mutant[] = [];
  const left = [...mutants];
  const work = async (tree: Tree) => {
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      const run = await tree.runWith(mutant);
      console.log(line(mutant, run));
      if (run.failed === null) survivors.push(mutant);
    }
  };
  await Promise.all(trees.map(work));
  return survivors;
}

function line({ name }: Mutant, { failed, took }: TestRun): string {
  return `${failed === null ? 'NOT FOUND' : 'found    '} ${`${took} s`.padStart(6)}  ${name.padEnd(72)} ${failed ?? ''}`;
}
