// The mutants of operators and constants that `npm run mutants -- --random` draws from.

import { expect, it } from 'vitest';
import { applyOperator, operatorMutantsOf } from '../../scripts/mutants/operators.ts';

const changesOf = (source: string) =>
  operatorMutantsOf(source).map((one) => applyOperator(one, source));

it.each([
  ['a comparison includes its limit', 'a < b;', ['a <= b;']],
  ['an equality is turned round', 'a === b;', ['a !== b;']],
  ['an "and" becomes an "or"', 'a && b;', ['a || b;']],
  ['a default counts only beside a value', 'a ?? b;', ['a && b;']],
  ['a constant becomes one more and one less', 'f(1_000);', ['f(1001);', 'f(999);']],
  ['types are left alone', 'const a: 1 | Array<2> = b;', []],
  ['each operator of a chain changes alone', 'a || b || c;', ['a || b && c;', 'a && b || c;']],
])('%s', (_, source, expected) => {
  expect(changesOf(source)).toEqual(expected);
});

it('a mutant names the line of its operator', () => {
  expect(operatorMutantsOf('f();\na > b;\n')).toMatchObject([
    { line: 2, text: '>', replacement: '>=' },
  ]);
});
