// Faults of the inputs of the two actions.

import type { Room } from '../mutant.ts';

export const INPUTS: Room = {
  name: 'inputs',
  folder: 'src/inputs/',
  tests: ['test/inputs/'],
  mutants: [
    {
      name: 'secret-input-not-masked',
      fault: 'The runner is not told to mask the access token.',
      file: 'src/inputs/secrets.ts',
      search: "if (text !== '') mask(text);",
      replace: '',
    },
    {
      name: 'secret-left-in-environment',
      fault: 'The access token stays in the environment after it was read.',
      file: 'src/inputs/secrets.ts',
      search: '    delete env[',
      replace: '    void env[',
    },
    {
      name: 'api-url-without-https',
      fault: '`api-url` may be an http address that is not on loopback, and the token goes there.',
      file: 'src/inputs/input-types.ts',
      search: "const isLocal = url?.protocol === 'http:' && isLoopback(url.hostname);",
      replace: "const isLocal = url?.protocol === 'http:';",
    },
    {
      name: 'number-above-its-maximum',
      fault: 'A number that is one too large is accepted, such as `concurrency: 65`.',
      file: 'src/inputs/input-types.ts',
      search: 'Number(text) <= max',
      replace: 'Number(text) <= max + 1',
    },
    {
      name: 'simulation-writes-the-branch',
      fault: 'A simulated run writes the manifest on the branch.',
      file: 'src/inputs/access.ts',
      search: "if (branch === '' || mode === 'simulate') return null;",
      replace: "if (branch === '') return null;",
    },
    {
      name: 'input-errors-one-by-one',
      fault: 'Errors of inputs that belong together appear only after the others are corrected.',
      file: 'src/inputs/parse-inputs.ts',
      search: 'for (const rule of rules) errors.push',
      replace: 'for (const rule of errors.length === 0 ? rules : []) errors.push',
    },
    {
      name: 'text-ignored-beside-posts',
      fault: 'The input `text` beside `posts` is ignored without an error.',
      file: 'src/inputs/read-post-inputs.ts',
      search: 'if (isGiven) yield',
      replace: 'if (false) yield',
    },
    {
      name: 'code-becomes-mention',
      fault: 'A name with an `@` in code of release notes goes out as a mention.',
      file: 'src/inputs/release-notes.ts',
      search: 'return text.replace(/[#@]/g, String.raw`\\$&`);',
      replace: 'return text;',
    },
    {
      name: 'max-files-without-maximum',
      fault: '`max-files` takes a million.',
      file: 'src/inputs/upload-schema.ts',
      search: 'const MAX_FILES = 100_000;',
      replace: 'const MAX_FILES = 1_000_000;',
    },
  ],
};
