// Do the tests bite? Plants one bug after the other in a copy of the tree and runs the tests that must go red for it.
// Prints a table, and exits with 1 when a bug was not caught. Outside CI: it takes some minutes.
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
  await assertGreen(trees[0] ?? (await copyTree()));
  const survivors = await plantAll();
  console.log(`${mutants.length - survivors.length} of ${mutants.length} planted bugs were caught`);
  for (const { name } of survivors) console.log(`NOT CAUGHT: ${name}`);
  process.exitCode = survivors.length > 0 ? 1 : 0;
} finally {
  await Promise.all(trees.map((tree) => tree.remove()));
}

/** What is red without a bug says nothing about one. */
async function assertGreen(tree: Tree): Promise<void> {
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  const isBuilt = mutants.some((mutant) => mutant.isBuilt);
  const { isGreen, failed, took } = await tree.runTests(tests, {
    isBuilt,
    workers: trees.length,
    timeoutMs: 180_000,
  });
  if (!isGreen) throw new Error(`red without any bug: ${failed ?? 'the tests could not be run'}`);
  console.log(`${tests.length} test files are green without a bug, after ${took} s`);
}

async function plantAll(): Promise<Mutant[]> {
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
  return `${failed === null ? 'SURVIVED' : 'caught  '} ${`${took} s`.padStart(6)}  ${name.padEnd(72)} ${failed ?? ''}`;
}
