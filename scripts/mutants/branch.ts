// Mutants of the manifest on a branch.

import type { Mutant } from './mutant.ts';

const STORE = 'src/action/github/branch/branch-store.ts';
const MANIFEST = 'src/action/github/branch/branch-manifest.ts';
const REQUESTS = 'src/action/github/branch/branch-requests.ts';
const WRITES = ['test/action/github/branch/branch-store-writes.test.ts'];

export const BRANCH: readonly Mutant[] = [
  {
    name: 'revive a URN that another job found dead',
    file: 'src/publish/manifest/merge.ts',
    find: 'if (ours.urn === base?.urn) return theirs;',
    replace: '',
    tests: ['test/publish/manifest/merge.test.ts'],
  },
  {
    name: 'drop the uploads of other jobs from the branch',
    file: 'src/publish/manifest/merge.ts',
    find: 'const entries = new Map(theirEntries);',
    replace: 'const entries = new Map<string, ManifestEntry>();',
    tests: ['test/publish/manifest/merge.test.ts'],
  },
  {
    name: 'count calls twice after a lost response',
    file: MANIFEST,
    find: 'if (applied !== undefined) this.#adoptAsBase(applied);',
    replace: '',
    tests: WRITES,
  },
  {
    name: 'count calls twice after an abandoned write that succeeds later',
    file: MANIFEST,
    find: 'this.#unconfirmed = [...this.#unconfirmed, written];',
    replace: 'this.#unconfirmed = [written];',
    tests: WRITES,
  },
  {
    name: 'count calls twice when another job writes on top of a lost write',
    file: MANIFEST,
    find: ': await this.#options.file.findSince(this.#sha, shas, signal)',
    replace: ': null',
    tests: WRITES,
  },
  {
    name: 'bring back a URN that another run replaced',
    file: MANIFEST,
    find: 'this.#replaced.removeFrom(this.current, this.#base);',
    replace: '',
    tests: WRITES,
  },
  {
    name: 'forget calls when the branch was deleted',
    file: 'src/publish/manifest/merge.ts',
    find: 'Math.max(count, (theirCalls.get(day) ?? 0) + added)',
    replace: '(theirCalls.get(day) ?? 0) + added',
    tests: ['test/publish/manifest/merge.test.ts'],
  },
  {
    name: 'read a tag with the name of the branch',
    file: 'src/action/github/branch/branch-file.ts',
    find: '`refs/heads/${this.#options.branch}`, signal',
    replace: 'this.#options.branch, signal',
    tests: ['test/action/github/branch/branch-store-read.test.ts'],
  },
  {
    name: 'start further files after a ruleset refused a write',
    file: 'src/publish/manifest/upload-cache.ts',
    find: 'void this.#store.writeRejection?.then((error) => ledger.stop(error));',
    replace: '',
    tests: WRITES,
  },
  {
    name: 'leave no time for conflicts before the branch should have a change',
    file: 'src/action/github/branch/write-timing.ts',
    find: 'Math.max(MIN_RESERVE_MS, intervalMs / 10)',
    replace: '0',
    tests: ['test/action/github/branch/branch-sharing.test.ts'],
  },
  {
    name: 'ask for the permission to write when max-calls lets no file start',
    file: 'src/main.ts',
    find: ' && fits(file, inputs.plan, left)',
    replace: ' && (fits(file, inputs.plan, left) || true)',
    tests: ['test/dist/max-calls.test.ts'],
    isBuilt: true,
  },
  {
    name: 'undo on the branch what other jobs wrote',
    file: 'src/publish/manifest/merge.ts',
    find: 'if (current.entries.get(key) === ours.entries.get(key)) current.entries.set(key, entry);',
    replace: '{}',
    tests: WRITES,
  },
  {
    name: 'stop the last write with the run',
    file: STORE,
    find: 'signal: wasCancelled ? null : runSignal',
    replace: 'signal: runSignal',
    tests: WRITES,
  },
  {
    name: 'write to GitHub before the wait that it asked for is over',
    file: STORE,
    find: 'await this.#awaitRateLimit(deadlineMs, signal);',
    replace: '',
    tests: WRITES,
  },
  {
    name: 'wait for a request that hangs when the run is cancelled',
    file: STORE,
    find: 'signal: wasCancelled ? null : runSignal',
    replace: 'signal: null',
    tests: WRITES,
  },
  {
    name: 'send files before it is known that the token may write the branch',
    file: STORE,
    find: 'await github.retry(() => file.probe());',
    replace: '',
    tests: ['test/action/github/branch/branch-store-read.test.ts'],
  },
  {
    name: 'start before the permission is known when LinkedIn may have lost an upload',
    file: 'src/publish/manifest/reuse.ts',
    find: "return 'restored' in cacheHit && !needsNoRead(cacheHit.restored, context);",
    replace: 'return false;',
    tests: ['test/publish/manifest/reuse.test.ts'],
  },
  {
    name: 'take branch protection for a conflict',
    file: REQUESTS,
    find: '|could not (create|update) file:/i',
    replace: '/i',
    tests: WRITES,
  },
  {
    name: 'take a repository that cannot be read for a missing branch',
    file: REQUESTS,
    find: "throw statusOf(error) === 404 ? this.denied(error, 'read') : error;",
    replace: 'if (statusOf(error) !== 404) throw error;\n      return [];',
    tests: ['test/action/github/branch/branch-store-read.test.ts'],
  },
  {
    name: 'show a token that GitHub echoes',
    file: 'src/action/github/github-client.ts',
    find: 'redactSecretsInJson(text, [token])',
    replace: 'redactSecretsInJson(text, [token].slice(1))',
    tests: ['test/dist/manifest-branch.test.ts'],
    isBuilt: true,
  },
];
