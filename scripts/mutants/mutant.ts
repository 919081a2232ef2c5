// A mutant: one fault that users would notice, as a change of the source. Pure.

import type { OperatorMutant } from './operators.ts';

export interface Mutant {
  /** Stays the same when the code moves. */
  readonly name: string;
  /** What users would notice, as a sentence. It finds the place again when the code has moved. */
  readonly fault: string;
  readonly file: string;
  /** Occurs once in `file`. */
  readonly search: string;
  readonly replace: string;
  /** Filters of vitest, if the tests of the room cannot find it. */
  readonly tests?: readonly string[];
  /** Of a random mutant, in place of `search` and `replace`. */
  readonly place?: OperatorMutant;
}

/** A folder of `src/` with its mutants. The room `root` has the files that are in no other one. */
export interface Room {
  readonly name: string;
  readonly folder: string;
  /** Filters of vitest. The tests of the built action are not among them: a mutant does not change `dist/`. */
  readonly tests: readonly string[];
  readonly mutants: readonly Mutant[];
}

/**
 * Returns the source with the fault. `source` is empty if the file does not exist.
 * @throws Error that says what to do if the text to replace does not occur exactly once
 */
export function applyMutant(
  { name, fault, file, search, replace }: Mutant,
  source: string,
): string {
  const [before = '', after, ...more] = source.split(search);
  if (after !== undefined && more.length === 0) return before + replace + after;
  const what = after === undefined ? `is not in ${file} any more` : `is in ${file} more than once`;
  throw new Error(
    `the text of mutant ${name} ${what}: find the place where this fault is decided about now ("${fault}"), and change \`file\`, \`search\` and \`replace\` in scripts/mutants/rooms/ so that they make the same fault there`,
  );
}

/** A test that failed. */
export interface Finding {
  /** Relative to the root of the project. */
  readonly file: string;
  readonly title: string;
}

/** What became of a mutant. `error`: it could not be tried. */
export type Result = { readonly mutant: Mutant; readonly room: string } & (
  | { readonly finding: Finding | null; readonly error?: never }
  | { readonly error: string; readonly finding?: never }
);

export function describeResult({ finding, error }: Result): string {
  return error ?? (finding === null ? 'SURVIVED' : `${finding.file}: ${finding.title}`);
}

/** The table of the results, and how many there are of each kind. */
export function formatResults(results: readonly Result[]): string {
  const rows = results.map(
    (result) => [result.mutant.name, result.room, describeResult(result)] as const,
  );
  const widths = [0, 1].map((column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  const found = results.filter(({ finding }) => finding);
  const survived = results.filter(({ finding }) => finding === null);
  const failed = results.length - found.length - survived.length;
  return [
    ...lines,
    `${results.length} mutants: ${found.length} found, ${survived.length} survived, ${failed} could not be tried`,
    ...survived.map(
      ({ mutant }) => `no test finds mutant ${mutant.name}: write one ("${mutant.fault}")`,
    ),
  ].join('\n');
}

/** The part that counts of the report that vitest writes as JSON. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/**
 * The first failed test by the name of its file; null if all succeeded. `root`: the folder in which the tests ran.
 * @throws Error if no test ran, and for a mutant that breaks the code instead of its behaviour
 */
export function findingIn({ testResults }: TestReport, root: string): Finding | null {
  if (testResults.length === 0) throw new Error('no test ran');
  // Files that ended early, because of `--bail`, have failed too.
  const failed = testResults.filter(({ status }) => status === 'failed');
  const tests = failed
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, assertionResults }) => assertionResults.map((test) => ({ name, ...test })))
    .filter(({ status }) => status === 'failed');
  const messages = [
    ...failed,
    ...tests.flatMap(({ failureMessages: [message = ''] }) => ({ message })),
  ];
  // Any test finds a name that does not exist. That says nothing about the fault.
  const broken = messages.find(({ message }) =>
    / is not defined|Transform failed|SyntaxError/.test(message),
  );
  const [test] = tests;
  if (test !== undefined && broken === undefined)
    return { file: test.name.slice(root.length + 1), title: test.fullName };
  if (failed.length === 0) return null;
  const [reason = ''] =
    (broken ?? failed.find(({ message }) => message !== ''))?.message.split('\n') ?? [];
  throw new Error(`the code does not run with this change: ${reason}`);
}
