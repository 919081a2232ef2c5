// Mutants of the manifest on a branch.

import type { Mutant } from './mutant.ts';

const STORE = 'src/action/github/branch-store.ts';
const MANIFEST = 'src/action/github/branch-manifest.ts';
const WRITES = ['test/action/github/branch-store-writes.test.ts'];

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
    find: 'if (applied !== undefined) this.#keep(applied);',
    replace: '',
    tests: WRITES,
  },
  {
    name: 'count calls twice after an abandoned write that succeeds later',
    file: MANIFEST,
    find: 'this.#unconfirmed.push(written);',
    replace: 'this.#unconfirmed = [written];',
    tests: WRITES,
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
    find: 'wasCancelled ? limit.signal : AbortSignal',
    replace: 'wasCancelled ? ofRun : AbortSignal',
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
    find: 'wasCancelled ? limit.signal : AbortSignal.any([limit.signal, ofRun])',
    replace: 'limit.signal',
    tests: WRITES,
  },
  {
    name: 'send files before it is known that the token may write the branch',
    file: STORE,
    find: 'await github.retry(() => file.probe());',
    replace: '',
    tests: ['test/action/github/branch-store-read.test.ts'],
  },
  {
    name: 'start before the permission is known when LinkedIn may have lost an upload',
    file: 'src/publish/manifest/reuse.ts',
    find: "return cacheHit.restored.state !== 'available' || !isFresh(cacheHit.restored, epochMs);",
    replace: 'return false;',
    tests: ['test/publish/manifest/reuse.test.ts'],
  },
  {
    name: 'take branch protection for a conflict',
    file: 'src/action/github/branch-file.ts',
    find: '|could not (create|update) file:/i',
    replace: '/i',
    tests: WRITES,
  },
  {
    name: 'take a repository that cannot be read for a missing branch',
    file: 'src/action/github/branch-file.ts',
    find: "throw statusOf(error) === 404 ? this.#denied(error, 'read') : error;",
    replace: 'if (statusOf(error) !== 404) throw error;\n      return [];',
    tests: ['test/action/github/branch-store-read.test.ts'],
  },
  {
    name: 'show a token that GitHub echoes',
    file: 'src/action/github/github-client.ts',
    find: 'redactSecretsInJson(text, [token])',
    replace: 'text',
    tests: ['test/dist/manifest-branch.test.ts'],
    isBuilt: true,
  },
];
