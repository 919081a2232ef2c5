// The reader of imports that the house rules rest on.

import { expect, it } from 'vitest';
import { readImports } from './imports.ts';

it('reads every form of import, and no comment', () => {
  const text = `
    // import './comment.ts'
    /** See import('./comment.ts') and
     * import { x } from './comment.ts' */
    import a, {
      type B,
    } from './one.ts';
    import type { C } from "./two.ts";
    import './three.ts';
    export { d } from './four.ts';
    export type * from './five.ts';
    const glob = '**/*.ts', e = await import('./six.ts'), f = import(\`./seven.ts\`), g = import(name);
    export const from = 'nowhere';
    const meta = import.meta.dirname;`;
  expect(readImports(text).map((each) => `${each.typeOnly ? 'type ' : ''}${each.from}`)).toEqual([
    './one.ts',
    'type ./two.ts',
    './four.ts',
    'type ./five.ts',
    './three.ts',
    './six.ts',
    './seven.ts',
    'name',
  ]);
});
