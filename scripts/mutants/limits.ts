// Mutants of the limit of API calls per day.

import type { Mutant } from './mutant.ts';

const ADMISSION = ['test/publish/calls/admission.test.ts'];

export const LIMITS: readonly Mutant[] = [
  {
    name: 'start files without room for the calls of the started ones',
    file: 'src/publish/calls/admission.ts',
    find: '[...this.#started, index].map',
    replace: '[index].map',
    tests: ADMISSION,
  },
  {
    name: 'do not wait for a started file that needs fewer calls than expected',
    file: 'src/publish/calls/admission.ts',
    find: 'this.#started.size === 0 ? false : null',
    replace: 'false',
    tests: ADMISSION,
  },
  {
    name: 'do not start files with the allowance of a new day',
    file: 'src/publish/calls/admission.ts',
    find: 'if (!isNewDay) return;',
    replace: 'return;',
    tests: ADMISSION,
  },
  {
    name: 'expect that one call reads many files before LinkedIn has accepted one',
    file: 'src/publish/calls/call-forecast.ts',
    find: 'this.#readKinds.has(kindOf(request)) && this.#options.linkedin.readsTogether(request)',
    replace: 'this.#options.linkedin.readsTogether(request)',
    tests: ['test/publish/calls/call-forecast.test.ts'],
  },
  {
    name: 'spend calls on statuses that the token may not read',
    file: 'src/publish/calls/call-forecast.ts',
    find: 'return this.#unreadableKinds.has(kindOf(kind));',
    replace: 'return false;',
    tests: ADMISSION,
  },
  {
    name: 'spend calls of a new day on available uploads',
    file: 'src/publish/manifest/reuse.ts',
    find: 'isLimited: admission !== null }',
    replace: 'isLimited: false }',
    tests: ADMISSION,
  },
  {
    name: 'forget that a synchronous upload was answered after processing',
    file: 'src/publish/manifest/upload-cache.ts',
    find: '...(status === null ? {} : { status }), checkedAt };',
    replace: '...(status === null ? {} : { status, checkedAt }) };',
    tests: ['test/publish/manifest/upload-cache.test.ts'],
  },
  {
    name: 'count deferred files as failures of `fail-on: all`',
    file: 'src/action/report/report.ts',
    find: 'failed === files - deferred',
    replace: 'failed === files',
    tests: ['test/action/report/report.test.ts'],
  },
];
