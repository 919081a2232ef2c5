// Bugs of what is kept and told: the manifest, the results, the log, the summary.

import type { Mutant } from './mutant.ts';

const KEY = 'JSON.stringify([sha256, sizeBytes, oneSpelling(owner), api, recipe, apiUrl])';

export const MEMORY: readonly Mutant[] = [
  {
    name: 'know a file by its size, not by its bytes',
    file: 'src/publish/manifest-entry.ts',
    find: KEY,
    replace: 'JSON.stringify([sizeBytes, owner, api, recipe, apiUrl])',
    tests: ['test/publish/manifest.test.ts'],
  },
  {
    name: 'give one owner what another one uploaded',
    file: 'src/publish/manifest-entry.ts',
    find: KEY,
    replace: 'JSON.stringify([sha256, sizeBytes, api, recipe, apiUrl])',
    tests: ['test/publish/manifest.test.ts'],
  },
  {
    name: "take a sandbox's URN for LinkedIn's",
    file: 'src/publish/manifest-entry.ts',
    find: KEY,
    replace: 'JSON.stringify([sha256, sizeBytes, oneSpelling(owner), api, recipe])',
    tests: ['test/publish/manifest.test.ts', 'test/publish/manifest-text.test.ts'],
  },
  {
    name: 'keep in the manifest all that a record brings, addresses too',
    file: 'src/publish/manifest-entry.ts',
    find: '...{ file, kind, sha256, sizeBytes, owner, api, recipe, apiUrl, urn: identity.urn, state },',
    replace: '...entry, identity: undefined, urn: identity.urn,',
    tests: ['test/publish/manifest.test.ts'],
  },
  {
    name: 'read a manifest with fields of strangers in it',
    file: 'src/publish/manifest-entry.ts',
    find: '.strictObject({',
    replace: '.looseObject({',
    tests: ['test/publish/manifest-text.test.ts'],
  },
  {
    name: 'write the manifest in place',
    file: 'src/publish/manifest-file.ts',
    find: 'await writeNew(temporary, chunks, await modeFor(target));',
    replace: `const inPlace = await open(target, 'w');
    await inPlace.writeFile(chunks).finally(() => inPlace.close());
    return;`,
    tests: ['test/publish/manifest-file.test.ts', 'test/publish/manifest-kill.test.ts'],
  },
  {
    name: 'write the manifest at the end alone',
    file: 'src/publish/manifest.ts',
    find: 'GATHER_MS = 200',
    replace: 'GATHER_MS = 2_000_000_000',
    tests: ['test/publish/manifest.test.ts'],
  },
  {
    name: 'end before the manifest is written',
    file: 'src/publish/manifest.ts',
    find: '    this.#isClosed = true;\n    return this.flush();',
    replace: '    this.#isClosed = true;\n    void this.flush();\n    return Promise.resolve();',
    tests: ['test/publish/manifest.test.ts', 'test/publish/manifest-file.test.ts'],
  },
  {
    name: 'not say that the manifest could not be kept',
    file: 'src/main.ts',
    find: '.finally(() => memory?.close())',
    replace: '.finally(() => memory?.close().catch(() => {}))',
    tests: ['test/dist/manifest.test.ts'],
    isBuilt: true,
  },
  {
    name: 'keep a manifest of a simulation',
    file: 'src/action/inputs.ts',
    find: "rawInput(env, 'mode') === 'simulate' ? null : ",
    replace: '',
    tests: ['test/action/inputs.test.ts'],
  },
  {
    name: 'send the same bytes twice in one run',
    file: 'src/publish/plan.ts',
    find: 'firsts.get(JSON.stringify(key)) ?? null',
    replace: 'firsts.get(String(index)) ?? null',
    tests: ['test/publish/memory.test.ts'],
  },
  {
    name: 'reuse without ever asking again',
    file: 'src/publish/reuse.ts',
    find: 'ageMs >= 0 && ageMs < DAY_MS',
    replace: 'ageMs >= 0 || ageMs < DAY_MS',
    tests: ['test/publish/reuse.test.ts'],
  },
  {
    name: 'reuse an asset that was registered and never filled',
    file: 'src/publish/reuse.ts',
    find: "recalled.entry === null || recalled.entry.state === 'registered'",
    replace: 'recalled.entry === null',
    tests: ['test/publish/reuse.test.ts'],
  },
  {
    name: 'reuse what LinkedIn had refused',
    file: 'src/publish/memory.ts',
    find: "return error !== undefined && JUDGED.has(error.code) ? { state: 'registered' } : null;",
    replace: "return error !== undefined && JUDGED.has(error.code) ? { state: 'uploaded' } : null;",
    tests: ['test/publish/memory.test.ts'],
  },
  {
    name: 'write the results at the end alone',
    file: 'src/action/results-file.ts',
    find: '      if (isStale) tookMs = write();\n',
    replace: '',
    tests: ['test/action/results-file.test.ts'],
  },
  {
    name: 'name the results file at the end alone',
    file: 'src/action/deliver.ts',
    find: 'if (takesOutputs(this.#env)) nameResultsFile(path);',
    replace: 'void path;',
    tests: [
      'test/action/deliver.test.ts',
      'test/action/deliver-faults.test.ts',
      'test/action/results-file.test.ts',
    ],
  },
  {
    name: 'leave half a results file to its readers',
    file: 'src/action/results-file.ts',
    find: '    writeRows(`${this.path}.new`, rows);\n',
    replace: '    writeRows(this.path, []);\n    writeRows(`${this.path}.new`, rows);\n',
    tests: ['test/action/results-file.test.ts'],
  },
  {
    name: 'mask the id of an asset, which outputs are made of',
    file: 'src/main.ts',
    find: '    memory?.follow(ledger);\n',
    replace:
      '    memory?.follow(ledger);\n    ledger.subscribe(({ identity }) => identity && say.mask(String(identity.urn.split(":").at(-1))));\n',
    tests: ['test/dist/publish.test.ts'],
    isBuilt: true,
  },
  {
    name: 'write a raw name into the log',
    file: 'src/action/say.ts',
    find: 'info: (text) => core.info(harmless(text)),',
    replace: 'info: (text) => core.info(text),',
    tests: ['test/action/say.test.ts'],
  },
  {
    name: 'write a raw name into the summary',
    file: 'src/action/summary.ts',
    find: 'return harmless(text).replace(UNSAFE, entity);',
    replace: 'return harmless(text).replace(/^$/, entity);',
    tests: ['test/action/summary.test.ts'],
  },
  {
    name: 'let an output run what it holds',
    file: 'src/action/outputs.ts',
    find: "['`$<>&",
    replace: '[<>&',
    tests: ['test/action/outputs.test.ts'],
  },
  {
    name: 'tell no URN of a file that did not succeed',
    file: 'src/action/stage-text.ts',
    find: "identity === null ? '' : ` [${identity.mediaUrn}]`",
    replace: "''",
    tests: ['test/action/progress.test.ts'],
  },
  {
    name: 'list the URN of a file that failed among the good ones',
    file: 'src/action/outputs.ts',
    find: 'const good = rows.filter(isSuccess);',
    replace: 'const good = [...rows];',
    tests: ['test/action/outputs.test.ts'],
  },
];
